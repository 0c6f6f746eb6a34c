-- name: add
INSERT INTO calls (approval_id, key_id, session, tool, attempt, at)
VALUES (:approval_id, :key_id, :session, :tool, :attempt, :at);

-- name: of_session
SELECT approval_id, tool, attempt FROM calls
WHERE key_id = :key_id AND session = :session
ORDER BY at, approval_id;

-- name: waiting
SELECT calls.approval_id FROM calls JOIN approvals ON approvals.id = calls.approval_id
WHERE approvals.state = 'pending' AND calls.at < :before
ORDER BY calls.at, calls.approval_id
LIMIT :limit;

-- name: change
UPDATE calls SET tool = :tool WHERE approval_id = :approval_id;

-- name: forget
DELETE FROM calls WHERE approval_id = :approval_id;

-- name: begin_turn
INSERT INTO turns (key_id, session, begun_at) VALUES (:key_id, :session, :begun_at)
ON CONFLICT (key_id, session) DO UPDATE SET begun_at = excluded.begun_at;

-- name: turn
SELECT begun_at FROM turns WHERE key_id = :key_id AND session = :session;

-- name: end_turn
DELETE FROM turns WHERE key_id = :key_id AND session = :session;
