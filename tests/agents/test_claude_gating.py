"""Claude Code under other modes, limits and loads: nothing runs that nobody let run."""

import pytest

from tests.agents.claude_code import ClaudeCode
from tests.agents.gate import GateProcess
from tests.agents.messages_api import MessagesApi
from tests.agents.package import CLAUDE_CODE
from tests.agents.script import Call, Say
from tests.agents.table import Case

pytestmark = [pytest.mark.agents, CLAUDE_CODE.skips]

MANUAL = ("--permission-mode", "manual")
DIALOG = r"Do you want to proceed\?"
TOUCH = Call("Bash", {"command": "touch new.txt", "description": "Make a file"})
DONE = Say("All done.")


async def test_auto_mode_is_gated_before_the_use(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(TOUCH, DONE)
    agent.takes(gate.claude_settings("PreToolUse", "PermissionRequest", on_failure="block"))

    async with agent.terminal("--permission-mode", "auto") as terminal:
        await terminal.enters("make it")
        card = await gate.card("touch new.txt", buttons=True)
        assert not agent.has("new.txt")
        await gate.denies(card, "not in auto mode either")
        await terminal.shows("All done")
        case.told(claude.results, "not in auto mode either")
        case.recorded = await gate.recorded()

    assert not agent.has("new.txt")


async def test_a_note_beside_an_approval_reaches_the_model(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(TOUCH, DONE)
    agent.takes(gate.claude_settings("PreToolUse", on_failure="block"))

    async with agent.does("make it") as run:
        card = await gate.card("touch new.txt", buttons=True)
        await gate.notes(card, "then tell the others")
        await run.ends()

    assert agent.has("new.txt")
    case.saw(claude.told, "then tell the others")
    case.shown = "the note, beside the tool's result"
    case.recorded = await gate.recorded()


async def test_what_became_of_it_stands_on_the_card(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(Call("Bash", {"command": "touch a && exit 3"}), DONE)

    async with agent.does("make it") as run:
        card = await gate.card("touch a", buttons=True)
        await gate.taps("✅ Approve", card)
        await run.ends()

    case.told(claude.results, "Exit code 3")
    case.recorded = (await gate.sees("exit 3", card)).splitlines()[0]


async def test_the_terminal_asks_when_nobody_has_answered_in_time(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    claude.script.plays(TOUCH, DONE)
    agent.takes(gate.claude_settings(limit=40))

    async with agent.terminal(*MANUAL) as terminal:
        await terminal.enters("make it")
        await terminal.shows(DIALOG)
        card = await gate.card("touch new.txt")
        await gate.sees("nobody answered in time", card)
        case.saw(await terminal.shows(DIALOG), "Do you want to proceed?")
        case.recorded = await gate.recorded()
        assert not agent.has("new.txt")
        await terminal.presses("Enter")
        await terminal.shows("All done")

    assert agent.has("new.txt")


@pytest.mark.parametrize("on_failure", ["continue", "block"])
async def test_the_terminal_of_a_gate_that_is_down(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case, on_failure: str
):
    claude.script.plays(TOUCH, DONE)
    agent.takes(gate.claude_settings(on_failure=on_failure))
    await gate.daemon.kill()

    async with agent.terminal(*MANUAL) as terminal:
        await terminal.enters("make it")
        if on_failure == "continue":
            case.saw(await terminal.shows(DIALOG), "Do you want to proceed?")
        else:
            case.saw(await terminal.shows("All done"), "failed; blocking")
    case.recorded = "nothing: the daemon was down"

    assert not agent.has("new.txt")


async def test_two_calls_at_once_are_asked_for_each(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    other = Call("Bash", {"command": "touch other.txt", "description": "Make another"})
    claude.script.plays((TOUCH, other), DONE)

    async with agent.does("make both") as run:
        first = await gate.card("touch new.txt", buttons=True)
        await gate.taps("❌ Deny", first)
        second = await gate.card("touch other.txt", buttons=True)
        await gate.taps("✅ Approve", second)
        await run.ends()

    case.shown = " · ".join(claude.results)
    case.recorded = " · ".join([one["status"] for one in await gate.approvals()])
    assert agent.has("other.txt")
    assert not agent.has("new.txt")


async def test_one_approval_lets_one_of_two_same_calls_run(
    agent: ClaudeCode, gate: GateProcess, claude: MessagesApi, case: Case
):
    append = Call("Bash", {"command": "echo x >> log.txt", "description": "Note"})
    claude.script.plays((append, append), DONE)

    async with agent.does("note it twice") as run:
        first = await gate.card("echo x", buttons=True)
        await gate.taps("✅ Approve", first)
        await gate.sees("Approved", first)
        second = await gate.card("echo x", buttons=True)
        await gate.taps("❌ Deny", second)
        await run.ends()

    case.shown = (agent.project / "log.txt").read_text()
    case.recorded = " · ".join([one["status"] for one in await gate.approvals()])
    assert case.shown == "x\n"
