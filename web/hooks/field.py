"""Fields of a hook's JSON, whatever was sent in them."""

import json
from collections.abc import Mapping

from bot.core.action import Json
from web.hooks.dialect import Hook


def text_in(hook: Hook, name: str) -> str:
    """Return a field's text; nothing where it is none."""
    value = hook.get(name)
    return value if isinstance(value, str) else ""


def object_in(hook: Hook, name: str) -> Mapping[str, Json]:
    """Return a field's object; an empty one where it is none."""
    value = hook.get(name)
    return value if isinstance(value, Mapping) else {}


def input_in(hook: Hook, *names: str) -> Mapping[str, Json]:
    """Return a tool's input, under the first of these names that holds one.

    Some agents send it as a text of JSON. What is no object stands whole under `input`, so that
    nothing is approved that is not shown.
    """
    for name in names or ("tool_input",):
        value = hook.get(name)
        if isinstance(value, Mapping):
            return value
        if isinstance(value, str):
            try:
                found: Json = json.loads(value)
            except (ValueError, RecursionError):
                found = None
            return found if isinstance(found, dict) else {"input": value}
        if value is not None:
            return {"input": value}
    return {}


def list_in(hook: Hook, name: str) -> list[Json]:
    """Return a field's list; an empty one where it is none."""
    value = hook.get(name)
    return value if isinstance(value, list) else []


def number_in(hook: Hook, name: str) -> int | None:
    """Return a field's whole number, or None."""
    value = hook.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
