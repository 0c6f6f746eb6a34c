"""Which further words leave a test, build or lint what it is, where a written rule allows it.

A rule that begins with `npm test` means the project's tests; not an option that loads a reporter,
reads another configuration or writes elsewhere. For the programs of `leading` the harmless
options are listed, so that what no one thought of asks. What the rule says itself is not
questioned, and of other programs nothing is claimed.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.core.leading import PROGRAMS, Program

# Beside what a button's grant takes: they change files of the project, or only what is shown.
_FURTHER: Final[dict[str, str]] = {
    "ruff check": r"--fix|--show-fixes",
    "pytest": r"-n|-n\d+|--cov|--cov=[\w./-]*|--cov-report=term(?:-missing)?|--no-cov"
    r"|--durations|--durations-min=[\d.]+|--strict|--disable-warnings|--stepwise|--timeout=\d+",
    "go test": r"--?list(?:=.*)?|--?vet=off",
}
_OTHERS: Final = (
    ("npm run test:unit", "npm run test"),
    ("npm run test:e2e", "npm run test"),
    ("pnpm run test:unit", "pnpm run test"),
    ("yarn test:unit", "yarn run test"),
    ("py.test", "pytest"),
)
_CHECKERS: Final = (
    Program(words=("gofmt", "-l"), options=re.compile(r"-[lsde]"), takes_operands=True),
    Program(
        words=("staticcheck",),
        options=re.compile(r"-tests(?:=\w+)?|-checks(?:=[\w,*-]+)?|-f|-f=\w+", re.ASCII),
        takes_operands=True,
    ),
)


def _rows() -> Iterator[Program]:
    by_name = {" ".join(program.words): program for program in PROGRAMS}
    for name, program in by_name.items():
        if name == "ls":  # it runs nothing, whatever follows
            continue
        further = _FURTHER.get(name)
        options = program.options.pattern
        yield Program(
            words=program.words,
            options=re.compile(f"{options}|{further}" if further else options, re.ASCII),
            takes_operands=program.takes_operands,
        )
    for name, like in _OTHERS:
        yield Program(
            words=tuple(name.split()),
            options=by_name[like].options,
            takes_operands=by_name[like].takes_operands,
        )
    yield from _CHECKERS


# By the first word; a command that a rule allows is looked up at every judgement.
_BY_FIRST: Final[dict[str, list[Program]]] = {}
for _row in _rows():
    _BY_FIRST.setdefault(_row.words[0], []).append(_row)


def unusual_word(words: Sequence[str], said: int) -> str | None:
    """Return the first word that may make the command more than it is called; None for none.

    `said` is how many leading words are the rule's own.
    """
    for program in _BY_FIRST.get(words[0], ()):
        length = len(program.words)
        if tuple(words[:length]) != program.words:
            continue
        for word in words[max(length, said) :]:
            is_operand = said < length and not word.startswith("-")
            if not (is_operand or program.allows(word)):
                return word
        return None
    return None
