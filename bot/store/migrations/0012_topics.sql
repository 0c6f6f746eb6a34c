-- The topic of an agent's cards in a chat. `thread` is null where there is none; from `retry_at` on
-- one is made anew. A sheet stays in the topic where it was asked for.
CREATE TABLE topics (
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    thread TEXT,
    retry_at BIGINT,
    PRIMARY KEY (channel, address, agent)
);

ALTER TABLE sheets ADD COLUMN thread TEXT;
