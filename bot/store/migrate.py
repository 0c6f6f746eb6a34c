"""Brings a database to this program's schema: ordered files, each in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from importlib import resources
from typing import Final

from bot.gate.steps import Steps
from bot.store.column import number
from bot.store.engine import Engine, StoreError
from bot.store.statements import Statement, statement

_MAKE_VERSIONS: Final = statement(
    "make_versions",
    "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY, name TEXT NOT NULL)",
)
_VERSION: Final = statement("version", "SELECT COALESCE(MAX(version), 0) FROM schema_version")
_SAVE_VERSION: Final = statement(
    "save_version", "INSERT INTO schema_version (version, name) VALUES (:version, :name)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One step of the schema: its number, from 1 on, and its statements."""

    version: int
    name: str
    statements: tuple[Statement, ...]


def parse(file: str, text: str) -> Migration:
    """Return the migration in a file named like `0001_start.sql`; `;` ends a statement's line."""
    version, _, name = file.removesuffix(".sql").partition("_")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("--")]
    texts = [part.strip() for part in "\n".join([*lines, ""]).split(";\n")]
    return Migration(
        version=int(version),
        name=name,
        statements=tuple(statement(name, part) for part in texts if part),
    )


def migrations() -> tuple[Migration, ...]:
    """Return every migration of this program, in order."""
    folder = resources.files("bot.store").joinpath("migrations")
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".sql")),
        key=lambda file: file.name,
    )
    return tuple(parse(file.name, file.read_text("utf-8")) for file in files)


async def migrate(engine: Engine, known: Sequence[Migration]) -> None:
    """Run the steps that the database lacks; raises StoreError for a newer database.

    A step that fails leaves nothing, and the steps before it stand.
    """
    at = await version_of(engine)
    newest = known[-1].version
    if at > newest:
        raise StoreError(newer(at, newest))
    for migration in known:
        if migration.version > at:
            await engine.alter(partial(_step, migration))


def newer(at: int, newest: int) -> str:
    """Return what to say of a database whose schema is beyond this program's newest."""
    return (
        f"A newer ok2run made this database (schema {at}; this one knows {newest}). "
        "Start that version, or restore the backup made before the update."
    )


async def version_of(engine: Engine) -> int:
    """Return the database's version, 0 where it has none yet."""
    return await engine.alter(_version)


def _version() -> Steps[int]:
    yield _MAKE_VERSIONS, {}
    return (yield from read_version())


def read_version() -> Steps[int]:
    """Return the version of a database that has one; 0 where no step was made."""
    rows = yield _VERSION, {}
    return number(rows[0][0])


def _step(migration: Migration) -> Steps[None]:
    if (yield from _version()) >= migration.version:
        return  # another process has made it meanwhile
    for each in migration.statements:
        yield each, {}
    yield _SAVE_VERSION, {"version": migration.version, "name": migration.name}
