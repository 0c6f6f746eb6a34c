"""What an approval's JSON says, in a person's words."""

from collections.abc import Mapping


def verdict(approval: Mapping[str, object], took: float | None = None) -> str:
    """Return what became of it, as in `denied by Ana, 12 s: wrong branch`; `took` is seconds."""
    answered = bool(answers(approval))
    by, rule = decided(approval, "by"), decided(approval, "rule")
    note = None if answered else decided(approval, "note")
    parts = ["answered" if answered else str(approval["status"])]
    if by or rule:
        parts.append(f" by {by}" if by else f" by rule {rule}")
    if decided(approval, "override"):
        parts.append(" with a change")
    if took is not None:
        parts.append(f", {_span(took)}")
    if note:
        parts.append(f": {note}")
    return "".join(parts)


def refusal(*, by: str, rule: str | None, reason: str | None) -> str:
    """Return a denial as an error says it: who, and why."""
    who = f" by {by}" if by else f" by rule {rule}" if rule else ""
    return f"Denied{who}{f': {reason}' if reason else '.'}"


def decided(approval: Mapping[str, object], name: str) -> str | None:
    """Return one text of the decision: `by`, `note`, `override`, `rule`."""
    decision = approval.get("decision")
    value = decision.get(name) if isinstance(decision, dict) else None
    return str(value) if value else None


def answers(approval: Mapping[str, object]) -> list[str]:
    """Return the texts that a question was answered with; an action has none."""
    decision = approval.get("decision")
    found = decision.get("answers") if isinstance(decision, dict) else None
    return [str(answer) for answer in found] if isinstance(found, list) else []


def _span(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
