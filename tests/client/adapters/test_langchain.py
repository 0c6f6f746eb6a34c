"""LangChain and LangGraph: interrupts of every form, answered by the gate."""

import asyncio
from typing import Any, TypedDict

import pytest

from ok2run import AsyncGate
from tests.client.conftest import Decide

pytest.importorskip("langchain", reason="the extra `frameworks` is not installed")

from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain_core.language_models.fake_chat_models import (
    FakeMessagesListChatModel,
)
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt

from ok2run.adapters.langchain import answer, invoke

CONFIG = {"configurable": {"thread_id": "1"}}
GO: dict[str, Any] = {"messages": [("user", "go")]}


class Scripted(FakeMessagesListChatModel):  # type: ignore[misc]
    """The package's own stand-in, which takes tools."""

    def bind_tools(self, *_: Any, **__: Any) -> "Scripted":
        return self


class Post:
    """An agent with one tool, and what it did."""

    def __init__(self, mode: str, allowed: list[str], *names: str) -> None:
        self.sent: list[str] = []
        post = self

        @tool
        async def mail(to: str) -> str:
            """Send a mail."""
            post.sent.append(to)
            return f"sent to {to}"

        calls = [{"name": "mail", "args": {"to": n}, "id": f"call_{n}"} for n in names]
        said = [AIMessage(content="", tool_calls=calls), AIMessage(content="done")]
        human = HumanInTheLoopMiddleware(
            interrupt_on={"mail": {"allowed_decisions": allowed}}, interrupt_mode=mode
        )
        self.agent = create_agent(
            Scripted(responses=said),
            [mail],
            middleware=[human],
            checkpointer=InMemorySaver(),
        )


ALL = ["approve", "edit", "reject"]
MODES = pytest.mark.parametrize("mode", ["batched", "per_call"])


@MODES
async def test_approved_calls_run(mode: str, async_gate: AsyncGate, decide: Decide):
    post = Post(mode, ALL, "ana", "ben")

    async def both() -> None:
        await decide()
        await decide()

    result, _ = await asyncio.gather(invoke(async_gate, post.agent, GO, CONFIG), both())

    assert sorted(post.sent) == ["ana", "ben"]
    assert result["messages"][-1].content == "done"


@MODES
async def test_a_denied_call_does_not_run_and_the_model_reads_why(
    mode: str, async_gate: AsyncGate, decide: Decide
):
    post = Post(mode, ALL, "ana")

    result, _ = await asyncio.gather(
        invoke(async_gate, post.agent, GO, CONFIG), decide("denied", note="not to Ana")
    )

    told = [one.content for one in result["messages"] if isinstance(one, ToolMessage)]
    assert post.sent == []
    assert "not to Ana" in str(told[0])


@MODES
async def test_the_persons_own_arguments_are_run(mode: str, async_gate: AsyncGate, decide: Decide):
    post = Post(mode, ALL, "ana")

    await asyncio.gather(
        invoke(async_gate, post.agent, GO, CONFIG), decide(override='{"to": "ben"}')
    )

    assert post.sent == ["ben"]


async def test_a_change_where_none_is_allowed_runs_nothing(async_gate: AsyncGate, decide: Decide):
    post = Post("batched", ["approve", "reject"], "ana")

    await asyncio.gather(
        invoke(async_gate, post.agent, GO, CONFIG), decide(override='{"to": "ben"}')
    )

    assert post.sent == []


def older(**may: bool) -> dict[str, Any]:
    return {
        "action_request": {"action": "mail", "args": {"to": "ana"}},
        "config": {"allow_ignore": True, "allow_accept": True, **may},
        "description": "Mail to Ana",
    }


@pytest.mark.parametrize(
    ("decision", "may", "wanted"),
    [
        ({}, {}, {"type": "accept", "args": None}),
        (
            {"override": '{"to": "ben"}'},
            {"allow_edit": True},
            {"type": "edit", "args": {"action": "mail", "args": {"to": "ben"}}},
        ),
        ({"decision": "denied"}, {}, {"type": "ignore", "args": None}),
        ({"override": '{"to": "ben"}'}, {}, {"type": "ignore", "args": None}),
    ],
)
async def test_an_older_interrupt_is_answered_in_its_own_form(
    async_gate: AsyncGate,
    decide: Decide,
    decision: dict[str, str],
    may: dict[str, bool],
    wanted: dict[str, Any],
):
    said, _ = await asyncio.gather(answer(async_gate, [older(**may)]), decide(**decision))

    assert said == [wanted]


class State(TypedDict):
    said: Any


async def test_a_graph_that_interrupts_in_the_older_form_goes_on(
    async_gate: AsyncGate, decide: Decide
):
    def node(state: State) -> State:
        return {"said": interrupt(older(allow_respond=True))}

    graph = StateGraph(State)
    graph.add_node("node", node)
    graph.add_edge(START, "node")
    graph.add_edge("node", END)
    agent = graph.compile(checkpointer=InMemorySaver())

    result, _ = await asyncio.gather(
        invoke(async_gate, agent, {"said": None}, CONFIG), decide("denied", note="no")
    )

    assert result["said"]["type"] == "response"
    assert result["said"]["args"].endswith(": no")


async def test_an_interrupt_of_another_kind_is_not_answered(async_gate: AsyncGate):
    with pytest.raises(TypeError):
        await answer(async_gate, {"question": "which?"})
