"""Whether a command line is proven to run exactly one command of plain words."""

import re
from typing import Final

from bot.core.program_table import FINDERS, SHELLS, SOURCING, WRAPPERS

# Words that no shell expands, one blank between them, no variables, quotes or operators.
_PLAIN: Final = re.compile(r"[A-Za-z0-9_./:@%+,=-]{1,100}(?: [A-Za-z0-9_./:@%+,=-]{1,100}){0,60}")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*")
_RUNNERS: Final = (WRAPPERS | SHELLS | SOURCING | FINDERS) - {"npm", "pnpm", "yarn"}
_INTERPRETERS: Final = re.compile(
    r"(?:python|pypy|node|deno|bun|perl|ruby|php|lua|awk|gawk|sed)\d*"
)
_CHANGING: Final = frozenset({"cd", "pushd", "popd", "export", "set", "unset", "alias", "shopt"})


def plain_words(text: str) -> tuple[str, ...] | None:
    """Return the words where the text is exactly one command of plain words; None otherwise.

    The first word is never a wrapper, interpreter, shell, builtin that changes state, or path.
    """
    if not _PLAIN.fullmatch(text):
        return None
    words = tuple(text.split(" "))
    first = words[0]
    if not _NAME.fullmatch(first) or first in _RUNNERS or first in _CHANGING:
        return None
    return None if _INTERPRETERS.fullmatch(first) else words
