"""Claude Code in a home of its own: its settings, a run without a terminal, and one in it."""

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from tests.agents.package import CLAUDE_CODE
from tests.agents.run import Run, running
from tests.agents.script import Json
from tests.agents.terminal import Terminal

TELLING = (
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


def http_hooks(
    url: str,
    *events: str,
    timeout: int = 600,
    on_failure: str = "continue",
    headers: Mapping[str, str] | None = None,
) -> Json:
    """Return settings that send these events, and what happens besides, to this address.

    What happens besides fails without harm: a prompt that can't be told would be refused.
    """
    hook: Json = {"type": "http", "url": url, "timeout": timeout}
    if headers is not None:
        hook["headers"] = dict(headers)
        hook["allowedEnvVars"] = ["APPROVAL_API_KEY"]
    asking = {"matcher": "*", "hooks": [{**hook, "onFailure": on_failure}]}
    telling = {"matcher": "*", "hooks": [hook]}
    hooks = {event: [telling] for event in TELLING}
    return {"hooks": {**hooks, **{event: [asking] for event in events}}}


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

    def has(self, name: str) -> bool:
        """Say whether a file is in its project."""
        return (self.project / name).exists()

    def does(self, prompt: str, *words: str) -> AbstractAsyncContextManager[Run]:
        """Let it do one thing without a terminal."""
        line = (CLAUDE_CODE.path, "-p", prompt, "--output-format", "json", *words)
        return running(*line, environment=self.environment, directory=self.project)

    def terminal(self, *words: str) -> Terminal:
        """Return a terminal that it will run in."""
        line: Sequence[str] = (str(CLAUDE_CODE.path), *words)
        return Terminal(self.project, self.environment, line, ready=r"^❯")
