"""Chance behind the Ids port."""

import secrets
import time
from typing import Final

from bot.core.number import HIGHEST, LOWEST, Number

# Without l, which reads as 1 or I.
LETTERS: Final = "abcdefghijkmnopqrstuvwxyz"
_PAIRS: Final = tuple(first + second for first in LETTERS for second in LETTERS)
_CODES_AT_ONCE: Final = 4
_CHANCE: Final = secrets.SystemRandom()


class RandomIds:
    """Ids and secrets from the system's source of randomness."""

    def approval(self) -> str:
        """Return `appr_` and 32 hex digits."""
        return f"appr_{_ordered()}"

    def grant(self) -> str:
        """Return `rule_` and 32 hex digits."""
        return f"rule_{secrets.token_hex(16)}"

    def short_codes(self) -> tuple[str, ...]:
        """Return a few five-letter codes to pick a free one from."""
        chance = secrets.randbits(64 * _CODES_AT_ONCE)
        return tuple(_code(chance >> (64 * place)) for place in range(_CODES_AT_ONCE))

    def number(self) -> Number:
        """Return a two-digit number among three, in any order."""
        offered = _CHANCE.sample(range(LOWEST, HIGHEST + 1), 3)
        return Number(right=_CHANCE.choice(offered), offered=(offered[0], offered[1], offered[2]))

    def handle(self) -> str:
        """Return 22 characters of URL-safe base64: 128 random bits."""
        return secrets.token_urlsafe(16)

    def other(self) -> str:
        """Return 32 hex digits."""
        return _ordered()

    def token(self) -> str:
        """Return a secret of 256 random bits in URL-safe base64."""
        return secrets.token_urlsafe(32)


def _ordered() -> str:
    """Return 32 hex digits: the milliseconds since 1970, then 80 random bits.

    What is made one after the other lies side by side in the indexes: a create writes 4.9 pages to
    SQLite's log, where wholly random ids made it 6.9. Nothing reads the time back.
    """
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def _code(chance: int) -> str:
    """Return five letters from the lowest 64 bits."""
    left, first = divmod(chance & 0xFFFF_FFFF_FFFF_FFFF, len(_PAIRS))
    left, second = divmod(left, len(_PAIRS))
    return _PAIRS[first] + _PAIRS[second] + LETTERS[left % len(LETTERS)]
