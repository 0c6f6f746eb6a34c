"""Words that stand for themselves: `yes kqmrz`, `no kqmrz reason`, and a bare no.

Nothing else that a person writes decides by itself; whatever is unclear is answered with how to.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

# Short codes have five of these letters, which no font shows alike (`bot.ids`).
_CODED: Final = re.compile(
    r"(?P<word>yes|no)[\s,:]+(?P<code>[a-km-z]{5})(?P<rest>(?:\W.*)?)", re.S
)
_ENDS: Final = " \t\r\n.,;:!\"'“”‘’"
_REFUSALS: Final = frozenset(
    {
        *("no", "n", "nope", "nah", "no no", "no thanks", "don't", "dont", "do not", "stop"),
        *("deny", "denied", "never", "cancel", "nein", "non", "nej", "нет", "❌", "👎", "⛔"),
        *("不", "不行", "不要", "不可以", "不同意", "不批准", "否", "别", "拒绝", "不用", "算了"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A yes or a no to the approval of this code, with the words that follow it."""

    approve: bool
    code: str
    rest: str = ""

    @property
    def is_clear(self) -> bool:
        """Tell whether it can be followed: a yes with more words is none that can."""
        return not (self.approve and self.rest)


def spoken_in(text: str) -> Spoken | None:
    """Return the yes or no with a code that a text is, or None for any other text.

    Case, blanks, quotes and punctuation around it are no matter: `Yes KQMRZ.` is one.
    """
    words = text.strip(_ENDS)
    found = _CODED.fullmatch(words.lower())
    if found is None or len(words.lower()) != len(words):
        return None
    return Spoken(
        approve=found["word"] == "yes",
        code=found["code"],
        rest=words[found.start("rest") :].strip(f"{_ENDS}–—-"),
    )


def is_bare_no(text: str) -> bool:
    """Tell whether a text says no and nothing besides, in English or in Chinese."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return " ".join(folded.split()).strip(f"{_ENDS}。，！、") in _REFUSALS
