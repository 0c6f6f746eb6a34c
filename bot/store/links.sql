-- name: add
INSERT INTO tokens (
    sha256, purpose, approval_id, channel, address, person, made_at, expires_at, misses
)
VALUES (
    :sha256, :purpose, :approval_id, :channel, :address, CAST(:person AS TEXT), :made_at,
    :expires_at, 0
);

-- name: find
SELECT sha256, purpose, approval_id, channel, address, person, made_at, expires_at
FROM tokens WHERE sha256 = :sha256;

-- name: misses
SELECT COALESCE(MAX(misses), 0) FROM tokens
WHERE approval_id = :approval_id AND channel = :channel AND address = :address;

-- name: miss
UPDATE tokens SET misses = misses + 1
WHERE approval_id = :approval_id AND channel = :channel AND address = :address;
