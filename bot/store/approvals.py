"""Approvals ↔ rows."""

from datetime import datetime
from typing import Final

from bot.core.approval import Approval, Kind, Outcome, State
from bot.core.audit import milliseconds
from bot.core.brake import DENIED_FOR
from bot.core.revocation import Revocation
from bot.gate.approval_tables import Met, Page
from bot.gate.channel import Target
from bot.gate.steps import Row, Scalar, Steps
from bot.store import cursor as place
from bot.store.column import instant, maybe_instant, maybe_milliseconds, maybe_text, number, text
from bot.store.document import (
    dump_action,
    dump_decision,
    dump_number,
    dump_outcome,
    dump_questions,
    dump_revocation,
    dump_risk,
    dump_ruling,
    dump_votes,
    load_action,
    load_decision,
    load_number,
    load_outcome,
    load_questions,
    load_revocation,
    load_risk,
    load_ruling,
    load_votes,
)
from bot.store.statements import Statement, load
from bot.store.words import MOST_SEARCHED, pattern_of, words_of

_SQL: Final = load("approvals.sql")
_ADD = _SQL["add"]
_GET = _SQL["get"]
_BY_CODE = _SQL["by_code"]
_RULE = _SQL["rule"]
_FINISH = _SQL["finish"]
_CROWD = _SQL["crowd"]
_APPROVED_BY = _SQL["approved_by"]
_DUE = _SQL["due"]
_NEXT_DUE = _SQL["next_due"]
_NUDGE = _SQL["nudge"]
_DENIED_ALIKE = _SQL["denied_alike"]
_REPEAT = _SQL["repeat"]
_VOTE = _SQL["vote"]
_REPORT = _SQL["report"]
_LEAD = _SQL["lead"]
_FOLLOW = _SQL["follow"]
_COPIES = _SQL["copies"]
_LEADERS = _SQL["leaders"]
_JOIN = _SQL["join"]
_REVOKE = _SQL["revoke"]
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

_NO_CROWD: Final = 2**31


