"""The schema: steps in order, each whole or not at all, never backwards."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.store import open_engine, open_store
from bot.store.engine import StoreError
from bot.store.migrate import Migration, migrate, migrations, parse
from bot.store.sqlite import SqliteEngine
from bot.store.statements import statement
from tests.postgres import a_database


@pytest.fixture
async def fresh(database_url):
    """An engine with an empty database."""
    engine = await open_engine(database_url, exclusive=True, busy_timeout=timedelta(seconds=5))
    yield engine
    await engine.close()


@pytest.fixture
def another_url(request, database_url, tmp_path):
    """A second empty database of the same engine."""
    if database_url.startswith("sqlite:"):
        yield f"sqlite:///{tmp_path / 'another.db'}"
    else:
        with a_database(request.getfixturevalue("postgres")) as url:
            yield url


def a_step(version, *texts):
    return Migration(
        version=version,
        name=f"step {version}",
        statements=tuple(statement("step", text) for text in texts),
    )


def rows(text):
    def steps():
        return (yield statement("rows", text), {})

    return steps


async def versions(engine):
    return await engine.read(rows("SELECT version, name FROM schema_version ORDER BY version"))


async def schema(engine):
    """What the database itself says its schema is."""
    if isinstance(engine, SqliteEngine):
        return await engine.read(
            rows("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
        )
    columns = (
        "SELECT table_name, column_name, data_type, is_nullable, collation_name "
        "FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
    )
    indexes = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
    constraints = (
        "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"
    )
    return [
        [tuple(row) for row in await engine.read(rows(text))]
        for text in (columns, indexes, constraints)
    ]


def test_the_files_are_numbered_without_a_gap():
    assert [each.version for each in migrations()] == list(range(1, len(migrations()) + 1))


async def test_a_fresh_schema_equals_one_that_was_migrated_step_by_step(fresh, another_url):
    await migrate(fresh, migrations())

    grown = await open_engine(another_url, exclusive=True, busy_timeout=timedelta(seconds=5))
    for n in range(1, len(migrations()) + 1):
        await migrate(grown, migrations()[:n])

    assert await schema(grown) == await schema(fresh)
    await grown.close()


async def test_texts_are_compared_by_their_bytes(fresh):
    await migrate(fresh, [a_step(1, "CREATE TABLE words (word TEXT PRIMARY KEY)")])
    await fresh.run(rows("INSERT INTO words (word) VALUES ('ä'), ('b'), ('B'), ('a'), ('_')"))

    found = await fresh.read(rows("SELECT word FROM words ORDER BY word"))

    assert [row[0] for row in found] == ["B", "_", "a", "b", "ä"]


async def test_several_that_migrate_at_once_make_one_schema(postgres_url):
    async def one():
        async with open_store(postgres_url, exclusive=False):
            pass

    async with asyncio.TaskGroup() as tasks:
        for _ in range(4):
            tasks.create_task(one())

    async with open_store(postgres_url):
        pass


async def test_migrating_again_changes_nothing(fresh):
    await migrate(fresh, migrations())
    before = await schema(fresh), await versions(fresh)

    await migrate(fresh, migrations())

    assert (await schema(fresh), await versions(fresh)) == before


async def test_a_step_that_fails_leaves_nothing_and_those_before_it_stand(fresh):
    one = a_step(1, "CREATE TABLE one (id TEXT PRIMARY KEY)")
    bad = a_step(
        2, "CREATE TABLE two (id TEXT PRIMARY KEY)", "INSERT INTO one (id) VALUES (1, 2, 3)"
    )

    with pytest.raises(StoreError):
        await migrate(fresh, [one, bad])

    assert list(await versions(fresh)) == [(1, "step 1")]
    with pytest.raises(StoreError):
        await fresh.read(rows("SELECT id FROM two"))
    good = replace(bad, statements=bad.statements[:1])
    await migrate(fresh, [one, good])
    assert list(await fresh.read(rows("SELECT id FROM two"))) == []
    assert list(await versions(fresh)) == [(1, "step 1"), (2, "step 2")]


async def test_a_newer_database_is_refused_and_left_as_it_is(fresh, database_url):
    newer = a_step(migrations()[-1].version + 1, "CREATE TABLE future (id TEXT PRIMARY KEY)")
    await migrate(fresh, [*migrations(), newer])
    before = await schema(fresh)
    await fresh.close()

    with pytest.raises(StoreError, match="newer ok2run"):
        async with open_store(database_url):
            pass

    engine = await open_engine(database_url, exclusive=True, busy_timeout=timedelta(seconds=5))
    assert await schema(engine) == before
    await engine.close()


def test_a_file_is_cut_at_the_semicolons_that_end_lines():
    text = """-- A comment; with a semicolon;
CREATE TABLE a (
    -- another;
    b TEXT DEFAULT 'x;y'
);

INSERT INTO a (b) VALUES ('z')
;
"""

    migration = parse("0012_two_words.sql", text)

    assert (migration.version, migration.name) == (12, "two_words")
    assert [each.text for each in migration.statements] == [
        "CREATE TABLE a (\n    b TEXT DEFAULT 'x;y'\n)",
        "INSERT INTO a (b) VALUES ('z')",
    ]
