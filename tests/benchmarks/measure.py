"""What is measured: each function runs one part, and returns its rows and raw figures."""

import math
import statistics
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from tests.benchmarks import machine
from tests.benchmarks.process import (
    LoadGenerator,
    a_server,
    address_of,
    commits_of,
    idle_memory,
    seconds_to_answer,
)
from tests.benchmarks.table import Row

Figures: TypeAlias = dict[str, Any]

KINDS = ("creates", "reads", "decides")
CONNECTIONS = (1, 32, 256)
HELD = (1, 1_000, 10_000)
CELLS = tuple(f"{kind}@{connections}" for kind in KINDS for connections in CONNECTIONS)
WAKES = tuple(f"wake@{held}" for held in HELD)
PARTS = ("start", "memory", *CELLS, *WAKES)

# What a daemon keeps once it has served anybody, such as SQLite's cache, is not the waiters'.
_WARM_CONNECTIONS = 256
_WARM_SECONDS = 3.0

_LEAST_SHARE = 0.35
_MOST_COMMITS = 1 / 8
_MOST_WAITERS_MB = 150.0
_MOST_SLOWDOWN = 10.0
_MOST_START_SECONDS = 1.0


async def start(directory: Path, *, times: int) -> tuple[list[Row], Figures]:
    """Measure how soon a new daemon answers."""
    took = [await seconds_to_answer(directory / f"start-{n}") for n in range(times)]
    median = statistics.median(took)
    row = Row(
        what=f"start to first answer, median of {times}",
        ok2run=f"{median:.2f} s",
        target=f"< {_MOST_START_SECONDS:.0f} s",
        is_met=median < _MOST_START_SECONDS,
    )
    return [row], {"start_seconds": took}


async def memory(directory: Path) -> tuple[list[Row], Figures]:
    """Measure what an idle daemon takes, without Telegram and with it."""
    without = await idle_memory(directory / "idle", telegram=False)
    with_it = await idle_memory(directory / "idle-telegram", telegram=True)
    rows = [
        Row(what="resident when idle, without Telegram", ok2run=f"{without:.0f} MB"),
        Row(what="resident when idle, with Telegram", ok2run=f"{with_it:.0f} MB"),
    ]
    return rows, {"idle_mb": without, "idle_telegram_mb": with_it}


async def throughput(
    directory: Path, load: LoadGenerator, cells: Sequence[str], *, seconds: float, rounds: int
) -> tuple[list[Row], Figures]:
    """Measure the floor and the daemon in turn, cell by cell."""
    rows, figures = [], {}
    async with (
        a_server(directory / "floor", floor=True) as floor,
        a_server(directory / "ok2run") as ok2run,
    ):
        for cell in cells:
            print(cell, file=sys.stderr)
            kind, _, connections = cell.partition("@")
            rates: dict[str, list[float]] = {"floor": [], "ok2run": []}
            commits: list[float] = []
            for _ in range(rounds):
                for name, server in (("floor", floor), ("ok2run", ok2run)):
                    before = 0 if server is floor else commits_of(server)
                    answer = await load.do(
                        kind,
                        server=address_of(server),
                        connections=int(connections),
                        seconds=seconds,
                    )
                    rates[name].append(answer["counted"] / answer["seconds"])
                    if server is ok2run and kind == "creates":
                        commits.append((commits_of(server) - before) % 2**32 / answer["answered"])
            figures[cell] = {**rates, "commits_a_request": commits}
            rows += _rate_rows(kind, int(connections), rates, commits)
    return rows, {"rates": figures}


def _rate_rows(
    kind: str, connections: int, rates: Mapping[str, Sequence[float]], commits: Sequence[float]
) -> list[Row]:
    floor, ok2run = (statistics.median(rates[name]) for name in ("floor", "ok2run"))
    share = ok2run / floor
    aimed = kind == "creates" and connections == 32
    plural = "connection" if connections == 1 else "connections"
    rate = Row(
        what=f"{kind}/s, {connections} {plural}",
        floor=f"{floor:,.0f}",
        ok2run=f"{ok2run:,.0f}",
        ratio=f"{share:.0%}",
        target=f"≥ {_LEAST_SHARE:.0%}" if aimed else "",
        is_met=share >= _LEAST_SHARE,
    )
    if not aimed:
        return [rate]
    each = statistics.median(commits)
    return [
        rate,
        Row(
            what=f"commits a create, {connections} connections",
            ok2run=f"1/{1 / each:.1f}",
            target="≤ 1/8",
            is_met=each <= _MOST_COMMITS,
        ),
    ]


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
        Row(what=f"wake-up p50, {held:,} held {plural}", ok2run=f"{p50:.2f} ms"),
        Row(
            what=f"wake-up p99, {held:,} held {plural}",
            ok2run=f"{p99:.2f} ms",
            target=f"< {limit:.1f} ms, ten times the p50 of one" if aimed else "",
            is_met=p99 < limit,
        ),
    ]


def _taken_row(held: int, taken: float) -> Row:
    return Row(
        what=f"memory above idle, {held:,} held requests",
        ok2run=f"{taken:.0f} MB, {taken * 1000 / held:.1f} KB each",
        target=f"< {_MOST_WAITERS_MB:.0f} MB" if held == max(HELD) else "",
        is_met=taken < _MOST_WAITERS_MB,
    )


def rank(values: Sequence[float], share: float) -> float:
    """Return the smallest value that this share of all values does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
