-- part: columns
id, scope, key_id, agent, action_type, cwd, session_id, made_by, made_at, revoked_at, uses,
last_used_at

-- name: candidates
SELECT {columns} FROM grants
WHERE key_id = :key_id AND action_type = CAST(:action_type AS TEXT) AND revoked_at IS NULL
AND SUBSTR(action_type, 1, 200) = SUBSTR(CAST(:action_type AS TEXT), 1, 200)
AND (cwd = CAST(:cwd AS TEXT) OR (cwd IS NULL AND CAST(:cwd AS TEXT) IS NULL))
AND (session_id IS NULL OR session_id = :session_id)
ORDER BY CASE scope WHEN 'always' THEN 0 ELSE 1 END, made_at, id;

-- A revoked one comes back under its id, as made now; one in force stays as it was made.

-- name: make
INSERT INTO grants ({columns}, reach)
VALUES (
    :id, :scope, :key_id, :agent, :action_type, :cwd, :session_id, :made_by, :made_at,
    :revoked_at, :uses, :last_used_at, :reach
)
ON CONFLICT (reach) DO UPDATE
SET made_by = CASE WHEN grants.revoked_at IS NULL
        THEN grants.made_by ELSE excluded.made_by END,
    made_at = CASE WHEN grants.revoked_at IS NULL
        THEN grants.made_at ELSE excluded.made_at END,
    revoked_at = NULL
RETURNING {columns};

-- name: used
UPDATE grants SET uses = uses + 1, last_used_at = :at WHERE id = :id;

-- name: get
SELECT {columns} FROM grants WHERE id = :id;

-- name: listing
SELECT {columns} FROM grants
WHERE revoked_at IS NULL
AND (CAST(:key_id AS TEXT) IS NULL OR key_id = CAST(:key_id AS TEXT))
ORDER BY made_at DESC, id DESC;

-- name: revoke
UPDATE grants SET revoked_at = :at WHERE id = :id AND revoked_at IS NULL RETURNING id;
