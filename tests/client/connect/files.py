"""Settings files as people and programs write them: odd spacing, comments, others' hooks."""

import json
from typing import Any

from hypothesis import strategies as st

EVENTS = ("PermissionRequest", "PreToolUse", "Stop", "Notification", "SessionStart")
_TEXT = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=8
) | st.sampled_from(["größe", "🟡", "\\u0041", "// no comment", "/*", "}", '"', "hooks"])
_SCALAR = st.none() | st.booleans() | st.integers(-(10**6), 10**6) | _TEXT
_VALUE = st.recursive(
    _SCALAR,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)
_NAME = _TEXT.filter(lambda name: name != "hooks")
_HANDLER = st.fixed_dictionaries(
    {"type": st.just("command"), "command": st.sampled_from(["true", "lint --fix", "ok2run-x"])},
    optional={"timeout": st.integers(1, 600)},
)
_GROUP = st.fixed_dictionaries(
    {"hooks": st.lists(_HANDLER, max_size=2)}, optional={"matcher": st.sampled_from(["*", "Bash"])}
)
_HOOKS = st.dictionaries(st.sampled_from(EVENTS), st.lists(_GROUP, max_size=3), max_size=4)


@st.composite
def settings(draw: st.DrawFn) -> str:
    """A whole file: an object in any spacing, with or without hooks of others."""
    members = draw(st.dictionaries(_NAME, _VALUE, max_size=3))
    pairs = list(members.items())
    if pairs and draw(st.booleans()):
        pairs.append(draw(st.sampled_from(pairs)))  # a name given twice
    for hooks in draw(st.lists(_HOOKS, max_size=2)):
        pairs.insert(draw(st.integers(0, len(pairs))), ("hooks", hooks))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    space = _Space(draw, newline, comments=draw(st.booleans()))
    body = _object(draw, space, pairs)
    mark = draw(st.sampled_from(["", "\ufeff"]))
    return mark + space() + body + draw(st.sampled_from(["", newline, newline * 2, "  "]))


class _Space:
    """Blanks, and where they are allowed, comments; or the even spacing of a formatter."""

    def __init__(self, draw: st.DrawFn, newline: str, *, comments: bool) -> None:
        indents = draw(st.sampled_from(["", "  ", "\t"]))
        choices = ["", " ", newline + indents, f" {newline} {indents}"]
        if comments:
            choices += [f"// a note, [1] {{{newline}", "/* more */", f"/* two{newline}lines */ "]
        self._draw = draw
        self._choice = st.sampled_from(choices)

    def __call__(self) -> str:
        return self._draw(self._choice)

    @property
    def allows_comma(self) -> bool:
        return self._draw(st.booleans())


def _object(draw: st.DrawFn, space: _Space, pairs: list[tuple[str, Any]]) -> str:
    parts = [
        f"{space()}{_string(draw, name)}{space()}:{space()}{_write(draw, space, value)}{space()}"
        for name, value in pairs
    ]
    return "{" + ",".join(parts) + _end(draw, space, bool(parts)) + "}"


def _write(draw: st.DrawFn, space: _Space, value: Any) -> str:
    if isinstance(value, dict):
        return _object(draw, space, list(value.items()))
    if isinstance(value, list):
        parts = [f"{space()}{_write(draw, space, item)}{space()}" for item in value]
        return "[" + ",".join(parts) + _end(draw, space, bool(parts)) + "]"
    return _string(draw, value) if isinstance(value, str) else json.dumps(value)


def _end(draw: st.DrawFn, space: _Space, has_children: bool) -> str:
    if not has_children:
        return space()
    return f",{space()}" if draw(st.integers(0, 9)) == 0 else ""


def _string(draw: st.DrawFn, text: str) -> str:
    return json.dumps(text, ensure_ascii=draw(st.booleans()))


_KEY = st.sampled_from(["a", "b-c", '"d e"', "'f.g'", "größe".encode().hex()])
_TOML_VALUE = st.sampled_from(
    ['"text"', "'''two\nlines\n[hooks.state]\n'''", "1", "[1, 2, # note\n 3]", "{ x = 1 }", "true"]
)


@st.composite
def toml(draw: st.DrawFn) -> str:
    """A TOML file: values, tables, comments, blank lines; some of Codex's own tables."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    lines = []
    for key in draw(st.lists(_KEY, unique=True, max_size=3)):
        lines.append(f"{key} = {draw(_TOML_VALUE)}  # {key}")
    names = st.sampled_from(
        ["model_providers.x", "hooks.other", 'hooks.state."/else:stop:0:0"', "projects.'/a b'"]
    )
    for name in draw(st.lists(names, unique=True, max_size=3)):
        lines += draw(st.sampled_from([[], [""], ["", "# about it"]]))
        lines.append(f"  [{name}] # x" if draw(st.booleans()) else f"[{name}]")
        lines.append(f"trusted_hash = {draw(_TOML_VALUE)}")
    text = "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n\n", "\n# end\n"]))
    return draw(st.sampled_from(["", "\ufeff"])) + text.replace("\n", newline)
