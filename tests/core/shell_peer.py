"""A real bash that can reach nothing: it says what it would have run."""

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

# Wrappers that are let through, because they only reach what the search path holds.
_REACHED = ("sh", "bash", "env", "timeout", "nice", "nohup", "xargs", "find", "stdbuf")
_SECONDS = 5
_LOGGING = "() { printf '%s\\0' \"$@\" $'\\1' >> \"$LOG\"; }"


class Bash:
    """Runs strings in an empty directory and collects the argument lists that were asked for."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._count = 0
        self._programs = place / "programs"
        self._programs.mkdir()
        for name in _REACHED:
            if path := shutil.which(name):
                (self._programs / name).symlink_to(path)

    def run(self, text: str) -> list[list[str]]:
        """Run a string; return the words of every program that was not found."""
        self._count += 1
        log = self._place / f"log-{self._count}"
        here = self._place / f"here-{self._count}"
        log.touch()
        here.mkdir()
        with subprocess.Popen(
            ["/bin/bash", "-c", text],
            cwd=here,
            env={
                "PATH": str(self._programs),
                "LOG": str(log),
                "BASH_FUNC_command_not_found_handle%%": _LOGGING,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            # A loop without end, or one in the background: what it has run is in the log.
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=_SECONDS)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        written = log.read_bytes().decode(errors="replace").split("\1\0")
        return [entry.removesuffix("\0").split("\0") for entry in written if entry]
