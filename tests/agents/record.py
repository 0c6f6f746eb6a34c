"""Write down what each agent sends to its hooks: `python -m tests.agents.record claude-code`.

Names, paths and ids are made up afterwards, so that the record says nothing of this machine.
"""

import argparse
import asyncio
import json
import re
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.agents.package import CLAUDE_CODE, CODEX, COPILOT, GEMINI, Package, version
from tests.agents.record_claude import claude_code
from tests.agents.record_codex import codex
from tests.agents.record_copilot import copilot
from tests.agents.record_gemini import gemini
from tests.agents.script import Json

RECORDED = Path(__file__).parent / "recorded"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_INSTANTS = (
    (re.compile(r'"timestamp": \d+'), '"timestamp": 1795262400000'),
    (re.compile(r'"timestamp": "[^"]+"'), '"timestamp": "2026-11-21T12:00:00.000Z"'),
    (re.compile(r'"duration_ms": \d+'), '"duration_ms": 93'),
    (re.compile(r"PGID: \d+"), "PGID: 4711"),
    (re.compile(r"(-\d\d)-[0-9a-f]{8}\.jsonl"), r"\1-00000000.jsonl"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d(-\d\d)?"), "2026-11-21T12-00-00"),
)


def anonymous(events: list[Json], home: Path) -> list[Json]:
    """Return the events as if they came from Ana's machine."""
    text = json.dumps(events)
    text = text.replace(str(home), "/home/ana")
    text = text.replace(re.sub(r"[^A-Za-z0-9]", "-", str(home)), "-home-ana")
    for number, found in enumerate(dict.fromkeys(_UUID.findall(text)), 1):
        text = text.replace(found, f"00000000-0000-4000-8000-{number:012d}")
    for pattern, made_up in _INSTANTS:
        text = pattern.sub(made_up, text)
    cleaned: list[Json] = json.loads(text)
    return cleaned


AGENTS: dict[str, tuple[Package, Callable[[Path], Awaitable[list[Json]]]]] = {
    "claude-code": (CLAUDE_CODE, claude_code),
    "codex": (CODEX, codex),
    "copilot": (COPILOT, copilot),
    "gemini": (GEMINI, gemini),
}


async def record(name: str) -> Path:
    """Run one agent and write its file."""
    package, run = AGENTS[name]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        home = Path(place) / "ana"
        events = anonymous(await run(home), home)
    written = {"agent": name, "version": version(package), "events": events}
    file = RECORDED / f"{name}.json"
    file.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n")
    return file


def main() -> None:
    """Record the agents named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("agent", nargs="+", choices=sorted(AGENTS))
    for name in parser.parse_args().agent:
        print(asyncio.run(record(name)))


if __name__ == "__main__":
    main()
