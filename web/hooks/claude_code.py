"""Claude Code's hooks, as it sends and reads them over HTTP.

Where nobody answers, PermissionRequest and Elicitation get `{}`, so that the dialog in the
terminal stays, and PreToolUse gets `ask`, so that it comes up. Neither is ever an allow.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from bot.core.action import Json
from bot.core.approval import Approval
from bot.core.terms import Terms
from web.hooks import claude_question, elicitation
from web.hooks.claude_call import (
    BEFORE,
    ELICITATION,
    PERMISSION,
    call_of,
    elicitation_call,
    elicited,
    finished,
    known_by,
    moved_on,
    turn_of,
)
from web.hooks.claude_rules import in_words, suggested, to_send
from web.hooks.claude_tool import NEEDS_PERSON, READING, REPLACED, action_of
from web.hooks.dialect import (
    NO_OPINION,
    Asking,
    Hook,
    Manner,
    Nothing,
    Reading,
    Reply,
    Telling,
)
from web.hooks.field import input_in, text_in
from web.hooks.words import who, why_denied


class ClaudeCode:
    """Claude Code, at its terminal and headless."""

    agent: Final = "claude"

    def read(self, hook: Hook, manner: Manner) -> Reading:
        """Return what the hook comes to.

        Raises InvalidAsk for numbers without one form, and for questions that no card can ask.
        """
        tool = text_in(hook, "tool_name")
        match text_in(hook, "hook_event_name"):
            case "PermissionRequest" if tool:
                return _permission(hook, tool, manner)
            case "PreToolUse" if tool:
                return _before(hook, tool)
            case "PostToolUse" | "PostToolUseFailure" if tool:
                return Telling(signal=finished(hook))
            case "Elicitation":
                return _elicitation(hook)
            case "ElicitationResult":
                return Telling(signal=elicited(hook))
        gone_on, turn = moved_on(hook), turn_of(hook)
        if gone_on is None and turn is None:
            return Nothing(reply=self.refused(hook))
        return Telling(signal=gone_on, turn=turn)

    def refused(self, hook: Hook) -> Reply:
        """Return what lets the terminal ask."""
        return _ask() if text_in(hook, "hook_event_name") == BEFORE else NO_OPINION


def _permission(hook: Hook, tool: str, manner: Manner) -> Asking:
    stands = tool not in NEEDS_PERSON
    rules = suggested(hook) if manner.session_rules and stands else ()
    terms = Terms(
        stops=True, replaces=tool in REPLACED, stands=stands, session_rules=in_words(rules)
    )
    return _asking(hook, tool, terms, answer=partial(_permitted, rules), unanswered=NO_OPINION)


def _before(hook: Hook, tool: str) -> Asking:
    terms = Terms(replaces=tool in REPLACED, notes=True, stands=tool not in NEEDS_PERSON)
    unless_ruled = NO_OPINION if tool in READING else None
    return _asking(hook, tool, terms, answer=_let, unanswered=_ask(), unless_ruled=unless_ruled)


def _asking(
    hook: Hook,
    tool: str,
    terms: Terms,
    *,
    answer: Callable[[Approval], Reply],
    unanswered: Reply,
    unless_ruled: Reply | None = None,
) -> Asking:
    given, cwd = input_in(hook), text_in(hook, "cwd") or None
    is_question = tool == claude_question.TOOL
    questions = claude_question.questions_of(given) if is_question else ()
    action = (
        claude_question.action_of(given, questions, cwd, terms)
        if is_question
        else action_of(tool, given, cwd, terms)
    )
    return Asking(
        action=replace(action, context=_context(hook)),
        questions=questions,
        session_id=text_in(hook, "session_id"),
        answer=answer,
        unanswered=unanswered,
        call=call_of(hook, tool),
        unless_ruled=unless_ruled,
        runs=_runs,
    )


def _context(hook: Hook) -> dict[str, Json]:
    """Return what Details say of the session; never where its transcript lies."""
    told = {name: text_in(hook, name) for name in ("permission_mode", "agent_type")}
    return {name: said for name, said in told.items() if said}


def _permitted(rules: Sequence[Mapping[str, Json]], approval: Approval) -> Reply:
    """Return the reply to PermissionRequest."""
    decision = approval.decision
    said: dict[str, Json]
    if decision is None or not decision.approved:
        said = {"behavior": "deny", "message": _why(approval)}
        if decision is not None and decision.stop:
            said["interrupt"] = True
    else:
        said = {"behavior": "allow", **_updated(approval)}
        updates = [dict(one) for one in to_send(rules, approval)]
        if updates:
            said["updatedPermissions"] = list(updates)
    return {"hookSpecificOutput": {"hookEventName": PERMISSION, "decision": said}}


def _let(approval: Approval) -> Reply:
    """Return the reply to PreToolUse."""
    decision = approval.decision
    if decision is None or not decision.approved:
        return _as_before(
            {"permissionDecision": "deny", "permissionDecisionReason": _why(approval)}
        )
    note = decision.note if decision.approver_id is not None else None
    said: dict[str, Json] = {"permissionDecision": "allow", **_updated(approval)}
    if note:
        said["additionalContext"] = f"{decision.by} approved this with a note: {note}"
    return _as_before(said)


def _ask() -> Reply:
    return _as_before({"permissionDecision": "ask"})


def _as_before(said: Mapping[str, Json]) -> Reply:
    return {"hookSpecificOutput": {"hookEventName": BEFORE, **said}}


def _why(approval: Approval) -> str:
    decision = approval.decision
    if approval.questions and decision is not None and not decision.note:
        return f"{who(decision)}: no answer to this; go on without it, or ask otherwise."
    return why_denied(approval)


def _updated(approval: Approval) -> dict[str, Json]:
    """Return the whole input, where it was changed or an allow counts only with it."""
    changed = _changed(approval)
    if changed is None and approval.questions:
        changed = claude_question.answered(approval)
    if changed is None and approval.action.action_type in NEEDS_PERSON:
        changed = dict(approval.action.params)
    return {"updatedInput": changed} if changed is not None else {}


def _changed(approval: Approval) -> dict[str, Json] | None:
    """Return the whole input with the one field that a person has replaced."""
    field = REPLACED.get(approval.action.action_type)
    override = approval.decision.override if approval.decision is not None else None
    if field is None or override is None:
        return None
    return {**approval.action.params, field: override}


def _runs(approval: Approval) -> str | None:
    """Return by what the call is known that runs in place of the one asked for."""
    changed = _changed(approval)
    return None if changed is None else known_by(approval.action.action_type, changed)


def _elicitation(hook: Hook) -> Reading:
    fields = elicitation.fields_of(hook)
    if fields is None:
        return Nothing()
    terms = Terms(stands=False)
    return Asking(
        action=elicitation.action_of(hook, text_in(hook, "cwd") or None, terms),
        questions=elicitation.questions_for(hook, fields),
        session_id=text_in(hook, "session_id"),
        answer=partial(_elicited, fields),
        unanswered=NO_OPINION,
        call=elicitation_call(hook),
    )


def _elicited(fields: tuple[elicitation.Field, ...], approval: Approval) -> Reply:
    said = elicitation.filled_in(fields, approval)
    return {"hookSpecificOutput": {"hookEventName": ELICITATION, **said}}
