-- part: columns
id, short_code, kind, key_id, agent, session_id, action_type, title, digest, state,
created_at, expires_at, ended_at, end_reason, revision, action, questions, risk, decision, outcome,
ruling, votes, copy_of, copies, number, revoked, crowd, repeats, due_at, reminded, queued_until,
claimed_at

-- part: older
(created_at, id) < (:created_at, :id)
ORDER BY created_at DESC, id DESC
LIMIT :limit

-- name: add
INSERT INTO approvals ({columns}, decided_by, words)
VALUES (
    :id, :short_code, :kind, CAST(:key_id AS TEXT), :agent, :session_id, :action_type, :title, :digest, :state,
    :created_at, :expires_at, :ended_at, :end_reason, :revision, :action, :questions, :risk,
    :decision, :outcome, :ruling, :votes, :copy_of, :copies, :number,
    :revoked,
    -- How many others wait beyond the first so many: 1 means just as many as are too much.
    (
        SELECT COUNT(*) FROM (
            SELECT 1 FROM approvals AS waiting
            WHERE waiting.key_id = CAST(:key_id AS TEXT) AND waiting.state = 'pending'
            AND waiting.copy_of IS NULL
            LIMIT 2 OFFSET :uncrowded
        ) AS beyond
    ),
    :repeats, :due_at, :reminded, :queued_until, NULL, :decided_by, :words
)
ON CONFLICT (short_code) WHERE state = 'pending' DO NOTHING
RETURNING (
    SELECT COUNT(*) FROM approvals AS other
    WHERE other.key_id = approvals.key_id AND other.digest = approvals.digest
    AND other.session_id = approvals.session_id AND other.state = 'pending'
    AND other.copy_of IS NULL AND other.id <> approvals.id
), EXISTS (
    SELECT 1 FROM grants
    WHERE grants.key_id = approvals.key_id AND grants.revoked_at IS NULL
    AND SUBSTR(grants.action_type, 1, 200) = SUBSTR(approvals.action_type, 1, 200)
), EXISTS (
    SELECT 1 FROM approvals AS denied
    WHERE denied.key_id = approvals.key_id AND denied.digest = approvals.digest
    AND denied.state = 'denied' AND denied.ended_at > :denied_since
    AND SUBSTR(denied.decided_by, 1, 7) = 'person:'
), crowd, EXISTS (
    SELECT 1 FROM halts WHERE ends_at IS NULL OR ends_at > approvals.created_at
);

-- name: get
SELECT {columns} FROM approvals WHERE id = :id;

-- name: by_code
SELECT {columns} FROM approvals WHERE short_code = :short_code AND state = 'pending';

-- name: finish
UPDATE approvals
SET state = :state, ended_at = :ended_at, end_reason = :end_reason, decision = :decision,
    votes = :votes, copies = :copies, grant_id = :grant_id, revision = :revision,
    decided_by = :decided_by, words = :words
WHERE id = :id AND state = 'pending'
RETURNING id;

-- One that ended under an earlier schema is known by its id alone.

-- name: revoke
UPDATE approvals SET revoked = :revoked, revision = revision + 1
WHERE (grant_id = :grant_id OR id = CAST(:id AS TEXT)) AND revoked IS NULL
RETURNING id;

-- name: crowd
UPDATE approvals SET crowd = 1, revision = revision + 1
WHERE key_id = :key_id AND state = 'pending' AND copy_of IS NULL AND crowd = 0 AND id <> :id
RETURNING {columns};

-- name: approved_by
SELECT COUNT(*) FROM approvals
WHERE decided_by = :identity AND state = 'approved' AND ended_at > :since
AND kind = 'action' AND copy_of IS NULL;

-- The sum has the index of what is due taken, not that of deadlines.

-- name: due
SELECT {columns} FROM approvals
WHERE state = 'pending' AND due_at <= CAST(:now AS BIGINT)
AND expires_at + 0 > CAST(:now AS BIGINT)
ORDER BY due_at, id
LIMIT :limit;

-- name: next_due
SELECT MIN(due_at) FROM approvals WHERE state = 'pending' AND due_at IS NOT NULL;

-- name: nudge
UPDATE approvals
SET reminded = :reminded, due_at = :due_at, ruling = :ruling, revision = CAST(:revision AS BIGINT)
WHERE id = :id AND state = 'pending' AND revision = :before
RETURNING id;

-- name: denied_alike
SELECT {columns} FROM approvals
WHERE key_id = :key_id AND digest = :digest AND state = 'denied' AND ended_at > :since
AND SUBSTR(decided_by, 1, 7) = 'person:'
ORDER BY ended_at DESC, id DESC
LIMIT 1;

-- name: repeat
UPDATE approvals SET repeats = repeats + 1, revision = revision + 1
WHERE id = :id
RETURNING {columns};

-- name: rule
UPDATE approvals SET ruling = :ruling, revision = :revision
WHERE id = :id AND state = 'pending';

-- name: vote
UPDATE approvals SET votes = :votes, revision = CAST(:revision AS BIGINT)
WHERE id = :id AND state = 'pending' AND revision = CAST(:revision AS BIGINT) - 1
RETURNING id;

-- name: report
UPDATE approvals
SET outcome = :outcome, revision = :revision
WHERE id = :id AND state = 'approved' AND outcome IS NULL
RETURNING id;

-- The one write that makes a claim: of two, the later finds the row claimed.

-- name: claim
UPDATE approvals SET claimed_at = :claimed_at, claim = :claim
WHERE id = :id AND kind = 'action' AND state = 'approved' AND claim IS NULL
RETURNING id;

