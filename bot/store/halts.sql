-- part: columns
kind, name, identity, since, ends_at

-- name: current
SELECT {columns} FROM halts WHERE ends_at IS NULL OR ends_at > :now;

-- name: kept
SELECT {columns} FROM halts;

-- name: put
INSERT INTO halts (id, {columns}) VALUES ('gate', :kind, :name, :identity, :since, :ends_at)
ON CONFLICT (id) DO UPDATE
SET kind = excluded.kind, name = excluded.name, identity = excluded.identity,
    since = excluded.since, ends_at = excluded.ends_at;

-- name: remove
DELETE FROM halts RETURNING id;

-- name: hold
INSERT INTO held (approval_id, danger, asked_at, urgency, channel, address)
VALUES (:approval_id, :danger, :asked_at, :urgency, :channel, :address);

-- name: is_held
SELECT 1 FROM held WHERE approval_id = :approval_id;

-- name: held_next
SELECT approval_id, urgency, channel, address FROM held
ORDER BY danger DESC, asked_at, approval_id
LIMIT :limit;

-- name: held_count
SELECT COUNT(*) FROM held
JOIN approvals ON approvals.id = held.approval_id
WHERE approvals.state = 'pending';

-- name: let_go
DELETE FROM held WHERE approval_id = :approval_id RETURNING approval_id;
