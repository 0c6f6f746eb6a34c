"""The policies of a running gate: listed and changed over its `/v1/policies`, by their names."""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

from bot.core.policy import Policy
from bot.core.policy_document import document_of
from bot.environment import read_variables
from bot.policy_report import counted
from ok2run.terminal import print_line, say
from ok2run.wire import DEFAULT_URL, GateUnreachable, Json, Misconfigured, Refused, Wire

FAULT, USAGE, UNREACHABLE = 1, 2, 5

_URL: Final = "APPROVAL_GATE_URL"
_KEYS: Final = ("ADMIN_API_KEY", "APPROVAL_API_KEY")
_DOCUMENT: Final = ("name", "priority", "enabled", "rules")
_PATIENCE: Final = 60  # seconds for one answer; ten thousand rules take their time to be read
_HINT: Final = "Set ADMIN_API_KEY to a key that administers this gate."
_IS_FILE: Final = (
    "This gate keeps its policy in POLICY_FILE; change that file on its machine, "
    "and it is read again."
)


class _Unfit(Exception):
    """What was asked can't be done with the policies that there are; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A policy as the gate keeps it."""

    id: str
    name: str
    is_enabled: bool
    document: Json = field(repr=False)
    warnings: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return f"/v1/policies/{quote(self.id, safe='')}"


def apply_policies(policies: Sequence[Policy]) -> int:
    """Make each policy, or put it in the place of its namesake; return the exit code."""
    return _ran(lambda wire: _apply(wire, policies))


def do_in_gate(word: str, name: str) -> int:
    """List the policies, or enable, disable or remove the one of this name.

    `word` is `list`, `enable`, `disable` or `remove`; `list` takes no notice of the name. Returns
    the exit code.
    """
    return _ran(lambda wire: _WORDS[word](wire, name))


def run_in_gate(work: Callable[[Wire], None]) -> int:
    """Do it with the gate of the settings, with an admin's key; return the exit code."""
    return _ran(work)


def _ran(work: Callable[[Wire], None]) -> int:
    """Do it with the gate of the settings; what went wrong is one line and an exit code."""
    try:
        work(_open())
    except Misconfigured as error:
        return _fail(str(error), USAGE)
    except GateUnreachable as error:
        return _fail(str(error), UNREACHABLE)
    except Refused as error:
        if error.status not in (401, 403):
            return _fail(str(error), FAULT)
        return _fail(f"{str(error).rstrip('.')}. {_HINT}", FAULT)
    except _Unfit as error:
        return _fail(str(error), FAULT)
    return 0


def _fail(sentence: str, code: int) -> int:
    say(f"ok2run: {sentence}")
    return code


def _open() -> Wire:
    """Return the wire to the gate that the environment or `.env` names; raises Misconfigured."""
    found = read_variables(os.environ, Path.cwd(), names=(_URL, *_KEYS), secret_names=_KEYS)
    for name in _KEYS:
        if name in found.unreadable:
            raise Misconfigured(found.faults[0])
        key = found.values.get(name)
        if key is not None:
            if not re.fullmatch(r"[!-~]+", key):
                raise Misconfigured(f"{name} holds characters that no key has.")
            return Wire(found.values.get(_URL, DEFAULT_URL), key, timeout=_PATIENCE)
    raise Misconfigured(
        "ADMIN_API_KEY is not set; set it to a key that administers the gate "
        "(`ok2run bootstrap` makes one)."
    )


def _list(wire: Wire, _name: str) -> None:
    kept = _all(wire)
    if not kept:
        print_line("There is no policy, so everything asks.")
    width = max((len(one.name) for one in kept), default=0)
    for one in kept:
        rules = one.document["rules"]
        size = counted(len(rules) if isinstance(rules, list) else 0, "rule")
        state = "" if one.is_enabled else ", disabled"
        print_line(f"{one.name:<{width}}  priority {one.document['priority']}, {size}{state}")
        for warning in one.warnings:
            print_line(f"  warning: {warning}")
        for fault in one.faults:
            print_line(f"  fault: {fault}")
        if one.faults:
            print_line("  While it can't be read, everything asks; replace it or remove it.")


