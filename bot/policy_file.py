"""Policies kept as a file: read with all faults at once, each with its line, and watched."""

import asyncio
import os
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Final, TypeAlias

from bot.core.fault import Fault
from bot.core.policy_document import Reading, read_policies
from bot.gate.alarm import Alarm
from bot.gate.ports import Clock
from bot.policy_text import ENDINGS, PolicyText, ending_of, read_text

LARGEST: Final = 1024 * 1024  # bytes
LOOK_EVERY: Final = timedelta(seconds=1)

Stamp: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a policy file says, and what is wrong with it.

    `faults` and `warnings` are lines for its operator: `FILE:LINE: place: sentence`. With a fault
    the reading has no policies.
    """

    reading: Reading = field(default_factory=Reading)
    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def load_policy_file(path: Path) -> Loaded:
    """Read a policy file; what is wrong, and be it that it is not there, is a fault."""
    ending = ending_of(path.name)
    if ending is None:
        return _faulty(path, f"has to end in one of {', '.join(ENDINGS)}, to tell how it is read.")
    try:
        text = _content(path).decode("utf-8-sig")
    except FileNotFoundError:
        return _faulty(path, "there is no such file.")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return Loaded(faults=(f"{path}:{line}: is not UTF-8; save the file as UTF-8.",))
    except IsADirectoryError:
        return _faulty(path, "is a directory; name a file in it.")
    except OSError as error:
        return _faulty(path, f"can't be read: {error.strerror}.")
    except _Unfit as error:
        return _faulty(path, str(error))
    read = read_text(text, ending)
    if read.faults and read.document is None:
        return Loaded(faults=_lines(path, read.faults))
    reading = read_policies(read.document)
    faults = _lines(path, [*read.faults, *_placed(read, reading.faults)])
    if not (faults or reading.policies):
        return _faulty(path, "holds no policy; `ok2run policy example` prints one to start with.")
    return Loaded(
        reading=Reading(faults=reading.faults) if faults else reading,
        faults=faults,
        warnings=_lines(path, _placed(read, reading.warnings)),
    )


def example_policy() -> str:
    """Return the text of a policy file to start with."""
    return resources.files("bot").joinpath("policy_example.toml").read_text("utf-8")


class PolicyFile:
    """A policy file that is looked at again and again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: Stamp | None = None
        self._last: Loaded | None = None

    def read(self) -> Loaded:
        """Read the file as it is now; `watch` then tells what differs from it."""
        self._stamp = _stamp_of(self._path)
        self._last = load_policy_file(self._path)
        return self._last

    async def watch(self, changed: Callable[[Loaded], None], clock: Clock) -> None:
        """Tell each other reading of the file, until cancelled.

        A change counts once the file has kept still from one look to the next, so that no half of
        it is read. A file that is gone is a fault; the policies that were in force should stay.
        """
        alarm = Alarm(clock)
        seen = self._stamp
        while True:
            await alarm.sleep_until(clock.now() + LOOK_EVERY)
            stamp = await asyncio.to_thread(_stamp_of, self._path)
            is_still = stamp == seen
            seen = stamp
            if not is_still or (stamp == self._stamp and self._last is not None):
                continue
            before = self._last
            after = await asyncio.to_thread(self._read_again, stamp)
            if after != before:
                changed(after)

    def _read_again(self, stamp: Stamp | None) -> Loaded:
        self._stamp = stamp
        if stamp is None:
            self._last = _faulty(self._path, "is gone; put it back, or take away POLICY_FILE.")
        else:
            self._last = load_policy_file(self._path)
        return self._last


class _Unfit(Exception):
    """The path leads to no file that can hold policies; the message says why."""


def _content(path: Path) -> bytes:
    """Return the bytes of a file of bearable size; never waits for a pipe's other end."""
    with open(path, "rb", opener=_open_at_once) as opened:
        if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            raise _Unfit("is no file.")
        content = opened.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise _Unfit("is larger than 1 MiB; no policy needs that.")
    return content


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)


def _stamp_of(path: Path) -> Stamp | None:
    """Return what differs after a change, also by a rename; None where there is no file."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        return (error.errno or 0,)
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_dev


def _faulty(path: Path, sentence: str) -> Loaded:
    return Loaded(faults=(f"{path}: {sentence}",))


def _placed(read: PolicyText, found: Iterable[Fault]) -> list[tuple[int, str]]:
    """Return the faults with their lines, 0 where there is none."""
    return [(read.line_of(fault) or 0, str(fault)) for fault in found]


def _lines(path: Path, found: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    """Return what was found as lines, in the order in which it stands in the file."""
    ordered = sorted(found, key=lambda one: one[0])
    return tuple(f"{path}:{line}: {said}" if line else f"{path}: {said}" for line, said in ordered)
