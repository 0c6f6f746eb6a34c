"""Approvals, found and counted."""

from datetime import datetime
from typing import Final

from bot.core.approval import Approval, State
from bot.core.audit import milliseconds
from bot.gate.approval_tables import Page
from bot.gate.channel import Target
from bot.gate.steps import Scalar, Steps
from bot.store import cursor as place
from bot.store.approval_row import approval_of
from bot.store.column import maybe_instant, number, text
from bot.store.statements import Statement, load
from bot.store.words import MOST_SEARCHED, pattern_of

_SQL: Final = load("approvals.sql")
_GET = _SQL["get"]
_BY_CODE = _SQL["by_code"]
_APPROVED_BY = _SQL["approved_by"]
_DUE = _SQL["due"]
_NEXT_DUE = _SQL["next_due"]
_DENIED_ALIKE = _SQL["denied_alike"]
_COPIES = _SQL["copies"]
_LEADERS = _SQL["leaders"]
_SHOWN = _SQL["shown"]
_WAITING_AFTER = _SQL["waiting_after"]
_WAITING_BEFORE = _SQL["waiting_before"]
_WAITING_COUNT = _SQL["waiting_count"]
_PENDING_OF = _SQL["pending_of"]
_PENDING_BY_KEY = _SQL["pending_by_key"]
_ALLOWED_BY = _SQL["allowed_by"]
_ENDED = _SQL["ended"]
_ENDED_SAYING = _SQL["ended_saying"]
_OVERDUE = _SQL["overdue"]
_NEXT_DEADLINE = _SQL["next_deadline"]
_LIST_ALL = _SQL["list_all"]
_LIST_OF_KEY = _SQL["list_of_key"]
_LIST_OF_STATE = _SQL["list_of_state"]
_LIST_OF_SESSION = _SQL["list_of_session"]


