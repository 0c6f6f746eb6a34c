"""Claude Code's tools: what a card says of a call of each.

The names and inputs are those of Claude Code 2.1; a call that has other parameters than its tool
is known to take is shown with all of them, as JSON.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.core.action import Action, Json
from bot.core.terms import Terms
from web.hooks.difference import replaced, written

# They change nothing, so that PreToolUse asks nobody about them unless a rule does.
READING: Final = frozenset(
    {
        "Read", "Glob", "Grep", "LS", "NotebookRead", "TodoRead", "TodoWrite", "BashOutput",
        "TaskOutput", "TaskGet", "TaskList", "TaskCreate", "TaskUpdate", "ToolSearch",
        "ListMcpResourcesTool", "ReadMcpResourceTool",
    }
)  # fmt: skip
# An allow of theirs counts only with their input sent back.
NEEDS_PERSON: Final = frozenset({"AskUserQuestion", "ExitPlanMode"})
# The one field that may be replaced, where that means something.
REPLACED: Final[Mapping[str, str]] = {"Bash": "command"}
_SHORT: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a card says of a call; `keys` are the parameters that it says whole."""

    title: str
    preview: str
    language: str | None = None
    reason: str | None = None
    keys: frozenset[str] = frozenset()


def action_of(tool: str, given: Mapping[str, Json], cwd: str | None, terms: Terms) -> Action:
    """Return the call of a tool as an action, its input whole as parameters."""
    make = _TOOLS.get(tool)
    shown = make(given, cwd) if make is not None else None
    says_all = shown is not None and shown.keys.issuperset(given)
    if shown is None:
        shown = _as_json(tool, given)
    return Action(
        action_type=tool,
        title=shown.title,
        preview=shown.preview,
        params=given,
        cwd=cwd,
        reason=shown.reason,
        language=shown.language,
        terms=replace(terms, says_all=says_all),
    )


def _as_json(tool: str, given: Mapping[str, Json]) -> Shown:
    _, _, rest = tool.partition("mcp__")
    server, _, name = rest.partition("__")
    title = f"{server}: {name}" if tool.startswith("mcp__") and name else tool
    preview = json.dumps(dict(given), indent=2, ensure_ascii=False) if given else ""
    return Shown(title=title, preview=preview, language="json")


def _bash(given: Mapping[str, Json], _cwd: str | None) -> Shown | None:
    command, why = given.get("command"), given.get("description")
    if not isinstance(command, str):
        return None
    reason = why if isinstance(why, str) and why else None
    keys = frozenset({"command", "description"} if reason or not why else {"command"})
    return Shown(title=command, preview=command, language="bash", reason=reason, keys=keys)


def _edit(given: Mapping[str, Json], cwd: str | None) -> Shown | None:
    return _edited(given, [given], cwd, beside=frozenset())


def _multi_edit(given: Mapping[str, Json], cwd: str | None) -> Shown | None:
    edits = given.get("edits")
    if not isinstance(edits, list) or not all(isinstance(one, Mapping) for one in edits):
        return None
    found = [one for one in edits if isinstance(one, Mapping)]
    return _edited(given, found, cwd, beside=frozenset({"edits"}))


_EDIT: Final = frozenset({"file_path", "old_string", "new_string", "replace_all"})


def _edited(
    given: Mapping[str, Json],
    edits: Sequence[Mapping[str, Json]],
    cwd: str | None,
    *,
    beside: frozenset[str],
) -> Shown | None:
    path, pairs = given.get("file_path"), []
    for one in edits:
        before, after = one.get("old_string"), one.get("new_string")
        if not isinstance(before, str) or not isinstance(after, str):
            return None
        pairs.append((before, after))
    if not isinstance(path, str):
        return None
    # A card says "every occurrence" of all of them or of none.
    everywhere = [one.get("replace_all") for one in edits]
    is_plain = all(each in (None, False) for each in everywhere)
    is_every = bool(everywhere) and all(each is True for each in everywhere)
    is_known = (is_plain or is_every) and all(_EDIT.issuperset(one) for one in edits)
    verb = "Edit every occurrence in" if is_every else "Edit"
    return Shown(
        title=f"{verb} {_near(path, cwd)}",
        preview=replaced(path, pairs),
        language="diff",
        keys=_EDIT | beside if is_known else frozenset(),
    )


