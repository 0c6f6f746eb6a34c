"""What a person at the terminal sees: escaped lines, and one live line while the gate is asked."""

import sys
import threading
import time
import unicodedata
from itertools import cycle
from types import TracebackType
from typing import TextIO

TICK = 0.2  # seconds between two states of the live line
CLEAR = "\r\x1b[K"
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def visible(text: str) -> str:
    """Escape what a terminal would obey or not show: controls, line ends, turned text."""
    return "".join(ascii(c)[1:-1] if unicodedata.category(c) in HIDDEN else c for c in text)


def print_line(text: str) -> None:
    """Write one line to stdout, whatever it holds."""
    _write(sys.stdout, visible(text) + "\n")


def say(text: str) -> None:
    """Write one line to stderr, whatever it holds."""
    _write(sys.stderr, visible(text) + "\n")


class Progress:
    """Says on `stream` what is waited for and how long it may still take.

    On a terminal one line is kept up to date and taken away in the end; elsewhere the line is
    written once, and a word more only when the gate is lost or found.
    """

    def __init__(self, words: str, ends: float, stream: TextIO) -> None:
        """Take the words, and the end of the wait on the monotonic clock."""
        self._words = visible(words)
        self._ends = ends
        self._stream = stream
        self._live = stream.isatty()
        self._over = threading.Event()
        self._lost = ""
        self._thread = threading.Thread(target=self._draw, name="progress", daemon=True)

    def __enter__(self) -> "Progress":
        """Begin to show it."""
        if self._live:
            self._thread.start()
        else:
            _write(self._stream, f"{self._words} · {self._left()} left\n")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the live line away."""
        self._over.set()
        if self._live:
            self._thread.join()
            _write(self._stream, CLEAR)

    def trouble(self, error: Exception | None) -> None:
        """Tell that the gate is lost, once, and that it is found again."""
        lost = "" if error is None else visible(str(error))
        if not self._live and bool(lost) != bool(self._lost):
            words = f"{lost} Trying again." if lost else "The gate answers again."
            _write(self._stream, f"{words}\n")
        self._lost = lost

    def _draw(self) -> None:
        for sign in cycle("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"):
            words = "the gate does not answer, trying again" if self._lost else self._words
            _write(self._stream, f"{CLEAR}{words} · {self._left()} left {sign}")
            if self._over.wait(TICK):
                return

    def _left(self) -> str:
        minutes, seconds = divmod(max(0, round(self._ends - time.monotonic())), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def _write(stream: TextIO, text: str) -> None:
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
    stream.flush()
