"""What people decided so far, read beside whoever uses the database."""

from typing import Final

from bot.core.backtest import Past, past_of
from bot.gate.ports import Steps
from bot.store import open_reader, place_of
from bot.store.approvals import ApprovalRows
from bot.store.engine import StoreBusy, StoreDamaged, StoreError
from bot.store.keys import KeyRows
from bot.store.migrate import migrations, newer, read_version

_ROWS_AT_ONCE: Final = 500


class HistoryError(StoreError):
    """The history can't be read; the message says why, and what to do."""

    code = "history_failed"


async def read_history(url: str, *, limit: int) -> tuple[Past, ...]:
    """Return what people decided or let expire, newest first, at most so many.

    It is one snapshot. Raises StoreError in words for the operator.
    """
    reader = open_reader(url)
    try:
        return await reader.read(_History(limit).steps)
    except HistoryError:
        raise
    except (StoreBusy, StoreDamaged) as error:
        why = error.__cause__ or error
        raise HistoryError(f"The database {place_of(url)} can't be read. {why}") from error
    except StoreError as error:
        raise HistoryError(
            f"The database {place_of(url)} holds no gate that can be read "
            f"({error.__cause__ or error}); is DATABASE_URL the one that ok2run runs with?"
        ) from error
    finally:
        await reader.close()


class _History:
    """One reading; its steps may be driven again from the beginning."""

    def __init__(self, limit: int) -> None:
        self._limit = limit

    def steps(self) -> Steps[tuple[Past, ...]]:
        """Read the keys' names, then approvals page by page."""
        yield from _check_schema()
        keys = yield from KeyRows().all()
        names = {key.id: key.name for key in keys}
        found: list[Past] = []
        cursor: str | None = None
        while True:
            page = yield from ApprovalRows().listing(
                key_id=None, state=None, session_id=None, limit=_ROWS_AT_ONCE, cursor=cursor
            )
            for approval in page.items:
                past = past_of(approval, agent=names.get(approval.key_id, ""))
                if past is not None:
                    found.append(past)
            cursor = page.cursor
            if cursor is None or len(found) >= self._limit:
                return tuple(found[: self._limit])


def _check_schema() -> Steps[None]:
    at = yield from read_version()
    known = migrations()[-1].version
    if at > known:
        raise HistoryError(newer(at, known))
    if at < known:
        raise HistoryError(
            f"An older ok2run made this database (schema {at}; this one has {known}). "
            "Start ok2run once to bring it up to date, and ask again then."
        )
