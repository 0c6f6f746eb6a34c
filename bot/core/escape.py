"""The visible form of a text: whatever draws nothing or misleads becomes a counted marker."""

import re
from itertools import groupby

from bot.core.character import (
    BRACKETS,
    EMOJI_PRESENTATION,
    ZERO_WIDTH_JOINER,
    is_combining,
    is_emoji,
    is_invisible,
)

# Blanks in a row that are shown as they are: so many within a line, more before its first word.
_PADDING = 16
_INDENT = 40
_INDENT_TABS = 10
# Combining characters on one base that are shown as they are; more is drawn over other lines.
_STACK = 4
_SPECIAL = frozenset({EMOJI_PRESENTATION, ZERO_WIDTH_JOINER, "\r"})
_KEYS = frozenset("#*0123456789")  # what makes a keycap with U+FE0F U+20E3
# Ranges that hold nothing invisible, combining or alike to a bracket: passed without a look.
_ORDINARY = " -~À-ʯΑ-ΡΣ-ωА-яЁё–—‘’“”…→、。ぁ-ゖァ-ヺー一-鿯가-힣！-～"

ODD_IN_LINE = re.compile(rf"[^{_ORDINARY}]| {{{_PADDING + 1}}}")
ODD_IN_TEXT = re.compile(rf"[^\n{_ORDINARY}]| {{{_PADDING + 1}}}|\n *\n|\A *\n")
IN_LINE = re.compile(rf"(?P<blanks> {{{_PADDING + 1},}}+)|(?P<odd>[^{_ORDINARY}])(?P=odd)*+")
IN_TEXT = re.compile(
    r"(?P<lines>^(?:[ \t\r]*+\n){3,}+)"
    rf"|(?P<indent>^(?: {{1,{_INDENT}}}|\t{{1,{_INDENT_TABS}}})(?=[^ \t\n]))"
    rf"|(?P<blanks>[ \t]{{{_PADDING + 1},}}+)"
    rf"|(?P<odd>[^\n\t{_ORDINARY}])(?P=odd)*+",
    re.MULTILINE,
)


def is_plain(text: str) -> bool:
    """Tell whether the text is one short-spaced line of printable ASCII: shown as it is."""
    return text.isascii() and text.isprintable() and "     " not in text


class Escape:
    """The text shown so far, while its odd places are walked from left to right.

    `hidden` says what stands in place of single characters of the text. `marked` counts as
    `Shown` in `bot.core.preview` says.
    """

    __slots__ = ("_done", "_hidden", "_pieces", "_places", "_room", "_text", "marked")

    def __init__(self, text: str, hidden: dict[int, str]) -> None:
        self.marked = 0
        self._text = text
        self._hidden = hidden
        self._places = sorted(hidden, reverse=True)
        self._pieces: list[str] = []
        self._done = 0
        self._room = 0  # combining characters that may still follow the last base

    def take(self, match: re.Match[str]) -> None:
        """Copy what lies before the odd place, then show it."""
        start, end = match.span()
        if start > self._done:
            self._copy(start)
            before = start - 1
            is_base = self._text[before] not in " \t\n" and before not in self._hidden
            self._room = _STACK if is_base else 0
        token = match[0]
        if match.lastgroup == "odd":
            self._take_run(token[0], start, end)
        else:
            self._room = 0
            if match.lastgroup == "lines":
                token = _blank_lines(token)
            elif match.lastgroup == "blanks":
                token = _blanks(token)
            self._pieces.append(token)
        self._done = end

    def finish(self) -> str:
        """Return the whole text as shown."""
        self._copy(len(self._text))
        return "".join(self._pieces)

    def _copy(self, end: int) -> None:
        start = self._done
        while self._places and self._places[-1] < end:
            place = self._places.pop()
            self._pieces += (self._text[start:place], self._hidden[place])
            start = place + 1
        self._pieces.append(self._text[start:end])

    def _take_run(self, character: str, start: int, end: int) -> None:
        count = end - start
        if is_invisible(character):
            kept, counted = 0, count
            if character in _SPECIAL:
                kept = int(character == EMOJI_PRESENTATION and self._follows_emoji(start, end))
                counted = count - kept - self._is_usual(character, start, end)
        elif character in BRACKETS:
            kept = counted = 0
        elif is_combining(character):
            kept = min(count, self._room)
            self._room -= kept
            counted = count - kept
        else:
            kept, counted = count, 0
            self._room = _STACK
        if kept < count:
            self._room = 0
        self.marked += counted
        self._pieces.append(character * kept + _marker(character, count - kept))

    def _follows_emoji(self, start: int, end: int) -> bool:
        before = self._text[start - 1 : start]
        is_keycap = before in _KEYS and self._text[end : end + 1] == "\u20e3"
        return is_keycap or (before != "" and not is_invisible(before) and is_emoji(before))

    def _is_usual(self, character: str, start: int, end: int) -> bool:
        """Tell whether a character that is marked all the same is where it belongs."""
        if character == "\r":
            return self._text.startswith("\n", end)
        around = self._text[max(start - 1, 0) : start], self._text[end : end + 1]
        return (
            character == ZERO_WIDTH_JOINER
            and end - start == 1
            and all(side and (side == EMOJI_PRESENTATION or is_emoji(side)) for side in around)
        )


def _marker(character: str, count: int) -> str:
    if count == 0:
        return ""
    return f"⟨U+{ord(character):04X}⟩" if count == 1 else f"⟨U+{ord(character):04X} ×{count}⟩"


def _blanks(run: str) -> str:
    pieces = []
    for character, same in groupby(run):
        count = len(list(same))
        if character == "\r":
            pieces.append(_marker(character, count))
        else:
            name = "space" if character == " " else "tab"
            pieces.append(f"⟨{count} {name}{'s' * (count > 1)}⟩")
    return "".join(pieces)


def _blank_lines(run: str) -> str:
    """Show lines of blanks in one line: how many of each, in order."""
    pieces = []
    for line, same in groupby(run.split("\n")[:-1]):
        count = len(list(same))
        name = f"{count} blank line{'s' * (count > 1)}"
        pieces.append(f"⟨{name} of⟩{_blanks(line)}" if line else f"⟨{name}⟩")
    return "".join(pieces) + "\n"
