-- part: columns
id, approval_id, kind, channel, address, handle, message, face, face_revision, beside,
held_at

-- name: add
INSERT INTO cards ({columns}, place)
VALUES (
    :id, CAST(:approval_id AS TEXT), :kind, :channel, :address, :handle, :message, :face,
    :face_revision, :beside, :held_at,
    (
        SELECT COALESCE(MAX(placed.place), 0) + 1 FROM cards AS placed
        WHERE placed.approval_id = CAST(:approval_id AS TEXT)
    )
);

-- name: get
SELECT {columns} FROM cards WHERE id = :id;

-- name: by_handle
SELECT {columns} FROM cards WHERE handle = :handle ORDER BY approval_id, place;

-- name: by_message
SELECT {columns} FROM cards
WHERE channel = :channel AND address = :address AND message = :message
ORDER BY approval_id, place
LIMIT 1;

-- name: of
SELECT {columns} FROM cards WHERE approval_id = :approval_id ORDER BY place;

-- name: posted
UPDATE cards SET message = :message WHERE id = :id;

-- name: held
UPDATE cards SET held_at = :at WHERE id = :id;

-- name: last_held
SELECT MAX(held_at) FROM cards
WHERE channel = :channel AND address = :address AND held_at IS NOT NULL;

-- name: held_in
SELECT {columns} FROM cards
WHERE channel = :channel AND address = :address AND held_at IS NOT NULL AND message IS NULL
AND EXISTS (
    SELECT 1 FROM approvals
    WHERE approvals.id = cards.approval_id AND approvals.state = 'pending'
    AND approvals.copy_of IS NULL
)
ORDER BY held_at, id
LIMIT :limit;

-- name: held_mails
SELECT {columns} FROM cards
WHERE channel = :channel AND address = :address AND held_at IS NOT NULL AND message IS NULL
ORDER BY held_at, id;

-- name: forget_held
UPDATE cards SET held_at = NULL
WHERE channel = :channel AND address = :address AND held_at IS NOT NULL;

-- name: released
UPDATE cards SET held_at = NULL, beside = CAST(:beside AS TEXT) WHERE id = :id;

-- name: taken_down
UPDATE cards SET message = NULL WHERE id = :id;

-- name: turn
UPDATE cards SET face = :face, face_revision = face_revision + 1
WHERE id = :id AND face_revision = CAST(:face_revision AS BIGINT) - 1
RETURNING id;

-- Messages are numbered anew at the new place; what was posted is not known there.

-- name: move_cards
UPDATE cards SET address = :after, message = NULL, beside = NULL
WHERE channel = :channel AND address = :before;

-- name: posted_in
SELECT {columns} FROM cards
WHERE channel = :channel AND address = :address AND kind = 'card' AND message IS NOT NULL
ORDER BY approval_id, place;

-- name: unposted_in
SELECT {columns} FROM cards
WHERE channel = :channel AND address = :address AND kind = 'card' AND message IS NULL
ORDER BY approval_id, place;

-- name: move_sheets
UPDATE sheets SET address = :after, message = NULL, thread = NULL
WHERE channel = :channel AND address = :before;

-- name: move_deliveries
UPDATE outbox SET address = :after WHERE channel = :channel AND address = :before;

-- An address that somebody has already at the new place stays theirs.

-- name: move_people
UPDATE addresses SET address = CAST(:after AS TEXT)
WHERE channel = CAST(:channel AS TEXT) AND address = :before
AND NOT EXISTS (
    SELECT 1 FROM addresses AS taken
    WHERE taken.channel = CAST(:channel AS TEXT) AND taken.address = CAST(:after AS TEXT)
);
