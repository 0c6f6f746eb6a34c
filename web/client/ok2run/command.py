"""The `ok2run` command of the agent side alone: a hook starts before anything else is loaded."""

import os
import sys
from collections.abc import Sequence

BLOCK = 2  # the exit code that each coding agent takes as a refusal


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["hook"]:
        return hook(words[1:])
    from ok2run import cli

    return cli.main(words)


def hook(words: Sequence[str]) -> int:
    """Answer one hook and end the process; where it can't even be loaded, refuse."""
    try:
        from ok2run.hook import run
    except BaseException as error:  # noqa: BLE001  # any other exit code lets the action run
        os.write(2, f"ok2run: the hook can't be loaded ({type(error).__name__})\n".encode())
    else:
        run(words)
    return BLOCK


if __name__ == "__main__":
    sys.exit(main())
