-- name: all
SELECT scope, sha256 FROM menus ORDER BY scope;

-- name: put
INSERT INTO menus (scope, sha256) VALUES (:scope, :sha256)
ON CONFLICT (scope) DO UPDATE SET sha256 = excluded.sha256;

-- name: drop
DELETE FROM menus WHERE scope = :scope;
