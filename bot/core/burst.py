"""When asks come too fast for a card each, so that one list shows them instead.

More than three cards in ten seconds are a burst. While it lasts, and a minute longer, what comes
in for that chat is held back from it and shown in its digest. What is of high risk has its card
all the same. A key that floods gets no more cards, and holds no other key's back.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.core.risk import Level
from bot.core.row import MOST_PENDING, is_flood

FEW: Final = 3
BURST: Final = timedelta(seconds=10)
CALM: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """What waits beside a new ask, this one counted too, each no further than matters.

    `recent` came to its chat within BURST, `recent_of_key` those of its key; `pending_of_key` are
    all of its key. `is_listed` tells whether a digest is being filled there, `others_flood`
    whether that is by another key's flood.
    """

    recent: int
    recent_of_key: int
    pending_of_key: int
    is_listed: bool = False
    others_flood: bool = False


def is_held_back(
    level: Level, crowd: Crowd, *, few: int = FEW, most_pending: int = MOST_PENDING
) -> bool:
    """Tell whether a new ask of this risk has no card of its own, but a place in the digest.

    More than `few` in BURST are one; more than `most_pending` of a key are a flood.
    """
    if is_flood(crowd.pending_of_key, most_pending):
        return True
    if level.rank >= Level.HIGH.rank:
        return False
    if crowd.is_listed and not crowd.others_flood:
        return True
    return (crowd.recent_of_key if crowd.others_flood else crowd.recent) > few
