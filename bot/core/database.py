"""What the statements that a database's client is given destroy."""

import re

from bot.core.danger import Danger
from bot.core.program_table import names

CLIENTS = names(
    "psql pgcli mysql mycli mariadb sqlite3 sqlite litecli duckdb sqlcmd sqlplus isql usql"
    " mongo mongosh mysqlsh clickhouse clickhouse-client cockroach cqlsh trino presto bq snowsql"
    " influx redis-cli valkey-cli keydb-cli neo4j cypher-shell surreal turso wrangler supabase"
)
_NAME = r"[\w\"`.\[\]$]{1,200}"
_STATEMENTS: tuple[tuple[Danger, re.Pattern[str]], ...] = tuple(
    (danger, re.compile(pattern, re.IGNORECASE))
    for danger, pattern in (
        (Danger.DATABASE, r"\bdrop\s{1,9}(?:database|schema|keyspace|owned|tablespace)\b"),
        (Danger.DATABASE, r"\bdropDatabase\b"),
        (
            Danger.DATA,
            r"\bdrop\s{1,9}(?:table|view|materialized|index|column|sequence|type|function|role"
            r"|user|trigger|collection|constraint|extension|partition)\b",
        ),
        (Danger.DATA, rf"\btruncate\s{{1,9}}(?:table\s{{1,9}})?{_NAME}"),
        (Danger.DATA, r"\balter\s{1,9}table\b[^;]{0,2000}\bdrop\b"),
        (
            Danger.DATA,
            r"\.(?:drop|dropIndexes|dropIndex)\(|\.(?:deleteMany|remove)\(\s{0,9}(?:\{\s{0,9}\})?\s{0,9}[,)]",
        ),
        (Danger.DATA, r"\b(?:flushall|flushdb|xtrim|detach\s{1,9}delete)\b"),
    )
)
# A statement of this kind reaches every row where nothing limits it.
_EVERY_ROW = re.compile(
    rf"\b(?:delete\s{{1,9}}from\s{{1,9}}(?:only\s{{1,9}})?{_NAME}"
    rf"|update\s{{1,9}}(?:only\s{{1,9}})?{_NAME}\s{{1,9}}set\b)(?P<rest>[^;]{{0,4000}})",
    re.IGNORECASE,
)
_LIMITED = re.compile(r"\b(?:where|using|limit)\b", re.IGNORECASE)
_ALWAYS = re.compile(
    r"\bwhere\s{1,9}(?:true\b|1\s{0,9}=\s{0,9}1\b|'?1'?\s{0,9}(?:;|$))", re.IGNORECASE
)


def dangers_in_statements(text: str) -> set[Danger]:
    """Return the dangers of statements in SQL or of document stores; linear in their length."""
    found = {danger for danger, pattern in _STATEMENTS if pattern.search(text)}
    for match in _EVERY_ROW.finditer(text):
        rest = match["rest"]
        if not _LIMITED.search(rest) or _ALWAYS.search(rest):
            found.add(Danger.DATA)
    return found
