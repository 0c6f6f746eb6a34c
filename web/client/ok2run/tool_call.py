"""One tool call of an agent's framework: whether it may run, and with which arguments.

What the adapters ask. Every fault is a refusal in words, since some frameworks run a tool whose
check has raised.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Unpack

from ok2run.action import Details
from ok2run.arguments import changes, json_copy
from ok2run.asking import GRACE, Asking
from ok2run.decision import Decision
from ok2run.errors import Denied, Expired, GateError
from ok2run.exchange import Steps
from ok2run.reading import denial


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Whether a tool may run now, once, with just these `arguments`.

    Where it may not, `reason` is a sentence for the model. `changed` says that the person has
    put other arguments in place of the agent's; `id` is empty where nobody was asked.
    """

    allowed: bool
    arguments: Mapping[str, object]
    reason: str = ""
    changed: bool = False
    by: str = ""
    id: str = ""


def tool_call(
    asking: Asking,
    name: str,
    arguments: Mapping[str, object],
    *,
    wait: int,
    editable: bool,
    **details: Unpack[Details],
) -> Steps[Leave]:
    """Ask whether a tool may run; the receipt is claimed for what is allowed."""
    try:
        return (
            yield from _allowed(asking, name, arguments, wait=wait, editable=editable, **details)
        )
    except (GateError, TypeError, ValueError) as error:
        return Leave(allowed=False, arguments={}, reason=f"Not run: {error}")


def _allowed(
    asking: Asking,
    name: str,
    arguments: Mapping[str, object],
    *,
    wait: int,
    editable: bool,
    **details: Unpack[Details],
) -> Steps[Leave]:
    params = {key: json_copy(key, value) for key, value in arguments.items()}
    command = params.get("command")
    listing = json.dumps(params, indent=2, ensure_ascii=False)
    is_command = isinstance(command, str) and len(params) == 1
    details.setdefault("preview", str(command) if is_command else listing)
    details.setdefault("language", "bash" if is_command else "json")
    details.setdefault("expires", wait)
    details["params"] = params
    action = asking.action(name, **details)
    id = yield from asking.identity(action)
    decision = yield from _decided(asking, id, wait)
    if not decision.approved:
        raise denial(decision)
    chosen = params
    if decision.override is not None:
        try:
            chosen = _chosen(params, decision.override, editable=editable)
        except ValueError as error:
            with suppress(GateError):
                yield from asking.exchange.report(id, exit_code=None, summary=f"not run: {error}")
            raise Denied(
                f"approved with a change that cannot be run: {error}", decision=decision
            ) from error
    yield from asking.claim(id, digest=action.digest(decision.override))
    return Leave(
        allowed=True,
        arguments=chosen,
        changed=decision.override is not None,
        by=decision.by,
        id=id,
    )


def _decided(asking: Asking, id: str, wait: int) -> Steps[Decision]:
    try:
        return (yield from asking.wait(id, wait + GRACE))
    except Expired as expired:
        if expired.status == "pending":  # nobody may approve what will not run
            yield from asking.taken_back(id)
        raise


def _chosen(params: dict[str, object], override: str, *, editable: bool) -> dict[str, object]:
    """Return the arguments with the person's own; a lone command is replaced as they wrote it."""
    if not editable:
        raise ValueError("this agent takes no other arguments")
    if list(params) == ["command"] and not override.lstrip().startswith("{"):
        return {"command": override}
    given = changes(override)
    unknown = given.keys() - params.keys()
    if unknown:
        raise ValueError(f"it has no argument {', '.join(sorted(unknown))}")
    return {**params, **given}
