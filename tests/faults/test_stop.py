import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import aiohttp

from bot.core.approval import State
from tests.daemon import Daemon
from tests.fakes.telegram import FakeTelegram, Person, Tap
from tests.faults.checker import check
from tests.faults.journal import CLOCK, Journal
from tests.faults.kept import read_all
from tests.faults.preloaded import Forker, preloaded
from tests.faults.rig import faults_in, settle
from tests.faults.settings import A_CARD_EACH
from tests.port import a_port

AGENT_KEY = "agent-key-of-the-stop-tests-001"
ANA = 1001
ROUNDS = 20


@asynccontextmanager
async def a_daemon(
    directory: Path, telegram: FakeTelegram, forker: Forker
) -> AsyncIterator[Daemon]:
    port = a_port()
    async with Daemon(
        directory,
        launch=forker.launch,
        PORT=str(port),
        PUBLIC_URL=f"http://127.0.0.1:{port}",
        APPROVAL_API_KEY=AGENT_KEY,
        TELEGRAM_BOT_TOKEN=telegram.token,
        TELEGRAM_API_BASE=telegram.url,
        ALLOWED_USER_IDS=str(ANA),
        **A_CARD_EACH,
    ) as daemon:
        yield daemon


async def ask(session: aiohttp.ClientSession, daemon: Daemon, title: str, **more: Any) -> Any:
    body = {"session_id": "s1", "action_type": "deploy", "title": title, "preview": "make deploy"}
    headers = {"Authorization": f"Bearer {AGENT_KEY}"}
    url = f"{daemon.url}/v1/approvals"
    async with session.post(url, json=body, headers=headers, **more) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def tap_all(
    ana: Person, telegram: FakeTelegram, journal: Journal, titles: list[str], random: Random
) -> list[Tap]:
    """Decide each card, one of them twice."""
    taps = []
    for title in [*titles, titles[0]]:
        card = next(card for card in telegram.messages(ANA) if title in card.text and card.labels)
        tap = await ana.tap(random.choice(("Approve", "Deny")), card=card)
        journal.taps.append((ANA, card, tap))
        taps.append(tap)
    return taps


async def test_a_stop_in_the_middle_of_a_tap_loses_nothing(tmp_path: Path) -> None:
    seed = SystemRandom().randrange(2**32)
    print(f"\nseed {seed}")
    random = Random(seed)
    journal = Journal(approvers=frozenset({ANA}))
    unconfirmed = 0
    modes = ("polling", "webhook")
    async with FakeTelegram(clock=CLOCK.now) as telegram, preloaded() as forker:
        ana = telegram.person(ANA, "Ana")
        async with (
            a_daemon(tmp_path, telegram, forker) as daemon,
            aiohttp.ClientSession() as session,
        ):
            for number in range(ROUNDS):
                titles = [f"ask-{number}-{letter}" for letter in "ab"]
                for title in titles:
                    began = CLOCK.now()
                    journal.created(title, await ask(session, daemon, title), began)
                    await ana.wait_for_card(title, buttons=True, timeout=20)
                taps = await tap_all(ana, telegram, journal, titles, random)
                await asyncio.sleep(random.uniform(0, 0.02))

                assert await daemon.terminate() == 0

                unconfirmed += sum(tap.update_id not in telegram.confirmed for tap in taps)
                kept = await read_all(daemon.database_url)
                assert {t.update_id for t in taps} & telegram.confirmed <= kept.updates
                journal.starts.append(CLOCK.now())
                await daemon.start(TELEGRAM_MODE=modes[number % 2])
                await telegram.delivered(20)
            await settle(daemon, telegram)
            assert await daemon.terminate() == 0
        history = journal.history(telegram, errors=faults_in(daemon.all_errors))
        kept = await read_all(daemon.database_url)
    # Without idempotency keys nothing is kept by title.
    asks = tuple((create.key, create.id) for create in history.creates)
    wrong = check(history, replace(kept, asks=asks))
    print(f"{len(history.presses)} taps, {unconfirmed} of them first confirmed after a restart")
    assert not wrong, "\n".join(wrong)
    assert not [one for one in kept.approvals if one.state is State.PENDING]


async def test_a_stop_answers_held_requests_as_pending(tmp_path: Path) -> None:
    async with Daemon(tmp_path) as daemon, aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {daemon.agent_key}"}
        body = {"session_id": "s1", "action_type": "deploy", "title": "Deploy"}
        approvals = f"{daemon.url}/v1/approvals"

        async def held(method: str, url: str, **more: Any) -> tuple[int, Any]:
            async with session.request(method, url, headers=headers, **more) as answer:
                return answer.status, await answer.json()

        _, asked = await held("POST", approvals, json=body)
        path = f"{approvals}/{asked['approval_id']}"
        async with asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(held("GET", f"{path}?wait=300"))
            creating = tasks.create_task(held("POST", f"{approvals}?wait=300", json=body))
            await _both_are_held(session, approvals, headers)
            code = await daemon.terminate()

        assert code == 0
        for status, answer in (creating.result(), reading.result()):
            assert (status, answer["status"]) == (200, "pending")
        kept = await read_all(daemon.database_url)
        assert {one.state for one in kept.approvals} == {State.PENDING}
        assert len(kept.approvals) == 2


async def _both_are_held(
    session: aiohttp.ClientSession, url: str, headers: dict[str, str]
) -> None:
    """Return once the second ask is there; the read was sent before it."""
    async with asyncio.timeout(20):
        while True:
            async with session.get(url, headers=headers) as answer:
                if len((await answer.json())["approvals"]) == 2:
                    return
            await asyncio.sleep(0.02)
