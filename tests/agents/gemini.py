"""Gemini CLI in a home of its own, without a terminal."""

import json
import os
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from tests.agents.package import GEMINI
from tests.agents.run import Run, running
from tests.agents.script import Json

_SETTLED: Json = {
    "security": {
        "auth": {"selectedType": "gemini-api-key"},
        "folderTrust": {"enabled": False},
    },
    "general": {"enableAutoUpdate": False, "enableAutoUpdateNotification": False},
    "privacy": {"usageStatisticsEnabled": False},
    "telemetry": {"enabled": False},
}


def command_hooks(command: str, *events: str, timeout: int = 600) -> Json:
    """Return settings that hand these events to this command."""
    hook = {"type": "command", "command": command, "name": "gate", "timeout": timeout * 1000}
    return {"hooks": {event: [{"matcher": ".*", "hooks": [hook]}] for event in events}}


class Gemini:
    """An installed Gemini CLI whose person has settled how it signs in."""

    def __init__(self, home: Path, *, model_url: str, environment: Mapping[str, str]) -> None:
        self.home = home
        self.project = home / "shop"
        self._config = home / ".gemini"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "SHELL": "/bin/bash",
            "GEMINI_API_KEY": "made-up-key",
            "GOOGLE_GEMINI_BASE_URL": model_url,
            **environment,
        }
        self.project.mkdir(parents=True)
        self._config.mkdir()
        self.takes({})

    def takes(self, settings: Json) -> None:
        """Write its settings."""
        (self._config / "settings.json").write_text(json.dumps({**_SETTLED, **settings}))

    def has(self, name: str) -> bool:
        """Say whether a file is in its project."""
        return (self.project / name).exists()

    def does(self, prompt: str, *words: str) -> AbstractAsyncContextManager[Run]:
        """Let it do one thing without a terminal."""
        line = (GEMINI.path, "-m", "gemini-2.5-pro", "-p", prompt, *words)
        return running(*line, environment=self.environment, directory=self.project)
