"""Run the fake on its own: `python -m tests.fakes.telegram --port 8081 --person 1001`.

What its people do is typed, a line each; an empty line ends each answer.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import UTC, datetime

from tests.fakes.telegram.phone import HOW_TO, Phones
from tests.fakes.telegram.server import FakeTelegram
from tests.fakes.telegram.world import TOKEN


async def main() -> None:
    """Serve until interrupted; the people named on the command line have met the bot."""
    parser = argparse.ArgumentParser(description=__doc__, epilog=HOW_TO)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--person", type=int, action="append", default=[])
    given = parser.parse_args()

    def clock() -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - a process of its own, nobody hands it a clock

    async with FakeTelegram(port=given.port, token=given.token, clock=clock) as telegram:
        for number in given.person:
            telegram.person(number, f"Person {number}")
        print(telegram.url, telegram.token, flush=True)
        phones = Phones(telegram)
        while line := await asyncio.to_thread(sys.stdin.readline):
            print(f"{await phones.do(line)}\n", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
