-- part: columns
id, name, document, made_at, changed_at

-- name: all
SELECT {columns} FROM policies ORDER BY made_at, id;

-- name: get
SELECT {columns} FROM policies WHERE id = :id;

-- name: add
INSERT INTO policies ({columns}) VALUES (:id, :name, :document, :made_at, :changed_at);

-- name: change
UPDATE policies
SET name = :name, document = :document, made_at = :made_at, changed_at = :changed_at
WHERE id = :id;

-- name: remove
DELETE FROM policies WHERE id = :id;
