-- `decided_by` is the identity behind the decision, `crowd` is above 0 where too much of its key
-- waited when it was asked. `due_at` is when people are reminded, or further ones asked, next.

ALTER TABLE approvals ADD COLUMN decided_by TEXT;
ALTER TABLE approvals ADD COLUMN crowd BIGINT NOT NULL DEFAULT 0;
ALTER TABLE approvals ADD COLUMN repeats BIGINT NOT NULL DEFAULT 0;
ALTER TABLE approvals ADD COLUMN due_at BIGINT;
ALTER TABLE approvals ADD COLUMN reminded BIGINT NOT NULL DEFAULT 0;
ALTER TABLE approvals ADD COLUMN queued_until BIGINT;

CREATE INDEX approvals_decided ON approvals (decided_by, ended_at)
WHERE decided_by IS NOT NULL AND state = 'approved';
CREATE INDEX approvals_denied ON approvals (key_id, digest, ended_at) WHERE state = 'denied';
CREATE INDEX approvals_due ON approvals (state, due_at, id)
WHERE state = 'pending' AND due_at IS NOT NULL;
