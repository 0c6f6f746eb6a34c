-- name: get
SELECT window_from, sent, failed_at, fault, told_at FROM mailboxes WHERE address = :address;

-- A window begins with its first mail, and ends when that is older than `since`.

-- name: sent
INSERT INTO mailboxes (address, window_from, sent)
VALUES (:address, CAST(:now AS BIGINT), 1)
ON CONFLICT (address) DO UPDATE SET
    sent = CASE WHEN mailboxes.window_from > CAST(:since AS BIGINT)
        THEN mailboxes.sent + 1 ELSE 1 END,
    window_from = CASE WHEN mailboxes.window_from > CAST(:since AS BIGINT)
        THEN mailboxes.window_from ELSE CAST(:now AS BIGINT) END,
    failed_at = NULL,
    fault = NULL,
    told_at = NULL;

-- name: failed
INSERT INTO mailboxes (address, window_from, sent, failed_at, fault)
VALUES (:address, 0, 0, CAST(:now AS BIGINT), CAST(:fault AS TEXT))
ON CONFLICT (address) DO UPDATE SET
    failed_at = COALESCE(mailboxes.failed_at, excluded.failed_at),
    fault = excluded.fault;

-- name: told
UPDATE mailboxes SET told_at = :now WHERE address = :address;

-- name: failing
SELECT address, window_from, sent, failed_at, fault, told_at FROM mailboxes
WHERE failed_at IS NOT NULL
ORDER BY address;

-- name: put_claim
INSERT INTO mail_claims (address, person, name, made_by, made_at, expires_at, code_sha256, tries)
VALUES (:address, :person, :name, :made_by, :made_at, :expires_at, NULL, 0)
ON CONFLICT (address) DO UPDATE SET
    person = excluded.person,
    name = excluded.name,
    made_by = excluded.made_by,
    made_at = excluded.made_at,
    expires_at = excluded.expires_at,
    code_sha256 = NULL,
    tries = 0;

-- name: claim
SELECT person, name, made_by, made_at, expires_at, code_sha256, tries FROM mail_claims
WHERE address = :address;

-- name: put_code
UPDATE mail_claims SET code_sha256 = :code_sha256 WHERE address = :address;

-- name: try_code
UPDATE mail_claims SET tries = tries + 1 WHERE address = :address;

-- name: drop_claim
DELETE FROM mail_claims WHERE address = :address;
