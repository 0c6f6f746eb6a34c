"""What the audit keeps of decisions, of attempts at them, and of what time ended."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.action import Json, digest_of
from bot.core.approval import Approval
from bot.core.audit import Record, milliseconds
from bot.core.decision import Decision
from bot.core.errors import GateError
from bot.core.grant import Grant
from bot.core.people import Decider
from bot.gate.channel import Target
from bot.locales.rule import rule_in_english


def decided_record(ended: Approval, decision: Decision) -> Record:
    """Return the entry of an end that somebody decided."""
    facts: dict[str, Json] = {
        "by": decision.by,
        "via": decision.via,
        "code": decision.code,
        "scope": decision.scope,
        "grant": decision.grant_id,
        "digest": digest_of(ended.action, override=decision.override),
    }
    if decision.stop:
        facts["stop"] = True
    if ended.copy_of is not None:
        facts["copy_of"] = ended.copy_of
    if ended.end_reason is not None:
        facts["why"] = ended.end_reason
    return Record(
        kind=f"approval.{ended.state}",
        at=decision.at,
        actor=decision.approver_id or decision.by,
        approval_id=ended.id,
        facts=facts,
    )


def expired_record(ended: Approval, now: datetime) -> Record:
    """Return the entry of an end that time made."""
    facts: dict[str, Json] = {} if ended.end_reason is None else {"why": ended.end_reason}
    return Record(
        kind="approval.expired", at=now, actor="clock", approval_id=ended.id, facts=facts
    )


def escalated_record(approval: Approval, asked: Sequence[Target], now: datetime) -> Record:
    """Return the entry of further people being asked."""
    ruling = approval.ruling
    return Record(
        kind="approval.escalated",
        at=now,
        actor="clock",
        approval_id=approval.id,
        facts={
            "to": list(ruling.escalated) if ruling is not None else [],
            "asked": [f"{target.channel}:{target.address}" for target in asked],
        },
    )


def grant_record(grant: Grant, approval: Approval, decider: Decider, now: datetime) -> Record:
    """Return the entry of a grant that a decision made."""
    until = grant.expires_at
    return Record(
        kind="grant.made",
        at=now,
        actor=decider.identity,
        approval_id=approval.id,
        facts={
            "grant": grant.id,
            "scope": grant.scope,
            "action_type": grant.action_type,
            "cwd": grant.cwd,
            "session": grant.session_id,
            "extent": [grant.extent.breadth, grant.extent.text, grant.extent.more],
            "end": grant.end,
            "expires_at": None if until is None else milliseconds(until),
            "uses_left": grant.uses_left,
            "words": rule_in_english(grant),
        },
    )


def refused_record(
    approval: Approval, decider: Decider, refusal: GateError, now: datetime
) -> Record:
    """Return the entry of an attempt that was refused."""
    return Record(
        kind="decision.refused",
        at=now,
        actor=decider.identity,
        approval_id=approval.id,
        facts={"via": decider.via, "why": refusal.code},
    )


def late_record(approval: Approval, decider: Decider, now: datetime) -> Record:
    """Return the entry of an attempt that came after the deadline."""
    return Record(
        kind="decision.late",
        at=now,
        actor=decider.identity,
        approval_id=approval.id,
        facts={"via": decider.via},
    )
