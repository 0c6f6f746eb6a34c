-- `number` is what an agent shows and a person picks: the right one, and the three offered.
-- `grant_id` is the grant that a decision made, `revoked` who took that back, and when.

ALTER TABLE approvals ADD COLUMN number TEXT;
ALTER TABLE approvals ADD COLUMN grant_id TEXT;
ALTER TABLE approvals ADD COLUMN revoked TEXT;

CREATE INDEX approvals_grant ON approvals (grant_id) WHERE grant_id IS NOT NULL;
