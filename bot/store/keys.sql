-- name: all
SELECT id, name, sha256, rights, created_at FROM keys ORDER BY created_at, id;

-- name: put
INSERT INTO keys (id, source, name, sha256, rights, created_at)
VALUES (:id, :source, :name, :sha256, :rights, :created_at)
ON CONFLICT (id) DO UPDATE
SET source = excluded.source, name = excluded.name, sha256 = excluded.sha256,
    rights = excluded.rights;

-- name: of_source
SELECT id FROM keys WHERE source = :source ORDER BY id;

-- name: drop
DELETE FROM keys WHERE id = :id;
