"""What people decided so far, read beside whoever uses the database."""

from typing import Final

from bot.core.backtest import Past, past_of
from bot.gate.ports import Steps
from bot.store import open_reader, place_of
from bot.store.approvals import ApprovalRows
from bot.store.engine import StoreBusy, StoreDamaged, StoreError
from bot.store.keys import KeyRows
from bot.store.migrate import migrations, newer, read_version

ROWS_AT_ONCE: Final = 500


class HistoryError(StoreError):
    """The history can't be read; the message says why, and what to do."""

    code = "history_failed"


async def read_history(url: str, *, limit: int, at_once: int = ROWS_AT_ONCE) -> tuple[Past, ...]:
    """Return what people decided or let expire, newest first, at most so many.

    It is one snapshot, read `at_once` rows at a time. Raises StoreError in words for the operator.
    """
    reader = open_reader(url)
    history = _History(limit, at_once)
    try:
        return await reader.read(history.steps)
    except HistoryError:
        raise
    except StoreError as error:
        raise _unreadable(url, error, holds_gate=history.holds_gate) from error
    except (ValueError, KeyError, TypeError) as error:
        raise HistoryError(
            f"The database {place_of(url)} holds an approval that can't be read ({error!r}); "
            "`ok2run export` tells whether it was damaged."
        ) from error
    finally:
        await reader.close()


def _unreadable(url: str, error: StoreError, *, holds_gate: bool) -> HistoryError:
    why = error.__cause__ or error
    if holds_gate or isinstance(error, StoreBusy | StoreDamaged):
        return HistoryError(f"The database {place_of(url)} can't be read. {why}")
    return HistoryError(
        f"The database {place_of(url)} holds no gate that can be read ({why}); "
        "is DATABASE_URL the one that ok2run runs with?"
    )


class _History:
    """One reading; its steps may be driven again from the beginning."""

    def __init__(self, limit: int, at_once: int) -> None:
        self._limit = limit
        self._at_once = at_once
        self.holds_gate = False

    def steps(self) -> Steps[tuple[Past, ...]]:
        """Read the keys' names, then approvals page by page."""
        at = yield from read_version()
        self.holds_gate = True
        _check_schema(at)
        keys = yield from KeyRows().all()
        names = {key.id: key.name for key in keys}
        found: list[Past] = []
        cursor: str | None = None
        while True:
            page = yield from ApprovalRows().listing(
                key_id=None, state=None, session_id=None, limit=self._at_once, cursor=cursor
            )
            for approval in page.items:
                past = past_of(approval, agent=names.get(approval.key_id, ""))
                if past is not None:
                    found.append(past)
            cursor = page.cursor
            if cursor is None or len(found) >= self._limit:
                return tuple(found[: self._limit])


def _check_schema(at: int) -> None:
    known = migrations()[-1].version
    if at > known:
        raise HistoryError(newer(at, known))
    if at < known:
        raise HistoryError(
            f"An older ok2run made this database (schema {at}; this one has {known}). "
            "Start ok2run once to bring it up to date, and ask again then."
        )
