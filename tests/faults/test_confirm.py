import sys
from pathlib import Path

import aiohttp

from bot.core.card import Verb
from tests.daemon import Daemon, program
from tests.fakes.telegram import FakeTelegram
from tests.faults.checker import check
from tests.faults.journal import CLOCK, Journal
from tests.faults.kept import read_all

ANA = 1001
AGENT_KEY = "agent-key-of-the-confirm-tests-1"
TAPS = 20


async def kill_at_the_first_confirmation(directory: Path, module: str) -> list[str]:
    """Let Ana tap many times, kill the daemon when Telegram holds a tap as taken; then check."""
    journal = Journal(approvers=frozenset({ANA}))
    async with FakeTelegram(clock=CLOCK.now) as telegram, aiohttp.ClientSession() as session:
        ana = telegram.person(ANA, "Ana")
        async with Daemon(
            directory,
            launch=program(sys.executable, "-m", module),
            APPROVAL_API_KEY=AGENT_KEY,
            TELEGRAM_BOT_TOKEN=telegram.token,
            TELEGRAM_API_BASE=telegram.url,
            ALLOWED_USER_IDS=str(ANA),
        ) as daemon:
            body = {"session_id": "s1", "action_type": "deploy", "title": "Deploy"}
            headers = {"Authorization": f"Bearer {AGENT_KEY}"}
            url = f"{daemon.url}/v1/approvals"
            async with session.post(url, json=body, headers=headers) as answer:
                assert answer.status == 200
            card = await ana.wait_for_card("Deploy", buttons=True, timeout=60)
            await telegram.polled(20)
            details = next(
                button["callback_data"]
                for row in card.buttons
                for button in row
                if button.get("callback_data", "").startswith(f"1.{Verb.DETAILS}.")
            )
            for _ in range(TAPS):
                journal.taps.append((ANA, card, await ana.tap_data(details, card=card)))
            await telegram.changes.until(lambda: telegram.confirmed or None, 20)
            await daemon.kill()
        assert telegram.confirmed
        history = journal.history(telegram, errors=())
        return check(history, await read_all(daemon.database_url))


async def test_a_tap_that_telegram_holds_as_taken_is_kept(tmp_path: Path) -> None:
    wrong = await kill_at_the_first_confirmation(tmp_path, "bot")

    assert not [words for words in wrong if words.startswith("lost_update")], wrong


async def test_the_check_notices_a_daemon_that_confirms_before_it_keeps(tmp_path: Path) -> None:
    wrong = await kill_at_the_first_confirmation(tmp_path, "tests.faults.hasty")

    assert [words for words in wrong if words.startswith("lost_update")], wrong
