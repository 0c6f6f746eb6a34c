"""A slower disk: strace holds each sync that a process and its children do, for a while more.

With a filter in the kernel (`--seccomp-bpf`) no other system call is stopped.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Final

MILLISECONDS: Final = 2

_SYNCS: Final = "fdatasync,fsync"
_WORDS: Final = (
    "strace",
    "-f",
    "--seccomp-bpf",
    "-qq",
    "-e",
    f"trace={_SYNCS}",
    "-e",
    "signal=none",
    "-e",
    f"inject={_SYNCS}:delay_exit={MILLISECONDS * 1000}",
)


class Delay:
    """What delays the syncs of one process; `directory` is where it keeps count."""

    def __init__(self, directory: Path) -> None:
        self._trace = directory / "syncs"
        self._trace.touch()
        self._trace.chmod(0o666)  # PostgreSQL's user writes here too

    @property
    def words(self) -> tuple[str, ...]:
        """What stands before the command; the process stays the caller's child."""
        return (*_WORDS, "-D", "-o", str(self._trace))

    def count(self) -> int:
        """Return how many syncs were delayed so far."""
        return self._trace.read_bytes().count(b"(DELAYED)")


def why_not_delayed() -> str | None:
    """Return why syncs can't be delayed here, or None."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    tried = subprocess.run([*_WORDS, "true"], capture_output=True, text=True, check=False)
    if tried.returncode == 0:
        return None
    said = tried.stderr.strip().splitlines()
    return said[-1] if said else f"strace ended with {tried.returncode}"
