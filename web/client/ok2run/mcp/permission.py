"""A client's permission prompt: what a tool call asks of a person, and the answer it understands.

The form is that of Claude Code's `--permission-prompt-tool`: `{"behavior": "allow",
"updatedInput": {…}}` or `{"behavior": "deny", "message": "…"}`.
"""

from ok2run.mcp.gateway import Json
from ok2run.mcp.words import decided

QUESTIONS, PLAN = "AskUserQuestion", "ExitPlanMode"
_TITLE = 80


def ask(tool: str, given: Json) -> Json:
    """Return the body of the ask for one tool call."""
    if tool == QUESTIONS and (questions := _questions(given)):
        return {
            "action_type": tool,
            "title": str(questions[0]["question"])[:_TITLE],
            "questions": questions,
        }
    preview, language = _preview(tool, given)
    description = given.get("description")
    return {
        "action_type": tool,
        "title": description if isinstance(description, str) and description.strip() else tool,
        "preview": preview,
        "language": language,
        "params": given,
    }


def answer(tool: str, given: Json, approval: Json) -> Json:
    """Return what the client is told; only an approval of just this lets it run."""
    if approval.get("status") != "approved":
        return deny(_refusal(approval))
    if tool == QUESTIONS and _questions(given):
        answers = _answers(approval)
        return allow({**given, "answers": answers}) if answers else deny("It was not answered.")
    override = decided(approval, "override")
    if override is None:
        return allow(given)
    if isinstance(given.get("command"), str):
        return allow({**given, "command": override})
    return deny(f"Not as asked. The person wants this instead: {override}")


def allow(given: Json) -> Json:
    """Return the answer that lets the tool run with this input."""
    return {"behavior": "allow", "updatedInput": given}


def deny(message: str) -> Json:
    """Return the answer that keeps the tool from running."""
    return {"behavior": "deny", "message": message}


def _refusal(approval: Json) -> str:
    status = approval.get("status")
    if status == "denied":
        note, by = decided(approval, "note"), decided(approval, "by")
        return f"Denied{f' by {by}' if by else ''}{f': {note}' if note else '.'}"
    if status == "pending":
        return "Nobody has answered yet, so it was not allowed."
    return "Nobody allowed it in time."


def _questions(given: Json) -> list[Json]:
    """Return the questions in the gate's form; none where they are not in the client's."""
    asked = given.get("questions")
    found: list[Json] = []
    for each in asked if isinstance(asked, list) else []:
        if not isinstance(each, dict) or not isinstance(each.get("question"), str):
            return []
        options = each.get("options")
        labels = [
            {
                "label": str(option.get("label")),
                "description": str(option.get("description") or ""),
            }
            for option in (options if isinstance(options, list) else [])
            if isinstance(option, dict)
        ]
        found.append(
            {
                "question": each["question"],
                "header": str(each.get("header") or ""),
                "options": labels,
                "multiple": each.get("multiSelect") is True,
            }
        )
    return found


def _answers(approval: Json) -> Json:
    """Return each question's answer by its text; several options joined by commas."""
    decision = approval.get("decision")
    told = decision.get("questions") if isinstance(decision, dict) else None
    return {
        str(each["question"]): ", ".join(map(str, each["answers"]))
        for each in (told if isinstance(told, list) else [])
        if isinstance(each, dict) and isinstance(each.get("answers"), list)
    }


def _preview(tool: str, given: Json) -> tuple[str, str | None]:
    """Return what the card shows large; the whole input goes along as params."""
    for name, language in (("command", "bash"), ("plan", "markdown")):
        text = given.get(name)
        if isinstance(text, str) and text:
            return text, language
    return "", None
