"""What the doctor looks at on this machine: the database, the daemon, the people in it.

Each check returns findings; a finding is one line with what to do, and holds no secret.
"""

import os
import shutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import aiohttp

from bot.gate.known import Known
from bot.gate.registry import everybody
from bot.gate.steps import Steps
from bot.settings import Settings
from bot.store import BUSY_TIMEOUT, open_engine, open_reader
from bot.store.engine import Reading, StoreError
from bot.store.migrate import migrations, newer, read_version
from bot.store.statements import Statement, statement
from bot.store.transaction import Tables

_HEALTH_SECONDS: Final = 3.0
_LITTLE_ROOM: Final = 100 * 1024 * 1024
_PROBE: Final = "doctor probe"
_WRITE: Final[Statement] = statement(
    "doctor_write", "INSERT INTO menus (scope, sha256) VALUES (:scope, '-')"
)
_REMOVE: Final[Statement] = statement("doctor_remove", "DELETE FROM menus WHERE scope = :scope")


class Mark(StrEnum):
    """How a thing is."""

    GOOD = "✅"
    DOUBTFUL = "⚠"
    WRONG = "❌"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line: how a thing is, and what to do where it is not well."""

    mark: Mark
    line: str


def good(line: str) -> Finding:
    """Return that this is well."""
    return Finding(mark=Mark.GOOD, line=line)


def doubtful(line: str) -> Finding:
    """Return that this may be wrong, or will be."""
    return Finding(mark=Mark.DOUBTFUL, line=line)


def wrong(line: str) -> Finding:
    """Return that this is wrong."""
    return Finding(mark=Mark.WRONG, line=line)


Check = Callable[[], Awaitable[Sequence[Finding]]]


async def daemon_health(settings: Settings) -> dict[str, object] | None:
    """Return what a running daemon says of itself; None where none answers."""
    if settings.port == 0:  # any free one, which only the gate itself knows
        return None
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    shown = f"[{host}]" if ":" in host else host
    patience = aiohttp.ClientTimeout(total=_HEALTH_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=patience) as session,
            session.get(f"http://{shown}:{settings.port}/health?deep=true") as answer,
        ):
            body = await answer.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return None
    return body if isinstance(body, dict) and "checks" in body else None


def daemon_findings(health: dict[str, object]) -> tuple[Finding, ...]:
    """Return what a running daemon says of its parts."""
    checks = health.get("checks")
    found = [good("The gate is running; nothing of it is touched.")]
    for name, state in checks.items() if isinstance(checks, dict) else ():
        fault = state.get("error") if isinstance(state, dict) else None
        if fault is not None:
            found.append(wrong(f"The running gate's {name}: {fault}."))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """What was found of the database: the people in it, and whether a gate has it open."""

    findings: tuple[Finding, ...]
    people: tuple[Known, ...] = ()
    is_taken: bool = False


async def database(settings: Settings, *, is_running: bool) -> Database:
    """Look at the database, beside a running daemon without writing."""
    location = settings.database.location
    if _is_missing(settings):
        return Database(findings=_not_there(Path(location)))
    try:
        version, people = await _read(location)
    except StoreError as error:
        return Database(findings=(wrong(f"The database can't be read: {error}"),))
    known = migrations()[-1].version
    if version > known:
        return Database(findings=(wrong(newer(version, known)),))
    found = [good(f"The database opens (schema {version}).")]
    if version < known:
        line = f"Its schema is {version}, this program's {known}; the next start brings it there."
        found = [good("The database opens."), doubtful(line)]
    is_taken = False
    if not is_running and version == known:
        finding, is_taken = await _written(location)
        found.append(finding)
    if settings.database.engine == "sqlite":
        found += _room(Path(location))
    return Database(findings=tuple(found), people=people, is_taken=is_taken)


def _is_missing(settings: Settings) -> bool:
    return settings.database.engine == "sqlite" and not settings.database.path.exists()


def _not_there(path: Path) -> tuple[Finding, ...]:
    folder = next(parent for parent in path.parents if parent.exists())
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        return (
            wrong(f"There is no database {path}, and {folder} can't be written; change that."),
        )
    return (doubtful(f"There is no database {path} yet; ok2run setup or serve makes it."),)


async def _read(location: str) -> tuple[int, tuple[Known, ...]]:
    reader = open_reader(location)
    try:
        version = await reader.read(read_version)
        is_known = version == migrations()[-1].version
        return version, await _people(reader) if is_known else ()
    finally:
        await reader.close()


async def _people(reader: Reading) -> tuple[Known, ...]:
    return await reader.read(lambda: everybody(Tables()))


async def _written(location: str) -> tuple[Finding, bool]:
    """Write and remove a row, with the gate's lock; tell also whether another has that."""
    try:
        engine = await open_engine(location, exclusive=True, busy_timeout=BUSY_TIMEOUT)
    except StoreError as error:
        if "Another ok2run" in str(error):
            line = "A gate has the database open, but does not answer on HOST and PORT."
            return doubtful(f"{line} Is it another one's settings?"), True
        return wrong(f"The database can't be opened for writing: {error}"), False
    try:
        await engine.run(_probe)
    except StoreError as error:
        return wrong(f"The database can't be written: {error}"), False
    finally:
        await engine.close()
    return good("The database can be written."), False


def _probe() -> Steps[None]:
    yield _WRITE, {"scope": _PROBE}
    yield _REMOVE, {"scope": _PROBE}


def _room(path: Path) -> list[Finding]:
    free = shutil.disk_usage(path.parent).free
    if free >= _LITTLE_ROOM:
        return []
    return [doubtful(f"Only {free // 1024**2} MB are free beside the database; make room.")]


def approver_findings(settings: Settings, people: Sequence[Known]) -> tuple[Finding, ...]:
    """Return whether anybody may decide in Telegram, and who says who is here."""
    named = settings.approver_ids
    reached = [known for known in people if known.targets]
    deciding = [known for known in reached if known.person.may_decide]
    count = len({*(known.person.id for known in deciding), *(f"telegram-{id}" for id in named)})
    if not count:
        line = "Nobody may decide in Telegram; run  ok2run setup , or set ALLOWED_USER_IDS."
        return (wrong(line),)
    found = [good(f"People who may decide in Telegram: {count}.")]
    if not any(known.person.role.rank == 0 for known in reached):
        found.append(
            doubtful("No owner is paired, so /pair is nobody's; run  ok2run setup  to be it.")
        )
    return tuple(found)
