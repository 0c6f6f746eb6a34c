"""Single columns ↔ core values, checked where they come out of the database."""

from datetime import UTC, datetime, timedelta
from typing import Final

from bot.core.audit import milliseconds
from bot.gate.steps import Scalar
from bot.store.engine import StoreDamaged

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def text(value: Scalar) -> str:
    """Return a text that is always there."""
    if not isinstance(value, str):
        raise StoreDamaged("A column holds no text where there must be one.")
    return value


def maybe_text(value: Scalar) -> str | None:
    """Return a text, or None."""
    return None if value is None else text(value)


def number(value: Scalar) -> int:
    """Return a whole number that is always there."""
    if not isinstance(value, int):
        raise StoreDamaged("A column holds no number where there must be one.")
    return value


def maybe_number(value: Scalar) -> int | None:
    """Return a whole number, or None."""
    return None if value is None else number(value)


def instant(value: Scalar) -> datetime:
    """Return the instant of so many UTC milliseconds."""
    return _EPOCH + timedelta(milliseconds=number(value))


def maybe_instant(value: Scalar) -> datetime | None:
    """Return an instant, or None."""
    return None if value is None else instant(value)


def maybe_milliseconds(value: datetime | None) -> int | None:
    """Return an instant as it is stored, or None."""
    return None if value is None else milliseconds(value)
