-- name: get
SELECT thread, retry_at FROM topics
WHERE channel = :channel AND address = :address AND agent = :agent;

-- name: put
INSERT INTO topics (channel, address, agent, thread, retry_at)
VALUES (:channel, :address, :agent, :thread, :retry_at)
ON CONFLICT (channel, address, agent) DO UPDATE
SET thread = excluded.thread, retry_at = excluded.retry_at;
