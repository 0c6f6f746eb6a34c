"""The coding agents whose settings are JSON with hooks in it, by their names."""

from collections.abc import Callable, Mapping
from typing import Protocol

from ok2run.connect import claude_code, codex, copilot, cursor, gemini
from ok2run.connect.choice import Choice, Setup
from ok2run.connect.hookfile import HookFile


class Agent(Protocol):
    """One agent's module: its name, its title, its form, and what its settings are to hold."""

    AGENT: str
    TITLE: str
    FORM: HookFile

    @property
    def setup(self) -> Callable[[Choice], Setup]:
        """Return what makes the entries that the agent's settings are to hold."""


AGENTS: Mapping[str, Agent] = {
    module.AGENT: module for module in (claude_code, codex, gemini, cursor, copilot)
}
