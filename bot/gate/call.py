"""Calls of tools by agents that ask by hooks: how the same is known again, and what ends it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.core.action import Json, canonical_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a tool, as its agent's hooks let it be known again.

    `tool` is the SHA-256 of the tool and its input, `attempt` that of what tells this very ask
    from the next of the same: the agent's id of the call or of the prompt, and the hook.
    """

    tool: str
    attempt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A call has run, or failed; `use` is the agent's id of it, where the hook tells one.

    `summary` is a line of how it failed. It was answered at the terminal where it still waits.
    """

    session_id: str
    tool: str
    exit_code: int | None = None
    summary: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedOn:
    """The session has gone on or ended, so that nothing of it waits any more; `why` in words."""

    session_id: str
    why: str


Signal: TypeAlias = Finished | MovedOn


def tool_call(tool: str, given: Mapping[str, Json]) -> str:
    """Return the SHA-256 of a tool and its input; raises InvalidAsk where that has no one form."""
    return digest_of_parts([tool, dict(given)])


def digest_of_parts(parts: Json) -> str:
    """Return the SHA-256 of a JSON value, 64 hex digits; raises InvalidAsk as `canonical_json`."""
    return hashlib.sha256(canonical_json(parts)).hexdigest()
