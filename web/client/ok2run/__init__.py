"""The agent side of ok2run: ask a person first, then act. Standard library only.

Importing this loads nothing: each name is loaded when it is first used.
"""

TYPE_CHECKING = False  # type checkers know the name; `typing` itself takes milliseconds to load

if TYPE_CHECKING:
    from ok2run.async_gate import AsyncGate
    from ok2run.decision import Answer, Decision, Pending
    from ok2run.errors import (
        Denied,
        Expired,
        GateError,
        GateUnreachable,
        Misconfigured,
        NotClaimed,
        Refused,
    )
    from ok2run.gate import Gate
    from ok2run.receipt import Receipt
    from ok2run.tool_call import Leave

_PLACES = {
    "Answer": "decision",
    "AsyncGate": "async_gate",
    "Decision": "decision",
    "Denied": "errors",
    "Expired": "errors",
    "Gate": "gate",
    "GateError": "errors",
    "GateUnreachable": "errors",
    "Leave": "tool_call",
    "Misconfigured": "errors",
    "NotClaimed": "errors",
    "Pending": "decision",
    "Receipt": "receipt",
    "Refused": "errors",
}

__all__ = [
    "Answer",
    "AsyncGate",
    "Decision",
    "Denied",
    "Expired",
    "Gate",
    "GateError",
    "GateUnreachable",
    "Leave",
    "Misconfigured",
    "NotClaimed",
    "Pending",
    "Receipt",
    "Refused",
]


def __getattr__(name: str) -> object:
    """Load a public name from its module."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415  # a hook that starts needs none

    value: object = getattr(import_module(f"ok2run.{_PLACES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Name what can be imported."""
    return [*globals(), *_PLACES]
