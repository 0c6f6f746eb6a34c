"""Calls of tools, and the turns of sessions ↔ rows."""

import hashlib
from datetime import datetime
from typing import Final

from bot.core.approval import Approval
from bot.core.audit import milliseconds
from bot.gate.call import Call, Kept
from bot.gate.steps import Scalar, Steps
from bot.store.column import instant, text
from bot.store.statements import load

_SQL: Final = load("calls.sql")
_ADD = _SQL["add"]
_OF_SESSION = _SQL["of_session"]
_WAITING = _SQL["waiting"]
_CHANGE = _SQL["change"]
_FORGET = _SQL["forget"]
_BEGIN_TURN = _SQL["begin_turn"]
_TURN = _SQL["turn"]
_END_TURN = _SQL["end_turn"]


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
        rows = yield _OF_SESSION, _session(key_id, session_id)
        return tuple(
            Kept(approval_id=text(id), call=Call(tool=text(tool), attempt=text(attempt)))
            for id, tool, attempt in rows
        )

    def waiting(self, *, before: datetime, limit: int) -> Steps[tuple[str, ...]]:
        """Return the ids of approvals that were asked for before then and wait, oldest first."""
        rows = yield _WAITING, {"before": milliseconds(before), "limit": limit}
        return tuple(text(id) for (id,) in rows)

    def change(self, approval_id: str, tool: str) -> Steps[None]:
        """Know the call by another tool's hash from now on."""
        yield _CHANGE, {"approval_id": approval_id, "tool": tool}

    def forget(self, approval_id: str) -> Steps[None]:
        """Keep it no more."""
        yield _FORGET, {"approval_id": approval_id}


class TurnRows:
    """When each session's last turn began."""

    def begin(self, key_id: str, session_id: str, at: datetime) -> Steps[None]:
        """Keep that one begins."""
        yield _BEGIN_TURN, {**_session(key_id, session_id), "begun_at": milliseconds(at)}

    def begun(self, key_id: str, session_id: str) -> Steps[datetime | None]:
        """Return when it began; None where that was not seen."""
        rows = yield _TURN, _session(key_id, session_id)
        return instant(rows[0][0]) if rows else None

    def end(self, key_id: str, session_id: str) -> Steps[None]:
        """Keep it no more."""
        yield _END_TURN, _session(key_id, session_id)


def _session(key_id: str, session_id: str) -> dict[str, Scalar]:
    return {"key_id": key_id, "session": _hashed(session_id)}


def _hashed(session_id: str) -> str:
    """Return what stands for a session in an index, however long its name is."""
    return hashlib.sha256(session_id.encode()).hexdigest()
