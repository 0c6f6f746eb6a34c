"""The dialects served, by the word in the path."""

from collections.abc import Mapping
from typing import Final

from web.hooks.claude_code import ClaudeCode
from web.hooks.codex import Codex
from web.hooks.copilot import Copilot
from web.hooks.cursor import Cursor
from web.hooks.dialect import Dialect
from web.hooks.gemini import Gemini
from web.hooks.opencode import OpenCode

DIALECTS: Final[Mapping[str, Dialect]] = {
    "claude-code": ClaudeCode(),
    "codex": Codex(),
    "copilot": Copilot(),
    "cursor": Cursor(),
    "gemini": Gemini(),
    "opencode": OpenCode(),
}
