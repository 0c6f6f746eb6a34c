-- name: add
INSERT INTO pairing_codes (code_sha256, role, made_by, expires_at)
VALUES (:code_sha256, :role, :made_by, :expires_at);

-- name: find
SELECT role, made_by FROM pairing_codes
WHERE code_sha256 = :code_sha256 AND used_at IS NULL AND expires_at > :now;

-- name: use
UPDATE pairing_codes SET used_at = CAST(:now AS BIGINT)
WHERE code_sha256 = :code_sha256 AND used_at IS NULL AND expires_at > CAST(:now AS BIGINT)
RETURNING role;

-- name: drop_of
DELETE FROM pairing_codes WHERE made_by = :made_by AND used_at IS NULL;

-- name: failures
SELECT count FROM pairing_failures
WHERE channel = :channel AND address = :address AND last_at > :since;

-- name: fail
INSERT INTO pairing_failures (channel, address, count, last_at)
VALUES (:channel, :address, 1, CAST(:now AS BIGINT))
ON CONFLICT (channel, address) DO UPDATE SET
    count = CASE WHEN pairing_failures.last_at > :since
        THEN pairing_failures.count + 1 ELSE 1 END,
    last_at = excluded.last_at
RETURNING count;

-- name: forgive
DELETE FROM pairing_failures WHERE channel = :channel AND address = :address;
