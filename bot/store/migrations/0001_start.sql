-- Instants are UTC milliseconds, JSON is ASCII text; TEXT and BIGINT only.

CREATE TABLE approvals (
    id TEXT PRIMARY KEY,
    short_code TEXT NOT NULL,
    kind TEXT NOT NULL,
    key_id TEXT NOT NULL,
    agent TEXT NOT NULL,
    session_id TEXT NOT NULL,
    action_type TEXT NOT NULL,
    title TEXT NOT NULL,
    digest TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    end_reason TEXT,
    revision BIGINT NOT NULL,
    action TEXT NOT NULL,
    questions TEXT NOT NULL,
    risk TEXT NOT NULL,
    decision TEXT,
    outcome TEXT
);

-- A code is free again once its approval has ended.
CREATE UNIQUE INDEX approvals_code ON approvals (short_code) WHERE state = 'pending';
CREATE INDEX approvals_deadline ON approvals (state, expires_at, id) WHERE state = 'pending';
CREATE INDEX approvals_age ON approvals (created_at, id);
CREATE INDEX approvals_state ON approvals (state, created_at, id);
CREATE INDEX approvals_key ON approvals (key_id, created_at, id);
-- PostgreSQL's indexes take 2.7 kB a row, and agents may name their sessions at length.
CREATE INDEX approvals_session ON approvals (SUBSTR(session_id, 1, 200), created_at, id)
WHERE session_id <> '';

CREATE TABLE idempotency (
    key_id TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    approval_id TEXT NOT NULL REFERENCES approvals (id),
    at BIGINT NOT NULL,
    PRIMARY KEY (key_id, key)
);

CREATE INDEX idempotency_age ON idempotency (at);

-- `reach` is the SHA-256 of everything that makes two grants the same one.
CREATE TABLE grants (
    id TEXT PRIMARY KEY,
    reach TEXT NOT NULL UNIQUE,
    scope TEXT NOT NULL,
    key_id TEXT NOT NULL,
    agent TEXT NOT NULL,
    action_type TEXT NOT NULL,
    cwd TEXT,
    session_id TEXT,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    revoked_at BIGINT,
    uses BIGINT NOT NULL,
    last_used_at BIGINT
);

CREATE INDEX grants_in_force ON grants (key_id, SUBSTR(action_type, 1, 200))
WHERE revoked_at IS NULL;

CREATE TABLE audit (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    approval_id TEXT,
    facts TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
);

CREATE INDEX audit_approval ON audit (approval_id, seq) WHERE approval_id IS NOT NULL;

-- One row: the end of the chain. Whoever writes takes its lock first. Each daemon that has the
-- database to itself counts `epoch` up, and one of an earlier epoch writes nothing more.
CREATE TABLE audit_head (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    epoch BIGINT NOT NULL
);

INSERT INTO audit_head (id, epoch, seq, hash)
VALUES (1, 0, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- `place` counts one approval's cards in the order they were made.
CREATE TABLE cards (
    id TEXT PRIMARY KEY,
    approval_id TEXT NOT NULL REFERENCES approvals (id),
    place BIGINT NOT NULL,
    kind TEXT NOT NULL,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    handle TEXT NOT NULL,
    message TEXT,
    face TEXT NOT NULL,
    face_revision BIGINT NOT NULL,
    beside TEXT
);

CREATE UNIQUE INDEX cards_approval ON cards (approval_id, place);
CREATE INDEX cards_handle ON cards (handle);
CREATE INDEX cards_message ON cards (channel, address, message) WHERE message IS NOT NULL;

-- `state` is 'owed', or 'undeliverable' once given up.
CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    task TEXT NOT NULL,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    card_id TEXT REFERENCES cards (id),
    body TEXT NOT NULL,
    priority BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    fault TEXT
);

CREATE UNIQUE INDEX outbox_edit ON outbox (card_id) WHERE task = 'edit';
-- SQLite answers from the index alone only where the index has `state` too.
CREATE INDEX outbox_due ON outbox (state, due_at) WHERE state = 'owed';
CREATE INDEX outbox_lane ON outbox (state, channel, address, priority, created_at, id, due_at)
WHERE state = 'owed';

CREATE TABLE approvers (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL
);

-- Where an approver comes from; one without a row here is disabled.
CREATE TABLE approver_sources (
    approver_id TEXT NOT NULL REFERENCES approvers (id),
    source TEXT NOT NULL,
    PRIMARY KEY (approver_id, source)
);

CREATE TABLE addresses (
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    approver_id TEXT NOT NULL REFERENCES approvers (id),
    PRIMARY KEY (channel, address)
);

CREATE TABLE links (
    token_sha256 TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

CREATE TABLE keys (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL UNIQUE,
    rights TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE updates (
    channel TEXT NOT NULL,
    id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (channel, id)
);

CREATE INDEX updates_age ON updates (at);
