"""Pydantic AI: deferred tools and questions, answered by the gate."""

import asyncio
from typing import Any

import pytest

from ok2run import AsyncGate
from tests.client.conftest import Decide

pytest.importorskip("pydantic_ai", reason="the extra `frameworks` is not installed")

from pydantic_ai import Agent, CallDeferred, DeferredToolRequests
from pydantic_ai.messages import (
    ModelMessage,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
)
from pydantic_ai.models.function import AgentInfo, FunctionModel

from ok2run.adapters.pydantic_ai import run


class Post:
    """An agent with tools, what they did, and what its model was told."""

    def __init__(self, *calls: ToolCallPart) -> None:
        self.sent: list[str] = []
        self.told: list[Any] = []

        def respond(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
            last = messages[-1].parts
            told = [part.content for part in last if isinstance(part, ToolReturnPart)]
            if not told:
                return ModelResponse(parts=list(calls))
            self.told = told
            return ModelResponse(parts=[TextPart("done")])

        self.agent: Agent[None, Any] = Agent(
            FunctionModel(respond), output_type=[str, DeferredToolRequests]
        )

        @self.agent.tool_plain(requires_approval=True)
        def mail(to: str) -> str:
            self.sent.append(to)
            return f"sent to {to}"

        @self.agent.tool_plain
        def ask(question: str, options: list[str]) -> str:
            raise CallDeferred(kind="question")

        @self.agent.tool_plain
        def elsewhere() -> str:
            raise CallDeferred


MAIL = ToolCallPart("mail", {"to": "ana"}, tool_call_id="c1")
ASK = ToolCallPart("ask", {"question": "Which?", "options": ["a", "b"]}, tool_call_id="c2")


async def test_an_approved_call_runs(async_gate: AsyncGate, decide: Decide):
    post = Post(MAIL)

    result, _ = await asyncio.gather(run(async_gate, post.agent, "go"), decide())

    assert post.sent == ["ana"]
    assert result.output == "done"


async def test_a_denied_call_does_not_run_and_the_model_reads_why(
    async_gate: AsyncGate, decide: Decide
):
    post = Post(MAIL)

    await asyncio.gather(run(async_gate, post.agent, "go"), decide("denied", note="not to Ana"))

    assert post.sent == []
    assert "not to Ana" in str(post.told[0])


async def test_the_persons_own_arguments_are_run(async_gate: AsyncGate, decide: Decide):
    post = Post(MAIL)

    await asyncio.gather(run(async_gate, post.agent, "go"), decide(override='{"to": "ben"}'))

    assert post.sent == ["ben"]


async def test_a_question_is_answered(async_gate: AsyncGate, decide: Decide):
    post = Post(ASK)

    await asyncio.gather(run(async_gate, post.agent, "go"), decide(answers=["B"]))

    assert post.told == ["b"]


async def test_a_call_that_waits_for_something_else_is_not_answered(async_gate: AsyncGate):
    post = Post(ToolCallPart("elsewhere", {}, tool_call_id="c3"))

    with pytest.raises(ValueError, match="no person gives"):
        await run(async_gate, post.agent, "go")
