"""Copilot CLI in a home of its own, without a terminal, offline but for the model on loopback."""

import json
import os
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from tests.agents.package import COPILOT
from tests.agents.run import Run, running
from tests.agents.script import Json


def command_hooks(command: str, *events: str, timeout: int = 600) -> Json:
    """Return settings that hand these events to this command, which is told the event's name."""
    return {
        "version": 1,
        "hooks": {
            event: [
                {
                    "type": "command",
                    "bash": command.replace("EVENT", event),
                    "timeoutSec": timeout,
                }
            ]
            for event in events
        },
    }


class Copilot:
    """An installed Copilot CLI whose person trusts the project."""

    def __init__(self, home: Path, *, model_url: str, environment: Mapping[str, str]) -> None:
        self.home = home
        self.project = home / "shop"
        self._config = home / ".copilot"
        self._hooks = self.project / ".github" / "hooks"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "SHELL": "/bin/bash",
            "COPILOT_HOME": str(self._config),
            "COPILOT_OFFLINE": "true",
            "COPILOT_AUTO_UPDATE": "false",
            "COPILOT_PROVIDER_BASE_URL": model_url,
            "COPILOT_PROVIDER_TYPE": "anthropic",
            "COPILOT_PROVIDER_API_KEY": "made-up-key",
            "COPILOT_MODEL": "claude-sonnet-4.5",
            **environment,
        }
        self._hooks.mkdir(parents=True)
        self._config.mkdir()
        trusted = {"trusted_folders": [str(self.project)]}
        (self._config / "config.json").write_text(json.dumps(trusted))

    def takes(self, hooks: Json) -> None:
        """Write its hooks."""
        (self._hooks / "gate.json").write_text(json.dumps(hooks))

    def has(self, name: str) -> bool:
        """Say whether a file is in its project."""
        return (self.project / name).exists()

    def does(self, prompt: str, *words: str) -> AbstractAsyncContextManager[Run]:
        """Let it do one thing without a terminal."""
        line = (COPILOT.path, "-p", prompt, *words)
        return running(*line, environment=self.environment, directory=self.project)