class ApprovalRows:
    """Approvals, whole: what is searched in columns, the rest as JSON."""

    def add(self, approval: Approval, *, crowd: int = _NO_CROWD) -> Steps[Met | None]:
        """Save a new approval and tell what it met; None where its short code is taken.

        With `crowd` others of its key that wait, it is marked as crowded.
        """
        since = milliseconds(approval.created_at - DENIED_FOR)
        more = {"uncrowded": crowd - 1, "denied_since": since}
        rows = yield _ADD, _row(approval) | more
        if not rows:
            return None
        alike, grants, denied, beyond, halt = rows[0]
        return Met(
            alike=number(alike),
            grants=bool(grants),
            denied=bool(denied),
            crowd=number(beyond),
            halt=bool(halt),
        )

    def crowd(self, approval: Approval) -> Steps[tuple[Approval, ...]]:
        """Mark as crowded what waits of the same key but for this one; return what was not."""
        rows = yield _CROWD, {"key_id": approval.key_id, "id": approval.id}
        return tuple(_approval(row) for row in rows)

    def approved_by(self, identity: str, *, since: datetime) -> Steps[int]:
        """Count the actions that somebody approved after this instant, copies aside."""
        rows = yield _APPROVED_BY, {"identity": identity, "since": milliseconds(since)}
        return number(rows[0][0])

    def due(self, now: datetime, *, limit: int) -> Steps[tuple[Approval, ...]]:
        """Return what is pending and due a reminder or an escalation, earliest first."""
        rows = yield _DUE, {"now": milliseconds(now), "limit": limit}
        return tuple(_approval(row) for row in rows)

    def next_due(self) -> Steps[datetime | None]:
        """Return the earliest instant at which one falls due."""
        rows = yield _NEXT_DUE, {}
        return maybe_instant(rows[0][0])

    def nudge(self, after: Approval, *, before: Approval) -> Steps[bool]:
        """Save who was reminded and asked, only where it is pending and as it was before."""
        rows = yield (
            _NUDGE,
            {
                "id": after.id,
                "reminded": after.reminded,
                "due_at": maybe_milliseconds(after.due_at),
                "ruling": dump_ruling(after.ruling),
                "revision": after.revision,
                "before": before.revision,
            },
        )
        return bool(rows)

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
        return _approval(rows[0]) if rows else None

    def repeat(self, id: str) -> Steps[Approval]:
        """Count one ask more that its denial was for; return it as it is then."""
        rows = yield _REPEAT, {"id": id}
        return _approval(rows[0])

    def get(self, id: str) -> Steps[Approval | None]:
        """Find one by its id."""
        rows = yield _GET, {"id": id}
        return _approval(rows[0]) if rows else None

    def by_code(self, short_code: str) -> Steps[Approval | None]:
        """Find the pending one that has this short code."""
        rows = yield _BY_CODE, {"short_code": short_code}
        return _approval(rows[0]) if rows else None

    def rule(self, after: Approval) -> Steps[None]:
        """Save its ruling, only where it is pending."""
        yield (
            _RULE,
            {"id": after.id, "ruling": dump_ruling(after.ruling), "revision": after.revision},
        )

    def finish(self, ended: Approval) -> Steps[bool]:
        """Save an end, only where the row is still pending; tell whether this was it."""
        rows = yield (
            _FINISH,
            {
                "id": ended.id,
                "state": ended.state.value,
                "ended_at": maybe_milliseconds(ended.ended_at),
                "end_reason": ended.end_reason,
                "decision": dump_decision(ended.decision),
                "votes": dump_votes(ended.votes),
                "copies": ended.copies,
                "grant_id": _made_grant(ended),
                "revision": ended.revision,
                "decided_by": _decided_by(ended),
                "words": words_of(ended),
            },
        )
        return bool(rows)

    def revoke(
        self, grant_id: str, revocation: Revocation, *, id: str | None
    ) -> Steps[tuple[str, ...]]:
        """Save that the grant was taken back that they made; return their ids."""
        rows = yield (
            _REVOKE,
            {"grant_id": grant_id, "revoked": dump_revocation(revocation), "id": id},
        )
        return tuple(text(row[0]) for row in rows)

    def vote(self, after: Approval) -> Steps[bool]:
        """Save its votes, only where it is pending and nothing else changed; tell whether so."""
        rows = yield (
            _VOTE,
            {"id": after.id, "votes": dump_votes(after.votes), "revision": after.revision},
        )
        return bool(rows)

    def report(self, id: str, outcome: Outcome, *, revision: int) -> Steps[bool]:
        """Save the outcome, only where there is none yet; tell whether this was it."""
        rows = yield (
            _REPORT,
            {"id": id, "outcome": dump_outcome(outcome), "revision": revision},
        )
        return bool(rows)

    def lead(self, after: Approval) -> Steps[bool]:
        """Save that it leads its copies, only where it is pending and nothing else changed."""
        rows = yield (
            _LEAD,
            {"id": after.id, "copies": after.copies, "revision": after.revision},
        )
        return bool(rows)

    def follow(self, leader: str, *, before: str) -> Steps[None]:
        """Make the pending copies of the one before those of this leader, but for itself."""
        yield _FOLLOW, {"leader": leader, "before": before}

    def copies(self, leader: str) -> Steps[tuple[Approval, ...]]:
        """Return the pending copies of a leader, oldest first."""
        rows = yield _COPIES, {"leader": leader}
        return tuple(_approval(row) for row in rows)

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
        return tuple(_approval(row) for row in rows)

    def join(self, id: str, leader_id: str) -> Steps[None]:
        """Make it a copy of that one."""
        yield _JOIN, {"id": id, "leader_id": leader_id}

    def shown(self, *, limit: int) -> Steps[tuple[Approval, ...]]:
        """Return what waits and is no copy, oldest first."""
        rows = yield _SHOWN, {"limit": limit}
        return tuple(_approval(row) for row in rows)

    def waiting(
        self, target: Target | None, *, beyond: Approval | None, limit: int, older: bool = False
    ) -> Steps[tuple[Approval, ...]]:
        """Return what waits beyond this one, in a chat or anywhere, oldest first."""
        rows = yield (
            _WAITING_BEFORE if older else _WAITING_AFTER,
            {**_chat(target), **_place(beyond), "limit": limit},
        )
        found = [_approval(row) for row in rows]
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
        items = tuple(_approval(row) for row in rows[:limit])
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
        return tuple(_approval(row) for row in rows)

    def allowed_by(self, grant_id: str, *, limit: int) -> Steps[tuple[Approval, ...]]:
        """Return what a grant has let pass, newest first."""
        rows = yield _ALLOWED_BY, {"actor": f"grant:{grant_id}", "limit": limit}
        return tuple(_approval(row) for row in rows)

    def overdue(self, now: datetime, *, limit: int) -> Steps[tuple[Approval, ...]]:
        """Return pending approvals whose deadline has come, earliest first."""
        rows = yield _OVERDUE, {"now": milliseconds(now), "limit": limit}
        return tuple(_approval(row) for row in rows)

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


