-- Links in mails, by the SHA-256 of their tokens: what for, to whom they went, and until when.
-- `misses` counts wrong numbers that were typed behind the link.
CREATE TABLE tokens (
    sha256 TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    approval_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    person TEXT,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    misses BIGINT NOT NULL
);

CREATE INDEX tokens_approval ON tokens (approval_id, channel, address);
CREATE INDEX tokens_expiry ON tokens (expires_at);

-- Browsers that decide for the person who had an address as a code was typed there.
CREATE TABLE devices (
    id TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);

CREATE INDEX devices_expiry ON devices (expires_at);

-- The code that enrols a browser for an address. It is no part of this: it follows from `nonce`,
-- a salt, and the gate's secret. `mailed_at` is when one was last mailed there.
CREATE TABLE device_codes (
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    nonce TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    used_at BIGINT,
    mailed_at BIGINT,
    PRIMARY KEY (channel, address)
);
