-- When the agent took the receipt of what was approved, and the receipt: nonce, signed text,
-- signature and the signing key's id, as JSON.
ALTER TABLE approvals ADD COLUMN claimed_at BIGINT;
ALTER TABLE approvals ADD COLUMN claim TEXT;
