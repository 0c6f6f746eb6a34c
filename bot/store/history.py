"""What people decided so far, and the policies kept, read beside whoever uses the database."""

from collections.abc import Callable
from functools import partial
from typing import Final, Generic, TypeVar

from bot.core.backtest import Past, past_of
from bot.gate.policy_tables import KeptPolicy
from bot.gate.steps import Steps
from bot.store import open_reader, place_of
from bot.store.approvals import ApprovalRows
from bot.store.engine import StoreError
from bot.store.keys import KeyRows
from bot.store.migrate import migrations, newer, read_version
from bot.store.policies import PolicyRows
from bot.store.unreadable import why_unreadable

T = TypeVar("T")

ROWS_AT_ONCE: Final = 500


class HistoryError(StoreError):
    """The history can't be read; the message says why, and what to do."""

    code = "history_failed"


async def read_history(url: str, *, limit: int, at_once: int = ROWS_AT_ONCE) -> tuple[Past, ...]:
    """Return what people decided or let expire, newest first, at most so many.

    It is one snapshot, read `at_once` rows at a time. Raises StoreError in words for the operator.
    """
    return await read_gate(url, partial(_history, limit=limit, at_once=at_once))


async def read_kept_policies(url: str) -> tuple[KeptPolicy, ...]:
    """Return the policies of the database; raises StoreError in words for the operator."""
    return await read_gate(url, PolicyRows().all)


async def read_gate(url: str, steps: Callable[[], Steps[T]]) -> T:
    """Return what these steps find in one snapshot; they may be driven again from the beginning.

    Raises StoreError in words for the operator.
    """
    reader = open_reader(url)
    reading = _Reading(steps)
    try:
        return await reader.read(reading.steps)
    except HistoryError:
        raise
    except StoreError as error:
        raise HistoryError(why_unreadable(url, error, holds_gate=reading.holds_gate)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise HistoryError(
            f"The database {place_of(url)} holds what can't be read ({error!r}); "
            "`ok2run export` tells whether it was damaged."
        ) from error
    finally:
        await reader.close()


class _Reading(Generic[T]):
    """One reading of a gate of this schema; it may be driven again from the beginning."""

    def __init__(self, steps: Callable[[], Steps[T]]) -> None:
        self._steps = steps
        self.holds_gate = False

    def steps(self) -> Steps[T]:
        """Look at the schema, then read."""
        at = yield from read_version()
        self.holds_gate = True
        _check_schema(at)
        return (yield from self._steps())


def _history(*, limit: int, at_once: int) -> Steps[tuple[Past, ...]]:
    """Read the keys' names, then approvals page by page."""
    keys = yield from KeyRows().all()
    names = {key.id: key.name for key in keys}
    found: list[Past] = []
    cursor: str | None = None
    while True:
        page = yield from ApprovalRows().listing(
            key_id=None, state=None, session_id=None, limit=at_once, cursor=cursor
        )
        for approval in page.items:
            past = past_of(approval, agent=names.get(approval.key_id, ""))
            if past is not None:
                found.append(past)
        cursor = page.cursor
        if cursor is None or len(found) >= limit:
            return tuple(found[:limit])


def _check_schema(at: int) -> None:
    known = migrations()[-1].version
    if at > known:
        raise HistoryError(newer(at, known))
    if at < known:
        raise HistoryError(
            f"An older ok2run made this database (schema {at}; this one has {known}). "
            "Start ok2run once to bring it up to date, and ask again then."
        )
