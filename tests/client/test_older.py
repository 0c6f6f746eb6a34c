"""Clients that behave as the published older ones work with this gate, unmodified."""

import asyncio
import json
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from tests.daemon import PATIENCE, Daemon
from tests.fakes.telegram import FakeTelegram, Person
from tests.test_daemon import call
from tests.world import ADMIN_KEY, AGENT_KEY

PROGRAM = Path(__file__).with_name("older.py")
BASH = {"tool_name": "Bash", "tool_input": {"command": "make deploy"}}
FIELDS = {"status", "expires_at", "decision", "session_id", "action_type"}

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


class Place:
    """A running gate, Ana in Telegram, and the older clients' environment."""

    def __init__(self, daemon: Daemon, ana: Person) -> None:
        self.daemon = daemon
        self.ana = ana
        self.environment = {
            "PATH": os.environ["PATH"],
            "APPROVAL_GATE_URL": daemon.url,
            "APPROVAL_API_KEY": AGENT_KEY,
            "APPROVAL_TG_CHAT_ID": "1001",
            "OLDER_PAUSE": "0.05",
        }

    async def start(self, client: str, said: Any = None, **changes: str) -> "asyncio.Task[Any]":
        """Start a client with this on its standard input; the task returns what it printed."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(PROGRAM),
            client,
            env={**self.environment, **changes},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

        async def finish() -> Any:
            out, err = await process.communicate(f"{json.dumps(said)}\n".encode())
            assert process.returncode == 0, err.decode()
            return json.loads(out)

        return asyncio.get_running_loop().create_task(finish())

    async def tool(self, name: str, **arguments: Any) -> "asyncio.Task[Any]":
        return await self.start(
            "tools",
            {"jsonrpc": "2.0", "id": 1, "params": {"name": name, "arguments": arguments}},
        )

    async def reply(self, text: str) -> str:
        """Decide what waits as a mail reply does; return its id."""
        for _ in range(600):
            found = await call(self.daemon, "GET", "/v1/approvals?status=pending")
            if found["approvals"]:
                id: str = found["approvals"][0]["approval_id"]
                body = {"subject": f"Re: [{id}]", "body": text}
                await call(self.daemon, "POST", "/v1/inbox/email-reply", key=ADMIN_KEY, body=body)
                return id
            await asyncio.sleep(0.05)
        raise AssertionError("nothing was asked")


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with (
        FakeTelegram(clock=SystemClock().now) as telegram,
        Daemon(
            tmp_path,
            APPROVAL_API_KEY=AGENT_KEY,
            ADMIN_API_KEY=ADMIN_KEY,
            TELEGRAM_API_BASE=telegram.url,
            TELEGRAM_BOT_TOKEN=telegram.token,
            ALLOWED_USER_IDS="1001",
        ) as daemon,
    ):
        ana = telegram.person(1001, "Ana")
        await ana.send("hello")
        yield Place(daemon, ana)


def decided(answer: Any) -> Any:
    assert answer["hookSpecificOutput"]["hookEventName"] == "PermissionRequest"
    return answer["hookSpecificOutput"]["decision"]


def told(answer: Any) -> Any:
    assert "isError" not in answer["result"]
    return json.loads(answer["result"]["content"][0]["text"])


async def test_the_permission_hook_is_answered_by_a_tap(place: Place):
    asked = await place.start("hook", BASH)

    card = await place.ana.wait_for_card("make deploy", buttons=True, timeout=PATIENCE)
    await place.ana.tap("Approve", card=card)

    assert decided(await asked) == {"behavior": "allow"}


DECISIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("3", {"behavior": "deny", "message": "Rejected via Telegram", "interrupt": False}),
    ("4 be careful", {"behavior": "allow"}),
    ("5 make deploy-dry", {"behavior": "allow", "updatedInput": {"command": "make deploy-dry"}}),
)


async def test_the_permission_hook_reads_every_decision(place: Place):
    for number, (reply, decision) in enumerate(DECISIONS):
        call = {"tool_name": "Bash", "tool_input": {"command": f"make deploy-{number}"}}
        asked = await place.start("hook", call)

        await place.reply(reply)

        assert decided(await asked) == decision


async def test_the_permission_hook_is_let_through_within_an_allowed_session(place: Place):
    first = await place.start("hook", BASH, APPROVAL_SESSION_ID="s1")
    await place.reply("2")
    await first

    second = await place.start("hook", BASH, APPROVAL_SESSION_ID="s1")

    assert decided(await second) == {"behavior": "allow"}
    found = await call(place.daemon, "GET", "/v1/approvals?limit=1")
    assert found["approvals"][0]["status"] == "approved"


async def test_the_permission_hook_leaves_a_refusal_to_the_terminal(place: Place):
    for name, value in (
        ("APPROVAL_API_KEY", "wrong"),
        ("APPROVAL_TG_CHAT_ID", ""),
        ("APPROVAL_CHANNEL", "pigeon"),
    ):
        asked = await place.start("hook", BASH, **{name: value})

        assert decided(await asked) == {"behavior": "ask"}


async def test_the_tool_server_asks_and_waits_and_reads_every_field(place: Place):
    asked = told(
        await (await place.tool("request_approval", action_type="a", title="T", preview="P"))
    )
    waiting = await place.tool("wait_for_approval", approval_id=asked["approval_id"])
    await place.reply("1")
    found = told(await waiting)

    assert re.fullmatch(r"appr_[0-9a-f]{32}", asked["approval_id"])
    assert (asked["status"], asked["auto"], asked["decision"]) == ("pending", False, None)
    assert isinstance(asked["expires_at"], int)
    assert found.keys() >= FIELDS
    assert found["status"] == "approved"
    assert found["decision"]["code"] == "1"


async def test_the_tool_server_gets_a_questions_answer(place: Place):
    options = ["SQLite", "PostgreSQL"]
    for reply, answer in (("4 B", "PostgreSQL"), ("4 neither, use files", "neither, use files")):
        asked = await place.tool("ask_user", question=f"Which, then {reply}?", options=options)

        await place.reply(reply)

        assert told(await asked)["answer"] == answer


async def test_a_tapped_option_is_the_tool_servers_answer(place: Place):
    options = ["SQLite", "PostgreSQL"]
    asked = await place.tool("ask_user", question="Which database?", options=options)

    card = await place.ana.wait_for_card("Which database?", buttons=True, timeout=PATIENCE)
    await place.ana.tap("B) PostgreSQL", card=card)

    assert told(await asked)["answer"] == "PostgreSQL"


async def test_the_tool_server_runs_what_was_approved_and_nothing_else(place: Place):
    for number, (reply, status) in enumerate((("1", "executed"), ("3", "denied"))):
        asked = await place.tool("execute_approved", command=f"echo ran {number}")

        id = await place.reply(reply)
        found = told(await asked)

        assert found["status"] == status
        assert found.get("stdout", "") == ("ran 0\n" if status == "executed" else "")
        assert found.get("approval_id", id) == id


async def test_the_asker_gets_a_2xx_with_json(place: Place):
    answer = await (await place.start("ask"))

    assert answer["status"] == 200
    assert set(answer["response"]) >= {"approval_id", "status", "auto", "expires_at", "decision"}