-- name: claim_of
SELECT claim FROM approvals WHERE id = :id;

-- name: claims_after
SELECT id, claim FROM approvals WHERE claim IS NOT NULL AND id > :id ORDER BY id LIMIT :limit;

-- name: lead
UPDATE approvals SET copy_of = NULL, copies = :copies, revision = CAST(:revision AS BIGINT)
WHERE id = :id AND state = 'pending' AND revision = CAST(:revision AS BIGINT) - 1
RETURNING id;

-- name: follow
UPDATE approvals SET copy_of = CAST(:leader AS TEXT)
WHERE copy_of = :before AND state = 'pending' AND id <> CAST(:leader AS TEXT);

-- name: copies
SELECT {columns} FROM approvals
WHERE copy_of = :leader AND state = 'pending'
ORDER BY created_at, id;

-- name: leaders
SELECT {columns} FROM approvals
WHERE key_id = :key_id AND digest = :digest AND session_id = :session_id
AND state = 'pending' AND copy_of IS NULL AND copies < :full AND id <> :id
ORDER BY created_at DESC, id DESC
LIMIT :limit;

-- name: join
UPDATE approvals SET copy_of = :leader_id WHERE id = :id;

-- name: shown
SELECT {columns} FROM approvals
WHERE state = 'pending' AND copy_of IS NULL
ORDER BY created_at, id
LIMIT :limit;

-- What waits in a chat, or anywhere: a card of it went there, or is to go.

-- part: waiting
state = 'pending' AND copy_of IS NULL
AND (
    CAST(:channel AS TEXT) IS NULL
    OR EXISTS (
        SELECT 1 FROM cards
        WHERE cards.approval_id = approvals.id AND cards.kind = 'card'
        AND cards.channel = CAST(:channel AS TEXT) AND cards.address = CAST(:address AS TEXT)
    )
)

-- name: waiting_after
SELECT {columns} FROM approvals
WHERE {waiting} AND (created_at, id) > (:created_at, :id)
ORDER BY created_at, id
LIMIT :limit;

-- name: waiting_before
SELECT {columns} FROM approvals
WHERE {waiting} AND (created_at, id) < (:created_at, :id)
ORDER BY created_at DESC, id DESC
LIMIT :limit;

-- The level stands first in an assessment.

-- name: waiting_count
SELECT COUNT(*), COALESCE(SUM(
    CASE WHEN risk LIKE '{"level":"high"%' OR risk LIKE '{"level":"critical"%'
        THEN 1 ELSE 0 END
), 0), COALESCE(SUM(
    CASE WHEN (created_at, id) < (CAST(:created_at AS BIGINT), CAST(:id AS TEXT))
        THEN 1 ELSE 0 END
), 0)
FROM approvals
WHERE {waiting};

-- name: pending_of
SELECT COUNT(*) FROM (
    SELECT 1 FROM approvals
    WHERE key_id = :key_id AND state = 'pending' AND copy_of IS NULL
    LIMIT :most
) AS counted;

-- name: pending_by_key
SELECT key_id, COUNT(*) FROM approvals
WHERE state = 'pending' AND copy_of IS NULL
GROUP BY key_id
ORDER BY key_id;

-- name: allowed_by
SELECT {columns} FROM approvals
WHERE id IN (
    SELECT approval_id FROM audit
    WHERE actor = :actor AND SUBSTR(actor, 1, 6) = 'grant:'
    ORDER BY seq DESC
    LIMIT :limit
)
ORDER BY created_at DESC, id DESC;

-- name: ended
SELECT {columns} FROM approvals
WHERE ended_at IS NOT NULL
ORDER BY ended_at DESC, id DESC
LIMIT :limit OFFSET :skip;

-- Words are looked for in the newest only, so that no search takes long.

-- name: ended_saying
SELECT {columns} FROM approvals
WHERE id IN (
    SELECT newest.id FROM (
        SELECT id, words FROM approvals
        WHERE ended_at IS NOT NULL
        ORDER BY ended_at DESC, id DESC
        LIMIT :most
    ) AS newest
    WHERE newest.words LIKE :pattern ESCAPE '!'
)
ORDER BY ended_at DESC, id DESC
LIMIT :limit OFFSET :skip;

-- name: overdue
SELECT {columns} FROM approvals
WHERE state = 'pending' AND expires_at <= :now
ORDER BY expires_at, id
LIMIT :limit;

-- name: next_deadline
SELECT MIN(expires_at) FROM approvals WHERE state = 'pending';

-- The listings differ in the filter that an index serves; the other filters may be null.

-- name: list_all
SELECT {columns} FROM approvals
WHERE {older};

-- name: list_of_key
SELECT {columns} FROM approvals
WHERE key_id = :key_id
AND {older};

-- name: list_of_state
SELECT {columns} FROM approvals
WHERE state = :state
AND (CAST(:key_id AS TEXT) IS NULL OR key_id = CAST(:key_id AS TEXT))
AND {older};

-- name: list_of_session
SELECT {columns} FROM approvals
WHERE session_id = CAST(:session_id AS TEXT) AND session_id <> ''
AND SUBSTR(session_id, 1, 200) = SUBSTR(CAST(:session_id AS TEXT), 1, 200)
AND (CAST(:key_id AS TEXT) IS NULL OR key_id = CAST(:key_id AS TEXT))
AND (CAST(:state AS TEXT) IS NULL OR state = CAST(:state AS TEXT))
AND {older};
