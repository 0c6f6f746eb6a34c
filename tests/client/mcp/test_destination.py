"""Where an ask of a tool goes: the call's own words, else the settings, never beyond the key's."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ok2run.mcp.tools import Origin
from tests.tool_agent import beside_it
from tests.world import World

HOME: Origin = Origin(where={"channel": "telegram", "target": {"tg_chat_id": "5"}})
AWAY: Origin = Origin(where={"channel": "telegram", "target": {"tg_chat_id": "6"}})


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with World.start(str(tmp_path / "gate.db"), users=(5,), chat=5) as world:
        yield world


async def test_the_settings_name_the_chat_where_the_call_does_not(world: World):
    async with beside_it(world, origin=HOME) as agent:
        allowed = await agent.call("request_approval", action="deploy")
    async with beside_it(world, origin=AWAY) as agent:
        refused = await agent.fault("request_approval", action="deploy")
        own = await agent.call(
            "request_approval", action="deploy", channel="telegram", tg_chat_id=5
        )

    assert allowed["status"] == own["status"] == "pending"
    assert refused.startswith("Error: ")


async def test_a_chat_that_is_not_the_keys_is_refused(world: World):
    async with beside_it(world, origin=HOME) as agent:
        said = await agent.fault("ask_user", question="Why?", tg_chat_id="7")

    assert said.startswith("Error: ")
    assert await world.gate.pending() == ()
