"""Requests a second: the floor, and the daemon on each engine, plain and with slower syncs."""

import statistics
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.benchmarks.delay import MILLISECONDS, why_not_delayed
from tests.benchmarks.process import LoadGenerator, address_of
from tests.benchmarks.subject import ENGINES, FLOOR, Subject, named, subjects
from tests.benchmarks.table import Figures, Row

KINDS = ("creates", "reads", "decides")
CONNECTIONS = (1, 32, 256)
ALONE, GROUPED = "creates@1", "creates@32"
CELLS = tuple(f"{kind}@{connections}" for kind in KINDS for connections in CONNECTIONS)

_LEAST_SHARE = 0.35
_MOST_COMMITS = 1 / 8
_LEAST_GAIN = 5.0
_SLOWER = f"syncs {MILLISECONDS} ms slower"
_GAIN = f"group commit: 32 connections / 1, {_SLOWER}"


async def throughput(
    directory: Path, load: LoadGenerator, cells: Sequence[str], *, seconds: float, rounds: int
) -> tuple[list[Row], Figures]:
    """Measure all subjects in turn, cell by cell."""
    rates: Figures = {}
    versions = {}
    why_not = why_not_delayed()
    async with subjects(directory, delayed=why_not is None) as found:
        versions["postgresql"] = found[named("postgres", delayed=False)].version
        for cell in cells:
            print(cell, file=sys.stderr)
            rates[cell] = {name: [] for name in found}
            for _ in range(rounds):
                for name, subject in found.items():
                    taken = await _round(cell, load, subject, seconds=seconds)
                    rates[cell][name].append(taken)
    rows = _plain_rows(rates)
    rows += _delayed_rows(rates) if why_not is None else rows_without(cells, why_not)
    return rows, {"rates": rates, "versions": versions, "why_not_delayed": why_not}


async def _round(
    cell: str, load: LoadGenerator, subject: Subject, *, seconds: float
) -> dict[str, float]:
    """Return the rate; of creates also the commits and the delayed syncs for each."""
    kind, _, connections = cell.partition("@")
    counters = {"commits": subject.commits, "syncs": subject.syncs} if kind == "creates" else {}
    before = {name: count() for name, count in counters.items() if count is not None}
    answer = await load.do(
        kind, server=address_of(subject.server), connections=int(connections), seconds=seconds
    )
    taken = {"rate": answer["counted"] / answer["seconds"]}
    for name, count in counters.items():
        if count is not None:
            counted = (count() - before[name]) % 2**32
            assert counted, f"there were no {name}"
            taken[name] = counted / answer["answered"]
    return taken


def _plain_rows(rates: Figures) -> list[Row]:
    rows = []
    for cell, taken in rates.items():
        rows.append(_rate_row(cell, taken, delayed=False))
        if cell == GROUPED:
            rows.append(_each_row("commits", taken, delayed=False))
    return rows


def _delayed_rows(rates: Figures) -> list[Row]:
    rows = []
    for cell, taken in rates.items():
        rows.append(_rate_row(cell, taken, delayed=True))
        if cell == GROUPED:
            rows.append(_each_row("syncs", taken, delayed=True))
    if {ALONE, GROUPED} <= rates.keys():
        rows.append(_gain_row(rates[ALONE], rates[GROUPED]))
    return rows


def rows_without(cells: Sequence[str], why_not: str) -> list[Row]:
    """Return the rows of what needs slower syncs, and can't be measured here."""
    rows = [Row(what=f"{_words(cell)}, {_SLOWER}", why_not=why_not) for cell in cells]
    if {ALONE, GROUPED} <= set(cells):
        rows.append(Row(what=_GAIN, why_not=why_not))
    return rows


def _rate_row(cell: str, taken: Figures, *, delayed: bool) -> Row:
    floor = _median(taken[FLOOR], "rate")
    sqlite, postgres = (_median(taken[named(each, delayed=delayed)], "rate") for each in ENGINES)
    aimed = cell == GROUPED and not delayed
    return Row(
        what=f"{_words(cell)}, {_SLOWER}" if delayed else _words(cell),
        floor=f"{floor:,.0f}",
        sqlite=f"{sqlite:,.0f}",
        sqlite_share=f"{sqlite / floor:.0%}",
        postgres=f"{postgres:,.0f}",
        postgres_share=f"{postgres / floor:.0%}",
        target=f"SQLite ≥ {_LEAST_SHARE:.0%}" if aimed else "",
        is_met=sqlite / floor >= _LEAST_SHARE,
    )


def _each_row(counted: str, taken: Figures, *, delayed: bool) -> Row:
    """Return how often there was a commit, or a sync, for each create."""
    sqlite, postgres = (_median(taken[named(each, delayed=delayed)], counted) for each in ENGINES)
    what = f"{counted} a create, 32 connections"
    return Row(
        what=f"{what}, {_SLOWER}" if delayed else what,
        sqlite=f"1/{1 / sqlite:.1f}",
        postgres=f"1/{1 / postgres:.1f}",
        target="" if delayed else "both ≤ 1/8",
        is_met=max(sqlite, postgres) <= _MOST_COMMITS,
    )


def _gain_row(alone: Figures, grouped: Figures) -> Row:
    """Return how many times the one-by-one rate 32 connections get, where a sync takes long."""
    sqlite, postgres = (
        _median(grouped[named(each, delayed=True)], "rate")
        / _median(alone[named(each, delayed=True)], "rate")
        for each in ENGINES
    )
    return Row(
        what=_GAIN,
        sqlite=f"{sqlite:.1f} times",
        postgres=f"{postgres:.1f} times",
        target=f"both ≥ {_LEAST_GAIN:.0f}",
        is_met=min(sqlite, postgres) >= _LEAST_GAIN,
    )


def _words(cell: str) -> str:
    kind, _, connections = cell.partition("@")
    return f"{kind}/s, {connections} connection{'' if connections == '1' else 's'}"


def _median(rounds: Sequence[Mapping[str, float]], name: str) -> float:
    return statistics.median(taken[name] for taken in rounds)
