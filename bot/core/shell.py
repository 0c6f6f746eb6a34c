"""What a command line really runs: its programs, and a proof where it is one plain command."""

from dataclasses import dataclass

from bot.core.command_line import SUBSTITUTED, read
from bot.core.low_risk import PLAIN

_WRAPPERS = frozenset({"sudo", "env", "nice", "nohup", "command", "exec", "time", "builtin"})
_UNKNOWN = ("$", "`", SUBSTITUTED, "*", "?", "[", "{")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One program that a command line runs; a word is None where it is not known before."""

    words: tuple[str | None, ...]
    text: str
    wrappers: tuple[str, ...] = ()
    assignments: tuple[str, ...] = ()
    reads: tuple[str | None, ...] = ()
    writes: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The programs of a text, why more may run, and its words where it is provably one command."""

    programs: tuple[Program, ...] = ()
    doubts: tuple[str, ...] = ()
    plain: tuple[str, ...] | None = None


def read_script(text: str) -> Script:
    """Return what the text runs in a shell; raises nothing."""
    reading = read(text)
    programs = []
    for command in reading.commands:
        words = tuple(None if _is_unknown(word) else word for word in command.words)
        wrappers = []
        while words and words[0] in _WRAPPERS and len(words) > 1:
            wrappers.append(words[0] or "")
            words = words[1:]
        programs.append(
            Program(
                words=words,
                text=" ".join(command.words),
                wrappers=tuple(wrappers),
                writes=tuple(None if _is_unknown(word) else word for word in command.writes),
            )
        )
    is_plain = PLAIN.fullmatch(text) and "=" not in text.split(" ", 1)[0]
    return Script(
        programs=tuple(programs),
        doubts=("The text could not be read to its end.",) if reading.is_doubtful else (),
        plain=tuple(text.split(" ")) if is_plain else None,
    )


def _is_unknown(word: str) -> bool:
    return any(piece in word for piece in _UNKNOWN)
