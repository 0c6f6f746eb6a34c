"""A listing's cursor: opaque to callers, the place of the last row they got."""

import base64
import binascii
from typing import Final

from bot.core.errors import InvalidAsk

# Before every row there can be, seen from the newest.
START: Final = (2**63 - 1, "")


def dump(created_at: int, id: str) -> str:
    """Return the cursor that goes on after this row."""
    return base64.urlsafe_b64encode(f"{created_at}.{id}".encode()).decode().rstrip("=")


def load(cursor: str | None) -> tuple[int, str]:
    """Return (created_at, id) of the row to go on after; raises InvalidAsk for anything else."""
    if cursor is None:
        return START
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        created_at, _, id = base64.b64decode(padded, b"-_", validate=True).decode().partition(".")
        place = int(created_at), id
    except (binascii.Error, ValueError) as error:
        raise InvalidAsk("This cursor is not from here.", place=("cursor",)) from error
    if dump(*place) != cursor or not 0 <= place[0] < START[0]:
        raise InvalidAsk("This cursor is not from here.", place=("cursor",))
    return place
