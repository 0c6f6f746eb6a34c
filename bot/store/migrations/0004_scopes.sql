-- `extent` is a JSON array: breadth, text, more. What was granted before covers the whole type.
ALTER TABLE grants ADD COLUMN extent TEXT NOT NULL DEFAULT '["type","",""]';
ALTER TABLE grants ADD COLUMN ends TEXT NOT NULL DEFAULT 'until_revoked';
ALTER TABLE grants ADD COLUMN expires_at BIGINT;
ALTER TABLE grants ADD COLUMN uses_left BIGINT;

UPDATE grants SET ends = 'session' WHERE scope = 'session';

-- What a grant has let pass.
CREATE INDEX audit_grant ON audit (actor, seq) WHERE SUBSTR(actor, 1, 6) = 'grant:';
