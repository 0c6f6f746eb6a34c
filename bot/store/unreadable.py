"""Why a database can't be read, in a sentence for its operator."""

from bot.store import place_of
from bot.store.engine import StoreBusy, StoreDamaged, StoreError


def why_unreadable(url: str, error: StoreError, *, holds_gate: bool) -> str:
    """Return what to say; `holds_gate` where it is known to be a gate's."""
    why = error.__cause__ or error
    if holds_gate or isinstance(error, StoreBusy | StoreDamaged):
        return f"The database {place_of(url)} can't be read. {why}"
    return (
        f"The database {place_of(url)} holds no gate that can be read ({why}); "
        "start ok2run with it first, or is DATABASE_URL another one?"
    )
