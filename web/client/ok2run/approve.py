"""The decorator: a function that runs only with leave, and only with what leave was given for.

The arguments are the params of the ask. Right before the call the receipt is claimed for the
digest of the very arguments that are passed; on any doubt the function does not run.
"""

import asyncio
import inspect
import time
from collections.abc import Callable, Collection, Coroutine
from contextlib import suppress
from functools import partial, wraps
from typing import Any, ParamSpec, TypedDict, TypeVar, cast, overload

from ok2run.action import Action, Details
from ok2run.arguments import Call, Signature
from ok2run.asking import GRACE, LIFE, Asking
from ok2run.decision import Decision
from ok2run.errors import Denied, Expired, GateError, NotClaimed
from ok2run.exchange import Steps
from ok2run.reading import denial
from ok2run.streams import AsyncWire
from ok2run.wire import Wire

P = ParamSpec("P")
T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


class Terms(TypedDict, total=False):
    """How a decorated function asks; everything may be left out.

    `title` and `preview` may hold arguments, as in "Mail to {to}"; without a preview the arguments
    are shown as JSON. `leave_out` names arguments that are neither shown nor part of what is
    approved, such as a connection. `wait` is the seconds after which an unanswered ask ends.
    `withdraw_on_cancel` takes the ask back where an awaited call is cancelled.
    """

    title: str
    preview: str
    leave_out: Collection[str]
    wait: int
    reason: str
    urgency: str
    language: str
    session: str
    agent: str
    cwd: str
    withdraw_on_cancel: bool


class Guard:
    """What comes before and after one function's call, as steps."""

    def __init__(
        self, asking: Asking, action_type: str, terms: Terms, function: Callable[..., object]
    ) -> None:
        """Look at the function; raises TypeError for one that cannot be guarded."""
        unknown = terms.keys() - Terms.__annotations__.keys()
        if unknown:
            raise TypeError(f"approve has no {', '.join(sorted(unknown))}")
        if isinstance(function, (staticmethod, classmethod)):
            raise TypeError("put approve below @staticmethod or @classmethod")
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise TypeError("a generator runs after its call; guard what it calls instead")
        self._asking = asking
        self._action_type = action_type
        self._terms = terms
        self._signature = Signature(function, leave_out=terms.get("leave_out", ()))
        for name in ("title", "preview"):
            self._signature.check_template(str(terms.get(name, "")))

    def call(self, args: tuple[object, ...], kwargs: dict[str, object]) -> Call:
        """Bind the arguments; raises TypeError for what cannot be shown."""
        return self._signature.bind(args, kwargs)

    def ask(self, call: Call) -> tuple[Action, Steps[str]]:
        """Return the action, and the steps that ask for it and return its id."""
        action = self._action(call)
        return action, self._asking.identity(action)

    def leave(self, id: str, action: Action, call: Call) -> Steps[Call]:
        """Wait, claim, and return what to call; raises instead of leave for anything else."""
        decision = yield from self._decided(id)
        if not decision.approved:
            raise denial(decision)
        allowed = yield from self._changed(call, decision)
        yield from self._asking.claim(
            id, override=decision.override, digest=self._digest(call, decision)
        )
        # What was given is looked at again: it may have been changed while the gate was asked.
        if self._digest(call, decision) != action.digest(decision.override):
            raise NotClaimed("Not approved to run: the arguments have changed since it was asked.")
        return allowed

    def report(self, id: str, began: float, error: BaseException | None) -> Steps[None]:
        """Tell what became of it; a fault in the telling is no fault of the call."""
        took = f"{time.monotonic() - began:.1f} s"
        summary = f"{'ok' if error is None else type(error).__name__}, {took}"
        with suppress(GateError):
            yield from self._asking.exchange.report(
                id, exit_code=0 if error is None else 1, summary=summary
            )

    def taken_back(self, id: str) -> Steps[None]:
        """Withdraw the ask, where that is still possible."""
        return self._asking.taken_back(id)

    def _decided(self, id: str) -> Steps[Decision]:
        try:
            return (yield from self._asking.wait(id, self._terms.get("wait", LIFE) + GRACE))
        except Expired as expired:
            if expired.status == "pending":  # nobody may approve what will not run
                yield from self._asking.taken_back(id)
            raise

    def _changed(self, call: Call, decision: Decision) -> Steps[Call]:
        """Return the call with the person's own arguments, where they gave some."""
        if decision.override is None:
            return call
        try:
            return call.changed(decision.override)
        except ValueError as error:
            with suppress(GateError):
                yield from self._asking.exchange.report(
                    decision.id, exit_code=None, summary=f"not run: {error}"
                )
            raise Denied(
                f"Approved with a change that cannot be run: {error}", decision=decision
            ) from error

    def _digest(self, call: Call, decision: Decision) -> str:
        return self._action(call).digest(decision.override)

    def _action(self, call: Call) -> Action:
        terms = self._terms
        details: Details = {
            "title": call.text(terms.get("title", self._action_type)),
            "params": call.params(),
            "expires": int(terms.get("wait", LIFE)),
        }
        if "preview" in terms:
            details["preview"] = call.text(terms["preview"])
        else:
            details |= {"preview": call.listing(), "language": "json"}
        for name in ("reason", "urgency", "language", "session", "agent", "cwd"):
            if name in terms:
                details[name] = terms[name]
        return self._asking.action(self._action_type, **details)


