"""Chance behind the Ids port."""

import secrets
from typing import Final

# Without l, which reads as 1 or I.
LETTERS: Final = "abcdefghijkmnopqrstuvwxyz"
_CODES_AT_ONCE: Final = 4


class RandomIds:
    """Ids and secrets from the system's source of randomness."""

    def approval(self) -> str:
        """Return `appr_` and 32 hex digits."""
        return f"appr_{secrets.token_hex(16)}"

    def grant(self) -> str:
        """Return `rule_` and 32 hex digits."""
        return f"rule_{secrets.token_hex(16)}"

    def short_codes(self) -> tuple[str, ...]:
        """Return a few five-letter codes to pick a free one from."""
        chance = secrets.randbits(32 * _CODES_AT_ONCE)
        codes = []
        for _ in range(_CODES_AT_ONCE):
            letters = []
            for _ in range(5):
                chance, index = divmod(chance, len(LETTERS))
                letters.append(LETTERS[index])
            codes.append("".join(letters))
        return tuple(codes)

    def handle(self) -> str:
        """Return 22 characters of URL-safe base64: 128 random bits."""
        return secrets.token_urlsafe(16)

    def other(self) -> str:
        """Return 32 hex digits."""
        return secrets.token_hex(16)

    def token(self) -> str:
        """Return a secret of 256 random bits in URL-safe base64."""
        return secrets.token_urlsafe(32)
