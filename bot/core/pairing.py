"""Pairing codes: how they look, how long they are good, how many wrong ones are taken."""

import hashlib
import re
from datetime import timedelta
from typing import Final

# Digits and capitals without 0 and O, 1 and I, which are taken for each other.
ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH: Final = 8
CODE_LIFE: Final = timedelta(minutes=10)
MOST_FAILURES: Final = 5
LOCKED_FOR: Final = timedelta(minutes=15)

_BETWEEN: Final = re.compile(r"[\s\-‐‑–—_]+")
# What somebody may have read for a code, right or not.
_CODELIKE: Final = re.compile(rf"[0-9A-Z]{{{LENGTH}}}")


def code_in(text: str) -> str | None:
    """Return what was written as a code, in capitals and without what stands between.

    None where nobody could have meant a code. What is returned need not be one that was made.
    """
    code = _BETWEEN.sub("", text).upper()
    return code if _CODELIKE.fullmatch(code) else None


def code_from(secret: str) -> str:
    """Return the code that follows from a secret; 32 letters share a byte evenly."""
    digest = hashlib.sha256(secret.encode()).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:LENGTH])


def shown_code(code: str) -> str:
    """Return a code as people read it, in two halves."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"
