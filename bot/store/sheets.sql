-- part: columns
id, kind, channel, address, handle, person, state, message, revision, made_at, touched_at,
closed_at, thread

-- What waits and came to a chat lately; both counts go no further than `most`.

-- part: recent
SELECT 1 FROM approvals
JOIN cards ON cards.approval_id = approvals.id
WHERE approvals.state = 'pending' AND approvals.copy_of IS NULL
AND approvals.created_at > CAST(:since AS BIGINT) AND cards.kind = 'card'
AND cards.channel = CAST(:channel AS TEXT) AND cards.address = CAST(:address AS TEXT)

-- name: burst
SELECT (
    SELECT COUNT(*) FROM ({recent} LIMIT CAST(:most AS BIGINT)) AS counted
), (
    SELECT COUNT(*) FROM (
        {recent} AND approvals.key_id = CAST(:key_id AS TEXT) LIMIT CAST(:most AS BIGINT)
    ) AS counted
), (
    SELECT COUNT(*) FROM (
        SELECT 1 FROM approvals
        WHERE key_id = CAST(:key_id AS TEXT) AND state = 'pending' AND copy_of IS NULL
        LIMIT CAST(:most AS BIGINT)
    ) AS counted
), (
    SELECT id FROM sheets
    WHERE kind = 'digest' AND channel = CAST(:channel AS TEXT)
    AND address = CAST(:address AS TEXT) AND closed_at IS NULL
    ORDER BY made_at DESC, id
    LIMIT 1
), (
    SELECT MAX(held_at) FROM cards
    WHERE channel = CAST(:channel AS TEXT) AND address = CAST(:address AS TEXT)
    AND held_at IS NOT NULL
);

-- name: add
INSERT INTO sheets ({columns})
VALUES (
    :id, :kind, :channel, :address, :handle, :person, :state, :message, :revision, :made_at,
    :touched_at, :closed_at, :thread
);

-- name: get
SELECT {columns} FROM sheets WHERE id = :id;

-- name: by_handle
SELECT {columns} FROM sheets WHERE handle = :handle;

-- name: open_in
SELECT {columns} FROM sheets
WHERE channel = :channel AND address = :address AND closed_at IS NULL
ORDER BY made_at, id;

-- What an approval's end changes: sheets whose state names it, and digests where it has a card.

-- name: showing
SELECT {columns} FROM sheets
WHERE closed_at IS NULL
AND (
    state LIKE '%' || CAST(:approval_id AS TEXT) || '%'
    OR (
        kind = 'digest'
        AND EXISTS (
            SELECT 1 FROM cards
            WHERE cards.approval_id = CAST(:approval_id AS TEXT)
            AND cards.channel = sheets.channel AND cards.address = sheets.address
        )
    )
)
ORDER BY made_at, id;

-- name: turn
UPDATE sheets SET state = :state, revision = revision + 1, touched_at = :touched_at
WHERE id = :id AND revision = CAST(:revision AS BIGINT) - 1
RETURNING id;

-- name: touch
UPDATE sheets SET touched_at = :touched_at WHERE id = :id;

-- name: posted
UPDATE sheets SET message = CAST(:message AS TEXT) WHERE id = :id;

-- name: close
UPDATE sheets SET closed_at = CAST(:at AS BIGINT), touched_at = CAST(:at AS BIGINT)
WHERE id = :id AND closed_at IS NULL
RETURNING id;
