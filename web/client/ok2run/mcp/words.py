"""What a model is told of an approval: its JSON, the answer in words, and what it means."""

from ok2run.mcp.gateway import Json

_MEANINGS = {
    "denied": "A person said no: do not do it.",
    "expired": "Nobody approved it in time: do not do it.",
    "withdrawn": "The ask was taken back: do not do it.",
}
_HANDED_BACK = "handed back"  # the gate asks nobody for a while; nothing is approved by that
_LISTED = (
    "approval_id",
    "status",
    "kind",
    "action_type",
    "title",
    "session_id",
    "created_at",
    "expires_at",
    "ended_at",
    "decision",
)


def told(approval: Json, identity: str) -> Json:
    """Return an approval's JSON with its id under both names, its answer, and what it means."""
    told: Json = {**approval, "approval_id": identity, "id": identity}
    if answer := answer_of(approval):
        told["answer"] = answer
    return {**told, "meaning": meaning(told)}


def meaning(approval: Json) -> str:
    """Return one sentence that says what to do now."""
    status = str(approval.get("status"))
    if status == "pending":
        return (
            "Nobody has decided yet: do not act. Call wait_for_approval with approval_id "
            f"{approval['approval_id']}."
        )
    if status != "approved":
        note, reason = decided(approval, "note"), str(approval.get("end_reason") or "")
        if reason.startswith(_HANDED_BACK):
            return f"Nobody was asked ({reason}): do not do it, or ask the person at your side."
        return _MEANINGS.get(status, "It is not approved: do not do it.") + (
            f" They said: {note}" if note else ""
        )
    if decided(approval, "override"):
        return "Approved with a change: do exactly what decision.override says, and nothing else."
    if approval.get("answer"):
        return "Answered: see answer."
    note = decided(approval, "note")
    return "Approved: do exactly what you asked for." + (f" They said: {note}" if note else "")


def listed(approval: Json) -> Json:
    """Return one approval of a listing, without what only cards need."""
    short = {name: approval[name] for name in _LISTED if name in approval}
    return {"id": approval.get("approval_id"), **short}


def answer_of(approval: Json, options: list[str] | None = None) -> str | None:
    """Return a question's answer in words: the options' texts, or what the person wrote.

    A gate of the older kind tells it as the note: one letter for an option, or the text.
    """
    decision = approval.get("decision")
    if approval.get("status") != "approved" or not isinstance(decision, dict):
        return None
    answers = decision.get("answers")
    if isinstance(answers, list) and answers:
        return ", ".join(str(answer) for answer in answers)
    if options is None:
        return None
    note = decision.get("note")
    if not isinstance(note, str) or not note:
        return "approved"
    index = ord(note) - ord("A") if len(note) == 1 else -1
    return options[index] if 0 <= index < len(options) else note


def decided(approval: Json, name: str) -> str | None:
    """Return one text of the decision: `note`, `override`, `by`."""
    decision = approval.get("decision")
    value = decision.get(name) if isinstance(decision, dict) else None
    return value if isinstance(value, str) and value else None
