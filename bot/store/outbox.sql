-- part: columns
id, task, channel, address, card_id, body, priority, attempts, revision, created_at, due_at,
sheet_id

-- part: renewed
revision = outbox.revision + 1,
    state = 'owed',
    channel = excluded.channel,
    address = excluded.address,
    body = excluded.body,
    attempts = 0,
    fault = NULL,
    priority = CASE WHEN outbox.priority < excluded.priority
        THEN outbox.priority ELSE excluded.priority END,
    due_at = CASE WHEN outbox.due_at < excluded.due_at
        THEN outbox.due_at ELSE excluded.due_at END

-- A card owes one edit at most: another renews it, also one that was given up.

-- name: owe_edit
INSERT INTO outbox ({columns}, state)
VALUES (
    :id, 'edit', :channel, :address, :card_id, :body, :priority, :attempts, :revision,
    :created_at, :due_at, :sheet_id, 'owed'
)
ON CONFLICT (card_id) WHERE task = 'edit' DO UPDATE
SET {renewed};

-- So does a sheet, posted or not.

-- name: owe_sheet
INSERT INTO outbox ({columns}, state)
VALUES (
    :id, 'sheet', :channel, :address, :card_id, :body, :priority, :attempts, :revision,
    :created_at, :due_at, :sheet_id, 'owed'
)
ON CONFLICT (sheet_id) WHERE sheet_id IS NOT NULL DO UPDATE
SET {renewed};

-- name: owe
INSERT INTO outbox ({columns}, state)
VALUES (
    :id, :task, :channel, :address, :card_id, :body, :priority, :attempts, :revision,
    :created_at, :due_at, :sheet_id, 'owed'
);

-- name: owe_once
INSERT INTO outbox ({columns}, state)
VALUES (
    :id, :task, :channel, :address, :card_id, :body, :priority, :attempts, :revision,
    :created_at, :due_at, :sheet_id, 'owed'
)
ON CONFLICT (id) DO NOTHING;

-- What waits for quiet hours to end has this fault; nothing went wrong with it.

-- name: release
UPDATE outbox SET due_at = :now
WHERE state = 'owed' AND task = 'post' AND fault = 'quiet hours' AND EXISTS (
    SELECT 1 FROM addresses AS theirs
    WHERE theirs.approver_id = :person
    AND theirs.channel = outbox.channel AND theirs.address = outbox.address
);

-- What waits for people to answer elsewhere first is mailed now.

-- name: hasten
UPDATE outbox SET due_at = CAST(:now AS BIGINT)
WHERE state = 'owed' AND task = 'post' AND channel = 'email' AND attempts = 0
AND due_at > CAST(:now AS BIGINT)
AND card_id IN (SELECT id FROM cards WHERE approval_id = :approval_id);

-- name: lanes_due
SELECT DISTINCT channel, address FROM outbox
WHERE state = 'owed' AND due_at <= :now
ORDER BY channel, address;

-- name: due
SELECT {columns} FROM outbox
WHERE state = 'owed' AND channel = :channel AND address = :address AND due_at <= :now
ORDER BY CASE WHEN attempts > 0 THEN 1 ELSE 0 END, priority, created_at, id
LIMIT :limit;

-- name: settled
DELETE FROM outbox WHERE id = :id AND revision = :revision;

-- What was not renewed meanwhile is looked at again later.

-- name: again
UPDATE outbox SET due_at = :due_at, attempts = 0, fault = NULL, revision = revision + 1
WHERE id = :id AND revision = :revision;

-- name: postpone
UPDATE outbox SET due_at = :due_at, attempts = :attempts, fault = :fault WHERE id = :id;

-- name: give_up
UPDATE outbox SET state = 'undeliverable', fault = :fault WHERE id = :id;

-- name: next_due
SELECT MIN(due_at) FROM outbox WHERE state = 'owed' AND due_at > :after;
