"""Coding agents as their hooks see them: each runs an action, or not, by its own documented rule.

`Form.verdict` is what the agent does with exit code, stdout and stderr of its hook. Claude Code,
Codex and Copilot were measured with real ones, Gemini's rule was read in its program, Cursor's in
its documentation. The worst case is taken of each: nothing else asks, so what the hook does not
stop runs.
"""

import contextlib
import json
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.client.hook_case import CLAUDE, CODEX, COPILOT, CURSOR, GEMINI, asked

RUNS, BLOCKED, ASKS = "RUNS", "blocked", "asks"
GUARD = "|| { echo 'ok2run: the hook did not run' >&2; exit 2; }"


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a hook ended; a signal is a negative code."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        try:
            found = json.loads(self.out)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


def claude_before(ended: Ended) -> str:
    if ended.code == 2:
        return BLOCKED
    return _judged(ended.answer.get("hookSpecificOutput", {}).get("permissionDecision"))


def claude_permission(ended: Ended) -> str:
    decision = ended.answer.get("hookSpecificOutput", {}).get("decision", {})
    if ended.code == 2:
        return ASKS
    return {"allow": RUNS, "deny": BLOCKED}.get(decision.get("behavior"), ASKS)


def codex_before(ended: Ended) -> str:
    if ended.code == 2 and ended.err.strip():
        return BLOCKED
    specific = ended.answer.get("hookSpecificOutput", {})
    is_denied = ended.code == 0 and specific.get("permissionDecision") == "deny"
    return BLOCKED if is_denied else RUNS


def codex_permission(ended: Ended) -> str:
    decision = ended.answer.get("hookSpecificOutput", {}).get("decision", {})
    if ended.code != 0 or set(decision) - {"behavior", "message"}:
        return ASKS
    return {"allow": RUNS, "deny": BLOCKED}.get(decision.get("behavior"), ASKS)


def gemini(ended: Ended) -> str:
    text = ended.out.strip() or ended.err.strip()
    try:
        answer = json.loads(text)
    except ValueError:
        # A hook that a signal ended has no code, which counts as 0.
        return BLOCKED if text and max(ended.code, 0) not in (0, 1) else RUNS
    return {"deny": BLOCKED, "block": BLOCKED, "ask": ASKS}.get(answer.get("decision"), RUNS)


def copilot_before(ended: Ended) -> str:
    if ended.code != 0:
        return BLOCKED
    return _judged(ended.answer.get("permissionDecision"))


def copilot_permission(ended: Ended) -> str:
    if ended.code == 2:
        return BLOCKED
    return BLOCKED if ended.answer.get("behavior") == "deny" else RUNS


def cursor(ended: Ended) -> str:
    if ended.code == 2:
        return BLOCKED
    return _judged(ended.answer.get("permission") if ended.code == 0 else None)


def _judged(word: object) -> str:
    return {"deny": BLOCKED, "ask": ASKS}.get(str(word), RUNS)


@dataclass(frozen=True, kw_only=True)
class Form:
    """One event of one agent, and its rule."""

    agent: str
    event: str
    verdict: Callable[[Ended], str]
    hook: Mapping[str, Any]
    allows: Mapping[str, Any]

    @property
    def name(self) -> str:
        return f"{self.agent} {self.event}"

    def line(self, program: str, *, limit: int, guarded: bool = False) -> str:
        """The command as the agent's settings hold it."""
        line = f"{program} {self.agent} --limit {limit}"
        return f"{line} {GUARD}" if guarded else line


def _specific(event: str, **fields: Any) -> dict[str, Any]:
    return {"hookSpecificOutput": {"hookEventName": event, **fields}}


def _form(agent: str, event: str, verdict: Callable[[Ended], str], base: Any, allows: Any) -> Form:
    return Form(agent=agent, event=event, verdict=verdict, hook=asked(base, event), allows=allows)


_BEFORE = _specific("PreToolUse", permissionDecision="allow")
_PERMISSION = _specific("PermissionRequest", decision={"behavior": "allow"})
FORMS = [
    _form("claude-code", "PreToolUse", claude_before, CLAUDE, _BEFORE),
    _form("claude-code", "PermissionRequest", claude_permission, CLAUDE, _PERMISSION),
    _form("codex", "PreToolUse", codex_before, CODEX, _BEFORE),
    _form("codex", "PermissionRequest", codex_permission, CODEX, _PERMISSION),
    _form("gemini", "BeforeTool", gemini, GEMINI, {"decision": "allow"}),
    _form("copilot", "preToolUse", copilot_before, COPILOT, {"permissionDecision": "allow"}),
    _form("copilot", "permissionRequest", copilot_permission, COPILOT, {"behavior": "allow"}),
    _form("cursor", "beforeShellExecution", cursor, CURSOR, {"permission": "allow"}),
]


def use_tool(
    form: Form,
    line: str,
    environ: Mapping[str, str],
    canary: Path,
    meanwhile: Callable[[int], None] = lambda pid: None,
) -> str:
    """Ask the hook as the agent does, in a shell; run the canary's command where it lets it."""
    process = subprocess.Popen(
        ["/bin/sh", "-c", line],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(environ),
        text=True,
    )
    with process:
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # a hook that is missing reads nothing
            process.stdin.write(json.dumps(form.hook))
            process.stdin.flush()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        process.stdin = None
        meanwhile(process.pid)
        out, err = process.communicate(timeout=120)
    verdict = form.verdict(Ended(code=process.returncode, out=out, err=err))
    if verdict == RUNS:
        subprocess.run(["/bin/sh", "-c", f"touch '{canary}'"], check=True)
    return verdict
