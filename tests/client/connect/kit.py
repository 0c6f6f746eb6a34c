"""A home of its own for one person's agents, and the command run in it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ok2run.cli import main

KEY = "agent-key-0123456789"
FOLDERS = ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "GEMINI_CLI_HOME", "COPILOT_HOME")


class Home:
    """One person's home and project, and what the command said last."""

    def __init__(
        self,
        place: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        self.place = place / "home"
        self.project = place / "project"
        self.programs = place / "bin"
        for folder in (self.place, self.project, self.programs):
            folder.mkdir()
        for name in list(os.environ):
            if name.startswith(("APPROVAL_", "AGENTGATE_", "XDG_")) or name in FOLDERS:
                monkeypatch.delenv(name)
        monkeypatch.setenv("HOME", str(self.place))
        monkeypatch.setenv("PATH", f"{self.programs}{os.pathsep}/usr/bin{os.pathsep}/bin")
        monkeypatch.chdir(self.project)
        self.environment = monkeypatch
        self._capsys = capsys
        self.out = self.err = ""

    def run(self, *words: str) -> int:
        """Run the command; what it said is kept."""
        code = main(words)
        self.out, self.err = self._capsys.readouterr()
        return code

    def connect(self, *words: str) -> int:
        return self.run("connect", *words)

    def program(self, name: str, text: str) -> Path:
        """Put a program on the PATH."""
        path = self.programs / name
        path.write_text(text)
        path.chmod(0o755)
        return path

    def read(self, path: str) -> Any:
        return json.loads((self.place / path).read_text())

    def files(self) -> dict[str, bytes]:
        """Every file in the home and the project, by its path."""
        return {
            str(path.relative_to(root.parent)): path.read_bytes()
            for root in (self.place, self.project)
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }


@pytest.fixture
def home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Home:
    return Home(tmp_path, monkeypatch, capsys)
