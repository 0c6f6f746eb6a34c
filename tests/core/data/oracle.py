"""What somebody else takes for a secret: the plugins of detect-secrets, run on one line.

Its filters are left out and nothing is verified over the network, so it flags more than it prints.
"""

import re
from dataclasses import dataclass

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.plugins.base import BasePlugin
from detect_secrets.plugins.high_entropy_strings import HighEntropyStringsPlugin
from detect_secrets.plugins.keyword import CONFIG_DENYLIST_REGEX_TO_GROUP, KeywordDetector

PLUGINS: list[BasePlugin] = [
    plugin() for plugin in get_mapping_from_secret_type_to_class().values()
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A part of a line that is taken for a secret, and the finder's name for it."""

    value: str
    kind: str


def flags(line: str) -> list[Flag]:
    """Return what the plugins find in a line, read as a program's and as a configuration's."""
    found: dict[Flag, None] = {}
    for plugin in PLUGINS:
        values = [*plugin.analyze_string(line)]
        if isinstance(plugin, KeywordDetector):
            values += plugin.analyze_string(line, CONFIG_DENYLIST_REGEX_TO_GROUP)
        if isinstance(plugin, HighEntropyStringsPlugin):
            limit = plugin.entropy_limit
            values = [one for one in values if plugin.calculate_shannon_entropy(one) > limit]
        found |= {Flag(value=value, kind=plugin.secret_type): None for value in values}
    return list(found)


def is_no_secret(flag: Flag, line: str) -> bool:
    """Tell whether a flag is one of the few that no person would call a secret."""
    if flag.kind == "Public IP (ipv4)":
        return True  # a person who approves must see where a command goes
    if flag.value == "PuTTY-User-Key-File-2":
        return True  # how such a file begins; its key stands further down and is hidden
    if re.fullmatch(r"s/\w+/\w+/g", flag.value):
        return True  # what sed is told
    if flag.kind != "Secret Keyword":
        return False
    if re.match(r"string\b", flag.value):
        return True  # the type of a name, `apiKey: string`
    # A part of a module or of a target, `secrets:app`; the name of a secret kept elsewhere.
    return f"secrets:{flag.value}" in line or f"existingSecret={flag.value}" in line
