"""Parts of an approval that nothing is searched by ↔ JSON as ASCII text."""

import json
from datetime import timedelta
from typing import Final

from bot.core.action import Action
from bot.core.approval import Outcome
from bot.core.audit import milliseconds
from bot.core.decision import Code, Decision, Scope, Via
from bot.core.end import End
from bot.core.extent import Extent
from bot.core.number import Number
from bot.core.question import Answer, Option, Question
from bot.core.revocation import Revocation
from bot.core.risk import Assessment, Level, Reason
from bot.core.routing import Confirm, Escalation, Routing, Silence
from bot.core.ruling import Ruling
from bot.core.terms import Terms
from bot.core.typed import Sort, Wanted
from bot.core.vote import Vote
from bot.store.column import instant, maybe_instant, maybe_milliseconds

# What was read from JSON, or is written out below, goes round in no circle.
dumps: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
loads: Final = json.loads


def dump_action(action: Action) -> str:
    """Return what has no column of its own."""
    return dumps(
        {
            "preview": action.preview,
            "params": dict(action.params),
            "cwd": action.cwd,
            "context": dict(action.context),
            "reason": action.reason,
            "language": action.language,
            **({"terms": action.terms.dump()} if action.terms is not None else {}),
        }
    )


def load_action(text: str, *, action_type: str, title: str) -> Action:
    """Read what `dump_action` wrote."""
    kept = loads(text)
    if "terms" in kept:
        kept["terms"] = Terms.load(kept["terms"])
    return Action(action_type=action_type, title=title, **kept)


def dump_questions(questions: tuple[Question, ...]) -> str:
    """Return the questions as an array."""
    if not questions:
        return "[]"
    return dumps(
        [
            {
                "text": question.text,
                "header": question.header,
                "options": [[option.label, option.description] for option in question.options],
                "multiple": question.multiple,
                "allow_custom": question.allow_custom,
                **_dump_wanted(question.wanted),
            }
            for question in questions
        ]
    )


def load_questions(text: str) -> tuple[Question, ...]:
    """Read what `dump_questions` wrote."""
    return tuple(
        Question(
            text=kept["text"],
            header=kept["header"],
            options=tuple(
                Option(label=label, description=description)
                for label, description in kept["options"]
            ),
            multiple=kept["multiple"],
            allow_custom=kept["allow_custom"],
            wanted=_load_wanted(kept.get("wanted")),
        )
        for kept in loads(text)
    )


def _dump_wanted(wanted: Wanted | None) -> dict[str, object]:
    return {} if wanted is None else {"wanted": [wanted.sort, wanted.least, wanted.most]}


def _load_wanted(kept: tuple[str, float | None, float | None] | None) -> Wanted | None:
    if kept is None:
        return None
    sort, least, most = kept
    return Wanted(sort=Sort(sort), least=least, most=most)


def dump_risk(risk: Assessment) -> str:
    """Return the assessment as an object."""
    return dumps(
        {
            "level": risk.level,
            "reasons": [[reason.floor_class, reason.text] for reason in risk.reasons],
            "floor": risk.floor,
        }
    )


def load_risk(text: str) -> Assessment:
    """Read what `dump_risk` wrote."""
    kept = loads(text)
    return Assessment(
        level=Level(kept["level"]),
        reasons=tuple(
            Reason(floor_class=floor_class, text=words) for floor_class, words in kept["reasons"]
        ),
        floor=tuple(kept["floor"]),
    )


def dump_decision(decision: Decision | None) -> str | None:
    """Return the decision as an object, or None."""
    if decision is None:
        return None
    return dumps(
        {
            "approved": decision.approved,
            "code": decision.code,
            "by": decision.by,
            "via": decision.via,
            "at": milliseconds(decision.at),
            "approver_id": decision.approver_id,
            "note": decision.note,
            "override": decision.override,
            "scope": decision.scope,
            "grant_id": decision.grant_id,
            "rule": decision.rule,
            "extent": decision.extent.dump() if decision.extent is not None else None,
            "end": decision.end,
            "until": maybe_milliseconds(decision.until),
            **({"stop": True} if decision.stop else {}),
            "answers": [[answer.letters, answer.custom] for answer in decision.answers],
        }
    )


def load_decision(text: str | None) -> Decision | None:
    """Read what `dump_decision` wrote."""
    if text is None:
        return None
    kept = loads(text)
    return Decision(
        approved=kept["approved"],
        code=Code(kept["code"]),
        by=kept["by"],
        via=Via(kept["via"]),
        at=instant(kept["at"]),
        approver_id=kept["approver_id"],
        note=kept["note"],
        override=kept["override"],
        scope=Scope(kept["scope"]),
        grant_id=kept["grant_id"],
        rule=kept["rule"],
        # Decisions of the first schema have none of these three.
        extent=_maybe_extent(kept.get("extent")),
        end=End(kept["end"]) if kept.get("end") is not None else None,
        until=maybe_instant(kept.get("until")),
        stop=kept.get("stop", False),
        answers=tuple(
            Answer(letters=tuple(letters), custom=custom) for letters, custom in kept["answers"]
        ),
    )


