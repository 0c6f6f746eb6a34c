"""A command run in our place: same input and output, its signals passed on, its own exit code."""

import os
import signal
import subprocess
from collections.abc import Sequence
from types import FrameType

# What a keyboard sends reaches every process of the terminal's foreground group by itself.
_FROM_KEYBOARD = (signal.SIGINT, signal.SIGQUIT)
_PASSED_ON = (
    *_FROM_KEYBOARD,
    signal.SIGTERM,
    signal.SIGHUP,
    signal.SIGUSR1,
    signal.SIGUSR2,
)


def run_child(words: Sequence[str], program: str) -> int:
    """Run exactly these words by the file `program`, with no shell, and return the exit code.

    It is 128 and the signal's number where a signal ended it. Raises OSError where it does not
    start.
    """
    child: subprocess.Popen[bytes] | None = None
    early: list[int] = []

    def pass_on(number: int, _: FrameType | None) -> None:
        if number in _FROM_KEYBOARD and _is_in_foreground():
            return
        if child is None:
            early.append(number)
        else:
            child.send_signal(number)

    # A signal that is ignored here, as in a background job, is ignored by the command as well.
    before = {
        number: signal.signal(number, pass_on)
        for number in _PASSED_ON
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        # What was approved, word for word, and no other file of the name.
        child = subprocess.Popen(words, executable=program)  # noqa: S603
        for number in early:
            child.send_signal(number)
        code = child.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)
    return code if code >= 0 else 128 - code


def _is_in_foreground() -> bool:
    """Tell whether this process is in the foreground of a terminal."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
