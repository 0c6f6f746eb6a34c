"""What goes along in an export is what the schema has."""

from bot.store import open_store
from bot.store.table import TABLES, Kind
from tests.store.moving import engine_of, rows_of


async def test_every_table_and_column_of_the_schema_goes_along(database_url):
    async with open_store(database_url):
        pass
    if engine_of(database_url) == "sqlite":
        found = await rows_of(
            database_url,
            "SELECT m.name, c.name, c.type, c.[notnull], c.pk "
            "FROM sqlite_master m, pragma_table_info(m.name) c "
            "WHERE m.type = 'table' ORDER BY m.name, c.cid",
        )
    else:
        found = await rows_of(
            database_url,
            "SELECT c.table_name, c.column_name, UPPER(c.data_type), "
            "CASE c.is_nullable WHEN 'NO' THEN 1 ELSE 0 END, COALESCE(k.ordinal_position, 0) "
            "FROM information_schema.columns c "
            "LEFT JOIN information_schema.table_constraints t ON t.table_name = c.table_name "
            "AND t.table_schema = c.table_schema AND t.constraint_type = 'PRIMARY KEY' "
            "LEFT JOIN information_schema.key_column_usage k ON k.table_name = c.table_name "
            "AND k.column_name = c.column_name AND k.constraint_name = t.constraint_name "
            "WHERE c.table_schema = 'public' ORDER BY c.table_name, c.ordinal_position",
        )
    kinds = {
        ("TEXT", True): Kind.TEXT,
        ("TEXT", False): Kind.MAYBE_TEXT,
        ("BIGINT", True): Kind.NUMBER,
        ("BIGINT", False): Kind.MAYBE_NUMBER,
    }
    schema = {}
    for table, column, type, is_never_null, place in found:
        schema.setdefault(table, []).append((column, kinds[type, bool(is_never_null or place)]))
    keys = {}
    for table, column, _, _, place in found:
        if place:
            keys.setdefault(table, {})[place] = column

    assert {*schema} == {table.name for table in TABLES} | {"schema_version", "audit_head"}
    for table in TABLES:
        assert schema[table.name] == [*table.columns.items()]
        assert tuple(keys[table.name][place] for place in sorted(keys[table.name])) == table.key
    assert [column for column, _ in schema["audit_head"]] == ["id", "seq", "hash", "epoch"]