def _apply(wire: Wire, policies: Iterable[Policy]) -> None:
    kept = {one.name: one for one in _all(wire)}
    for policy in policies:
        before, document = kept.get(policy.name), document_of(policy)
        if before is not None and _text(before.document) == _text(document):
            print_line(f'Policy "{policy.name}" is as it was.')
            continue
        try:
            if before is None:
                wire.call("POST", "/v1/policies", body=document)
            else:
                wire.call("PUT", before.path, body=document)
        except Refused as error:
            raise _named(error, policy.name) from error
        done = "Made" if before is None else "Replaced"
        size = counted(len(policy.rules), "rule")
        state = _state(before, is_enabled=policy.is_enabled)
        print_line(f'{done} policy "{policy.name}": {size}.{state}')


def _state(before: _Kept | None, *, is_enabled: bool) -> str:
    if not is_enabled:
        return " It is disabled."
    return "" if before is None or before.is_enabled else " It is enabled again."


def _enable(wire: Wire, name: str) -> None:
    _switch(wire, name, is_wanted=True)


def _disable(wire: Wire, name: str) -> None:
    _switch(wire, name, is_wanted=False)


def _switch(wire: Wire, name: str, *, is_wanted: bool) -> None:
    one = _found(wire, name)
    word = "enabled" if is_wanted else "disabled"
    if one.is_enabled is is_wanted:
        print_line(f'Policy "{one.name}" is {word} already.')
        return
    wire.call("PATCH", one.path, body={"enabled": is_wanted})
    print_line(f'Policy "{one.name}" is {word} now.')


def _remove(wire: Wire, name: str) -> None:
    one = _found(wire, name)
    wire.call("DELETE", one.path)
    print_line(f'Removed policy "{one.name}".')


_WORDS: Final[Mapping[str, Callable[[Wire, str], None]]] = {
    "list": _list,
    "enable": _enable,
    "disable": _disable,
    "remove": _remove,
}


def _found(wire: Wire, name: str) -> _Kept:
    kept = _all(wire)
    for one in kept:
        if one.name == name.strip():
            return one
    names = ", ".join(f'"{one.name}"' for one in kept)
    others = f"; there {'is' if len(kept) == 1 else 'are'} {names}" if kept else ", nor any other"
    raise _Unfit(f'There is no policy "{name}"{others}.')


def _all(wire: Wire) -> tuple[_Kept, ...]:
    """Return the policies of the gate's database; raises _Unfit where a file's are in force."""
    answer = wire.call("GET", "/v1/policies")
    if answer.get("source") == "file":
        raise _Unfit(_IS_FILE)
    try:
        return tuple(_read(answer["policies"]))
    except (KeyError, TypeError) as error:
        raise GateUnreachable(
            f"What answers at {wire.url} is not a gate.", temporary=False
        ) from error


def _read(policies: object) -> Iterator[_Kept]:
    """Yield the policies of an answer; raises KeyError or TypeError where it is none."""
    if not isinstance(policies, list):
        raise TypeError("policies are a list")
    for one in policies:
        yield _Kept(
            id=str(one["id"]),
            name=str(one["name"]),
            is_enabled=bool(one["enabled"]),
            document={word: one[word] for word in _DOCUMENT},
            warnings=tuple(map(str, one["warnings"])),
            faults=tuple(map(str, one.get("faults", ()))),
        )


def _text(document: object) -> str:
    """Return JSON to compare by; in Python 1 and true would be equal."""
    return json.dumps(document, sort_keys=True)


def _named(error: Refused, name: str) -> Refused:
    return Refused(
        f'policy "{name}": {error}',
        status=error.status,
        code=error.code,
        retry_after=error.retry_after,
    )
