"""What policies would have made of the history: read page by page, judged beside the loop."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from bot.core.approval import Approval
from bot.core.backtest import Backtest, Past, Trial, past_of
from bot.core.policy import Policy
from bot.core.policy_index import PolicyIndex
from bot.gate.approval_tables import Page
from bot.gate.ports import Store
from bot.gate.steps import Steps
from bot.gate.tables import Transaction

ROWS_AT_ONCE: Final = 100  # of up to 1 MiB each


async def backtest_policies(
    store: Store, policies: Iterable[Policy], *, limit: int, at_once: int = ROWS_AT_ONCE
) -> Backtest:
    """Return what the policies say of the newest `limit` that people decided or let expire.

    What is asked meanwhile is not looked at. The approvals in it come without their bulk: preview
    and parameters are left out. Raises Busy.
    """
    trial = Trial(await asyncio.to_thread(PolicyIndex, policies))
    names = await store.read(_names)
    left, cursor = limit, None
    while True:
        page = await store.read(partial(_page, limit=at_once, cursor=cursor))
        left -= await asyncio.to_thread(_judge, trial, page.items, names, most=left)
        cursor = page.cursor
        if cursor is None or left <= 0:
            return trial.result()


def _names(tx: Transaction) -> Steps[Mapping[str, str]]:
    """Return the names of the keys by their ids."""
    keys = yield from tx.keys.all()
    return {key.id: key.name for key in keys}


def _page(tx: Transaction, *, limit: int, cursor: str | None) -> Steps[Page[Approval]]:
    return (
        yield from tx.approvals.listing(
            key_id=None, state=None, session_id=None, limit=limit, cursor=cursor
        )
    )


def _judge(
    trial: Trial, approvals: Sequence[Approval], names: Mapping[str, str], *, most: int
) -> int:
    """Judge these, at most so many of them; return how many are history."""
    pasts = [
        _light(past)
        for approval in approvals
        if (past := past_of(approval, agent=names.get(approval.key_id, ""))) is not None
    ][:most]
    trial.add(pasts)
    return len(pasts)


def _light(past: Past) -> Past:
    """Leave out what may be large: thousands of differences are kept to the end."""
    action = replace(past.approval.action, preview="", params={})
    return replace(past, approval=replace(past.approval, action=action))
