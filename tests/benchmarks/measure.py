"""What is measured beside rates: each function returns the rows and raw figures of one part."""

import math
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks import machine
from tests.benchmarks.process import (
    LoadGenerator,
    a_server,
    address_of,
    idle_memory,
    seconds_to_answer,
)
from tests.benchmarks.table import Figures, Row

HELD = (1, 1_000, 10_000)
WAKES = tuple(f"wake@{held}" for held in HELD)

# What a daemon keeps once it has served anybody, such as SQLite's cache, is not the waiters'.
_WARM_CONNECTIONS = 256
_WARM_SECONDS = 3.0

_MOST_WAITERS_MB = 150.0
_MOST_SLOWDOWN = 10.0
_MOST_START_SECONDS = 1.0


async def start(directory: Path, *, times: int) -> tuple[list[Row], Figures]:
    """Measure how soon a new daemon answers."""
    took = [await seconds_to_answer(directory / f"start-{n}") for n in range(times)]
    median = statistics.median(took)
    row = Row(
        what=f"start to first answer, median of {times}",
        sqlite=f"{median:.2f} s",
        target=f"< {_MOST_START_SECONDS:.0f} s",
        is_met=median < _MOST_START_SECONDS,
    )
    return [row], {"start_seconds": took}


async def memory(directory: Path) -> tuple[list[Row], Figures]:
    """Measure what an idle daemon takes, without Telegram and with it."""
    without = await idle_memory(directory / "idle", telegram=False)
    with_it = await idle_memory(directory / "idle-telegram", telegram=True)
    rows = [
        Row(what="resident when idle, without Telegram", sqlite=f"{without:.0f} MB"),
        Row(what="resident when idle, with Telegram", sqlite=f"{with_it:.0f} MB"),
    ]
    return rows, {"idle_mb": without, "idle_telegram_mb": with_it}


async def waiters(
    directory: Path, load: LoadGenerator, helds: Sequence[int], *, samples: int
) -> tuple[list[Row], Figures]:
    """Measure how fast one of many held requests is answered, and what holding them takes."""
    rows: list[Row] = []
    figures: Figures = {}
    alone: float | None = None
    async with a_server(directory / "waiters") as server:
        await load.do(
            "creates",
            server=address_of(server),
            connections=_WARM_CONNECTIONS,
            seconds=_WARM_SECONDS,
        )
        idle = machine.resident(server.pid)
        for held in sorted(helds):
            print(f"wake@{held}", file=sys.stderr)
            await load.do("hold", server=address_of(server), held=held)
            taken = machine.resident(server.pid) - idle
            answer = await load.do("wake", server=address_of(server), samples=samples)
            p50, p99 = (rank(answer["milliseconds"], share) for share in (0.5, 0.99))
            alone = p50 if held == 1 else alone
            figures[f"wake@{held}"] = {**answer, "taken_mb": taken}
            rows += _wake_rows(held, p50, p99, alone)
            if held > 1:
                rows.append(_taken_row(held, taken))
        await load.do("let go")
    return rows, {"idle_before_waiters_mb": idle, "wakes": figures}


def _wake_rows(held: int, p50: float, p99: float, alone: float | None) -> list[Row]:
    aimed = held == max(HELD) and alone is not None
    limit = _MOST_SLOWDOWN * (alone or 0)
    plural = "request" if held == 1 else "requests"
    return [
        Row(what=f"wake-up p50, {held:,} held {plural}", sqlite=f"{p50:.2f} ms"),
        Row(
            what=f"wake-up p99, {held:,} held {plural}",
            sqlite=f"{p99:.2f} ms",
            target=f"< {limit:.1f} ms, ten times the p50 of one" if aimed else "",
            is_met=p99 < limit,
        ),
    ]


def _taken_row(held: int, taken: float) -> Row:
    return Row(
        what=f"memory above idle, {held:,} held requests",
        sqlite=f"{taken:.0f} MB, {taken * 1000 / held:.1f} KB each",
        target=f"< {_MOST_WAITERS_MB:.0f} MB" if held == max(HELD) else "",
        is_met=taken < _MOST_WAITERS_MB,
    )


def rank(values: Sequence[float], share: float) -> float:
    """Return the smallest value that this share of all values does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
