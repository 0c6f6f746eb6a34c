-- The gate paused or snoozed: one row at most, of the id 'gate'; `ends_at` null is until resumed.
CREATE TABLE halts (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    identity TEXT NOT NULL,
    since BIGINT NOT NULL,
    ends_at BIGINT
);

-- What was asked meanwhile, with what it takes to judge it anew; `danger` is the rank of its risk.
CREATE TABLE held (
    approval_id TEXT PRIMARY KEY,
    danger BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    urgency TEXT NOT NULL,
    channel TEXT,
    address TEXT
);

CREATE INDEX held_order ON held (danger, asked_at, approval_id);

-- Suggested rules that somebody did not want, by the hash of what they allow.
CREATE TABLE dismissals (
    rule_sha256 TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    identity TEXT NOT NULL,
    at BIGINT NOT NULL
);

-- What the history is searched in, folded; it is there once an approval has ended. Of what ended
-- before, notes are not found.
ALTER TABLE approvals ADD COLUMN words TEXT;

UPDATE approvals
SET words = LOWER(SUBSTR(title || ' ' || agent || ' ' || action_type || ' ' || action, 1, 4000))
WHERE ended_at IS NOT NULL;

CREATE INDEX approvals_ended ON approvals (ended_at, id) WHERE ended_at IS NOT NULL;
