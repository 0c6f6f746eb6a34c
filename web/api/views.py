"""Core values as the wire shows them; instants are whole unix seconds unless said otherwise."""

from datetime import datetime
from typing import Any, Final

from bot.core.approval import Approval, Kind
from bot.core.audit import Entry, milliseconds
from bot.core.decision import Decision, Via, ends_offered
from bot.core.extent import Extent
from bot.core.grant import Grant, extents_offered, scopes_offered
from bot.core.question import flat_texts, texts_of
from bot.core.receipt import approved_digest
from bot.locales.audience import Audience
from bot.locales.rule import rule_text, what_text

_LISTED: Final = 1000


def seconds(at: datetime) -> int:
    """Return an instant in whole seconds since 1970, the rest cut off."""
    return milliseconds(at) // 1000


def _maybe_seconds(at: datetime | None) -> int | None:
    return None if at is None else seconds(at)


def decision_view(approval: Approval) -> dict[str, Any] | None:
    """Return the decision, or None where there is none."""
    decision = approval.decision
    if decision is None:
        return None
    return {
        "code": decision.code,
        "note": decision.wire_note,
        "override": decision.override,
        "decision": "approved" if decision.approved else "denied",
        "by": decision.by,
        "via": decision.via,
        "at": seconds(decision.at),
        "answers": flat_texts(approval.questions, decision.answers) if decision.answers else [],
        "scope": decision.scope,
        "grant_id": decision.grant_id,
        "rule": decision.rule,
        "questions": _answers_view(approval, decision),
        "extent": extent_view(decision.extent) if decision.extent is not None else None,
        "end": decision.end,
        "until": _maybe_seconds(decision.until),
        "digest": approved_digest(approval),
    }


def extent_view(extent: Extent) -> dict[str, Any]:
    """Return what a grant covers."""
    return {"breadth": extent.breadth, "text": extent.text, "more": extent.more}


def _scopes_view(approval: Approval, say: Audience) -> list[dict[str, Any]]:
    scopes = scopes_offered(approval) if approval.is_pending else ()
    if not scopes:
        return []
    return [
        {
            "index": index,
            "extent": extent_view(extent),
            "words": what_text(extent, approval.action.action_type, say),
            "ends": {scope: list(ends_offered(scope)) for scope in scopes},
        }
        for index, extent in enumerate(extents_offered(approval))
    ]


def _answers_view(approval: Approval, decision: Decision) -> list[dict[str, Any]]:
    if approval.kind is not Kind.QUESTION or not decision.answers:
        return []
    return [
        {
            "question": question.text,
            "letters": list(answer.letters),
            "answers": texts_of(question, answer),
            "custom": answer.custom,
        }
        for question, answer in zip(approval.questions, decision.answers, strict=True)
    ]


def ask_view(approval: Approval, *, now: datetime, shows_number: bool = False) -> dict[str, Any]:
    """Return the answer to an ask; with the number to pick, where its caller shows it."""
    queued_until = approval.queued_until
    is_queued = approval.is_pending and queued_until is not None and now < queued_until
    decision = approval.decision
    auto = decision is not None and decision.via in (Via.GRANT, Via.RULE, Via.EARLIER)
    number = approval.number if shows_number and approval.is_pending else None
    return {
        "approval_id": approval.id,
        "status": approval.state,
        "auto": auto,
        "expires_at": None if auto else seconds(approval.expires_at),
        "decision": decision_view(approval),
        "digest": approval.digest,
        "short_code": approval.short_code,
        "queued_quiet_hours": is_queued,
        "queued_until": _maybe_seconds(queued_until) if is_queued else None,
        "end_reason": approval.end_reason,
        **({"confirm_number": number.right} if number is not None else {}),
    }


def approval_view(approval: Approval, say: Audience) -> dict[str, Any]:
    """Return one approval as it stands, with what it offers to be granted."""
    return {**_standing_view(approval), "scopes": _scopes_view(approval, say)}