def dump_ruling(ruling: Ruling | None) -> str | None:
    """Return the ruling as an object, or None; durations in milliseconds."""
    if ruling is None:
        return None
    routing, escalate = ruling.routing, ruling.routing.escalate
    return dumps(
        {
            "rule": ruling.rule,
            "because": ruling.because,
            "strict": ruling.is_strict,
            "named": ruling.named,
            "approvers": routing.approvers,
            "quorum": routing.quorum,
            "deny_threshold": routing.deny_threshold,
            "channels": routing.channels,
            "expires_in": _maybe_span(routing.expires_in),
            "remind": [_span(after) for after in routing.remind],
            "escalate": escalate
            and [_span(escalate.after), escalate.approvers, escalate.channels],
            "require_reason": routing.require_reason,
            "confirm": routing.confirm,
            "silence": routing.silence,
            **(
                {
                    "escalated": ruling.escalated,
                    "escalated_at": milliseconds(ruling.escalated_at),
                }
                if ruling.escalated_at is not None
                else {}
            ),
        }
    )


def load_ruling(text: str | None) -> Ruling | None:
    """Read what `dump_ruling` wrote."""
    if text is None:
        return None
    kept = loads(text)
    expires_in, escalate = kept["expires_in"], kept["escalate"]
    routing = Routing(
        approvers=tuple(kept["approvers"]),
        quorum=kept["quorum"],
        deny_threshold=kept["deny_threshold"],
        channels=tuple(kept["channels"]),
        expires_in=None if expires_in is None else timedelta(milliseconds=expires_in),
        remind=tuple(timedelta(milliseconds=after) for after in kept["remind"]),
        escalate=escalate
        and Escalation(
            after=timedelta(milliseconds=escalate[0]),
            approvers=tuple(escalate[1]),
            channels=tuple(escalate[2]),
        ),
        require_reason=kept["require_reason"],
        confirm=kept["confirm"] and Confirm(kept["confirm"]),
        silence=Silence(kept["silence"]),
    )
    return Ruling(
        rule=kept["rule"],
        because=kept["because"],
        is_strict=kept["strict"],
        named=tuple(kept["named"]),
        escalated=tuple(kept.get("escalated", ())),
        escalated_at=maybe_instant(kept.get("escalated_at")),
        routing=routing,
    )


def _span(duration: timedelta) -> int:
    return duration // timedelta(milliseconds=1)


def _maybe_span(duration: timedelta | None) -> int | None:
    return None if duration is None else _span(duration)


def dump_votes(votes: tuple[Vote, ...]) -> str:
    """Return the votes as an array."""
    if not votes:
        return "[]"
    return dumps(
        [
            {
                "identity": vote.identity,
                "name": vote.name,
                "via": vote.via,
                "at": milliseconds(vote.at),
                "approved": vote.approved,
                "note": vote.note,
            }
            for vote in votes
        ]
    )


def load_votes(text: str) -> tuple[Vote, ...]:
    """Read what `dump_votes` wrote."""
    return tuple(
        Vote(**{**kept, "via": Via(kept["via"]), "at": instant(kept["at"])})
        for kept in loads(text)
    )


def dump_number(number: Number | None) -> str | None:
    """Return the right number and those offered as an array, or None."""
    return None if number is None else dumps([number.right, number.offered])


def load_number(text: str | None) -> Number | None:
    """Read what `dump_number` wrote."""
    if text is None:
        return None
    right, offered = loads(text)
    return Number(right=right, offered=tuple(offered))


def dump_revocation(revocation: Revocation | None) -> str | None:
    """Return who and when as an array, or None."""
    return None if revocation is None else dumps([revocation.by, milliseconds(revocation.at)])


def load_revocation(text: str | None) -> Revocation | None:
    """Read what `dump_revocation` wrote."""
    if text is None:
        return None
    by, at = loads(text)
    return Revocation(by=by, at=instant(at))


def _maybe_extent(dumped: str | None) -> Extent | None:
    return None if dumped is None else Extent.load(dumped)


def dump_outcome(outcome: Outcome | None) -> str | None:
    """Return the outcome as an object, or None."""
    if outcome is None:
        return None
    return dumps(
        {
            "exit_code": outcome.exit_code,
            "summary": outcome.summary,
            "reported_at": milliseconds(outcome.reported_at),
            **({"took": _span(outcome.took)} if outcome.took is not None else {}),
        }
    )


def load_outcome(text: str | None) -> Outcome | None:
    """Read what `dump_outcome` wrote."""
    if text is None:
        return None
    kept = loads(text)
    return Outcome(
        exit_code=kept["exit_code"],
        summary=kept["summary"],
        reported_at=instant(kept["reported_at"]),
        took=timedelta(milliseconds=kept["took"]) if "took" in kept else None,
    )
