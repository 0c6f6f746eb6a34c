"""A daemon that is killed after a decision, before its card says so, puts the card right."""

from pathlib import Path

import aiohttp

from tests.daemon import Daemon
from tests.fakes.telegram import FakeTelegram
from tests.faults.journal import CLOCK
from tests.faults.rig import settle

AGENT_KEY = "agent-key-of-the-put-right-tests"
ADMIN_KEY = "admin-key-of-the-put-right-tests"


async def call(daemon: Daemon, path: str, key: str, **body: object) -> dict[str, object]:
    headers = {"Authorization": f"Bearer {key}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{daemon.url}{path}", json=body, headers=headers) as answer,
    ):
        assert answer.status == 200, await answer.text()
        found: dict[str, object] = await answer.json()
        return found


async def test_a_kill_between_a_decision_and_its_edit_is_made_good_in_silence(
    tmp_path: Path,
) -> None:
    async with FakeTelegram(clock=CLOCK.now) as telegram:
        ana = telegram.person(1001, "Ana")
        async with Daemon(
            tmp_path,
            APPROVAL_API_KEY=AGENT_KEY,
            ADMIN_API_KEY=ADMIN_KEY,
            TELEGRAM_BOT_TOKEN=telegram.token,
            TELEGRAM_API_BASE=telegram.url,
            ALLOWED_USER_IDS="1001",
        ) as daemon:
            asked = await call(
                daemon,
                "/v1/approvals",
                AGENT_KEY,
                session_id="s1",
                action_type="deploy",
                title="Deploy",
            )
            card = await ana.wait_for_card("Deploy", buttons=True, timeout=60)
            await settle(daemon, telegram)
            lost = telegram.fail("editMessageText", drop=True, count=None)
            path = f"/v1/approvals/{asked['approval_id']}/decision"
            await call(daemon, path, ADMIN_KEY, decision="approved")
            await telegram.wait_for_calls("editMessageText", timeout=20)
            await daemon.kill()
            assert "Approved" not in card.text
            lost.heal()

            await daemon.start()

            await card.shows("✅ Approved by", timeout=60)
            await settle(daemon, telegram)
            assert telegram.messages(1001) == [card]