def _standing_view(approval: Approval) -> dict[str, Any]:
    ended = not approval.is_pending
    return {
        "status": approval.state,
        "expires_at": seconds(approval.expires_at),
        "decision": decision_view(approval),
        "session_id": approval.session_id if ended else None,
        "action_type": approval.action.action_type if ended else None,
        **_details(approval),
    }


def listed_view(approval: Approval) -> dict[str, Any]:
    """Return one approval of a listing, long texts cut and without scopes.

    Here session and type stand while pending too.
    """
    return {
        **_standing_view(approval),
        "scopes": None,
        "session_id": approval.session_id[:_LISTED],
        "action_type": approval.action.action_type[:_LISTED],
        "title": approval.action.title[:_LISTED],
    }


def _details(approval: Approval) -> dict[str, Any]:
    outcome = approval.outcome
    return {
        "approval_id": approval.id,
        "digest": approval.digest,
        "short_code": approval.short_code,
        "kind": approval.kind,
        "agent": approval.agent,
        "title": approval.action.title,
        "created_at": seconds(approval.created_at),
        "ended_at": _maybe_seconds(approval.ended_at),
        "claimed_at": _maybe_seconds(approval.claimed_at),
        "end_reason": approval.end_reason,
        "risk": {
            "level": approval.risk.level,
            "reasons": [reason.text for reason in approval.risk.reasons],
            "floor": list(approval.risk.floor),
        },
        "ruling": _ruling_view(approval),
        "votes": [
            {"by": vote.name, "approved": vote.approved, "via": vote.via, "at": seconds(vote.at)}
            for vote in approval.votes
        ],
        "outcome": outcome
        and {
            "exit_code": outcome.exit_code,
            "summary": outcome.summary,
            "reported_at": seconds(outcome.reported_at),
        },
    }


def _ruling_view(approval: Approval) -> dict[str, Any] | None:
    ruling = approval.ruling
    if ruling is None:
        return None
    routing = ruling.routing
    return {
        "rule": ruling.rule,
        "because": ruling.because,
        "strict": ruling.is_strict,
        "approvers": list(routing.approvers),
        "quorum": routing.quorum,
        "deny_threshold": routing.deny_threshold,
        "require_reason": routing.require_reason,
        "silence": routing.silence,
        "escalated": list(ruling.escalated),
    }


def entry_view(entry: Entry) -> dict[str, Any]:
    """Return one audit entry; `at` in milliseconds, as it is hashed."""
    return {
        "seq": entry.seq,
        "at": milliseconds(entry.record.at),
        "kind": entry.record.kind,
        "actor": entry.record.actor,
        "facts": dict(entry.record.facts),
        "previous": entry.previous,
        "hash": entry.hash,
    }


def grant_view(grant: Grant, say: Audience, *, now: datetime) -> dict[str, Any]:
    """Return a standing approval as it stands now."""
    return {
        "grant_id": grant.id,
        "scope": grant.scope,
        "client_id": grant.key_id,
        "agent": grant.agent,
        "action_type": grant.action_type,
        "cwd": grant.cwd,
        "session_id": grant.session_id,
        "made_by": grant.made_by,
        "made_at": seconds(grant.made_at),
        "uses": grant.uses,
        "last_used_at": _maybe_seconds(grant.last_used_at),
        "rule": rule_text(grant, say),
        "extent": extent_view(grant.extent),
        "end": grant.end,
        "expires_at": _maybe_seconds(grant.expires_at),
        "uses_left": grant.uses_left,
        "status": grant.standing(now),
    }


def use_view(approval: Approval) -> dict[str, Any]:
    """Return what a grant has let pass, long texts cut."""
    action = approval.action
    return {
        "approval_id": approval.id,
        "at": seconds(approval.created_at),
        "agent": approval.agent,
        "session_id": approval.session_id[:_LISTED],
        "action_type": action.action_type[:_LISTED],
        "title": action.title[:_LISTED],
        "preview": action.preview[:_LISTED],
        "cwd": action.cwd,
        "digest": approval.digest,
    }
