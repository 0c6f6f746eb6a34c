"""Fields of a hook's JSON, whatever was sent in them."""

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


def list_in(hook: Hook, name: str) -> list[Json]:
    """Return a field's list; an empty one where it is none."""
    value = hook.get(name)
    return value if isinstance(value, list) else []


def number_in(hook: Hook, name: str) -> int | None:
    """Return a field's whole number, or None."""
    value = hook.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
