"""Reading a request: query, form, multipart or JSON become one set of typed parameters."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from tests.fakes.telegram.refusal import bad

_OBJECTS = {
    "allowed_updates",
    "caption_entities",
    "commands",
    "entities",
    "link_preview_options",
    "reply_markup",
    "reply_parameters",
    "scope",
}
_INTEGERS = {
    "cache_time",
    "limit",
    "max_connections",
    "message_id",
    "message_thread_id",
    "offset",
    "reply_to_message_id",
    "timeout",
}
_FLAGS = {
    "allow_sending_without_reply",
    "disable_content_type_detection",
    "disable_notification",
    "drop_pending_updates",
    "protect_content",
    "show_alert",
}


_INTEGER = re.compile(r"-?[0-9]{1,19}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in the request."""

    filename: str
    content: bytes
    media_type: str


@dataclass(slots=True)
class Params:
    """The parameters of one call, of the same types whatever the encoding was."""

    values: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a string, empty where it is absent."""
        value = self.values.get(name, "")
        if not isinstance(value, str):
            raise bad(f'field "{name}" must be of type String')
        return value

    def integer(self, name: str, default: int = 0) -> int:
        """Return an integer."""
        return int(self.values.get(name, default))

    def flag(self, name: str) -> bool:
        """Return a truth value, false where it is absent."""
        return bool(self.values.get(name, False))

    def json(self, name: str) -> Any:
        """Return a nested value, None where it is absent."""
        return self.values.get(name)

    @property
    def chat_id(self) -> int | None:
        """Return the numeric chat id, where there is one."""
        value = self.values.get("chat_id")
        return value if isinstance(value, int) else None


async def read_params(request: web.Request) -> Params:
    """Decode a request; what is no UTF-8 or of a wrong type is refused."""
    params = Params()
    query = request.rel_url.raw_query_string
    raw: dict[str, Any] = dict(_pairs(query))
    if request.method == "POST":
        if request.content_type == "application/json":
            raw |= _json_body(await request.read())
        elif request.content_type.startswith("multipart/"):
            try:
                await _read_parts(request, raw, params.files)
            except ValueError:
                raise bad("can't parse multipart body") from None
        else:
            raw |= dict(_pairs((await request.read()).decode("utf-8", "surrogateescape")))
    for name, value in raw.items():
        if value is None:
            continue
        params.values[name] = _typed(name, value)
        refuse_surrogates(params.values[name])
    return params


def _pairs(encoded: str) -> list[tuple[str, str]]:
    return parse_qsl(encoded, keep_blank_values=True, errors="surrogateescape")


def _json_body(body: bytes) -> dict[str, Any]:
    try:
        decoded = json.loads(body or b"{}")
    except ValueError:
        raise bad("can't parse request JSON object") from None
    if not isinstance(decoded, dict):
        raise bad("request JSON must be an Object")
    return decoded


async def _read_parts(request: web.Request, raw: dict[str, Any], files: dict[str, Upload]) -> None:
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise bad("can't parse multipart body")
        # Larger than what is ever buffered: aiohttp warns where it gives bytes of a chunk back.
        part.chunk_size = 1 << 20
        content = bytes(await part.read())
        if part.filename is None:
            raw[part.name] = content.decode("utf-8", "surrogateescape")
        else:
            media_type = part.headers.get("Content-Type", "application/octet-stream")
            files[part.name] = Upload(part.filename, content, media_type)


def _typed(name: str, value: Any) -> Any:
    if name in _OBJECTS and isinstance(value, str):
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {name} JSON object") from None
    if name in _INTEGERS:
        return _integer(name, value)
    if name in _FLAGS:
        return value if isinstance(value, bool) else str(value).lower() in {"true", "1", "yes"}
    if name == "chat_id" and not str(value).startswith("@"):
        return _integer(name, value) if value != "" else ""
    return value


def _integer(name: str, value: Any) -> int:
    if type(value) is int or _INTEGER.fullmatch(str(value)):
        return int(value)
    raise bad("chat not found" if name == "chat_id" else f'field "{name}" must be an Integer')


def refuse_surrogates(value: Any) -> None:
    """Refuse strings that no UTF-8 can hold, at any depth."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise bad("strings must be encoded in UTF-8") from None
    elif isinstance(value, dict):
        for name, inner in value.items():
            refuse_surrogates(name)
            refuse_surrogates(inner)
    elif isinstance(value, list):
        for inner in value:
            refuse_surrogates(inner)
