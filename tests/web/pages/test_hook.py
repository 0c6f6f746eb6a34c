"""A coding agent's ask on the page: stopping it, and what its agent can't be told."""

from tests.web.hooks.conftest import Agent
from tests.web.hooks.recorded import permission
from tests.web.pages.reader import Reader
from tests.world import ADMIN_KEY

DEPLOY = {"command": "make deploy", "description": "Publish it"}


async def test_deny_and_stop_stops_with_its_words(reader: Reader):
    held, asked = await Agent(reader.world).asks(permission(given=DEPLOY))
    assert "⏹ Deny and stop" in await reader.get("/queue")

    html = await reader.press(asked.id, "stop", note="wrong branch")

    decision = (await held)["hookSpecificOutput"]["decision"]
    assert decision == {"behavior": "deny", "message": "wrong branch", "interrupt": True}
    assert "Denied. claude is told, and stops." in html
    assert "⏹ Denied by owner on the web page and stopped" in html


async def test_an_agent_that_cannot_be_stopped_is_only_denied(reader: Reader):
    await reader.world.ask()

    assert "⏹ Deny and stop" not in await reader.get("/queue")


async def test_a_card_says_what_silence_and_a_note_come_to(reader: Reader):
    rules = [{"match": {"action": "Bash"}, "decision": "ask", "require_reason": True}]
    policy = {"name": "p", "rules": rules}
    await reader.world.call("POST", "/v1/policies", key=ADMIN_KEY, json=policy)
    held, asked = await Agent(reader.world).asks(permission(given=DEPLOY))

    html = await reader.get("/queue")
    assert "then back to its terminal" in html
    assert "Why it may run; it stays here, for the agent reads no note:" in html
    html = await reader.press(asked.id, "approve", note="it is time")

    assert (await held)["hookSpecificOutput"]["decision"] == {"behavior": "allow"}
    assert "The note stays here: its agent takes none with an approval." in html
