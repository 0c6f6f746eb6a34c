-- What each source makes of a person; the most that one of them says is what they may do.
ALTER TABLE approver_sources ADD COLUMN role TEXT NOT NULL DEFAULT 'approver';

UPDATE approver_sources SET role = 'owner' WHERE source = 'page';

CREATE TABLE pairing_codes (
    code_sha256 TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    made_by TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

CREATE TABLE pairing_failures (
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    count BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (channel, address)
);

-- Which list of commands a channel was given last, for whom.
CREATE TABLE menus (
    scope TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL
);
