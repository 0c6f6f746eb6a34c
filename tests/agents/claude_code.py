"""Claude Code in a home of its own: its settings, a run without a terminal, and one in it."""

import asyncio
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.agents.package import CLAUDE_CODE
from tests.agents.script import Json
from tests.agents.terminal import Terminal

ANSWERED_AT_ONCE = (
    "PostToolUse",
    "PostToolUseFailure",
    "Stop",
    "UserPromptSubmit",
    "SessionEnd",
    "Notification",
)
_QUIET = {
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "CLAUDE_CODE_DISABLE_OFFICIAL_MARKETPLACE_AUTOINSTALL": "1",
    "CLAUDE_CODE_DISABLE_TERMINAL_TITLE": "1",
    "CLAUDE_CODE_DISABLE_FEATURE_FLAGS": "1",
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_ERROR_REPORTING": "1",
    "DISABLE_GROWTHBOOK": "1",
    "DISABLE_TELEMETRY": "1",
    "DISABLE_UPDATES": "1",
    "DISABLE_INSTALLATION_CHECKS": "1",
}
_PATIENCE = 60.0


def http_hooks(
    url: str,
    *events: str,
    timeout: int = 600,
    on_failure: str = "continue",
    headers: Mapping[str, str] | None = None,
) -> Json:
    """Return settings that send these events to this address."""
    hook: Json = {"type": "http", "url": url, "timeout": timeout, "onFailure": on_failure}
    if headers is not None:
        hook["headers"] = dict(headers)
        hook["allowedEnvVars"] = ["APPROVAL_API_KEY"]
    return {"hooks": {event: [{"matcher": "*", "hooks": [hook]}] for event in events}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a run without a terminal came to."""

    code: int
    output: str
    errors: str

    @property
    def result(self) -> Json:
        """Return its own summary."""
        found: Json = json.loads(self.output)
        return found


class ClaudeCode:
    """An installed Claude Code whose person has seen every first-start dialog."""

    def __init__(self, home: Path, *, model_url: str, environment: Mapping[str, str]) -> None:
        self.home = home
        self.project = home / "shop"
        self._config = home / ".claude"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "SHELL": "/bin/bash",
            "CLAUDE_CONFIG_DIR": str(self._config),
            "ANTHROPIC_BASE_URL": model_url,
            "ANTHROPIC_AUTH_TOKEN": "made-up-key",
            **_QUIET,
            **environment,
        }
        self.project.mkdir(parents=True)
        self._config.mkdir()
        self._settle()

    def _settle(self) -> None:
        seen = {
            "hasCompletedOnboarding": True,
            "theme": "dark",
            "projects": {str(self.project): {"hasTrustDialogAccepted": True}},
        }
        (self._config / ".claude.json").write_text(json.dumps(seen))

    def takes(self, settings: Mapping[str, Any], **more: Any) -> None:
        """Write its settings."""
        (self._config / "settings.json").write_text(json.dumps({**settings, **more}))

    async def runs(self, prompt: str, *words: str, within: float = _PATIENCE) -> Ran:
        """Let it do one thing without a terminal."""
        process = await self.start(prompt, *words)
        async with asyncio.timeout(within):
            out, err = await process.communicate()
        assert process.returncode is not None
        return Ran(code=process.returncode, output=out.decode(), errors=err.decode())

    async def start(self, prompt: str, *words: str) -> asyncio.subprocess.Process:
        """Start it on one thing, without a terminal."""
        return await asyncio.create_subprocess_exec(
            *(CLAUDE_CODE.path, "-p", prompt, "--output-format", "json", *words),
            env=self.environment,
            cwd=self.project,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    def terminal(self, *words: str) -> Terminal:
        """Return a terminal that it will run in."""
        line: Sequence[str] = (str(CLAUDE_CODE.path), *words)
        return Terminal(self.project, self.environment, line, ready=r"^❯")
