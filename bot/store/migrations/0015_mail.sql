-- What is known of an address that mails go to: how many went out since `window_from`, so that a
-- burst is one list; and since when the mail server refuses it. The empty address is the server.
CREATE TABLE mailboxes (
    address TEXT PRIMARY KEY,
    window_from BIGINT NOT NULL,
    sent BIGINT NOT NULL,
    failed_at BIGINT,
    fault TEXT,
    told_at BIGINT
);

-- Addresses that somebody named for a person, until a code that was mailed there is told back.
-- `code_sha256` is null until the mail goes out.
CREATE TABLE mail_claims (
    address TEXT PRIMARY KEY,
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    code_sha256 TEXT,
    tries BIGINT NOT NULL
);