def _row(approval: Approval) -> dict[str, Scalar]:
    action = approval.action
    return {
        "id": approval.id,
        "short_code": approval.short_code,
        "kind": approval.kind.value,
        "key_id": approval.key_id,
        "agent": approval.agent,
        "session_id": approval.session_id,
        "action_type": action.action_type,
        "title": action.title,
        "digest": approval.digest,
        "state": approval.state.value,
        "created_at": milliseconds(approval.created_at),
        "expires_at": milliseconds(approval.expires_at),
        "ended_at": maybe_milliseconds(approval.ended_at),
        "end_reason": approval.end_reason,
        "revision": approval.revision,
        "action": dump_action(action),
        "questions": dump_questions(approval.questions),
        "risk": dump_risk(approval.risk),
        "decision": dump_decision(approval.decision),
        "outcome": dump_outcome(approval.outcome),
        "ruling": dump_ruling(approval.ruling),
        "votes": dump_votes(approval.votes),
        "copy_of": approval.copy_of,
        "copies": approval.copies,
        "number": dump_number(approval.number),
        "revoked": dump_revocation(approval.revocation),
        "repeats": approval.repeats,
        "due_at": maybe_milliseconds(approval.due_at),
        "reminded": approval.reminded,
        "queued_until": maybe_milliseconds(approval.queued_until),
        "decided_by": _decided_by(approval),
        "words": None if approval.is_pending else words_of(approval),
    }


def _made_grant(ended: Approval) -> str | None:
    decision = ended.decision
    return decision.grant_id if decision is not None and decision.made_grant else None


def _decided_by(approval: Approval) -> str | None:
    return approval.decision.approver_id if approval.decision is not None else None


def _approval(row: Row) -> Approval:
    return Approval(
        id=text(row[0]),
        short_code=text(row[1]),
        kind=Kind(text(row[2])),
        key_id=text(row[3]),
        agent=text(row[4]),
        session_id=text(row[5]),
        action=load_action(text(row[15]), action_type=text(row[6]), title=text(row[7])),
        questions=load_questions(text(row[16])),
        digest=text(row[8]),
        risk=load_risk(text(row[17])),
        state=State(text(row[9])),
        created_at=instant(row[10]),
        expires_at=instant(row[11]),
        ended_at=maybe_instant(row[12]),
        end_reason=maybe_text(row[13]),
        decision=load_decision(maybe_text(row[18])),
        outcome=load_outcome(maybe_text(row[19])),
        ruling=load_ruling(maybe_text(row[20])),
        votes=load_votes(text(row[21])),
        revision=number(row[14]),
        copy_of=maybe_text(row[22]),
        copies=number(row[23]),
        number=load_number(maybe_text(row[24])),
        revocation=load_revocation(maybe_text(row[25])),
        crowded=number(row[26]) > 0,
        repeats=number(row[27]),
        due_at=maybe_instant(row[28]),
        reminded=number(row[29]),
        queued_until=maybe_instant(row[30]),
    )
