-- How people want to be spoken to. Minutes are those of the day in the person's own zone.
-- `language` is what they chose; `heard_language` is what their channel last said of them.
CREATE TABLE person_preferences (
    person_id TEXT PRIMARY KEY,
    language TEXT,
    heard_language TEXT,
    timezone TEXT,
    quiet_from BIGINT,
    quiet_to BIGINT,
    quiet_mode TEXT NOT NULL DEFAULT 'silent'
);
