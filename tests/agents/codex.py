"""Codex in a home of its own: its settings, hooks that it trusts, with and without a terminal."""

import asyncio
import json
import os
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from tests.agents.package import CODEX
from tests.agents.run import Run, running
from tests.agents.script import Json
from tests.agents.terminal import Terminal

_PATIENCE = 60.0
_SETTINGS = """\
model = "stand-in"
model_provider = "loopback"
approval_policy = "{policy}"
sandbox_mode = "{sandbox}"
check_for_update_on_startup = false

[model_providers.loopback]
name = "loopback"
base_url = "{url}"
wire_api = "responses"
request_max_retries = 0

[analytics]
enabled = false

[feedback]
enabled = false

[tui]
show_tooltips = false

[features]
apps = false
plugins = false
remote_plugin = false

[projects."{project}"]
trust_level = "trusted"
"""


def command_hooks(command: str, *events: str, timeout: int = 600) -> Json:
    """Return settings that hand these events to this command."""
    hook = {"type": "command", "command": command, "timeout": timeout}
    return {"hooks": {event: [{"matcher": "*", "hooks": [hook]}] for event in events}}


class Codex:
    """An installed Codex whose person trusts the project and, once asked, the hooks."""

    def __init__(
        self,
        home: Path,
        *,
        model_url: str,
        environment: Mapping[str, str],
        policy: str = "on-request",
        sandbox: str = "workspace-write",
    ) -> None:
        self.home = home
        self.project = home / "shop"
        self.config = home / ".codex"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "SHELL": "/bin/bash",
            "CODEX_HOME": str(self.config),
            **environment,
        }
        self.project.mkdir(parents=True)
        self.config.mkdir()
        self._settings = _SETTINGS.format(
            policy=policy, sandbox=sandbox, url=model_url, project=self.project
        )
        (self.config / "config.toml").write_text(self._settings)

    async def takes(self, hooks: Json) -> None:
        """Write its hooks, and trust them as the person does at the first start."""
        (self.config / "hooks.json").write_text(json.dumps(hooks))
        trusted = "".join(
            f'\n[hooks.state."{key}"]\ntrusted_hash = "{digest}"\n'
            for key, digest in (await self._untrusted()).items()
        )
        (self.config / "config.toml").write_text(self._settings + trusted)

    async def _untrusted(self) -> dict[str, str]:
        server = await asyncio.create_subprocess_exec(
            *(CODEX.path, "app-server"),
            env=self.environment,
            cwd=self.project,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
        )
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            for message in (
                {
                    "id": 1,
                    "method": "initialize",
                    "params": {"clientInfo": {"name": "test", "title": "test", "version": "0"}},
                },
                {"method": "initialized"},
                {"id": 2, "method": "hooks/list", "params": {"cwds": [str(self.project)]}},
            ):
                server.stdin.write(f"{json.dumps(message)}\n".encode())
            async with asyncio.timeout(_PATIENCE):
                while (told := json.loads(await server.stdout.readline())).get("id") != 2:
                    pass
        finally:
            server.stdin.close()
            await server.wait()
        return {
            hook["key"]: hook["currentHash"]
            for place in told["result"]["data"]
            for hook in place["hooks"]
            if hook["trustStatus"] == "untrusted"
        }

    def has(self, name: str) -> bool:
        """Say whether a file is in its project."""
        return (self.project / name).exists()

    def does(self, prompt: str, *words: str) -> AbstractAsyncContextManager[Run]:
        """Let it do one thing without a terminal."""
        line = (CODEX.path, "exec", "--skip-git-repo-check", *words, prompt)
        return running(*line, environment=self.environment, directory=self.project)

    def terminal(self, *words: str) -> Terminal:
        """Return a terminal that it will run in."""
        line = (str(CODEX.path), *words)
        return Terminal(self.project, self.environment, line, ready=r"^›", installs=self.config)
