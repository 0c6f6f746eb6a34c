"""What a card says of a coding agent's tool call; its whole input goes along as parameters."""

import json
from dataclasses import dataclass
from difflib import unified_diff

from ok2run.mcp.gateway import Json

_TITLE = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A call for the eye; `language` is the preview's."""

    title: str
    preview: str
    language: str | None = None
    reason: str | None = None


def shown_call(tool: str, given: Json) -> Shown:
    """Return a call by what it does: a command, a change of a file, a plan; else as JSON."""
    command, plan = _text(given, "command"), _text(given, "plan")
    if command:
        reason = _text(given, "description") or None
        return Shown(title=command, preview=command, language="bash", reason=reason)
    if tool == "ExitPlanMode":
        heading = next((line.strip("# ") for line in plan.split("\n") if line.strip("# ")), "")
        title = f"Plan: {heading[:_TITLE]}" if heading else "Leave plan mode"
        return Shown(title=title, preview=plan, language="markdown")
    path = _text(given, "file_path")
    if tool == "Write" and path:
        change = _difference(path, "", _text(given, "content"))
        return Shown(title=f"Write {path}", preview=change, language="diff")
    if tool == "Edit" and path:
        verb = "Edit every occurrence in" if given.get("replace_all") is True else "Edit"
        change = _difference(path, _text(given, "old_string"), _text(given, "new_string"))
        return Shown(title=f"{verb} {path}", preview=change, language="diff")
    whole = json.dumps(given, indent=2, ensure_ascii=False) if given else ""
    return Shown(title=tool, preview=whole, language="json")


def _difference(path: str, before: str, after: str) -> str:
    """Return the change as a diff of all its lines; an end without a line end is not marked."""
    old, new = before.split("\n") if before else [], after.split("\n") if after else []
    every = len(old) + len(new)
    return "\n".join(unified_diff(old, new, path, path, n=every, lineterm=""))


def _text(given: Json, name: str) -> str:
    value = given.get(name)
    return value if isinstance(value, str) else ""