class Approving:
    """`Gate.approve`, waiting for the function that it is put on."""

    def __init__(
        self,
        asking: Asking,
        action_type: str,
        terms: Terms,
        *,
        wire: Wire,
        streams: Callable[[], AsyncWire],
    ) -> None:
        """Take what asks; `streams` makes what carries the asks of an async function."""
        self._guard = partial(Guard, asking, action_type, terms)
        self._withdraws = terms.get("withdraw_on_cancel", False)
        self._wire = wire
        self._streams = streams

    def __call__(self, function: F) -> F:
        """Guard a function, plain or async."""
        guard = self._guard(function)
        if inspect.iscoroutinefunction(function):
            return cast(
                F, _awaited(function, guard, streams=self._streams, withdraws=self._withdraws)
            )

        @wraps(function)
        def guarded(*args: object, **kwargs: object) -> object:
            call = guard.call(args, kwargs)
            action, ask = guard.ask(call)
            id = self._wire.run(ask)
            try:
                allowed = self._wire.run(guard.leave(id, action, call))
            except KeyboardInterrupt:
                if self._withdraws:
                    self._wire.run(guard.taken_back(id))
                raise
            began = time.monotonic()
            try:
                result = function(*allowed.args, **allowed.kwargs)
            except BaseException as error:
                self._wire.run(guard.report(id, began, error))
                raise
            self._wire.run(guard.report(id, began, None))
            return result

        return cast(F, guarded)


class AsyncApproving:
    """`AsyncGate.approve`, waiting for the function that it is put on."""

    def __init__(self, asking: Asking, action_type: str, terms: Terms, *, wire: AsyncWire) -> None:
        """Take what asks, and what carries it."""
        self._guard = partial(Guard, asking, action_type, terms)
        self._withdraws = terms.get("withdraw_on_cancel", False)
        self._wire = wire

    @overload
    def __call__(
        self, function: Callable[P, Coroutine[object, object, T]]
    ) -> Callable[P, Coroutine[object, object, T]]: ...

    @overload
    def __call__(self, function: Callable[P, T]) -> Callable[P, Coroutine[object, object, T]]: ...

    def __call__(self, function: Callable[..., object]) -> Callable[..., object]:
        """Guard a function; what it returns is awaited."""
        guard = self._guard(function)
        return _awaited(function, guard, streams=lambda: self._wire, withdraws=self._withdraws)


def _awaited(
    function: Callable[..., object],
    guard: Guard,
    *,
    streams: Callable[[], AsyncWire],
    withdraws: bool,
) -> Callable[..., Coroutine[object, object, object]]:
    @wraps(function)
    async def guarded(*args: object, **kwargs: object) -> object:
        wire = streams()
        call = guard.call(args, kwargs)
        action, ask = guard.ask(call)
        id = await asked(wire, ask, withdraw=guard.taken_back if withdraws else None)
        try:
            allowed = await wire.run(guard.leave(id, action, call))
        except asyncio.CancelledError:
            if withdraws:
                await wire.run(guard.taken_back(id))
            raise
        began = time.monotonic()
        try:
            result = function(*allowed.args, **allowed.kwargs)
            if inspect.isawaitable(result):
                result = await result
        except BaseException as error:
            await wire.run(guard.report(id, began, error))
            raise
        await wire.run(guard.report(id, began, None))
        return result

    return guarded


async def asked(
    wire: AsyncWire, ask: Steps[str], *, withdraw: Callable[[str], Steps[None]] | None
) -> str:
    """Ask, and return the id; with `withdraw`, a cancelled ask is finished and taken back."""
    if withdraw is None:
        return await wire.run(ask)
    asking = asyncio.ensure_future(wire.run(ask))  # noqa: TID251  # awaited in every case
    try:
        return await asyncio.shield(asking)
    except asyncio.CancelledError:
        with suppress(GateError):
            await wire.run(withdraw(await asking))
        raise
