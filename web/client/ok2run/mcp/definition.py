"""The tools as a model reads them: names, descriptions, and JSON schemas of their arguments."""

from collections.abc import Mapping
from dataclasses import dataclass

from ok2run.mcp.gateway import Json

INSTRUCTIONS = (
    "A person approves or denies from their phone. Ask before any action with a side effect, and "
    "act only when the status is approved: denied, expired and withdrawn mean no, pending means "
    "not yet. Where decision.override is set, do exactly that instead of what you asked for."
)
TEXT: Json = {"type": "string"}
OBJECT: Json = {"type": "object"}
TEXTS: Json = {"type": "array", "items": TEXT}
SWITCH: Json = {"type": "boolean"}
SECONDS: Json = {"type": "integer", "minimum": 1}
STATUSES = ("pending", "approved", "denied", "expired", "withdrawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One tool; `reads_only` and `runs` are hints for the client."""

    name: str
    description: str
    properties: Mapping[str, Json]
    required: tuple[str, ...] = ()
    reads_only: bool = False
    runs: bool = False

    @property
    def schema(self) -> Json:
        """The JSON schema of the arguments."""
        schema: Json = {"type": "object", "properties": dict(self.properties)}
        return {**schema, "required": list(self.required)} if self.required else schema


def _said(kind: Json, words: str) -> Json:
    return {**kind, "description": words}


_WHERE: Mapping[str, Json] = {
    "channel": {"type": "string", "enum": ["telegram", "email"]},
    "tg_chat_id": _said(TEXT, "Only a chat that the operator allows."),
    "email_to": _said(TEXT, "Only an address that the operator allows."),
    "session_id": _said(TEXT, "Your run's name; approvals for a session hold in it."),
    "expires_in_sec": _said(SECONDS, "The ask's life; 3600 if left out."),
}
_ID: Json = _said(TEXT, "As request_approval returned it.")
_MAX_WAIT: Json = _said(SECONDS, "The most to wait now; a pending answer says how to go on.")
_CWD: Json = _said(TEXT, "The directory it happens in.")

DEFINITIONS = (
    Definition(
        name="request_approval",
        description=(
            "Ask a person to approve an action. Returns at once with an approval_id; then call "
            "wait_for_approval. Give action_type (or action), and show exactly what you will do "
            "in preview or params."
        ),
        properties={
            "action_type": _said(TEXT, "What kind of action, such as deploy or send_email."),
            "action": _said(TEXT, "The same as action_type."),
            "title": _said(TEXT, "One line for the person."),
            "preview": _said(TEXT, "Exactly what will be done: the command, the text, the diff."),
            "params": _said(OBJECT, "The action's arguments."),
            "context": _said(OBJECT, "What helps to judge it."),
            "reason": _said(TEXT, "Why, in your own words."),
            "urgency": {"type": "string", "enum": ["low", "normal", "high", "critical"]},
            "language": _said(TEXT, "The preview's: bash, diff, json, sql, python …"),
            "cwd": _CWD,
            "options": _said(TEXTS, "Makes it a question with these answers."),
            "multiple": _said(SWITCH, "Several options may be chosen."),
            **_WHERE,
        },
    ),
    Definition(
        name="wait_for_approval",
        description=(
            "Wait until a person has decided. Answers with status approved, denied, expired or "
            "withdrawn; still pending after max_wait seconds, call it again."
        ),
        properties={"approval_id": _ID, "max_wait": _MAX_WAIT},
        required=("approval_id",),
        reads_only=True,
    ),
    Definition(
        name="check_request",
        description="Read how an ask stands, without waiting.",
        properties={"approval_id": _ID},
        required=("approval_id",),
        reads_only=True,
    ),
    Definition(
        name="list_requests",
        description="List what was asked with this key, newest first.",
        properties={
            "status": {"type": "string", "enum": list(STATUSES)},
            "session_id": TEXT,
            "limit": {"type": "integer", "minimum": 1, "maximum": 200},
        },
        reads_only=True,
    ),
    Definition(
        name="ask_user",
        description=(
            "Ask a person a question and wait for the answer, which is in `answer`. Without "
            "options they answer in words; with options they may still answer in words."
        ),
        properties={
            "question": TEXT,
            "options": TEXTS,
            "multiple": _said(SWITCH, "Several options may be chosen."),
            "max_wait": _MAX_WAIT,
            **_WHERE,
        },
        required=("question",),
    ),
    Definition(
        name="execute_approved",
        description=(
            "Ask a person to approve a shell command, wait, and run exactly what they approved, "
            "which may be a command they put in its place. Returns its exit_code, stdout and "
            "stderr; nothing runs unless it was approved. Pending: call again with the same "
            "arguments and the approval_id."
        ),
        properties={
            "command": _said(TEXT, "Run with /bin/sh -c."),
            "title": _said(TEXT, "One line for the person."),
            "timeout": _said(SECONDS, "Seconds it may run; 60 if left out."),
            "cwd": _said(TEXT, "Where it runs; the server's directory if left out."),
            "reason": _said(TEXT, "Why, in your own words."),
            "approval_id": _said(TEXT, "To go on with an ask that was still pending."),
            "max_wait": _MAX_WAIT,
            **_WHERE,
        },
        required=("command",),
        runs=True,
    ),
    Definition(
        name="approve",
        description=(
            "Answers a client's permission prompts (Claude Code's --permission-prompt-tool). "
            "Not for you to call: use request_approval."
        ),
        properties={"tool_name": TEXT, "input": OBJECT, "tool_use_id": TEXT},
        required=("tool_name", "input"),
    ),
)
NAMES = frozenset(definition.name for definition in DEFINITIONS)
