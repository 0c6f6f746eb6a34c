"""What people prefer ↔ rows."""

from typing import Final

from bot.core.errors import GateError
from bot.core.preference import Preferences, Quiet, QuietMode, zone_of
from bot.gate.channel import Target
from bot.gate.steps import Row, Rows, Steps
from bot.store.column import maybe_number, maybe_text, text
from bot.store.engine import StoreDamaged
from bot.store.statements import load

_SQL: Final = load("preferences.sql")
_GET = _SQL["get"]
_AT = _SQL["at"]
_PUT = _SQL["put"]
_OPEN_CARDS = _SQL["open_cards"]


class PreferenceRows:
    """What people prefer, by their ids; who never said anything has the defaults."""

    def get(self, person: str) -> Steps[Preferences]:
        """Return what a person prefers."""
        rows = yield _GET, {"id": person}
        return _first(rows) or Preferences()

    def at(self, target: Target) -> Steps[Preferences | None]:
        """Return what the enabled approver at this address prefers; None for anybody else."""
        rows = yield _AT, {"channel": target.channel, "address": target.address}
        return _first(rows)

    def put(self, person: str, preferences: Preferences) -> Steps[None]:
        """Save what a person prefers, over what they did before."""
        quiet = preferences.quiet
        yield (
            _PUT,
            {
                "id": person,
                "language": preferences.language,
                "heard_language": preferences.heard_language,
                "timezone": preferences.timezone,
                "quiet_from": quiet.from_minute if quiet is not None else None,
                "quiet_to": quiet.to_minute if quiet is not None else None,
                "quiet_mode": quiet.mode if quiet is not None else QuietMode.SILENT,
            },
        )

    def open_cards(self, person: str) -> Steps[tuple[tuple[str, Target], ...]]:
        """Return the posted cards of what is pending at this person's own addresses, by id."""
        rows = yield _OPEN_CARDS, {"id": person}
        return tuple(
            (text(row[0]), Target(channel=text(row[1]), address=text(row[2]))) for row in rows
        )


def _first(rows: Rows) -> Preferences | None:
    if not rows:
        return None
    try:
        return _preferences(rows[0])
    except (GateError, ValueError) as error:
        raise StoreDamaged(f"What a person prefers can't be read: {error}") from error


def _preferences(row: Row) -> Preferences:
    # A zone that this machine does not know, or no longer, must not keep a card from its person.
    timezone = maybe_text(row[2])
    is_known = timezone is not None and zone_of(timezone) is not None
    from_minute, to_minute = maybe_number(row[3]), maybe_number(row[4])
    quiet = None
    if from_minute is not None and to_minute is not None:
        mode = QuietMode(text(row[5]))
        quiet = Quiet(from_minute=from_minute, to_minute=to_minute, mode=mode)
    return Preferences(
        language=maybe_text(row[0]),
        heard_language=maybe_text(row[1]),
        timezone=timezone if is_known else None,
        quiet=quiet,
    )
