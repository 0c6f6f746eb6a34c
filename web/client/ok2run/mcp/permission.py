"""A client's permission prompt: what a tool call asks of a person, and the answer it understands.

The form is that of Claude Code's `--permission-prompt-tool`: `{"behavior": "allow",
"updatedInput": {…}}` or `{"behavior": "deny", "message": "…"}`.
"""

from ok2run.mcp.arguments import WrongArguments
from ok2run.mcp.call import shown_call
from ok2run.mcp.gateway import Json
from ok2run.mcp.words import decided

QUESTIONS = "AskUserQuestion"


def ask(tool: str, given: Json) -> Json:
    """Return the body of the ask for one tool call; raises WrongArguments for no questions."""
    if tool == QUESTIONS:
        questions = _questions(given)
        about = ", ".join(str(each["header"] or each["question"]) for each in questions)
        title = str(questions[0]["question"]) if len(questions) == 1 else about
        return {"action_type": tool, "title": title, "questions": questions}
    shown = shown_call(tool, given)
    return {
        "action_type": tool,
        "title": shown.title,
        "preview": shown.preview,
        "language": shown.language,
        "reason": shown.reason,
        "params": given,
    }


def answer(tool: str, given: Json, approval: Json) -> Json:
    """Return what the client is told; only an approval of just this lets it run."""
    if approval.get("status") != "approved":
        return deny(_refusal(approval))
    if tool == QUESTIONS:
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
    status, reason = approval.get("status"), approval.get("end_reason")
    if status == "denied":
        note, by = decided(approval, "note"), decided(approval, "by")
        return f"Denied{f' by {by}' if by else ''}{f': {note}' if note else '.'}"
    if status == "pending":
        return "Nobody has answered yet, so it was not allowed."
    return f"It was not allowed: {reason}." if reason else "Nobody allowed it in time."


def _questions(given: Json) -> list[Json]:
    """Return the questions in the gate's form; raises WrongArguments where there are none."""
    asked = given.get("questions")
    found = [_question(each) for each in asked] if isinstance(asked, list) else []
    if not found:
        raise WrongArguments("there are no questions in it.")
    if len({str(each["question"]) for each in found}) < len(found):
        raise WrongArguments("two questions are the same, and answers go by their text.")
    return found


def _question(asked: object) -> Json:
    if not isinstance(asked, dict) or not isinstance(asked.get("question"), str):
        raise WrongArguments("a question has no text.")
    options = asked.get("options")
    return {
        "question": asked["question"],
        "header": str(asked.get("header") or ""),
        "options": [
            {
                "label": str(option.get("label")),
                "description": str(option.get("description") or ""),
            }
            for option in (options if isinstance(options, list) else [])
            if isinstance(option, dict)
        ],
        "multiple": asked.get("multiSelect") is True,
    }


def _answers(approval: Json) -> Json:
    """Return each question's answer by its text; several options joined by commas."""
    decision = approval.get("decision")
    told = decision.get("questions") if isinstance(decision, dict) else None
    return {
        str(each["question"]): ", ".join(map(str, each["answers"]))
        for each in (told if isinstance(told, list) else [])
        if isinstance(each, dict) and isinstance(each.get("answers"), list)
    }
