"""Adds items to JSON text and takes them out; every byte that is not theirs stays as it is."""

import json
import re
from collections.abc import Sequence

from ok2run.connect.jsonc import Malformed, Node, read

_INDENT = "  "
_BLANK_LINE_END = re.compile(r"(?:\r?\n)?[ \t]*\Z")


def append(text: str, path: Sequence[str], value: object) -> str:
    """Return the text with a value appended to the array at this path, made where missing."""
    node = read(text)
    for depth, name in enumerate(path):
        if node.members is None:
            raise Malformed(f"{_named(path[:depth])} is not an object")
        found = node.member(name)
        if found is None:
            made: object = [value]
            for inner in reversed(path[depth + 1 :]):
                made = {inner: made}
            return _insert(text, node, made, name=name)
        node = found
    if node.items is None:
        raise Malformed(f"{_named(path)} is not a list")
    return _insert(text, node, value)


def with_member(text: str, name: str, value: object) -> str:
    """Return the text with a member in its outermost object, unless it has one of that name."""
    node = read(text)
    if node.members is None:
        raise Malformed(f"{_named(())} is not an object")
    return text if node.member(name) is not None else _insert(text, node, value, name=name)


def without_child(text: str, parent: Node, index: int) -> str:
    """Return the text without this item or member, one comma, and the blanks before it."""
    child = parent.children[index]
    start = child.start - _blanks_before(text, parent.start + 1, child.start)
    cuts = [(start, child.end)]
    if index < len(parent.commas):
        cuts.append((parent.commas[index], parent.commas[index] + 1))
    elif index:
        cuts.append((parent.commas[index - 1], parent.commas[index - 1] + 1))
    if len(parent.children) == 1 and not text[parent.start + 1 : start].strip():
        rest = text[max(end for _, end in cuts) : parent.end - 1]
        if not rest.strip():  # an empty pair of brackets again
            cuts = [(parent.start + 1, parent.end - 1)]
    for begin, end in sorted(cuts, reverse=True):
        text = text[:begin] + text[end:]
    return text


def _blanks_before(text: str, least: int, at: int) -> int:
    found = _BLANK_LINE_END.search(text[least:at])
    return len(found[0]) if found else 0


def _insert(text: str, parent: Node, value: object, *, name: str | None = None) -> str:
    """Put a new last child into an object or an array, in the manner of those before it."""
    prefix = "" if name is None else f"{json.dumps(name)}: "
    children, close = parent.children, parent.end - 1
    newline = "\r\n" if "\r\n" in text else "\n"
    unit = _unit(text)
    outer = _indent_at(text, parent.start)
    at, is_after_line_comment = _last_trivia(text, parent)
    if not children:
        body = _render(value, unit, outer + unit, newline)
        rest = text[at:close]
        tail = "" if "\n" in rest else newline + outer
        return f"{text[:at]}{newline}{outer}{unit}{prefix}{body}{tail}{text[at:]}"
    last = children[-1]
    is_spread = "\n" in text[parent.start : children[0].start]
    if is_spread or is_after_line_comment:
        indent = _indent_at(text, last.start) if is_spread else outer + unit
        body = newline + indent + prefix + _render(value, unit, indent, newline)
    else:
        body = f" {prefix}{json.dumps(value, ensure_ascii=False)}"
    with_child = text[:at] + body + text[at:]
    if len(parent.commas) == len(children):
        return with_child
    return f"{with_child[: last.end]},{with_child[last.end :]}"


def _last_trivia(text: str, parent: Node) -> tuple[int, bool]:
    """Return where the last comma or comment before the closing bracket ends.

    Tells also whether that is a comment up to the line's end, after which nothing can stand.
    """
    children, close = parent.children, parent.end - 1
    at = children[-1].end if children else parent.start + 1
    if children and len(parent.commas) == len(children):
        at = parent.commas[-1] + 1
    is_line_comment = False
    position = at
    while position < close:
        if text.startswith("//", position):
            end = min(_line_end(text, position), close)
            position, at, is_line_comment = end, end, True
        elif text.startswith("/*", position):
            end = text.index("*/", position) + 2
            position, at, is_line_comment = end, end, False
        else:
            position += 1
    return at, is_line_comment


def _line_end(text: str, at: int) -> int:
    found = re.compile(r"[\r\n]").search(text, at)
    return found.start() if found else len(text)


def _unit(text: str) -> str:
    """Return what one level is indented by, as the outermost object's first member shows it."""
    root = read(text)
    if root.children:
        first = root.children[0].start
        indent = _indent_at(text, first)
        if indent and not text[: first - len(indent)].rpartition("\n")[2].strip():
            return indent
    return _INDENT


def _indent_at(text: str, at: int) -> str:
    """Return the blanks that the line of this place begins with."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _render(value: object, unit: str, indent: str, newline: str) -> str:
    lines = json.dumps(value, indent=unit, ensure_ascii=False).split("\n")
    return f"{newline}{indent}".join(lines)


def _named(path: Sequence[str]) -> str:
    return f'"{".".join(path)}"' if path else "the file"
