"""The pages' own style sheet, script and icon: by name, from memory, cached by content."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Final

from aiohttp import web

_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file; `version` changes with its content."""

    content: bytes
    content_type: str
    version: str


@cache
def assets() -> Mapping[str, Asset]:
    """Return every file that may be served, by its name."""
    found = {}
    for file in (files("web.pages") / "static").iterdir():
        content_type = _TYPES.get(PurePosixPath(file.name).suffix)
        if content_type is not None:
            content = file.read_bytes()
            version = hashlib.sha256(content).hexdigest()[:16]
            found[file.name] = Asset(content=content, content_type=content_type, version=version)
    return found


def asset_url(name: str) -> str:
    """Return the address of a file in its present version."""
    return f"/static/{name}?v={assets()[name].version}"


def asset_response(request: web.Request) -> web.Response:
    """Serve a file by its name; an address with its version may be kept for ever."""
    asset = assets().get(request.match_info["name"])
    if asset is None:
        raise web.HTTPNotFound
    is_versioned = request.query.get("v") == asset.version
    response = web.Response(body=asset.content, content_type=asset.content_type, charset="utf-8")
    response.etag = asset.version
    response.headers["Cache-Control"] = _FOR_EVER if is_versioned else _ASK_AGAIN
    held = request.if_none_match or ()
    if any(etag.value in {asset.version, "*"} for etag in held):
        response.set_status(304)
        response.body = None
    return response
