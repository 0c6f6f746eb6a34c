"""OpenAI Agents SDK: a tool that needs approval runs when the gate says so, and else not."""

import asyncio
from typing import Any

import pytest

from ok2run import AsyncGate
from tests.client.conftest import Decide

agents = pytest.importorskip("agents", reason="the extra `frameworks` is not installed")

from agents import Agent, ModelResponse, RunConfig, Usage, function_tool  # noqa: E402
from agents.models.interface import Model  # noqa: E402
from openai.types.responses import (  # noqa: E402
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseOutputText,
)

from ok2run.adapters.openai_agents import run  # noqa: E402


class Scripted(Model):  # type: ignore[misc]
    """Calls the tool for each of some names, then says what it was told."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.told: list[str] = []

    async def get_response(self, system_instructions: Any, input: Any, *_: Any, **__: Any) -> Any:
        outputs = [one for one in input if one.get("type") == "function_call_output"]
        if not outputs:
            calls = [
                ResponseFunctionToolCall(
                    type="function_call",
                    call_id=f"call_{name}",
                    name="mail",
                    arguments=f'{{"to": "{name}"}}',
                )
                for name in self.names
            ]
            return ModelResponse(output=calls, usage=Usage(), response_id=None)
        self.told = [one["output"] for one in outputs]
        text = ResponseOutputText(type="output_text", text="done", annotations=[])
        message = ResponseOutputMessage(
            id="m1", type="message", role="assistant", status="completed", content=[text]
        )
        return ModelResponse(output=[message], usage=Usage(), response_id=None)

    def stream_response(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError


QUIET = RunConfig(tracing_disabled=True)


class Post:
    """A tool, and what it did."""

    def __init__(self, *names: str) -> None:
        self.sent: list[str] = []
        self.model = Scripted(*names)

        async def mail(to: str) -> str:
            self.sent.append(to)
            return f"sent to {to}"

        tool = function_tool(mail, needs_approval=True)
        self.agent = Agent(name="Post", model=self.model, tools=[tool])


async def test_approved_calls_run_and_the_run_goes_on(async_gate: AsyncGate, decide: Decide):
    post = Post("ana")

    result, _ = await asyncio.gather(run(async_gate, post.agent, "go", run_config=QUIET), decide())

    assert post.sent == ["ana"]
    assert post.model.told == ["sent to ana"]
    assert result.final_output == "done"


async def test_a_denied_call_does_not_run_and_the_model_reads_why(
    async_gate: AsyncGate, decide: Decide
):
    post = Post("ana")

    result, _ = await asyncio.gather(
        run(async_gate, post.agent, "go", run_config=QUIET), decide("denied", note="not to Ana")
    )

    assert post.sent == []
    assert "not to Ana" in post.model.told[0]
    assert result.final_output == "done"


async def test_several_calls_are_asked_for_and_decided_each(async_gate: AsyncGate, decide: Decide):
    post = Post("ana", "ben")

    async def one_of_each() -> None:
        await decide("approved")
        await decide("denied")

    await asyncio.gather(run(async_gate, post.agent, "go", run_config=QUIET), one_of_each())

    assert len(post.sent) == 1
    assert len(post.model.told) == 2


async def test_a_change_runs_nothing_since_the_sdk_takes_none(
    async_gate: AsyncGate, decide: Decide
):
    post = Post("ana")

    await asyncio.gather(
        run(async_gate, post.agent, "go", run_config=QUIET), decide(override='{"to": "ben"}')
    )

    assert post.sent == []
    assert "takes no other arguments" in post.model.told[0]
