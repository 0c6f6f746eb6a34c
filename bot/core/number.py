"""The two-digit number that an agent shows, and that a person picks among three.

All cards of an approval offer the same three in the same order: drawn anew for each, the right one
would be what two cards have in common. A pick tells that who approves sees what the agent shows,
and a guess is right once in three times; so there is no second one. A wrong pick denies, for
everybody and however many have to approve: nobody is left to guess again, the agent is told, and
asking anew draws a new number.
"""

from dataclasses import dataclass, field
from typing import Final

LOWEST: Final = 10
HIGHEST: Final = 99
# What the agent reads as the reason of the denial.
WRONG_NUMBER: Final = "wrong number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """The right number, and the three that are offered, in their order."""

    right: int = field(repr=False)
    offered: tuple[int, int, int]

    def __post_init__(self) -> None:
        if len(set(self.offered)) != 3 or self.right not in self.offered:
            raise ValueError("core: three different numbers are offered, one of them is right")
        if not all(LOWEST <= number <= HIGHEST for number in self.offered):
            raise ValueError("core: a number to pick has two digits")
