"""Grants ↔ rows."""

import hashlib
from datetime import datetime
from typing import Final

from bot.core.approval import Approval
from bot.core.audit import milliseconds
from bot.core.decision import Scope, ends_offered
from bot.core.end import End
from bot.core.extent import ANY, Breadth, Extent
from bot.core.grant import Grant
from bot.gate.steps import Row, Steps
from bot.store.column import (
    instant,
    maybe_instant,
    maybe_milliseconds,
    maybe_number,
    maybe_text,
    number,
    text,
)
from bot.store.document import dumps
from bot.store.statements import load

_SQL: Final = load("grants.sql")
_CANDIDATES = _SQL["candidates"]
_MAKE = _SQL["make"]
_USED = _SQL["used"]
_GET = _SQL["get"]
_LISTING = _SQL["listing"]
_REVOKE = _SQL["revoke"]


class GrantRows:
    """Standing approvals."""

    def candidates(self, approval: Approval, now: datetime) -> Steps[tuple[Grant, ...]]:
        """Return grants in force for this key, type and directory.

        Those that count no uses come first, then Always before Session.
        """
        rows = yield (
            _CANDIDATES,
            {
                "key_id": approval.key_id,
                "action_type": approval.action.action_type,
                "cwd": approval.action.cwd,
                "session_id": approval.session_id,
                "now": milliseconds(now),
            },
        )
        return tuple(_grant(row) for row in rows)

    def make(self, grant: Grant) -> Steps[Grant]:
        """Save it, or bring back the one of the same reach; return the one in force.

        One that is in force and has a clock or a count begins anew with those of this one.
        """
        rows = yield (
            _MAKE,
            {
                "id": grant.id,
                "reach": _reach(grant),
                "scope": grant.scope.value,
                "key_id": grant.key_id,
                "agent": grant.agent,
                "action_type": grant.action_type,
                "cwd": grant.cwd,
                "session_id": grant.session_id,
                "made_by": grant.made_by,
                "made_at": milliseconds(grant.made_at),
                "revoked_at": maybe_milliseconds(grant.revoked_at),
                "uses": grant.uses,
                "last_used_at": maybe_milliseconds(grant.last_used_at),
                "extent": grant.extent.dump(),
                "ends": grant.end.value,
                "expires_at": maybe_milliseconds(grant.expires_at),
                "uses_left": grant.uses_left,
            },
        )
        return _grant(rows[0])

    def used(self, id: str, at: datetime) -> Steps[Grant | None]:
        """Count one use, only where it is in force then; return it as it stands after, or None."""
        rows = yield _USED, {"id": id, "at": milliseconds(at), "now": milliseconds(at)}
        return _grant(rows[0]) if rows else None

    def get(self, id: str) -> Steps[Grant | None]:
        """Find one by its id."""
        rows = yield _GET, {"id": id}
        return _grant(rows[0]) if rows else None

    def listing(self, *, key_id: str | None, now: datetime) -> Steps[tuple[Grant, ...]]:
        """Return grants in force, newest first."""
        rows = yield _LISTING, {"key_id": key_id, "now": milliseconds(now)}
        return tuple(_grant(row) for row in rows)

    def revoke(self, id: str, at: datetime) -> Steps[bool]:
        """End it, only where it is in force; tell whether this was it."""
        rows = yield _REVOKE, {"id": id, "at": milliseconds(at)}
        return bool(rows)


def _reach(grant: Grant) -> str:
    """Return one text for what makes two grants the same one; null differs from an empty text."""
    reach = [grant.scope.value, grant.key_id, grant.action_type, grant.cwd, grant.session_id]
    # Those made before there were extents and ends keep the reach that they were saved with.
    if grant.extent != ANY or grant.end is not ends_offered(grant.scope)[0]:
        reach += [grant.extent.dump(), grant.end.value]
    return hashlib.sha256(dumps(reach).encode()).hexdigest()


def _grant(row: Row) -> Grant:
    # A grant that ends in a way this version does not know lets nothing pass.
    is_known = text(row[13]) in tuple(End)
    return Grant(
        id=text(row[0]),
        scope=Scope(text(row[1])),
        key_id=text(row[2]),
        agent=text(row[3]),
        action_type=text(row[4]),
        cwd=maybe_text(row[5]),
        session_id=maybe_text(row[6]),
        made_by=text(row[7]),
        made_at=instant(row[8]),
        revoked_at=maybe_instant(row[9]),
        uses=number(row[10]),
        last_used_at=maybe_instant(row[11]),
        extent=Extent.load(text(row[12])) if is_known else Extent(breadth=Breadth.UNKNOWN),
        end=End(text(row[13])) if is_known else End.REVOKED,
        expires_at=maybe_instant(row[14]),
        uses_left=maybe_number(row[15]),
    )
