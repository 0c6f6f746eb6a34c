"""The dialects served, by the word in the path."""

from collections.abc import Mapping
from typing import Final

from web.hooks.claude_code import ClaudeCode
from web.hooks.dialect import Dialect

DIALECTS: Final[Mapping[str, Dialect]] = {
    "claude-code": ClaudeCode(),
}
