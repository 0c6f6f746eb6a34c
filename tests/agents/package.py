"""Where the coding agents are installed, and how to install them.

    npm install --prefix DIRECTORY @anthropic-ai/claude-code @openai/codex \
        @google/gemini-cli @github/copilot
    OK2RUN_AGENTS_DIR=DIRECTORY pytest -m agents -n 0 tests/agents

Without the variable, the programs are looked up on the PATH. A test whose program is not there is
skipped, and says so. OK2RUN_AGENTS_SCREENS names a folder for what the terminals showed. What a
new version sends is written down by `python -m tests.agents.record claude-code codex …`, and
replayed in tests/web/hooks/test_recorded.py.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

VARIABLE = "OK2RUN_AGENTS_DIR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A program that npm installs."""

    name: str
    command: str

    @property
    def program(self) -> Path | None:
        """Return where it is, if it is."""
        own = Path(os.environ.get(VARIABLE) or "/nowhere") / "node_modules" / ".bin" / self.command
        found = str(own) if own.exists() else shutil.which(self.command)
        return Path(found) if found else None

    @property
    def skips(self) -> pytest.MarkDecorator:
        """Mark what needs it."""
        return pytest.mark.skipif(
            self.program is None,
            reason=f"no {self.command}: npm install --prefix DIRECTORY {self.name}, "
            f"then {VARIABLE}=DIRECTORY",
        )

    @property
    def path(self) -> Path:
        """Return where it is."""
        assert self.program is not None, f"{self.name} is not installed"
        return self.program


@cache
def version(package: Package) -> str:
    """Return what the program calls its version."""
    ran = subprocess.run(
        [package.path, "--version"], capture_output=True, text=True, check=True, timeout=60
    )
    return ran.stdout.strip()


CLAUDE_CODE = Package(name="@anthropic-ai/claude-code", command="claude")
CODEX = Package(name="@openai/codex", command="codex")
GEMINI = Package(name="@google/gemini-cli", command="gemini")
COPILOT = Package(name="@github/copilot", command="copilot")
