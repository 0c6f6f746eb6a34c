"""An agent's hook settings as JSON: which entries are this gate's, and the text with or without.

Entries stand in lists under `hooks`, one list an event. An entry is a handler, or a group with a
list of handlers; a handler is this gate's by the address that it calls or the command it runs.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urlsplit

from ok2run.connect.jsonc import MARK, Malformed, Node, read, value_of
from ok2run.connect.splice import append, with_member, without_child

Json: TypeAlias = dict[str, object]
Entries: TypeAlias = Mapping[str, Sequence[Json]]

HOOKS = "hooks"
BLANK = f"{MARK} \t\r\n"
_COMMANDS = ("command", "bash", "powershell")


@dataclass(frozen=True, slots=True, kw_only=True)
class HookFile:
    """One agent's form: how its handlers are known, and what a file needs beside them."""

    agent: str
    head: Mapping[str, object] = field(default_factory=dict)

    def is_ours(self, handler: object) -> bool:
        """Return whether a handler leads to a gate: by its address, or by its command."""
        if not isinstance(handler, dict):
            return False
        url = handler.get("url")
        if isinstance(url, str):
            return _path(url).endswith(f"/v1/hooks/{self.agent}")
        words = rf"ok2run['\"]?(?:\.(?:cli|command))? hook {re.escape(self.agent)}(?![\w-])"
        return any(
            isinstance(command, str) and re.search(words, command)
            for command in map(handler.get, _COMMANDS)
        )

    def ours_in(self, text: str) -> dict[str, list[Json]]:
        """Return this gate's entries by event, in the file's order; groups with theirs alone."""
        found: dict[str, list[Json]] = {}
        if not text.strip(BLANK):
            return found
        for event, entries in self._lists(read(text)):
            for entry in entries.items or ():
                kept = self._ours_of(value_of(entry))
                if kept is not None:
                    found.setdefault(event, []).append(kept)
        return found

    def with_entries(self, before: str | None, entries: Entries) -> str:
        """Return a file's text with these entries at the ends of their lists; None is no file.

        Raises Malformed where the text is no JSON, or holds something else in their place.
        """
        if before is None or not before.strip(BLANK):
            document = {**self.head, HOOKS: {event: list(many) for event, many in entries.items()}}
            return (before or "") + json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        text = before
        for name, value in self.head.items():
            text = with_member(text, name, value)
        for event in _order(text, entries):
            for entry in entries[event]:
                text = append(text, (HOOKS, event), entry)
        return text

    def without_entries(self, text: str, original: str | None = None) -> str:
        """Return the text without this gate's entries, and without what they leave empty.

        What was there and empty in `original` stays.
        """
        kept = _empty_in(original)
        while True:
            root = read(text)
            cut = self._first_cut(root)
            if cut is None:
                return text
            path, parent, index = cut
            text = without_child(text, parent, index)
            text = self._without_empty(text, path, kept)

    def _first_cut(self, root: Node) -> tuple[tuple[str, ...], Node, int] | None:
        """Return the first thing to take out: an entry, or one handler of a shared group."""
        for event, entries in self._lists(root):
            for index, entry in enumerate(entries.items or ()):
                kept = self._ours_of(value_of(entry))
                if kept is None:
                    continue
                if kept == value_of(entry):
                    return (HOOKS, event), entries, index
                handlers = entry.member(HOOKS)
                if handlers is not None:
                    mine = [self.is_ours(value_of(item)) for item in handlers.items or ()]
                    return (), handlers, mine.index(True)
        return None

    def _without_empty(self, text: str, path: tuple[str, ...], kept: set[tuple[str, ...]]) -> str:
        while path and path not in kept:
            parent, index, node = _find(read(text), path)
            is_twice = sum(one.name == path[-1] for one in parent.members or ()) > 1
            if is_twice or node.children or text[node.start + 1 : node.end - 1].strip():
                break  # an earlier one of the name would count again
            text = without_child(text, parent, index)
            path = path[:-1]
        return text

    def _ours_of(self, entry: object) -> Json | None:
        """Return an entry with this gate's handlers alone; None where it has none."""
        if not isinstance(entry, dict):
            return None
        handlers = entry.get(HOOKS)
        if not isinstance(handlers, list):
            return entry if self.is_ours(entry) else None
        mine = [handler for handler in handlers if self.is_ours(handler)]
        return {**entry, HOOKS: mine} if mine else None

    def _lists(self, root: Node) -> list[tuple[str, Node]]:
        if root.members is None:
            raise Malformed("the file is not an object")
        return [
            (event.name, event.value)
            for member in root.members
            if member.name == HOOKS
            for event in member.value.members or ()
            if event.value.items is not None
        ]


def _order(text: str, entries: Entries) -> list[str]:
    """Return the events in one order, however they are given: first those that the file has.

    How an entry is indented depends on those before it on its line.
    """
    hooks = read(text).member(HOOKS)
    there = [one.name for one in (hooks.members or ()) if one.name in entries] if hooks else []
    return list(dict.fromkeys((*there, *entries)))


def _find(root: Node, path: tuple[str, ...]) -> tuple[Node, int, Node]:
    """Return the last member at a path: its object, its index there, and its value."""
    node = root
    for name in path:
        members = node.members or ()
        index = max(i for i, member in enumerate(members) if member.name == name)
        parent, node = node, members[index].value
    return parent, index, node


def _empty_in(text: str | None) -> set[tuple[str, ...]]:
    """Return which of the places that entries need were there, and empty."""
    if text is None or not text.strip():
        return set()
    try:
        hooks = read(text).member(HOOKS)
    except Malformed:
        return set()
    if hooks is None:
        return set()
    empty = {(HOOKS, one.name) for one in hooks.members or () if not one.value.children}
    return empty | ({(HOOKS,)} if not hooks.children else set())


def _path(url: str) -> str:
    try:
        return urlsplit(url).path.rstrip("/")
    except ValueError:
        return ""
