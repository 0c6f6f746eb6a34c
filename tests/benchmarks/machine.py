"""What the figures were measured on, and what /proc says of a process."""

import importlib.metadata
import os
import platform
import sqlite3
import statistics
import time
from pathlib import Path

_SYNCS = 40


def describe(directory: Path) -> dict[str, str]:
    """Return the machine's size and the versions that matter; databases lie in `directory`."""
    return {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "processor": f"{len(os.sched_getaffinity(0))} cores of {_field('cpuinfo', 'model name')}",
        "memory": f"{int(_field('meminfo', 'MemTotal').split()[0]) / 2**20:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "aiohttp": importlib.metadata.version("aiohttp"),
        "asyncpg": importlib.metadata.version("asyncpg"),
        "disk": f"{_file_system(directory)}, 4 KB append and fdatasync {_sync(directory):.2f} ms",
        "load before": f"{os.getloadavg()[0]:.1f}",
    }


def resident(pid: int) -> float:
    """Return a process's resident memory in MB of 10^6 bytes."""
    return int(_field(f"{pid}/status", "VmRSS").split()[0]) * 1024 / 1e6


def _field(file: str, name: str) -> str:
    for line in (Path("/proc") / file).read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    raise LookupError(f"/proc/{file} has no {name}")


def _file_system(directory: Path) -> str:
    """Return the type of the file system that holds the directory."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    above = [(place, kind) for _, place, kind, *_ in mounts if directory.is_relative_to(place)]
    return max(above, key=lambda mount: len(mount[0]))[1]


def _sync(directory: Path) -> float:
    """Return the median milliseconds of appending a page and syncing it."""
    took = []
    path = directory / "sync"
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        for _ in range(_SYNCS):
            began = time.perf_counter()
            os.write(file, bytes(4096))
            os.fdatasync(file)
            took.append(time.perf_counter() - began)
    finally:
        os.close(file)
        path.unlink()
    return statistics.median(took) * 1000
