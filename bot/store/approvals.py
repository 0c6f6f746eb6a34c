"""Approvals ↔ rows."""

from datetime import datetime
from typing import Final

from bot.core.approval import Approval, Outcome
from bot.core.audit import milliseconds
from bot.core.brake import DENIED_FOR
from bot.core.receipt import Claim
from bot.core.revocation import Revocation
from bot.gate.approval_tables import Met
from bot.gate.steps import Steps
from bot.store.approval_lists import ApprovalLists
from bot.store.approval_row import approval_of, decided_by, made_grant, row_of
from bot.store.claim import dump_claim, load_claim
from bot.store.column import maybe_milliseconds, maybe_text, number, text
from bot.store.document import (
    dump_decision,
    dump_outcome,
    dump_revocation,
    dump_ruling,
    dump_votes,
)
from bot.store.statements import load
from bot.store.words import words_of

_SQL: Final = load("approvals.sql")
_ADD = _SQL["add"]
_RULE = _SQL["rule"]
_FINISH = _SQL["finish"]
_CROWD = _SQL["crowd"]
_NUDGE = _SQL["nudge"]
_REPEAT = _SQL["repeat"]
_VOTE = _SQL["vote"]
_REPORT = _SQL["report"]
_CLAIM = _SQL["claim"]
_CLAIM_OF = _SQL["claim_of"]
_LEAD = _SQL["lead"]
_FOLLOW = _SQL["follow"]
_JOIN = _SQL["join"]
_REVOKE = _SQL["revoke"]

_NO_CROWD: Final = 2**31


class ApprovalRows(ApprovalLists):
    """Approvals, whole: what is searched in columns, the rest as JSON."""

    def add(self, approval: Approval, *, crowd: int = _NO_CROWD) -> Steps[Met | None]:
        """Save a new approval and tell what it met; None where its short code is taken.

        With `crowd` others of its key that wait, it is marked as crowded.
        """
        since = milliseconds(approval.created_at - DENIED_FOR)
        more = {"uncrowded": crowd - 1, "denied_since": since}
        rows = yield _ADD, row_of(approval) | more
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
        return tuple(approval_of(row) for row in rows)

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

    def repeat(self, id: str) -> Steps[Approval]:
        """Count one ask more that its denial was for; return it as it is then."""
        rows = yield _REPEAT, {"id": id}
        return approval_of(rows[0])

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
                "grant_id": made_grant(ended),
                "revision": ended.revision,
                "decided_by": decided_by(ended),
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

    def claim(self, id: str, claim: Claim, *, at: datetime) -> Steps[bool]:
        """Save the claim, only of an approved action that has none; tell whether this was it."""
        rows = yield (
            _CLAIM,
            {"id": id, "claimed_at": milliseconds(at), "claim": dump_claim(claim)},
        )
        return bool(rows)

    def claim_of(self, id: str) -> Steps[Claim | None]:
        """Return what it was claimed with, or None."""
        rows = yield _CLAIM_OF, {"id": id}
        return load_claim(maybe_text(rows[0][0])) if rows else None

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

    def join(self, id: str, leader_id: str) -> Steps[None]:
        """Make it a copy of that one."""
        yield _JOIN, {"id": id, "leader_id": leader_id}
