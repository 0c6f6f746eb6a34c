"""The markers of shown texts in the reader's language: `⟨hidden: password⟩`, `⟨4000 spaces⟩`.

bot.core.preview makes them in English. It escapes the brackets where they stand in a text itself,
so whatever stands in them here is a marker, and stays one in another language.
"""

import re
from typing import Final

from bot.locales import ENGLISH
from bot.locales.audience import Audience

_MARKER: Final = re.compile(
    r"⟨(?:hidden: (?P<kind>[^⟨⟩]+)"
    r"|(?P<spaces>\d+) spaces?|(?P<tabs>\d+) tabs?"
    r"|(?P<of>\d+) blank lines? of|(?P<lines>\d+) blank lines?)⟩"
)


def places_of(shown: str, audience: Audience) -> list[tuple[int, int, str]]:
    """Return where markers stand in a shown text, and what stands there for these readers."""
    if audience.language == ENGLISH or "⟨" not in shown:
        return []
    return [
        (found.start(), found.end(), f"⟨{_words(found, audience)}⟩")
        for found in _MARKER.finditer(shown)
    ]


def in_words(shown: str, audience: Audience) -> str:
    """Return a shown text with its markers in these readers' language."""
    pieces: list[str] = []
    done = 0
    for start, end, words in places_of(shown, audience):
        pieces += (shown[done:start], words)
        done = end
    return "".join((*pieces, shown[done:])) if pieces else shown


def _words(found: re.Match[str], audience: Audience) -> str:
    name = found.lastgroup or ""
    value = found[name]
    if name == "kind":
        return audience.gettext("hidden: {kind}").format(kind=audience.gettext(value))
    n = int(value)
    if name == "spaces":
        return audience.ngettext("{n} space", "{n} spaces", n).format(n=n)
    if name == "tabs":
        return audience.ngettext("{n} tab", "{n} tabs", n).format(n=n)
    if name == "of":
        return audience.ngettext("{n} blank line of", "{n} blank lines of", n).format(n=n)
    return audience.ngettext("{n} blank line", "{n} blank lines", n).format(n=n)
