"""A conversation in a terminal that a signal may end at any moment."""

import asyncio
import io
import os
import sys

from rich.console import Console


class TerminalClosed(Exception):
    """Nobody answers any more: the input has ended."""


class Terminal:
    """Says lines and asks for answers, on standard input and output, on the running loop.

    A thread that waits in `input` could not be ended by a signal.
    """

    def __init__(self) -> None:
        self._console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)

    @staticmethod
    def is_there() -> bool:
        """Tell whether a person can read and answer."""
        return sys.stdin.isatty() and sys.stdout.isatty()

    def say(self, line: str = "", *, style: str | None = None) -> None:
        """Print a line."""
        self._console.print(line, style=style)

    def show(self, link: str) -> None:
        """Print a link's QR code, where the terminal can draw it."""
        import segno

        drawn = io.StringIO()
        segno.make(link, error="l").terminal(drawn, compact=True, border=2)
        try:
            drawn.getvalue().encode(sys.stdout.encoding or "ascii")
        except (UnicodeEncodeError, LookupError):
            return
        print(drawn.getvalue())

    async def ask(self, question: str) -> str:
        """Return the line that was typed, without blanks around it; raises TerminalClosed."""
        self._console.print(f"{question} ", end="")
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[bytes] = loop.create_future()
        descriptor = sys.stdin.fileno()

        def read() -> None:
            loop.remove_reader(descriptor)
            if not answered.done():
                try:
                    answered.set_result(os.read(descriptor, 65536))
                except OSError:  # the terminal is gone
                    answered.set_result(b"")

        loop.add_reader(descriptor, read)
        try:
            line = await answered
        finally:
            loop.remove_reader(descriptor)
        if not line:
            raise TerminalClosed
        return line.decode("utf-8", "replace").strip()

    async def agree(self, question: str, *, default: bool) -> bool:
        """Return whether the person says yes; Enter alone is the default."""
        hint = "[Y/n]" if default else "[y/N]"
        while True:
            answer = (await self.ask(f"{question} {hint}")).lower()
            if not answer:
                return default
            if answer in {"y", "yes", "n", "no"}:
                return answer.startswith("y")
            self.say("Please answer y or n.")
