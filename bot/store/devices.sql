-- name: add
INSERT INTO devices (id, channel, address, person, name, made_at, used_at, expires_at)
VALUES (:id, :channel, :address, :person, :name, :made_at, :used_at, :expires_at);

-- name: find
SELECT id, channel, address, person, name, made_at, used_at, expires_at FROM devices
WHERE id = :id AND revoked_at IS NULL AND expires_at > :now;

-- name: listing
SELECT id, channel, address, person, name, made_at, used_at, expires_at FROM devices
WHERE revoked_at IS NULL AND expires_at > :now
ORDER BY used_at DESC, id;

-- name: use
UPDATE devices SET used_at = CAST(:now AS BIGINT) WHERE id = :id;

-- name: revoke
UPDATE devices SET revoked_at = CAST(:now AS BIGINT)
WHERE id = :id AND revoked_at IS NULL AND expires_at > CAST(:now AS BIGINT)
RETURNING id;

-- name: code
SELECT nonce, expires_at, tries, used_at, mailed_at FROM device_codes
WHERE channel = :channel AND address = :address;

-- name: put_code
INSERT INTO device_codes (channel, address, nonce, expires_at, tries, mailed_at)
VALUES (:channel, :address, :nonce, :expires_at, 0, CAST(:mailed_at AS BIGINT))
ON CONFLICT (channel, address) DO UPDATE SET
    nonce = excluded.nonce,
    expires_at = excluded.expires_at,
    tries = 0,
    used_at = NULL,
    mailed_at = excluded.mailed_at;

-- name: try_code
UPDATE device_codes SET tries = tries + 1
WHERE channel = :channel AND address = :address AND nonce = :nonce AND tries = :tries
    AND used_at IS NULL
RETURNING tries;

-- name: use_code
UPDATE device_codes SET used_at = CAST(:now AS BIGINT)
WHERE channel = :channel AND address = :address AND nonce = :nonce AND used_at IS NULL
RETURNING nonce;
