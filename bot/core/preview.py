"""What a person is shown: visible escapes, hidden secrets, head and tail, lengths.

Whatever draws nothing, misleads or pushes text out of sight is shown as a marker, `⟨U+202E⟩` or
`⟨4000 spaces⟩`. The brackets themselves are escaped when they occur in the text, so a marker
cannot be forged, and two different texts are never shown alike (but for what is hidden in them).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.character import mixed_script_words
from bot.core.escape import IN_LINE, IN_TEXT, ODD_IN_LINE, ODD_IN_TEXT, Escape, is_plain
from bot.core.redaction import HIDDEN, Secret, marker, secrets_in

__all__ = [
    "Excerpt",
    "Shown",
    "count_hidden",
    "head_and_tail",
    "hidden_in",
    "mixed_script_words",
    "one_line",
    "show_line",
    "show_revealed",
    "show_text",
    "utf16_length",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A text made fit for a person's eyes.

    `hidden_values` counts the secrets hidden. `marked` counts the invisible and stacked
    characters shown as markers; brackets, counted blanks, the CR of a CR LF and the joiners
    inside emoji are marked in the text but not counted. `length` is that of the original, in
    characters.
    """

    text: str
    hidden_values: int
    marked: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """The head and the tail of a shown text, and how much was left out between them.

    A line of which anything is left out counts as omitted.
    """

    head: str
    tail: str
    omitted_characters: int
    omitted_lines: int

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing was left out."""
        return self.omitted_characters == 0


def show_text(text: str) -> Shown:
    """Return the text as it is shown over several lines: LF and TAB stay themselves."""
    secrets = secrets_in(text)
    if not secrets and (is_plain(text) or not ODD_IN_TEXT.search(text)):
        return Shown(text=text, hidden_values=0, marked=0, length=len(text))
    return _shown(text, secrets, IN_TEXT)


def show_line(text: str) -> Shown:
    """Return the text as it is shown in one line: LF and TAB are marked too."""
    secrets = secrets_in(text)
    if not secrets and (is_plain(text) or not ODD_IN_LINE.search(text)):
        return Shown(text=text, hidden_values=0, marked=0, length=len(text))
    return _shown(text, secrets, IN_LINE)


def show_revealed(text: str) -> str:
    """Return a text escaped for the eye, secrets and all, for an approver who asked for them."""
    return _shown(text, (), IN_TEXT).text


def count_hidden(text: str) -> int:
    """Return the `marked` of the text shown over several lines, without looking for secrets."""
    if is_plain(text) or not ODD_IN_TEXT.search(text):
        return 0
    return _shown(text, (), IN_TEXT).marked


def hidden_in(shown: str) -> int:
    """Return how many values are hidden in a shown text, whose markers cannot be forged."""
    return shown.count(HIDDEN)


def utf16_length(text: str) -> int:
    """Return the length in UTF-16 code units, Telegram's measure."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def one_line(text: str, *, limit: int) -> str:
    """Return the text as one line of at most `limit` UTF-16 units, shortened in the middle."""
    shown = show_line(text).text
    if utf16_length(shown) <= limit:
        return shown
    room = max(limit - 1, 0)
    head = _head(shown, room - room // 2)
    tail = _tail(shown, room // 2)
    return f"{head}…{tail}"[: max(limit, 0)]


def head_and_tail(text: str, *, limit: int) -> Excerpt:
    """Return at most `limit` UTF-16 units of a shown text: two thirds head, one third tail.

    Cuts at the ends of lines where that costs no more than half of the part, and never inside a
    marker or a surrogate pair.
    """
    if utf16_length(text) <= limit:
        return Excerpt(head=text, tail="", omitted_characters=0, omitted_lines=0)
    room = max(limit, 0)
    head = _head(text, room - room // 3)
    border = head.rfind("\n")
    if border >= len(head) // 2 and border > 0:
        head = head[:border]
    tail = _tail(text, room // 3)
    border = tail.find("\n")
    if 0 <= border < len(tail) // 2:
        tail = tail[border + 1 :]
    omitted = text[len(head) : len(text) - len(tail)]
    lines = omitted.removeprefix("\n").removesuffix("\n").count("\n") + 1
    return Excerpt(head=head, tail=tail, omitted_characters=len(omitted), omitted_lines=lines)


def _head(text: str, room: int) -> str:
    """Return the longest beginning of at most `room` units that ends outside a marker."""
    head = text[:room]
    while (excess := utf16_length(head) - room) > 0:
        head = head[: -((excess + 1) // 2)]
    opened = head.rfind("⟨")
    return head[:opened] if opened > head.rfind("⟩") else head


def _tail(text: str, room: int) -> str:
    """Return the longest end of at most `room` units that begins outside a marker."""
    tail = text[max(len(text) - room, 0) :]
    while (excess := utf16_length(tail) - room) > 0:
        tail = tail[(excess + 1) // 2 :]
    closed = tail.find("⟩")
    opened = tail.find("⟨")
    return tail[closed + 1 :] if closed >= 0 and (opened < 0 or closed < opened) else tail


def _shown(text: str, secrets: Sequence[Secret], pattern: re.Pattern[str]) -> Shown:
    """Escape the text; while that is done, a letter stands for each secret."""
    kept: list[str] = []
    hidden: dict[int, str] = {}
    done = at = 0
    for secret in secrets:
        kept += (text[done : secret.start], "x")
        at += secret.start - done + 1
        done = secret.end
        hidden[at - 1] = marker(secret.kind)
    stood = "".join((*kept, text[done:]))
    escape = Escape(stood, hidden)
    for match in pattern.finditer(stood):
        escape.take(match)
    return Shown(
        text=escape.finish(),
        hidden_values=len(secrets),
        marked=escape.marked,
        length=len(text),
    )
