-- part: columns
id, scope, key_id, agent, action_type, cwd, session_id, made_by, made_at, revoked_at, uses,
last_used_at, extent, ends, expires_at, uses_left

-- part: in_force
revoked_at IS NULL AND (expires_at IS NULL OR expires_at > :now)
AND (uses_left IS NULL OR uses_left > 0)

-- A grant without a clock or a count stays as it was made while it is in force.
-- part: stays
grants.revoked_at IS NULL AND grants.expires_at IS NULL AND grants.uses_left IS NULL

-- name: candidates
SELECT {columns} FROM grants
WHERE key_id = :key_id AND action_type = CAST(:action_type AS TEXT) AND {in_force}
AND SUBSTR(action_type, 1, 200) = SUBSTR(CAST(:action_type AS TEXT), 1, 200)
AND (cwd = CAST(:cwd AS TEXT) OR (cwd IS NULL AND CAST(:cwd AS TEXT) IS NULL))
AND (session_id IS NULL OR session_id = :session_id)
ORDER BY CASE WHEN uses_left IS NULL THEN 0 ELSE 1 END, CASE scope WHEN 'always' THEN 0 ELSE 1 END, made_at, id;

-- One that has ended comes back under its id, as made now.

-- name: make
INSERT INTO grants ({columns}, reach)
VALUES (
    :id, :scope, :key_id, :agent, :action_type, :cwd, :session_id, :made_by, :made_at,
    :revoked_at, :uses, :last_used_at, :extent, :ends, :expires_at, :uses_left, :reach
)
ON CONFLICT (reach) DO UPDATE
SET made_by = CASE WHEN {stays} THEN grants.made_by ELSE excluded.made_by END,
    made_at = CASE WHEN {stays} THEN grants.made_at ELSE excluded.made_at END,
    expires_at = excluded.expires_at,
    uses_left = excluded.uses_left,
    revoked_at = NULL
RETURNING {columns};

-- name: used
UPDATE grants SET uses = uses + 1, uses_left = uses_left - 1, last_used_at = :at
WHERE id = :id AND {in_force}
RETURNING {columns};

-- name: get
SELECT {columns} FROM grants WHERE id = :id;

-- name: listing
SELECT {columns} FROM grants
WHERE {in_force}
AND (CAST(:key_id AS TEXT) IS NULL OR key_id = CAST(:key_id AS TEXT))
ORDER BY made_at DESC, id DESC;

-- name: revoke
UPDATE grants SET revoked_at = :at WHERE id = :id AND revoked_at IS NULL RETURNING id;
