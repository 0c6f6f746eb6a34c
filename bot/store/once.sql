-- name: find_ask
SELECT fingerprint, approval_id FROM idempotency WHERE key_id = :key_id AND key = :key;

-- name: add_ask
INSERT INTO idempotency (key_id, key, fingerprint, approval_id, at)
VALUES (:key_id, :key, :fingerprint, :approval_id, :at);

-- name: first_sight
INSERT INTO updates (channel, id, at) VALUES (:channel, :id, :at)
ON CONFLICT (channel, id) DO NOTHING
RETURNING id;

-- name: forget_asks
DELETE FROM idempotency WHERE at < :before;

-- name: forget_calls
DELETE FROM calls WHERE at < :before;

-- name: forget_turns
DELETE FROM turns WHERE begun_at < :before;

-- name: forget_updates
DELETE FROM updates WHERE at < :before;

-- What an older sheet still owes is forgotten with it.

-- name: forget_sheets_owed
DELETE FROM outbox WHERE sheet_id IN (SELECT id FROM sheets WHERE touched_at < :before);

-- name: forget_sheets
DELETE FROM sheets WHERE touched_at < :before;

-- name: forget_links
DELETE FROM links WHERE expires_at < :before;

-- name: forget_pairing_codes
DELETE FROM pairing_codes WHERE expires_at < :before;

-- name: forget_tokens
DELETE FROM tokens WHERE expires_at < :before;

-- name: forget_devices
DELETE FROM devices WHERE expires_at < :before;

-- name: forget_device_codes
DELETE FROM device_codes WHERE expires_at < :before;

-- name: forget_mail_claims
DELETE FROM mail_claims WHERE expires_at < :before;

-- name: forget_pairing_failures
DELETE FROM pairing_failures WHERE last_at < :before;
