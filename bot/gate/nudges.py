"""The chore that reminds and escalates on time; when, lives in the store."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.core.approval import Approval
from bot.core.errors import GateError
from bot.core.routing import Reach
from bot.gate.asking import Fresh
from bot.gate.ports import Clock, Ids, Store
from bot.gate.remind import most_cards, nudge
from bot.gate.steps import Steps
from bot.gate.tables import Transaction

log = logging.getLogger(__name__)

_AT_ONCE: Final = 200
_RETRY: Final = timedelta(minutes=1)


class Nudges:
    """Reminds people of what waits, and asks further ones, each a transaction of its own."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, reaches: Mapping[str, Reach]) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._reaches = reaches

    async def work(self) -> datetime | None:
        """Do what is due; return when the next is. One that fails holds up no other."""
        now, has_failed = self._clock.now(), False
        for approval in await self._store.read(partial(_due, now=now)):
            try:
                await self._nudge(approval)
            except GateError:
                raise
            except Exception:
                has_failed = True
                log.exception("nudges: one failed", extra={"approval": approval.id})
        if has_failed:
            return now + _RETRY
        return await self._store.read(lambda tx: tx.approvals.next_due())

    async def _nudge(self, approval: Approval) -> None:
        most = most_cards(approval.routing.escalate, self._reaches)
        fresh = Fresh.draw(self._ids, short_codes=(), cards=most)
        await self._store.write(
            partial(
                nudge,
                id=approval.id,
                reaches=self._reaches,
                cards=fresh.cards,
                now=self._clock.now(),
            )
        )
        log.info("approval due", extra={"event": "due", "approval": approval.id})


def _due(tx: Transaction, *, now: datetime) -> Steps[tuple[Approval, ...]]:
    return (yield from tx.approvals.due(now, limit=_AT_ONCE))
