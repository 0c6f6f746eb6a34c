"""CrewAI: its hook before a tool, which must not raise, and a flow's feedback."""

import asyncio
import os
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest

from ok2run import Expired, Gate
from tests.client.conftest import Decide

if find_spec("crewai") is None:
    pytest.skip("the extra `crewai` is not installed", allow_module_level=True)
os.environ.setdefault("CREWAI_DISABLE_TELEMETRY", "true")
os.environ.setdefault("CREWAI_TRACING_ENABLED", "false")
os.environ.setdefault("OTEL_SDK_DISABLED", "true")
pytest.importorskip("crewai")  # loads it with its warnings kept quiet

from crewai.flow.flow import Flow, start
from crewai.flow.human_feedback import human_feedback
from crewai.hooks import (
    ToolCallHookContext,
    clear_all_global_hooks,
)
from crewai.hooks.tool_hooks import (
    run_after_tool_call_hooks,
    run_before_tool_call_hooks,
)
from crewai.tools import tool

from ok2run.adapters.crewai import guard
from ok2run.adapters.crewai_flow import GateFeedback

# It tries to call home all the same; what it is not let reach, it leaves open.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(autouse=True)
def _no_hooks() -> Iterator[None]:
    clear_all_global_hooks()
    yield
    clear_all_global_hooks()


@tool("Mail")
def mail(to: str) -> str:
    """Send a mail."""
    return f"sent to {to}"


def call(given: dict[str, Any], name: str = "mail") -> str:
    """Call the tool as CrewAI's own executors do."""
    context = ToolCallHookContext(tool_name=name, tool_input=given, tool=mail.to_structured_tool())
    if run_before_tool_call_hooks(context):
        context.tool_result = "blocked"
    else:
        context.tool_result = mail.func(**given)
    return run_after_tool_call_hooks(context) or context.tool_result


async def test_an_approved_call_runs(gate: Gate, decide: Decide):
    guard(gate, ["Mail"])

    said, _ = await asyncio.gather(asyncio.to_thread(call, {"to": "ana"}), decide())

    assert said == "sent to ana"


async def test_a_denied_call_is_blocked_and_the_model_reads_why(gate: Gate, decide: Decide):
    guard(gate)

    said, _ = await asyncio.gather(
        asyncio.to_thread(call, {"to": "ana"}), decide("denied", note="not to Ana")
    )

    assert said.endswith(": not to Ana")


async def test_the_persons_own_arguments_are_run(gate: Gate, decide: Decide):
    guard(gate, ["mail"])

    said, _ = await asyncio.gather(
        asyncio.to_thread(call, {"to": "ana"}), decide(override='{"to": "ben"}')
    )

    assert said == "sent to ben"


async def test_another_tool_is_not_asked_for(gate: Gate):
    guard(gate, ["delete"])

    assert await asyncio.to_thread(call, {"to": "ana"}) == "sent to ana"


async def test_a_fault_blocks(gate: Gate):
    guard(Gate("http://127.0.0.1:9", "k", patience=0))

    assert (await asyncio.to_thread(call, {"to": "ana"})).startswith("Not run: No gate answers")
    assert (await asyncio.to_thread(call, {"to": object()})).startswith("Not run: ")


async def test_a_flow_gets_a_persons_feedback(gate: Gate, decide: Decide):
    class Draft(Flow[Any]):  # type: ignore[misc]
        @start()  # type: ignore[untyped-decorator]
        @human_feedback(message="Is it good?", provider=GateFeedback(gate))  # type: ignore[untyped-decorator]
        def draft(self) -> str:
            return "the draft"

    flow = Draft()
    _, _ = await asyncio.gather(
        asyncio.to_thread(flow.kickoff), decide(answers=["shorter, please"])
    )

    assert flow.last_human_feedback.feedback == "shorter, please"


async def test_a_flow_does_not_go_on_without_an_answer(gate: Gate):
    feedback = GateFeedback(gate, wait=1)

    class Context:
        message, method_output, emit = "Is it good?", {"a": 1}, ["yes", "no"]

    with pytest.raises(Expired):
        await asyncio.to_thread(feedback.request_feedback, Context(), None)