def _write(given: Mapping[str, Json], cwd: str | None) -> Shown | None:
    path, content = given.get("file_path"), given.get("content")
    if not isinstance(path, str) or not isinstance(content, str):
        return None
    return Shown(
        title=f"Write {_near(path, cwd)}",
        preview=written(path, content),
        language="diff",
        keys=frozenset({"file_path", "content"}),
    )


def _notebook(given: Mapping[str, Json], cwd: str | None) -> Shown | None:
    path, source = given.get("notebook_path"), given.get("new_source", "")
    beside = [given.get(name) for name in ("edit_mode", "cell_type", "cell_id")]
    if not isinstance(path, str) or not isinstance(source, str):
        return None
    if not all(each is None or isinstance(each, str) for each in beside):
        return None
    heading = " ".join(["cell", *(each for each in beside if isinstance(each, str))])
    return Shown(
        title=f"Edit {_near(path, cwd)}",
        preview=written(path, source, heading=heading),
        language="diff",
        keys=frozenset({"notebook_path", "new_source", "edit_mode", "cell_type", "cell_id"}),
    )


def _fetch(given: Mapping[str, Json], _cwd: str | None) -> Shown | None:
    url, prompt = given.get("url"), given.get("prompt", "")
    if not isinstance(url, str) or not isinstance(prompt, str):
        return None
    preview = f"{url}\n\n{prompt}" if prompt else url
    return Shown(title=f"Fetch {url}", preview=preview, keys=frozenset({"url", "prompt"}))


def _search(given: Mapping[str, Json], _cwd: str | None) -> Shown | None:
    query = given.get("query")
    if not isinstance(query, str):
        return None
    return Shown(title=f"Search the web: {query}", preview=query, keys=frozenset({"query"}))


def _task(given: Mapping[str, Json], _cwd: str | None) -> Shown | None:
    kind, about, prompt = (given.get(n, "") for n in ("subagent_type", "description", "prompt"))
    if not (isinstance(kind, str) and isinstance(about, str) and isinstance(prompt, str)):
        return None
    start = f"Start agent {kind}" if kind else "Start an agent"
    return Shown(
        title=f"{start}: {about}" if about else start,
        preview=prompt,
        language="markdown",
        keys=frozenset({"subagent_type", "description", "prompt"}),
    )


def _plan(given: Mapping[str, Json], _cwd: str | None) -> Shown | None:
    plan = given.get("plan", "")
    if not isinstance(plan, str):
        return None
    heading = next((line.strip("# \t") for line in plan.split("\n") if line.strip("# \t")), "")
    title = f"Plan: {heading[:_SHORT]}" if heading else "Leave plan mode"
    return Shown(
        title=title,
        preview=plan,
        language="markdown",
        keys=frozenset({"plan", "planFilePath"}),
    )


def _near(path: str, cwd: str | None) -> str:
    """Return the path as seen from the working directory, where it lies below it."""
    below = f"{cwd.rstrip('/')}/" if cwd else ""
    return path.removeprefix(below) if below and path != below else path


_TOOLS: Final[Mapping[str, Callable[[Mapping[str, Json], str | None], Shown | None]]] = {
    "Bash": _bash,
    "Edit": _edit,
    "MultiEdit": _multi_edit,
    "Write": _write,
    "NotebookEdit": _notebook,
    "WebFetch": _fetch,
    "WebSearch": _search,
    "Task": _task,
    "Agent": _task,
    "ExitPlanMode": _plan,
}
