"""Calls of tools by agents that ask by hooks: how the same is known again, and what ends it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from bot.core.action import Json, canonical_json
from bot.core.approval import Approval
from bot.gate.steps import Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a tool, as its agent's hooks let it be known again.

    `tool` is the SHA-256 of the tool and its input, `attempt` that of what tells this very ask
    from the next of the same: the agent's id of the call or of the prompt, and the hook.
    """

    tool: str
    attempt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A call that is kept, and the approval for it."""

    approval_id: str
    call: Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A call has run, or failed; where it still waits, it was answered at the terminal.

    `attempts` are those by which exactly this call may have been asked for. `summary` is a line of
    how it failed, `took` how long it ran.
    """

    session_id: str
    tool: str
    attempts: tuple[str, ...] = ()
    exit_code: int | None = None
    summary: str | None = None
    took: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedOn:
    """The session has gone on or ended, so that nothing of it waits any more; `why` in words."""

    session_id: str
    why: str


Signal: TypeAlias = Finished | MovedOn


class CallTable(Protocol):
    """Calls that wait or have not reported yet, by key and session."""

    def add(self, approval: Approval, call: Call) -> Steps[None]:
        """Keep which call an approval is for."""

    def of_session(self, key_id: str, session_id: str) -> Steps[tuple[Kept, ...]]:
        """Return the calls of a key's session, oldest first."""

    def waiting(self, *, before: datetime, limit: int) -> Steps[tuple[str, ...]]:
        """Return the ids of approvals that were asked for before then and wait, oldest first."""

    def change(self, approval_id: str, tool: str) -> Steps[None]:
        """Know the call by another tool's hash from now on."""

    def forget(self, approval_id: str) -> Steps[None]:
        """Keep it no more."""


class TurnTable(Protocol):
    """When each session's last turn began."""

    def begin(self, key_id: str, session_id: str, at: datetime) -> Steps[None]:
        """Keep that one begins."""

    def begun(self, key_id: str, session_id: str) -> Steps[datetime | None]:
        """Return when it began; None where that was not seen."""

    def end(self, key_id: str, session_id: str) -> Steps[None]:
        """Keep it no more."""


def tool_call(tool: str, given: Mapping[str, Json]) -> str:
    """Return the SHA-256 of a tool and its input; raises InvalidAsk where that has no one form."""
    return digest_of_parts([tool, dict(given)])


def digest_of_parts(parts: Json) -> str:
    """Return the SHA-256 of a JSON value, 64 hex digits; raises InvalidAsk as `canonical_json`."""
    return hashlib.sha256(canonical_json(parts)).hexdigest()
