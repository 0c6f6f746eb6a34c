"""What real agents sent, replayed: each hook gets an answer in a form that its agent takes."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.web.hooks.conftest import Agent
from tests.world import World

RECORDED = Path(__file__).parents[2] / "agents" / "recorded"


def name_of(event: dict[str, Any]) -> str:
    """Return what the agent calls the event; Copilot's own payloads mostly do not say."""
    told = event.get("hook_event_name") or event.get("hookName")
    if told is None and "toolName" in event:
        return "postToolUse" if "toolResult" in event else "preToolUse"
    return told or "told"


def tool_of(event: dict[str, Any]) -> str:
    return event.get("tool_name") or event.get("toolName") or ""


def is_said(reply: Any, event: str, allowed: set[str], **wanted: str) -> bool:
    """Say whether it is an answer to this event, with these words and no unknown ones."""
    (only,) = reply.values()
    said = only.get("decision", only)
    named = only["hookEventName"] == event and set(reply) == {"hookSpecificOutput"}
    known = set(said) - {"hookEventName"} <= allowed
    return named and known and all(said[name] == value for name, value in wanted.items())


def claude_code(event: dict[str, Any], reply: Any, *, approved: bool) -> bool:
    if event["hook_event_name"] == "PermissionRequest":
        behavior = "allow" if approved else "deny"
        rest = {"updatedInput"} if approved else {"message"}
        needs_person = event["tool_name"] in ("AskUserQuestion", "ExitPlanMode")
        said = reply["hookSpecificOutput"]["decision"]
        return is_said(
            reply, "PermissionRequest", {"behavior", *rest}, behavior=behavior
        ) and not (approved and needs_person and "updatedInput" not in said)
    verdict = "allow" if approved else "deny"
    known = {"permissionDecision", "permissionDecisionReason", "updatedInput"}
    return is_said(reply, "PreToolUse", known, permissionDecision=verdict)


def codex(event: dict[str, Any], reply: Any, *, approved: bool) -> bool:
    verdict = "allow" if approved else "deny"
    if event["hook_event_name"] == "PermissionRequest":
        # Anything else is an error to it, and its prompt comes up.
        return is_said(reply, "PermissionRequest", {"behavior", "message"}, behavior=verdict)
    known = {"permissionDecision", "permissionDecisionReason"}
    return is_said(reply, "PreToolUse", known, permissionDecision=verdict)


def gemini(_event: dict[str, Any], reply: Any, *, approved: bool) -> bool:
    return reply["decision"] == ("allow" if approved else "deny") and (
        approved or bool(reply["reason"])
    )


def copilot(event: dict[str, Any], reply: Any, *, approved: bool) -> bool:
    verdict = "allow" if approved else "deny"
    if name_of(event) == "permissionRequest":
        return reply["behavior"] == verdict and set(reply) <= {"behavior", "message"}
    known = {"permissionDecision", "permissionDecisionReason"}
    return reply["permissionDecision"] == verdict and set(reply) <= known


FORMS: dict[str, tuple[set[str], Callable[..., bool]]] = {
    "claude-code": ({"PermissionRequest", "PreToolUse"}, claude_code),
    "codex": ({"PermissionRequest", "PreToolUse"}, codex),
    "copilot": ({"preToolUse", "PreToolUse", "permissionRequest"}, copilot),
    "gemini": ({"BeforeTool"}, gemini),
}
AFTER = {"PostToolUse", "PostToolUseFailure", "AfterTool", "postToolUse"}
ONLY_READ = {"read_file"}
CHOSEN: dict[str, Any] = {"answers": ["A", ["A", "B"]]}


async def reply_or_ask(agent: Agent, event: Any) -> tuple[Any, str | None]:
    """Send it; return the held answer, and the id of what is asked, if anything is."""
    held = agent.hold(event)
    async with asyncio.timeout(10):
        while not held.done():
            if waiting := await agent._waiting():
                return held, waiting[0]["approval_id"]
            await asyncio.sleep(0.005)
    return held, None


@pytest.mark.parametrize("approved", [True, False], ids=["approved", "denied"])
@pytest.mark.parametrize("name", sorted(FORMS))
async def test_recorded_hooks_are_answered_in_their_agents_form(
    world: World, name: str, approved: bool
):
    asking, form = FORMS[name]
    agent = Agent(world, name=name)
    verdict = "approved" if approved else "denied"

    for event in json.loads((RECORDED / f"{name}.json").read_text())["events"]:
        held, asked = await reply_or_ask(agent, event)
        if asked is None:
            assert await held == {}, event
            assert name_of(event) not in asking or tool_of(event) in ONLY_READ, event
            continue
        is_answered = approved and tool_of(event) == "AskUserQuestion"
        response = await world.decide(asked, verdict, **(CHOSEN if is_answered else {}))
        assert response.status == 200, await response.text()
        assert name_of(event) in asking, event
        assert form(event, await held, approved=approved), (event, await held)
    assert await agent._waiting() == []


@pytest.mark.parametrize("name", sorted(FORMS))
async def test_recorded_outcomes_find_what_was_approved(world: World, name: str):
    agent = Agent(world, name=name)
    ran = asked_for = 0

    for event in json.loads((RECORDED / f"{name}.json").read_text())["events"]:
        held, asked = await reply_or_ask(agent, event)
        if asked is None:
            ran += name_of(event) in AFTER
            continue
        asked_for += 1
        is_answered = tool_of(event) == "AskUserQuestion"
        await world.decide(asked, "approved", **(CHOSEN if is_answered else {}))
        await held

    listed = await (await world.call("GET", "/v1/approvals?limit=100")).json()
    told = [one for one in listed["approvals"] if one["outcome"] is not None]
    assert asked_for == len(listed["approvals"])
    assert len(told) >= ran - len(ONLY_READ), [one["title"] for one in listed["approvals"]]
