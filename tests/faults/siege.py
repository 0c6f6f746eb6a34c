"""The run under faults: agents and people at work, a nemesis, and the checker at the end."""

import asyncio
import os
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import aiohttp

from bot.core.decision import Scope
from tests.daemon import Daemon
from tests.fakes.telegram import FakeTelegram
from tests.faults.agents import ROUTINE, Caller, ask_people, ask_routine, decide_some
from tests.faults.checker import check, duplicates
from tests.faults.evidence import Evidence
from tests.faults.history import History, Kept
from tests.faults.journal import CLOCK, Journal
from tests.faults.kept import read_all
from tests.faults.nemesis import Fault, Nemesis
from tests.faults.people import answer_cards, tap_strangely
from tests.faults.preloaded import preloaded
from tests.faults.rig import faults_in, settle
from tests.faults.settings import A_CARD_EACH
from tests.port import a_port

AGENT_KEY = "agent-key-of-the-kill-runs-01"
ADMIN_KEY = "admin-key-of-the-kill-runs-01"
NAMES = ("Ana", "Ben", "Cem", "Dee", "Eve", "Fay", "Gil", "Hal")
APPROVERS = dict(enumerate(NAMES, start=1001))
STRANGER = 6666


async def besiege(
    directory: Path,
    *,
    faults: Sequence[Fault],
    fresh: int,
    database_url: str | None = None,
    may_log: Callable[[Mapping[str, Any]], bool] = lambda _: False,
) -> None:
    """Strike the daemon under load, let it settle, stop it, and compare.

    `fresh` starts are an operator's, with a new interpreter; `may_log` tells the errors that a
    daemon may log while one of these faults ends it.
    """
    seed = int(os.environ.get("FAULT_SEED") or SystemRandom().randrange(2**32))
    print(f"\nFAULT_SEED={seed}")
    journal = Journal(approvers=frozenset(APPROVERS))
    port = a_port()
    url = f"http://127.0.0.1:{port}"
    polling = {"TELEGRAM_MODE": "polling"}
    webhook = {"TELEGRAM_MODE": "webhook", "PUBLIC_URL": url}
    began = time.monotonic()
    async with FakeTelegram(clock=CLOCK.now) as telegram, preloaded() as forker:
        for id, name in (APPROVERS | {STRANGER: "Mal"}).items():
            telegram.person(id, name)
        async with Daemon(
            directory,
            launch=forker.launch,
            database_url=database_url,
            PORT=str(port),
            APPROVAL_API_KEY=AGENT_KEY,
            ADMIN_API_KEY=ADMIN_KEY,
            TELEGRAM_BOT_TOKEN=telegram.token,
            TELEGRAM_API_BASE=telegram.url,
            ALLOWED_USER_IDS=",".join(map(str, APPROVERS)),
            **A_CARD_EACH,
        ) as daemon:
            nemesis = Nemesis(
                daemon=daemon,
                forked=forker.launch,
                telegram=telegram,
                journal=journal,
                random=Random(seed),
            )
            async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

                def caller(number: int, key: str = AGENT_KEY) -> Caller:
                    random = Random(seed + number)
                    return Caller(
                        session=session, url=url, key=key, journal=journal, random=random
                    )

                await grant_the_routine(caller(0), caller(1, ADMIN_KEY))
                await daemon.kill()
                async with asyncio.TaskGroup() as everybody:
                    chats = tuple(APPROVERS)
                    for number in range(16):
                        asks = ask_people(caller(100 + number), f"asker{number}", chats)
                        everybody.create_task(asks)
                    for number in range(5):
                        asks = ask_routine(caller(200 + number), f"routine{number}")
                        everybody.create_task(asks)
                    everybody.create_task(decide_some(caller(300, ADMIN_KEY)))
                    for id in APPROVERS:
                        person = telegram.people[id]
                        taps = answer_cards(person, telegram, journal, Random(seed + id))
                        everybody.create_task(taps)
                    mallory = telegram.people[STRANGER]
                    everybody.create_task(
                        tap_strangely(mallory, telegram, chats, journal, Random(seed))
                    )
                    await nemesis.torment(faults, fresh=fresh, modes=(polling, webhook, polling))
                    journal.stopping = True
            struck = time.monotonic()
            await settle(daemon, telegram)
            settled = time.monotonic()
            assert await daemon.terminate() == 0

            def had_to_be(entry: Mapping[str, Any]) -> bool:
                at = datetime.fromisoformat(entry["time"])
                return may_log(entry) and nemesis.was_ending_it(at)

            errors = faults_in(daemon.all_errors, but=had_to_be)
            history = journal.history(telegram, errors=errors)
            kept = await read_all(daemon.database_url)
    wrong = check(history, kept)
    tell(nemesis, journal, history, kept)
    now = time.monotonic()
    spans = (struck - began, settled - struck, now - settled)
    print("{:.0f} s of faults, {:.0f} s to settle, {:.0f} s to check".format(*spans))
    assert not wrong, "\n".join(wrong[:50])
    assert nemesis.met["with changes in flight"] * 3 >= len(faults), nemesis.met


async def grant_the_routine(agent: Caller, admin: Caller) -> None:
    """Let every routine ask pass from now on."""
    first = await agent.ask("the first routine", **ROUTINE)
    await admin.decide(first["approval_id"], approve=True, scope=Scope.ALWAYS)


def tell(nemesis: Nemesis, journal: Journal, history: History, kept: Kept) -> None:
    """Print the figures of the run."""
    taps = sum(press.confirmed for press in history.presses)
    print(", ".join(f"{count} {what}" for what, count in nemesis.met.items()))
    ends = len(Evidence(history, kept).claims)
    print(
        f"acknowledged: {ends} ends,",
        ", ".join(f"{n} {w}" for w, n in journal.acknowledged.items()),
    )
    print(
        f"{len(history.presses)} taps and replies ({taps} confirmed), {len(history.reads)} reads, "
        f"{journal.broken} requests broken off, {journal.refused.total()} refused "
        f"({', '.join(f'{n} {code}' for code, n in journal.refused.items()) or 'none'}), "
        f"{len(kept.approvals)} approvals, "
        f"{len(kept.entries)} audit entries, {len(history.messages)} cards, "
        f"{duplicates(history, kept)} of them duplicates"
    )