class ApprovalLists:
    """What is looked up of approvals; nothing here changes one."""

    def approved_by(self, identity: str, *, since: datetime) -> Steps[int]:
        """Count the actions that somebody approved after this instant, copies aside."""
        rows = yield _APPROVED_BY, {"identity": identity, "since": milliseconds(since)}
        return number(rows[0][0])

    def due(self, now: datetime, *, limit: int) -> Steps[tuple[Approval, ...]]:
        """Return what is pending and due a reminder or an escalation, earliest first."""
        rows = yield _DUE, {"now": milliseconds(now), "limit": limit}
        return tuple(approval_of(row) for row in rows)

    def next_due(self) -> Steps[datetime | None]:
        """Return the earliest instant at which one falls due."""
        rows = yield _NEXT_DUE, {}
        return maybe_instant(rows[0][0])

    def denied_alike(self, approval: Approval, *, since: datetime) -> Steps[Approval | None]:
        """Return what a person denied last of the same key and digest after this instant."""
        rows = yield (
            _DENIED_ALIKE,
            {
                "key_id": approval.key_id,
                "digest": approval.digest,
                "since": milliseconds(since),
            },
        )
        return approval_of(rows[0]) if rows else None

    def get(self, id: str) -> Steps[Approval | None]:
        """Find one by its id."""
        rows = yield _GET, {"id": id}
        return approval_of(rows[0]) if rows else None

    def by_code(self, short_code: str) -> Steps[Approval | None]:
        """Find the pending one that has this short code."""
        rows = yield _BY_CODE, {"short_code": short_code}
        return approval_of(rows[0]) if rows else None

    def copies(self, leader: str) -> Steps[tuple[Approval, ...]]:
        """Return the pending copies of a leader, oldest first."""
        rows = yield _COPIES, {"leader": leader}
        return tuple(approval_of(row) for row in rows)

    def leaders(self, approval: Approval, *, full: int, limit: int) -> Steps[tuple[Approval, ...]]:
        """Return what is pending of the same key, session and digest, latest first.

        Those are no copies, and have fewer than `full`.
        """
        rows = yield (
            _LEADERS,
            {
                "key_id": approval.key_id,
                "id": approval.id,
                "digest": approval.digest,
                "session_id": approval.session_id,
                "full": full,
                "limit": limit,
            },
        )
        return tuple(approval_of(row) for row in rows)

    def shown(self, *, limit: int) -> Steps[tuple[Approval, ...]]:
        """Return what waits and is no copy, oldest first."""
        rows = yield _SHOWN, {"limit": limit}
        return tuple(approval_of(row) for row in rows)

    def waiting(
        self, target: Target | None, *, beyond: Approval | None, limit: int, older: bool = False
    ) -> Steps[tuple[Approval, ...]]:
        """Return what waits beyond this one, in a chat or anywhere, oldest first."""
        rows = yield (
            _WAITING_BEFORE if older else _WAITING_AFTER,
            {**_chat(target), **_place(beyond), "limit": limit},
        )
        found = [approval_of(row) for row in rows]
        return tuple(reversed(found) if older else found)

    def count_waiting(
        self, target: Target | None, *, before: Approval | None
    ) -> Steps[tuple[int, int, int]]:
        """Return how many wait in a chat or anywhere, are of high risk, are older than this."""
        rows = yield _WAITING_COUNT, {**_chat(target), **_place(before)}
        return number(rows[0][0]), number(rows[0][1]), number(rows[0][2])

    def pending_of(self, key_id: str, *, most: int) -> Steps[int]:
        """Return how many of a key's wait, copies aside; it counts no further than `most`."""
        rows = yield _PENDING_OF, {"key_id": key_id, "most": most}
        return number(rows[0][0])

    def pending_by_key(self) -> Steps[tuple[tuple[str, int], ...]]:
        """Return how many of each key's wait, copies aside."""
        rows = yield _PENDING_BY_KEY, {}
        return tuple((text(row[0]), number(row[1])) for row in rows)

    def listing(
        self,
        *,
        key_id: str | None,
        state: State | None,
        session_id: str | None,
        limit: int,
        cursor: str | None,
    ) -> Steps[Page[Approval]]:
        """Return approvals, newest first. Raises InvalidAsk for a cursor it did not make."""
        created_at, id = place.load(cursor)
        rows = yield (
            _narrowest(key_id, state, session_id),
            {
                "key_id": key_id,
                "state": None if state is None else state.value,
                "session_id": session_id,
                "created_at": created_at,
                "id": id,
                "limit": limit + 1,  # one more tells whether there is more
            },
        )
        items = tuple(approval_of(row) for row in rows[:limit])
        if len(rows) <= limit or not items:
            return Page(items=items)
        last = items[-1]
        return Page(items=items, cursor=place.dump(milliseconds(last.created_at), last.id))

    def ended(self, *, words: str, skip: int, limit: int) -> Steps[tuple[Approval, ...]]:
        """Return what has ended, the latest first; with words only what says them.

        Words are looked for in titles, previews, agents, types and notes of the newest of all.
        """
        page = {"skip": skip, "limit": limit}
        pattern = pattern_of(words)
        rows = yield (
            (_ENDED_SAYING, {**page, "pattern": pattern, "most": MOST_SEARCHED})
            if pattern
            else (_ENDED, page)
        )
        return tuple(approval_of(row) for row in rows)

    def allowed_by(self, grant_id: str, *, limit: int) -> Steps[tuple[Approval, ...]]:
        """Return what a grant has let pass, newest first."""
        rows = yield _ALLOWED_BY, {"actor": f"grant:{grant_id}", "limit": limit}
        return tuple(approval_of(row) for row in rows)

    def overdue(self, now: datetime, *, limit: int) -> Steps[tuple[Approval, ...]]:
        """Return pending approvals whose deadline has come, earliest first."""
        rows = yield _OVERDUE, {"now": milliseconds(now), "limit": limit}
        return tuple(approval_of(row) for row in rows)

    def next_deadline(self) -> Steps[datetime | None]:
        """Return the earliest deadline of what is pending."""
        rows = yield _NEXT_DEADLINE, {}
        return maybe_instant(rows[0][0])


def _chat(target: Target | None) -> dict[str, Scalar]:
    if target is None:
        return {"channel": None, "address": None}
    return {"channel": target.channel, "address": target.address}


def _place(approval: Approval | None) -> dict[str, Scalar]:
    """Return where one stands in order of age; without one, before all."""
    if approval is None:
        return {"created_at": -1, "id": ""}
    return {"created_at": milliseconds(approval.created_at), "id": approval.id}


def _narrowest(key_id: str | None, state: State | None, session_id: str | None) -> Statement:
    if session_id:
        return _LIST_OF_SESSION
    if state is not None:
        return _LIST_OF_STATE
    return _LIST_ALL if key_id is None else _LIST_OF_KEY
