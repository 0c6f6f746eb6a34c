-- part: columns
seq, at, kind, actor, approval_id, facts, previous, hash

-- Taken first in each batch: on PostgreSQL it is the lock that lets one writer go at a time.

-- name: lock_head
UPDATE audit_head SET seq = seq WHERE id = 1 RETURNING seq, hash, epoch;

-- name: head
SELECT seq, hash FROM audit_head WHERE id = 1;

-- name: begin_epoch
UPDATE audit_head SET epoch = epoch + 1 WHERE id = 1 RETURNING epoch;

-- name: save_head
UPDATE audit_head SET seq = :seq, hash = :hash WHERE id = 1;

-- name: add
INSERT INTO audit ({columns})
VALUES (:seq, :at, :kind, :actor, :approval_id, :facts, :previous, :hash);

-- name: of
SELECT {columns} FROM audit WHERE approval_id = :approval_id ORDER BY seq;

-- name: has
SELECT seq FROM audit WHERE approval_id = :approval_id AND kind = :kind LIMIT 1;

-- name: after
SELECT {columns} FROM audit WHERE seq > :seq ORDER BY seq LIMIT :limit;
