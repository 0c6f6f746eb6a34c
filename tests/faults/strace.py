"""Reads what strace saw of a daemon: which transactions were in the log, and synced, at what time.

`kill -9` loses nothing that was written, synced or not; only the order of calls tells whether a
power cut would. Positions are line numbers of the trace, where a call began and where it ended.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

CALLS = "fdatasync,fsync,pwrite64,sendto,write,sendmsg,writev"
# A page of the database, whole: what a transaction wrote is told by its content.
LONGEST = 4096
WORDS = (
    "-f",
    "-D",
    "--seccomp-bpf",
    "-qq",
    "-y",
    "-s",
    str(LONGEST),
    "-e",
    f"trace={CALLS}",
    "-o",
)

_LINE = re.compile(r"(?P<pid>\d+) +(?P<rest>.*)")
_CALL = re.compile(r"(?P<name>\w+)\((?P<fd>\d+)<(?P<file>[^>]*)>(?P<rest>.*)")
_RESUMED = re.compile(r"<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_FRAME_HEADER = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call: where it began and ended, on which file, and what it wrote."""

    name: str
    file: str
    content: bytes
    began: int
    ended: int


@dataclass(slots=True)
class Commit:
    """A transaction as it stands in the write-ahead log, from its first frame to its last."""

    ended: int
    content: bytes


@dataclass(slots=True)
class Trace:
    """What matters of a trace: transactions, syncs of the log, and what went out of sockets."""

    commits: list[Commit] = field(default_factory=list)
    syncs: list[Call] = field(default_factory=list)
    sent: list[Call] = field(default_factory=list)

    @classmethod
    def of(cls, calls: Sequence[Call]) -> "Trace":
        trace = cls()
        frames: list[bytes] = []
        for call in sorted(calls, key=lambda call: call.ended):
            if call.file.endswith("-wal"):
                if call.name in {"fdatasync", "fsync"}:
                    trace.syncs.append(call)
                elif call.name == "pwrite64":
                    frames.append(call.content)
                    if _ends_transaction(frames):
                        trace.commits.append(Commit(call.ended, b"".join(frames)))
                        frames = []
            elif call.file.startswith(("socket:", "TCP:")):
                trace.sent.append(call)
        return trace

    def unsynced(self, committed: re.Pattern[bytes], told: re.Pattern[bytes]) -> str | None:
        """Return why what was told was not durable when it was told; None where it was.

        The first transaction that holds `committed` is the one that was to be synced before the
        first call that says `told`.
        """
        commit = next((one for one in self.commits if committed.search(one.content)), None)
        sent = next((one for one in self.sent if told.search(one.content)), None)
        if commit is None or sent is None:
            return (
                f"{committed.pattern!r} committed: {commit is not None}, told: {sent is not None}"
            )
        if any(commit.ended < sync.began and sync.ended < sent.began for sync in self.syncs):
            return None
        return f"{committed.pattern!r} was told in line {sent.began}, and not synced by then"


def read_trace(file: Path) -> list[Call]:
    """Read the calls in a trace; those that never returned are left out."""
    return list(_calls(file.read_text("latin-1").splitlines()))


def _calls(lines: Sequence[str]) -> Iterator[Call]:
    begun: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(lines):
        found = _LINE.fullmatch(line)
        if found is None:
            continue
        pid, text, began = found["pid"], found["rest"], number
        if text.endswith("<unfinished ...>"):
            begun[pid] = number, text.removesuffix("<unfinished ...>")
            continue
        resumed = _RESUMED.match(text)
        if resumed is not None and pid in begun:
            began, beginning = begun.pop(pid)
            text = beginning + resumed["rest"]
        call = _CALL.match(text)
        if call is not None:
            yield Call(
                name=call["name"],
                file=call["file"],
                content=b"".join(_plain(text) for text in _TEXT.findall(call["rest"])),
                began=began,
                ended=number,
            )


def _plain(text: str) -> bytes:
    """Undo strace's escapes, which are those of C."""
    return text.encode("latin-1").decode("unicode_escape").encode("latin-1")


def _ends_transaction(frames: list[bytes]) -> bool:
    """Tell whether a page was just written whose frame's header names the database's size.

    Only the last frame of a transaction does: https://www.sqlite.org/fileformat2.html#walformat
    """
    if len(frames) < 2 or len(frames[-2]) != _FRAME_HEADER:
        return False
    return int.from_bytes(frames[-2][4:8], "big") != 0
