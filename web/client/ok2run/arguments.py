"""A call's arguments as the JSON that is asked for, shown and approved."""

import inspect
import json
import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from string import Formatter

from ok2run.canonical import canonical_json

_OWNERS = ("self", "cls")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Bound arguments; `shown` are the names of those that are asked for."""

    bound: inspect.BoundArguments
    shown: tuple[str, ...]

    @property
    def args(self) -> tuple[object, ...]:
        """What is passed by position."""
        return self.bound.args

    @property
    def kwargs(self) -> dict[str, object]:
        """What is passed by name."""
        return self.bound.kwargs

    def params(self) -> dict[str, object]:
        """Return the arguments as they are now, as JSON; raises TypeError for what is none."""
        params = {name: json_copy(name, self.bound.arguments[name]) for name in self.shown}
        try:
            canonical_json(params)
        except ValueError as error:
            raise TypeError(f"the arguments cannot be asked for: {error}") from error
        return params

    def text(self, template: str) -> str:
        """Return a template with the arguments in it."""
        return template.format(**self.params()) if "{" in template else template

    def listing(self) -> str:
        """Return the arguments as a person reads them."""
        return json.dumps(self.params(), indent=2, ensure_ascii=False)

    def changed(self, override: str) -> "Call":
        """Return the call with what a JSON object puts in place of the named arguments.

        Raises ValueError, in words, for what does not name arguments of this call.
        """
        given = changes(override)
        unknown = given.keys() - set(self.shown)
        if unknown:
            raise ValueError(f"it has no argument {', '.join(sorted(unknown))}")
        arguments = dict(self.bound.arguments)
        for name, value in given.items():
            arguments[name] = like(name, arguments[name], value)
        bound = inspect.BoundArguments(
            self.bound.signature,
            arguments,
        )
        return Call(bound=bound, shown=self.shown)


class Signature:
    """One function's parameters, but for `self`, `cls` and what is left out."""

    def __init__(self, function: Callable[..., object], *, leave_out: Collection[str]) -> None:
        """Look at the function; raises TypeError where a name is none of its parameters."""
        self._signature = inspect.signature(function)
        names = list(self._signature.parameters)
        unknown = set(leave_out) - set(names)
        if unknown:
            raise TypeError(f"there is no parameter {', '.join(sorted(unknown))} to leave out")
        owner = names[:1] if names[:1] and names[0] in _OWNERS else []
        self._shown = tuple(n for n in names if n not in owner and n not in leave_out)

    def check_template(self, template: str) -> None:
        """Raise TypeError where a template names what is not asked for."""
        for _, name, _, _ in Formatter().parse(template):
            if name is not None and re.split(r"[.\[]", name)[0] not in self._shown:
                raise TypeError(f"{{{name}}} is no argument that is asked for")

    def bind(self, args: tuple[object, ...], kwargs: Mapping[str, object]) -> Call:
        """Bind a call's arguments, defaults too; raises TypeError as the call itself would."""
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return Call(bound=bound, shown=self._shown)


def json_copy(place: str, value: object) -> object:
    """Return a copy in JSON's own types.

    Anything else may change between the approval and the call without anybody seeing it.
    """
    if isinstance(value, Enum) and isinstance(value, (str, int)):
        return value.value
    kind = type(value)
    if value is None or kind in (bool, int, str) or (kind is float and _is_finite(value)):
        return value
    if kind in (list, tuple) and isinstance(value, (list, tuple)):
        return [json_copy(f"{place}[{index}]", item) for index, item in enumerate(value)]
    if kind is dict and isinstance(value, dict) and all(type(name) is str for name in value):
        return {name: json_copy(f"{place}.{name}", item) for name, item in value.items()}
    raise TypeError(
        f"{place} is a {kind.__name__}, which cannot be shown for approval: pass it as text, "
        "or name it in leave_out where it is no part of what is approved"
    )


def _is_finite(value: object) -> bool:
    return isinstance(value, float) and math.isfinite(value)


def changes(text: str) -> dict[str, object]:
    """Read what a person puts in place of some arguments; raises ValueError, in words."""

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError("it names an argument twice")
        return dict(pairs)

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not JSON")

    try:
        value: object = json.loads(text, object_pairs_hook=once, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise ValueError("it is not JSON") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if isinstance(value, dict):
        return value
    raise ValueError('it is no JSON object, as in {"to": "ana"}')


def like(name: str, before: object, value: object) -> object:
    """Return a new value in the form of the one before it: a tuple stays one, an enum too."""
    if isinstance(before, Enum):
        return type(before)(value)
    if isinstance(before, tuple) and isinstance(value, list):
        return tuple(value)
    wanted = "a list" if isinstance(before, tuple) else "an object"
    if isinstance(before, (tuple, dict)) and type(before) is not type(value):
        raise ValueError(f"{name} takes {wanted}")
    return value
