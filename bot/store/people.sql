-- part: enabled
EXISTS (SELECT 1 FROM approver_sources AS s WHERE s.approver_id = a.id)

-- What a person may do: the most that one of the sources says, and least where it is not known.

-- part: rank
(
    SELECT MIN(CASE s.role WHEN 'owner' THEN 0 WHEN 'approver' THEN 1 ELSE 2 END)
    FROM approver_sources AS s WHERE s.approver_id = a.id
)

-- name: by_address
SELECT a.id, a.name, {rank} FROM approvers AS a
JOIN addresses AS d ON d.approver_id = a.id
WHERE d.channel = :channel AND d.address = :address AND {enabled};

-- name: addresses
SELECT d.address FROM addresses AS d
JOIN approvers AS a ON a.id = d.approver_id
WHERE d.channel = :channel AND {enabled}
ORDER BY d.address;

-- A name that is known stays: a channel may have given a better one since.

-- name: put
INSERT INTO approvers (id, name) VALUES (:id, :name) ON CONFLICT (id) DO NOTHING;

-- name: put_source
INSERT INTO approver_sources (approver_id, source, role) VALUES (:id, :source, :role)
ON CONFLICT (approver_id, source) DO UPDATE SET role = excluded.role;

-- name: put_address
INSERT INTO addresses (channel, address, approver_id) VALUES (:channel, :address, :id)
ON CONFLICT (channel, address) DO UPDATE SET approver_id = excluded.approver_id;

-- name: of_source
SELECT approver_id FROM approver_sources WHERE source = :source ORDER BY approver_id;

-- name: drop_source
DELETE FROM approver_sources WHERE approver_id = :id AND source = :source;

-- name: named
SELECT a.id, a.name, {rank}, d.channel, d.address FROM approvers AS a
LEFT JOIN addresses AS d ON d.approver_id = a.id
WHERE {enabled}
ORDER BY a.id, d.channel, d.address;

-- name: sources
SELECT approver_id, source FROM approver_sources ORDER BY approver_id, source;

-- name: drop_address
DELETE FROM addresses WHERE channel = :channel AND address = :address;

-- name: rename
UPDATE approvers SET name = CAST(:name AS TEXT) WHERE id = :id AND name <> CAST(:name AS TEXT);

-- name: get
SELECT a.id, a.name, {rank} FROM approvers AS a WHERE a.id = :id AND {enabled};

-- name: add_link
INSERT INTO links (token_sha256, person, expires_at)
VALUES (:token_sha256, :person, :expires_at);

-- name: use_link
UPDATE links SET used_at = CAST(:now AS BIGINT)
WHERE token_sha256 = :token_sha256 AND used_at IS NULL AND expires_at > CAST(:now AS BIGINT)
RETURNING person;
