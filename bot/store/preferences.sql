-- part: columns
p.language, p.heard_language, p.timezone, p.quiet_from, p.quiet_to, p.quiet_mode

-- name: get
SELECT {columns} FROM person_preferences AS p WHERE p.person_id = :id;

-- An approver who never said anything has a row of nulls; a stranger has none.

-- name: at
SELECT {columns} FROM addresses AS d
JOIN approvers AS a ON a.id = d.approver_id
LEFT JOIN person_preferences AS p ON p.person_id = a.id
WHERE d.channel = :channel AND d.address = :address
AND EXISTS (SELECT 1 FROM approver_sources AS s WHERE s.approver_id = a.id);

-- name: open_cards
SELECT c.id, c.channel, c.address FROM approvals AS a
JOIN cards AS c ON c.approval_id = a.id
JOIN addresses AS d ON d.channel = c.channel AND d.address = c.address
WHERE a.state = 'pending' AND d.approver_id = :id
AND c.kind = 'card' AND c.message IS NOT NULL
ORDER BY c.id;

-- name: put
INSERT INTO person_preferences
(person_id, language, heard_language, timezone, quiet_from, quiet_to, quiet_mode)
VALUES (
    :id, CAST(:language AS TEXT), CAST(:heard_language AS TEXT), CAST(:timezone AS TEXT),
    CAST(:quiet_from AS BIGINT), CAST(:quiet_to AS BIGINT), :quiet_mode
)
ON CONFLICT (person_id) DO UPDATE SET
    language = excluded.language, heard_language = excluded.heard_language,
    timezone = excluded.timezone, quiet_from = excluded.quiet_from,
    quiet_to = excluded.quiet_to, quiet_mode = excluded.quiet_mode;
