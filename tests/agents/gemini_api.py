"""A stand-in for Gemini: as much of its API as Gemini CLI needs, on loopback."""

import json
from typing import Self

from aiohttp import web

from tests.agents.script import Call, Json, Say, Script, Turn
from tests.agents.server import Server


class GeminiApi:
    """Answers from a script, and remembers what it was sent."""

    def __init__(self) -> None:
        self.script = Script()
        self.requests: list[Json] = []
        self._server = Server([web.post("/{version}/models/{rest:.+}", self._generate)])

    async def __aenter__(self) -> Self:
        await self._server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.stop()

    @property
    def url(self) -> str:
        """What goes into `GOOGLE_GEMINI_BASE_URL`."""
        return self._server.url

    @property
    def results(self) -> list[str]:
        """Return what became of each tool call, in the words that the model read."""
        parts = [
            part
            for content in (self.requests[-1]["contents"] if self.requests else ())
            for part in content["parts"]
        ]
        answers = [part["functionResponse"] for part in parts if "functionResponse" in part]
        return [json.dumps(one["response"], ensure_ascii=False) for one in answers]

    async def _generate(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        method = request.match_info["rest"].rsplit(":", 1)[-1]
        if method == "countTokens":
            return web.json_response({"totalTokens": 10})
        if not asked.get("tools"):
            return web.json_response(_chunk((Say("{}"),), 0))
        self.requests.append(asked)
        answered = sum(content["role"] == "model" for content in asked["contents"])
        chunk = _chunk(self.script.turn(answered, json.dumps(asked)), answered)
        if method == "generateContent":
            return web.json_response(chunk)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(f"data: {json.dumps(chunk)}\n\n".encode())
        return response


def _chunk(turn: Turn, number: int) -> Json:
    parts = [_part(one, f"{number}{place}") for place, one in enumerate(turn)]
    candidate = {"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}
    usage = {"promptTokenCount": 10, "candidatesTokenCount": 10, "totalTokenCount": 20}
    return {"candidates": [candidate], "usageMetadata": usage}


def _part(one: Call | Say, number: str) -> Json:
    if isinstance(one, Say):
        return {"text": one.text}
    call = {"id": f"call_made_up_{number}", "name": one.tool, "args": one.arguments}
    return {"functionCall": call}
