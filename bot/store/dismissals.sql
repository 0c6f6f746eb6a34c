-- name: all
SELECT rule_sha256 FROM dismissals ORDER BY rule_sha256;

-- name: add
INSERT INTO dismissals (rule_sha256, name, identity, at) VALUES (:rule_sha256, :name, :identity, :at)
ON CONFLICT (rule_sha256) DO NOTHING;
