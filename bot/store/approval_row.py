"""One approval ↔ one row, by position as `approvals.sql` names the columns."""

from bot.core.approval import Approval, Kind, State
from bot.core.audit import milliseconds
from bot.gate.steps import Row, Scalar
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
from bot.store.words import words_of


def row_of(approval: Approval) -> dict[str, Scalar]:
    """Return what an approval is kept as, by column."""
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
        "decided_by": decided_by(approval),
        "words": None if approval.is_pending else words_of(approval),
    }


def made_grant(ended: Approval) -> str | None:
    """Return the id of the grant that its decision made, if one."""
    decision = ended.decision
    return decision.grant_id if decision is not None and decision.made_grant else None


def decided_by(approval: Approval) -> str | None:
    """Return the identity behind its decision, if there is one."""
    return approval.decision.approver_id if approval.decision is not None else None


def approval_of(row: Row) -> Approval:
    """Return the approval that a row keeps."""
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
        claimed_at=maybe_instant(row[31]),
    )
