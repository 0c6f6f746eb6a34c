"""What a command line says: its commands, what they are piped from, what runs inside them.

A reading to refuse by, never to allow by: it does not expand anything, and where it cannot
follow the shell's grammar it says so.
"""

import re
from dataclasses import dataclass, field

from bot.core.program_table import KEYWORDS
from bot.core.shell_word import value_of_ansi

_DEPTH = 12
SUBSTITUTED = "$()"  # what stands in a word for the output of a command

_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r]+)
    |(?P<plain>[^\s'"\\$`<>&|;()\#]+)
    |(?P<open>[$<>]\(|`)
    |(?P<redirect>&>>?|>>|>\||>&|<<<|<<-?|<>|<&|[<>])
    |(?P<operator>&&|\|\||\|&|[;&|\n])
    |(?P<paren>[()])
    |(?P<ansi>\$'(?:[^'\\]|\\.)*')
    |(?P<single>'[^']*')
    |(?P<double>\$?")
    |(?P<escape>\\.)
    |(?P<rest>.)""",
    re.VERBOSE | re.DOTALL,
)
# What any token but `plain` and `blank` begins with.
_NOT_PLAIN = re.compile(r"['\"\\$`<>&|;()#]|[^\S \t\r]")
_IN_DOUBLE = re.compile(
    r"(?P<text>[^\"\\$`]+)|(?P<escape>\\.)|(?P<open>\$\(|`)|(?P<quote>\")|(?P<rest>.)", re.DOTALL
)


@dataclass(slots=True, kw_only=True)
class Command:
    """One command as it was written, quotes taken off.

    `source` is the command whose output is piped in; `inner` are those that run inside its words;
    `body` is what stands in here-documents and here-strings.
    """

    words: list[str] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    inner: list["Command"] = field(default_factory=list)
    source: "Command | None" = None

    @property
    def first(self) -> str:
        """The first word, empty where there is none."""
        return self.words[0] if self.words else ""


@dataclass(slots=True, kw_only=True)
class Reading:
    """The commands of a line, in the order in which they end."""

    commands: list[Command] = field(default_factory=list)
    is_doubtful: bool = False


def read(text: str) -> Reading:
    """Read a command line or a script; linear in its length, raises nothing."""
    if _NOT_PLAIN.search(text) is None:  # one command, and its words are as they stand
        words = text.split()
        return Reading(commands=[Command(words=words)] if words else [])
    reading = Reading()
    _Level(text, reading, around=None, depth=0).read_commands(0, closer="")
    return reading


class _Level:
    """One level of nesting while it is read: the command and the word at hand."""

    __slots__ = (
        "_around", "_cases", "_command", "_depth", "_heredocs", "_reading", "_redirect", "_text",
        "_word",
    )  # fmt: skip

    def __init__(self, text: str, reading: Reading, *, around: Command | None, depth: int) -> None:
        self._text = text
        self._reading = reading
        self._around = around
        self._depth = depth
        self._cases = 0  # that have begun and not ended
        self._command = Command()
        self._word: list[str] | None = None
        self._redirect = ""
        self._heredocs: list[tuple[Command, str]] = []

    def read_commands(self, at: int, *, closer: str) -> int:
        """Read up to the closer; return the place after it."""
        outer: list[int] = []  # for each open paren, the cases that were open before it
        while match := _TOKEN.match(self._text, at):
            kind, piece, at = match.lastgroup, match[0], match.end()
            if kind == "plain":
                self._add(piece)
            elif kind == "blank":
                self._end_word()
            elif piece == closer and not outer and not (piece == ")" and self._is_pattern(0)):
                self._end_command("")
                return at
            elif kind == "operator":
                self._end_command(piece)
                at = self._skip_heredocs(at) if piece == "\n" else at
            elif kind == "paren":
                if piece == ")" and outer and not self._is_pattern(outer[-1]):
                    outer.pop()
                self._end_command(piece)
                if piece == "(":
                    outer.append(self._cases)
            else:
                at = self._read_special(kind or "", piece, at)
        self._end_command("")
        self._reading.is_doubtful |= closer != ""
        return at

    def _is_pattern(self, cases: int) -> bool:
        """Tell whether a `)` here ends a pattern; so many cases are open around its paren."""
        self._end_word()
        first = _first_word(self._command)
        return self._cases + (first == "case") - (first == "esac") > cases

    def _read_special(self, kind: str, piece: str, at: int) -> int:
        if kind == "redirect":
            if self._word and "".join(self._word).isdigit():
                self._word = None
            self._end_word()
            self._redirect = piece
        elif kind == "single":
            self._add(piece[1:-1])
        elif kind == "ansi":
            self._read_ansi(piece)
        elif kind == "escape":
            self._add("" if piece == "\\\n" else piece[1])
        elif kind == "double":
            at = self._read_double(at, is_quoted=True)
        elif kind == "open":
            at = self._read_inner(piece, at)
        elif piece == "#" and self._word is None:
            end = self._text.find("\n", at)
            at = len(self._text) if end < 0 else end
        else:
            self._reading.is_doubtful |= piece in {"'", "\\"}
            self._add(piece)
        return at

    def _read_ansi(self, piece: str) -> None:
        """Read `$'…'`; not every shell knows it, and then its first quote ends it."""
        value = value_of_ansi(piece[2:-1])
        self._reading.is_doubtful |= value is None or "\\'" in piece
        self._add(piece if value is None else value)

    def _read_double(self, at: int, *, is_quoted: bool) -> int:
        self._add("")
        while match := _IN_DOUBLE.match(self._text, at):
            kind, piece, at = match.lastgroup, match[0], match.end()
            if kind == "quote" and is_quoted:
                return at
            if kind == "open":
                at = self._read_inner(piece, at)
            elif kind == "escape":
                self._add(piece[1] if piece[1] in '"\\$`' else piece.replace("\\\n", ""))
            else:
                self._add(piece)
        self._reading.is_doubtful |= is_quoted
        return at

    def _read_inner(self, piece: str, at: int) -> int:
        """Read what runs inside a word."""
        self._add(piece[0] + "()" if piece != "`" else SUBSTITUTED)
        if self._depth >= _DEPTH:
            self._reading.is_doubtful = True
            return len(self._text)
        level = _Level(self._text, self._reading, around=self._command, depth=self._depth + 1)
        return level.read_commands(at, closer="`" if piece == "`" else ")")

    def _add(self, piece: str) -> None:
        if self._word is None:
            self._word = [piece]
        else:
            self._word.append(piece)

    def _end_word(self) -> None:
        if self._word is None:
            return
        word, self._word = "".join(self._word), None
        redirect, self._redirect = self._redirect, ""
        if redirect.startswith("<<"):
            if redirect == "<<<":
                self._command.body.append(word)
            else:
                self._heredocs.append((self._command, word))
        elif redirect.startswith("<"):
            self._command.reads.append(word)
        elif redirect:
            self._command.writes.append(word)
        else:
            self._command.words.append(word)

    def _end_command(self, operator: str) -> None:
        self._end_word()
        self._redirect = ""
        command, self._command = self._command, Command()
        first = _first_word(command)
        self._cases = max(self._cases + (first == "case") - (first == "esac"), 0)
        if command.words or command.writes or command.reads or command.body or command.inner:
            self._reading.commands.append(command)
            if self._around is not None:
                self._around.inner.append(command)
        if operator in {"|", "|&"}:
            self._command.source = command

    def _skip_heredocs(self, at: int) -> int:
        """Take the here-documents that begin here; what runs inside them is read as well."""
        for command, delimiter in self._heredocs:
            lines = []
            while at < len(self._text):
                end = self._text.find("\n", at) + 1 or len(self._text) + 1
                line, at = self._text[at : end - 1], end
                if line.strip("\t\r") == delimiter:
                    break
                lines.append(line)
            body = "\n".join(lines)
            command.body.append(body)
            if "$(" not in body and "`" not in body:
                continue
            if self._depth >= _DEPTH:
                self._reading.is_doubtful = True
            else:
                level = _Level(body, self._reading, around=command, depth=self._depth + 1)
                level._read_double(0, is_quoted=False)
                command.inner += level._command.inner
        self._heredocs.clear()
        return min(at, len(self._text))


def _first_word(command: Command) -> str:
    """Return the first word that is no keyword before a command."""
    return next((word for word in command.words if word not in KEYWORDS), "")
