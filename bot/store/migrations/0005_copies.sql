-- Alike asks that are pending share one card: `copy_of` is the one whose card it is, `copies` how
-- many others that shows. An import takes rows in the order of their ids, so nothing is referenced.

ALTER TABLE approvals ADD COLUMN copy_of TEXT;
ALTER TABLE approvals ADD COLUMN copies BIGINT NOT NULL DEFAULT 0;

CREATE INDEX approvals_copies ON approvals (copy_of, created_at, id)
WHERE state = 'pending' AND copy_of IS NOT NULL;
CREATE INDEX approvals_leaders ON approvals (key_id, digest, created_at, id)
WHERE state = 'pending' AND copy_of IS NULL;
