"""Settings with which every ask has a card of its own, however many come at once."""

from typing import Final

A_CARD_EACH: Final = {
    "DIGEST_AFTER": "100000",
    "BRAKE_PENDING": "100000",
    "BRAKE_APPROVALS": "100000",
}
