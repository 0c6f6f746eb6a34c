"""Measure the daemon against the floor: `python -m tests.benchmarks`."""

import argparse
import asyncio
import json
import tempfile
from fnmatch import fnmatch
from pathlib import Path

from tests.benchmarks import hook, machine, measure, policy, rate
from tests.benchmarks.delay import MILLISECONDS
from tests.benchmarks.process import load_generator
from tests.benchmarks.table import Figures, Row, as_markdown, as_text

PARTS = ("start", "memory", "policy", "hook", *rate.CELLS, *measure.WAKES)
NOTE = (
    "The servers and the load generator share the cores. A rate is the median of its rounds, in "
    "which all servers take turns; the floor, of which the shares are, is the same HTTP, "
    "validation, risk and answers without a store. Every create and decide of ok2run is on the "
    f"disk before it is answered. Where syncs are {MILLISECONDS} ms slower, strace holds every "
    "fdatasync and fsync of the daemon, or of PostgreSQL, for so long after the disk is done; the "
    "floor has none. What is measured on one engine only is on SQLite. Judging by rules needs "
    "neither engine nor floor: its figures stand for themselves, few rules first. A hook is the "
    "whole process, from its start to its end; its floor is `python -c pass`."
)


def arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="half a second a cell, one round")
    parser.add_argument("--seconds", type=float, help="seconds a round (2; 0.5 with --quick)")
    parser.add_argument("--rounds", type=int, help="rounds a cell (3; 1 with --quick)")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="PATTERN",
        help=f"only these parts, such as creates@*: {', '.join(PARTS)}",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the raw figures")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument(
        "--directory", type=Path, help="where the databases lie while they are measured"
    )
    return parser.parse_args()


async def run(given: argparse.Namespace, directory: Path) -> tuple[list[Row], Figures]:
    """Run every part that is wanted, one after the other."""
    quick = given.quick
    seconds = given.seconds or (0.5 if quick else 2.0)
    rounds = given.rounds or (1 if quick else 3)
    patterns = given.only or ["*"]
    wanted = [part for part in PARTS if any(fnmatch(part, p) for p in patterns)]
    cells = [cell for cell in rate.CELLS if cell in wanted]
    helds = [held for held in measure.HELD if f"wake@{held}" in wanted]
    parts = []
    if "start" in wanted:
        parts.append(await measure.start(directory, times=1 if quick else 5))
    if "memory" in wanted:
        parts.append(await measure.memory(directory))
    if "policy" in wanted:
        parts.append(policy.judging(rounds=5 if quick else 50))
    if "hook" in wanted:
        parts.append(
            await hook.hooks(directory, times=5 if quick else 30, rounds=2 if quick else 12)
        )
    async with load_generator() as load:
        if cells:
            parts.append(
                await rate.throughput(directory, load, cells, seconds=seconds, rounds=rounds)
            )
        if helds:
            samples = 100 if quick else 1_000
            parts.append(await measure.waiters(directory, load, helds, samples=samples))
    rows = [row for part, _ in parts for row in part]
    figures = {name: figure for _, part in parts for name, figure in part.items()}
    return rows, figures


def main() -> None:
    """Measure, and print what came out."""
    given = arguments()
    with tempfile.TemporaryDirectory(prefix="ok2run-", dir=given.directory) as place:
        directory = Path(place)
        directory.chmod(0o711)  # PostgreSQL runs as another user where this one is root
        facts = machine.describe(directory)
        rows, figures = asyncio.run(run(given, directory))
    facts |= figures.pop("versions", {})
    if given.json is not None:
        given.json.write_text(json.dumps({"machine": facts, **figures}, indent=1))
    if given.markdown:
        print(", ".join(f"{name} {fact}" for name, fact in facts.items()), end=".\n\n")
        print(as_markdown(rows), NOTE, sep="\n\n")
    else:
        print("\n".join(f"{name:<12}{fact}" for name, fact in facts.items()), end="\n\n")
        print(as_text(rows), NOTE, sep="\n\n")


if __name__ == "__main__":
    main()
