-- Interactive messages that are no cards. `state` is a JSON object of the kind's own; `person` is
-- whose it is, or null where it is for whoever may decide. `touched_at` is when it last mattered.
CREATE TABLE sheets (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    handle TEXT NOT NULL UNIQUE,
    person TEXT REFERENCES approvers (id),
    state TEXT NOT NULL,
    message TEXT,
    revision BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    touched_at BIGINT NOT NULL,
    closed_at BIGINT
);

CREATE INDEX sheets_open ON sheets (channel, address, kind) WHERE closed_at IS NULL;
CREATE INDEX sheets_age ON sheets (touched_at);

ALTER TABLE outbox ADD COLUMN sheet_id TEXT REFERENCES sheets (id);

-- A sheet owes one delivery at most: its first, or an edit.
CREATE UNIQUE INDEX outbox_sheet ON outbox (sheet_id) WHERE sheet_id IS NOT NULL;

-- Since when a card is held back, because a digest shows what it would.
ALTER TABLE cards ADD COLUMN held_at BIGINT;

CREATE INDEX cards_held ON cards (channel, address, held_at) WHERE held_at IS NOT NULL;
