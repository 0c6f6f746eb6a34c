-- Calls of tools that agents ask for by their hooks, until they have run or their session goes on.
-- `session`, `tool` and `attempt` are SHA-256 hashes.
CREATE TABLE calls (
    approval_id TEXT PRIMARY KEY,
    key_id TEXT NOT NULL,
    session TEXT NOT NULL,
    tool TEXT NOT NULL,
    attempt TEXT NOT NULL,
    at BIGINT NOT NULL
);

CREATE INDEX calls_session ON calls (key_id, session, at);
CREATE INDEX calls_at ON calls (at);

-- When a session's agent was last told to do something, so that its end tells how long that took.
CREATE TABLE turns (
    key_id TEXT NOT NULL,
    session TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    PRIMARY KEY (key_id, session)
);

CREATE INDEX turns_begun ON turns (begun_at);
