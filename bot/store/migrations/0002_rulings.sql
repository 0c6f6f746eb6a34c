-- What a rule said of an approval that people are asked, and the answers of several people.

ALTER TABLE approvals ADD COLUMN ruling TEXT;
ALTER TABLE approvals ADD COLUMN votes TEXT NOT NULL DEFAULT '[]';
