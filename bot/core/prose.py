"""Commands that stand in a text of any kind: in code, in a description, in an answer."""

import re
from collections.abc import Iterator
from itertools import islice

from bot.core.danger import Danger

_QUOTED = 50  # commands within a text that are read
_LENGTH = 300

_IN_PROSE = re.compile(
    r"(?<![\w./-])(?:rm|git|curl|wget|dd|mkfs[.\w]{0,9}|terraform|kubectl|dropdb|docker|base64)[ ]"
)
# What a text is taken to do, and not only to speak of.
UNMISTAKABLE = frozenset(
    {
        Danger.WIPES,
        Danger.DELETES,
        Danger.REWRITES,
        Danger.NETWORK_CODE,
        Danger.HIDDEN_CODE,
        Danger.DISK,
        Danger.DATABASE,
        Danger.RESOURCES,
    }
)


def commands_in_prose(text: str) -> Iterator[str]:
    """Yield what may be command lines, each up to the end of its line or its quotation."""
    for match in islice(_IN_PROSE.finditer(text), _QUOTED):
        line = text[match.start() : match.start() + _LENGTH].partition("\n")[0]
        if (quote := text[max(match.start() - 1, 0)]) in "\"'`":
            line = line.partition(quote)[0]
        yield line
