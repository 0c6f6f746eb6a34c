"""A hook's ask, held until it is decided; whoever is answered otherwise leaves no card behind.

A card that could still be approved while nobody acts on it would lie. So whatever ends the hold
(time, a stop of the gate, a fault, an agent that hangs up) takes the ask back, unless another hook
is held for the same, or the hook is sure to come again.
"""

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.core.approval import Approval, State
from bot.core.errors import Busy, GateError, IllegalTransition, NotFound, OutcomeUnknown
from bot.core.people import Key
from bot.gate.ports import Clock
from bot.gate.service import Gate
from bot.gate.submit import Ask
from web.hooks.dialect import Asking, Reply
from web.keys import Spawn

log = logging.getLogger(__name__)

GONE: Final = "answered at the terminal, or the agent went away"
UNHEARD: Final = "not heard: the agent had gone"
_WHY: Final = {
    "time": "nobody answered in time",
    "stop": "the gate was stopped",
    "fault": "the gate had a fault",
}
_ASKS: Final = "the terminal asks"
_REFUSES: Final = "the agent was told no"
# The hold ends a moment before the approval does, so that its card says why.
_ENDS: Final = timedelta(seconds=1)
_AGAIN: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One hook's ask at one gate.

    `comes_again` is of a hook that asks anew where the gate stops, and joins what still waits.
    """

    gate: Gate
    key: Key
    asking: Asking
    ask: Ask
    spawn: Spawn
    comes_again: bool

    async def reply(self) -> Reply | None:
        """Submit the ask and hold it; return the agent's answer, None where it is to come again.

        Raises GateError.
        """
        gate, asking = self.gate, self.asking
        if asking.unless_ruled is not None and not await gate.is_ruled(self.key, self.ask):
            return asking.unless_ruled
        approval = await self._ended()
        if approval is None:
            return None
        if approval.decision is None:
            return asking.unanswered
        runs = asking.runs(approval)
        if runs is not None:
            with contextlib.suppress(GateError):  # then only its outcome will not be known
                await gate.calls.changed(approval, runs)
        return asking.answer(approval)

    async def _ended(self) -> Approval | None:
        gate, holds, life = self.gate, self.gate.calls.holds, self.ask.life
        id, is_kept = gate.new_approval_id(), False
        try:
            approval = await gate.submit(self.key, self.ask, id=id)
            id, is_kept = approval.id, True
            if not approval.is_pending:
                return approval
            holds.begin(id)
            try:
                approval = await gate.wait(self.key, id, max(life - _ENDS, life / 2))
            finally:
                holds.end(id)
            is_stopping = gate.waiters.is_stopped
            if approval.is_pending and is_stopping and self.comes_again:
                return None
            if not approval.is_pending or holds.is_held(id):
                return approval
            reason = self._reason("stop" if is_stopping else "time")
            return await gate.withdraw(self.key, id, reason=reason)
        except asyncio.CancelledError:  # the agent hung up: it was answered there, or is gone
            self.spawn(self._taken_back(id, GONE))
            raise
        except Exception as error:  # it is handed back, though what it asked for may wait
            if is_kept or isinstance(error, OutcomeUnknown):
                self.spawn(self._taken_back(id, self._reason("fault")))
            raise

    def _reason(self, why: str) -> str:
        terms = self.asking.action.terms
        return f"{_WHY[why]}; {_REFUSES if terms is not None and terms.refuses else _ASKS}"

    async def _taken_back(self, id: str, reason: str) -> None:
        """Withdraw it, however often the store has to be asked; tell where it was decided by then.

        What was never taken, or what another hook is held for, is let be.
        """
        gate = self.gate
        until = gate.clock.now() + self.ask.life
        while not gate.calls.holds.is_held(id) and gate.clock.now() < until:
            try:
                ended = await gate.withdraw(self.key, id, reason=reason)
                if ended.state is State.APPROVED:
                    await gate.report(self.key, id, exit_code=None, summary=UNHEARD)
            except (NotFound, IllegalTransition):
                return
            except Busy as error:
                log.warning("a hook's ask waits to be withdrawn: %s", error.sentence)
                await _pause(gate.clock)
            else:
                return


async def _pause(clock: Clock) -> None:
    over = asyncio.Event()
    timer = clock.call_later(_AGAIN, over.set)
    try:
        await over.wait()
    finally:
        timer.cancel()
