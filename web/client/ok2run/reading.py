"""The gate's JSON read into values.

Whatever is not plainly one of these raises: nothing counts as approved but a decision that says
so, for the very approval that was asked.
"""

from collections.abc import Sequence

from ok2run.answer import Json
from ok2run.decision import Answer, Decision, Pending
from ok2run.errors import Denied, Expired, GateUnreachable
from ok2run.verdict import refusal

_APPROVING = frozenset({"1", "2", "4", "5", "6", None})  # the older codes; 3 is a denial


def pending_of(approval: Json) -> Pending:
    """Read the answer to an ask."""
    expires, number = approval.get("expires_at"), approval.get("confirm_number")
    return Pending(
        id=str(approval["approval_id"]),
        digest=_text(approval, "digest") or "",
        short_code=_text(approval, "short_code") or "",
        status=str(approval["status"]),
        expires_at=expires if isinstance(expires, int) else None,
        confirm_number=number if isinstance(number, int) else None,
    )


def decision_of(id: str, approval: Json) -> Decision:
    """Read how an approval was decided; raises Expired where nobody did, and on any doubt."""
    told = _told(id, approval)
    approved = approval["status"] == "approved"
    return Decision(
        id=id,
        approved=approved,
        digest=_text(approval, "digest") or "",
        note=_text(told, "note"),
        override=_text(told, "override") if approved else None,
        by=_text(told, "by") or "",
        via=_text(told, "via") or "",
        rule=_text(told, "rule"),
    )


def answer_of(id: str, approval: Json, options: Sequence[str]) -> Answer:
    """Read the answer to a question; raises Denied where the person refused to answer."""
    told = _told(id, approval)
    if approval["status"] == "denied":
        raise denial(decision_of(id, approval))
    by, via = _text(told, "by") or "", _text(told, "via") or ""
    letters, chosen = _chosen(told, options)
    text = ", ".join(chosen) if chosen else _custom(told)
    if not text:
        raise GateUnreachable(f"The gate's answer to {id} holds no answer.", temporary=False)
    return Answer(id=id, text=text, letters=letters, options=chosen, by=by, via=via)


def denial(decision: Decision) -> Denied:
    """Return the error that stands for a denial."""
    words = refusal(by=decision.by, rule=decision.rule, reason=decision.note)
    return Denied(words, reason=decision.note or "", decision=decision)


def _told(id: str, approval: Json) -> Json:
    """Return the decision's own object, once it is sure that it decides this approval."""
    status, told = approval["status"], approval.get("decision")
    if approval.get("approval_id", id) != id:
        raise GateUnreachable(f"The gate answered for another approval than {id}.")
    if status in ("expired", "withdrawn", "pending"):
        raise _expired(id, str(status))
    if isinstance(told, dict):
        denies = told.get("decision", "denied" if told.get("code") == "3" else status) == "denied"
        if (status == "denied" and denies) or (
            status == "approved"
            and told.get("decision", "approved") == "approved"
            and told.get("code") in _APPROVING
        ):
            return told
    raise GateUnreachable(f"The gate's answer for {id} is no decision.", temporary=False)


def _expired(id: str, status: str) -> Expired:
    sentences = {
        "expired": f"Nobody answered {id} in time; ask again.",
        "withdrawn": f"{id} was withdrawn; ask again.",
        "pending": f"Nobody has answered {id} yet; it is still pending, wait for it again.",
    }
    return Expired(sentences[status], id=id, status=status)


def _chosen(told: Json, options: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    questions = told.get("questions")
    first = questions[0] if isinstance(questions, list) and questions else None
    if isinstance(first, dict):
        letters, answers = first.get("letters"), first.get("answers")
        if isinstance(letters, list) and isinstance(answers, list) and letters:
            return tuple(map(str, letters)), tuple(map(str, answers))
        return (), ()
    # A gate of the older kind tells the letters alone.
    names = (_text(told, "note") or "").split(",")
    by_letter = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", options, strict=False))
    if all(name in by_letter for name in names):
        return tuple(names), tuple(by_letter[name] for name in names)
    return (), ()


def _custom(told: Json) -> str:
    answers = told.get("answers")
    if isinstance(answers, list) and answers:
        return ", ".join(map(str, answers))
    return _text(told, "note") or ""


def _text(holder: Json, name: str) -> str | None:
    value = holder.get(name)
    if value is not None and not isinstance(value, str):
        raise GateUnreachable(f"The gate's answer holds no text as {name}.", temporary=False)
    return value
