"""`python -m bot.locales.update`: bring the catalogues up to date, and say what is missing.

It finds what the code says, adds it to each `ok2run.po`, drops what is said no more, and writes
the `.mo` beside. Then translate what it lists, in the `.po`, and run it again. With `--check` it
writes nothing. It ends with 1 while anything is missing.
"""

import sys
from collections.abc import Sequence

from bot.locales.catalogue import TRANSLATED, faults, update


def main(arguments: Sequence[str]) -> int:
    """Update or check every catalogue; return 1 where something is left to translate."""
    found = []
    for language in TRANSLATED:
        if "--check" not in arguments:
            update(language)
        found += faults(language)
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
