"""A stand-in for OpenAI's models: as much of the Responses API as Codex needs, on loopback."""

import json
from collections.abc import Iterator
from typing import Self

from aiohttp import web

from tests.agents.script import Call, Json, Say, Script
from tests.agents.server import Server

_CALLS = {"function_call", "custom_tool_call"}
_RESULTS = {"function_call_output", "custom_tool_call_output"}


class ResponsesApi:
    """Answers from a script, one thing a turn, and remembers what it was sent."""

    def __init__(self) -> None:
        self.script = Script()
        self.requests: list[Json] = []
        self._server = Server(
            [
                web.post("/v1/responses", self._response),
                web.get("/v1/models", self._models),
                web.route("*", "/{rest:.*}", self._unknown),
            ]
        )

    async def __aenter__(self) -> Self:
        await self._server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.stop()

    @property
    def url(self) -> str:
        """What goes into a provider's `base_url`."""
        return f"{self._server.url}/v1"

    @property
    def results(self) -> list[str]:
        """Return what became of each tool call, in the words that the model read."""
        last = self.requests[-1]["input"] if self.requests else ()
        return [_words(item["output"]) for item in last if item["type"] in _RESULTS]

    async def _response(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        self.requests.append(asked)
        answered = sum(_is_own(item) for item in asked["input"])
        (one,) = self.script.turn(answered, json.dumps(asked))
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for event in _events(one, answered):
            line = f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"
            await response.write(line.encode())
        return response

    async def _models(self, _request: web.Request) -> web.Response:
        return web.json_response({"models": [], "data": []})

    async def _unknown(self, request: web.Request) -> web.Response:
        return web.json_response({"error": {"message": request.path}}, status=404)


def _is_own(item: Json) -> bool:
    return item["type"] in _CALLS or item.get("role") == "assistant"


def _events(one: Call | Say, number: int) -> Iterator[Json]:
    response = {"id": f"resp_made_up_{number}"}
    item = _item(one, number)
    usage = {"input_tokens": 10, "output_tokens": 10, "total_tokens": 20}
    yield {"type": "response.created", "response": response}
    yield {"type": "response.output_item.done", "output_index": 0, "item": item}
    yield {"type": "response.completed", "response": {**response, "usage": usage}}


def _item(one: Call | Say, number: int) -> Json:
    if isinstance(one, Say):
        content = [{"type": "output_text", "text": one.text}]
        return {
            "type": "message",
            "role": "assistant",
            "id": f"msg_made_up_{number}",
            "content": content,
        }
    return {
        "type": "function_call",
        "id": f"fc_made_up_{number}",
        "call_id": f"call_made_up_{number}",
        "name": one.tool,
        "arguments": one.written,
    }


def _words(output: str | list[Json]) -> str:
    if isinstance(output, str):
        return output
    return "\n".join(part.get("text", "") for part in output)
