"""Calls of tools ↔ rows."""

import hashlib
from typing import Final

from bot.core.approval import Approval
from bot.core.audit import milliseconds
from bot.gate.call import Call, Kept
from bot.gate.steps import Steps
from bot.store.column import text
from bot.store.statements import load

_SQL: Final = load("calls.sql")
_ADD = _SQL["add"]
_OF_SESSION = _SQL["of_session"]
_CHANGE = _SQL["change"]
_FORGET = _SQL["forget"]


class CallRows:
    """Calls, by key and session."""

    def add(self, approval: Approval, call: Call) -> Steps[None]:
        """Keep which call an approval is for."""
        yield (
            _ADD,
            {
                "approval_id": approval.id,
                "key_id": approval.key_id,
                "session": _hashed(approval.session_id),
                "tool": call.tool,
                "attempt": call.attempt,
                "at": milliseconds(approval.created_at),
            },
        )

    def of_session(self, key_id: str, session_id: str) -> Steps[tuple[Kept, ...]]:
        """Return the calls of a key's session, oldest first."""
        rows = yield _OF_SESSION, {"key_id": key_id, "session": _hashed(session_id)}
        return tuple(
            Kept(approval_id=text(id), call=Call(tool=text(tool), attempt=text(attempt)))
            for id, tool, attempt in rows
        )

    def change(self, approval_id: str, tool: str) -> Steps[None]:
        """Know the call by another tool's hash from now on."""
        yield _CHANGE, {"approval_id": approval_id, "tool": tool}

    def forget(self, approval_id: str) -> Steps[None]:
        """Keep it no more."""
        yield _FORGET, {"approval_id": approval_id}


def _hashed(session_id: str) -> str:
    """Return what stands for a session in an index, however long its name is."""
    return hashlib.sha256(session_id.encode()).hexdigest()
