"""A stand-in for Claude: as much of the Messages API as Claude Code needs, on loopback."""

import json
from collections.abc import Iterator
from typing import Any, Self

from aiohttp import web

from tests.agents.script import Call, Json, Say, Script, Turn
from tests.agents.server import Server


class MessagesApi:
    """Answers from a script, and remembers what it was sent."""

    def __init__(self) -> None:
        self.script = Script()
        self.requests: list[Json] = []
        self.others: list[Json] = []
        self._server = Server(self._routes())

    async def __aenter__(self) -> Self:
        await self._server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.stop()

    @property
    def url(self) -> str:
        """What goes into `ANTHROPIC_BASE_URL`."""
        return self._server.url

    @property
    def results(self) -> list[str]:
        """Return what became of each tool call, in the words that the model read."""
        return [_words(block) for block in self._last_results()]

    @property
    def told(self) -> str:
        """Return everything that the model has read in the conversation, without the set-up."""
        return json.dumps(self.requests[-1]["messages"]) if self.requests else ""

    def _last_results(self) -> Iterator[Json]:
        for message in self.requests[-1]["messages"] if self.requests else ():
            if message["role"] == "user" and not isinstance(message["content"], str):
                yield from (one for one in message["content"] if one["type"] == "tool_result")

    def _routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v1/messages", self._message),
            web.post("/v1/messages/count_tokens", self._count),
            web.get("/v1/models", self._models),
            web.route("*", "/{rest:.*}", self._unknown),
        ]

    async def _message(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        if not asked.get("tools"):
            self.others.append(asked)
            return await _answer(request, asked, (Say('{"title": "A test"}'),), 0)
        self.requests.append(asked)
        answered = sum(message["role"] == "assistant" for message in asked["messages"])
        return await _answer(
            request, asked, self.script.turn(answered, json.dumps(asked)), answered
        )

    async def _count(self, _request: web.Request) -> web.Response:
        return web.json_response({"input_tokens": 100})

    async def _models(self, _request: web.Request) -> web.Response:
        return web.json_response({"data": [], "has_more": False})

    async def _unknown(self, request: web.Request) -> web.Response:
        fault = {"type": "not_found_error", "message": request.path}
        return web.json_response({"type": "error", "error": fault}, status=404)


async def _answer(
    request: web.Request, asked: Json, turn: Turn, number: int
) -> web.StreamResponse:
    whole = _message(asked, turn, number)
    if not asked.get("stream"):
        return web.json_response(whole)
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for event in _events(whole):
        line = f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"
        await response.write(line.encode())
    return response


def _message(asked: Json, turn: Turn, number: int) -> Json:
    blocks = [_block(one, f"{number}{place}") for place, one in enumerate(turn)]
    calls = any(isinstance(one, Call) for one in turn)
    return {
        "id": f"msg_made_up_{number}",
        "type": "message",
        "role": "assistant",
        "model": asked["model"],
        "content": blocks,
        "stop_reason": "tool_use" if calls else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 10, "output_tokens": 10},
    }


def _block(one: Call | Say, number: str) -> Json:
    if isinstance(one, Say):
        return {"type": "text", "text": one.text}
    return {
        "type": "tool_use",
        "id": f"toolu_made_up_{number}",
        "name": one.tool,
        "input": one.arguments,
    }


def _events(whole: Json) -> Iterator[Json]:
    start = {**whole, "content": [], "stop_reason": None}
    yield {"type": "message_start", "message": start}
    for index, block in enumerate(whole["content"]):
        at = {"index": index}
        if block["type"] == "text":
            empty, delta = {**block, "text": ""}, {"type": "text_delta", "text": block["text"]}
        else:
            written = json.dumps(block["input"])
            empty = {**block, "input": {}}
            delta = {"type": "input_json_delta", "partial_json": written}
        yield {"type": "content_block_start", **at, "content_block": empty}
        yield {"type": "content_block_delta", **at, "delta": delta}
        yield {"type": "content_block_stop", **at}
    end = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    yield {"type": "message_delta", "delta": end, "usage": {"output_tokens": 10}}
    yield {"type": "message_stop"}


def _words(result: dict[str, Any]) -> str:
    content = result.get("content", "")
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text", "") for part in content)
