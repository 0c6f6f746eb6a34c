"""The digest: a burst of asks is one list in its chat, and not a card each.

`bot.core.burst` tells which asks are held back. A card that is held back is saved like any other,
without its delivery, and the digest lists all that waits in the chat: so each of them is reachable
there, also after a restart. It makes one sound, when it appears; afterwards it is edited. A row
that is opened gets its card. Once nothing came in for a minute and at most three held back are
left, those get their cards, silently, in reply to the digest, which is closed. Where the digest
itself can't be posted, all of them get their cards.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.core.approval import Approval
from bot.core.brake import Brake
from bot.core.burst import BURST, CALM, FEW, Crowd, is_held_back
from bot.core.row import is_flood
from bot.gate.channel import Card, Sheet, Target
from bot.gate.debt import DIGEST, post_of, show_of
from bot.gate.queue import QueueKind
from bot.gate.queue_page import Leafing
from bot.gate.sheet import Showing, closed
from bot.gate.steps import Steps
from bot.gate.tables import Transaction

_SHOWN_SOON: Final = 3
_ALL: Final = 100_000


def held_back(
    tx: Transaction,
    approval: Approval,
    card: Card,
    *,
    id: str,
    handle: str,
    now: datetime,
    brake: Brake,
) -> Steps[bool]:
    """Tell whether a digest shows a new ask in its chat, and owe that then.

    The card was added; `id` and `handle` are for a digest to be made.
    """
    target = card.target
    burst = yield from tx.sheets.burst(
        target, approval.key_id, since=now - BURST, most=max(brake.pending, brake.burst) + 1
    )
    digest = (yield from tx.sheets.get(burst.digest)) if burst.digest is not None else None
    is_listed = digest is not None and burst.held_at is not None and now - burst.held_at < CALM
    is_patient = is_listed and not is_flood(burst.pending_of_key, brake.pending)
    crowd = Crowd(
        recent=burst.recent,
        recent_of_key=burst.recent_of_key,
        pending_of_key=burst.pending_of_key,
        is_listed=is_listed,
        others_flood=is_patient and (yield from _others_flood(tx, approval.key_id, brake.pending)),
    )
    most = brake.pending
    if not is_held_back(approval.risk.level, crowd, few=brake.burst, most_pending=most):
        return False
    if digest is None or not is_listed:
        if digest is not None:
            yield from closed(tx, digest, now=now)
        digest = yield from _begun(tx, target, id=id, handle=handle, now=now)
    yield from tx.cards.held(card.id, now)
    yield from tx.outbox.owe(show_of(digest, now, _SHOWN_SOON))
    return True


def listed_instead(
    tx: Transaction,
    target: Target,
    cards: Sequence[Card],
    *,
    id: str,
    handle: str,
    now: datetime,
) -> Steps[None]:
    """Show these unposted cards in a digest, where that many at once would be a burst."""
    for sheet in (yield from tx.sheets.open_in(target)):
        if sheet.kind == DIGEST:
            yield from closed(tx, sheet, now=now)
    digest = yield from _begun(tx, target, id=id, handle=handle, now=now)
    for card in cards:
        yield from tx.cards.held(card.id, now)
    yield from tx.outbox.owe(show_of(digest, now, _SHOWN_SOON))


def _begun(
    tx: Transaction, target: Target, *, id: str, handle: str, now: datetime
) -> Steps[Sheet]:
    digest = Sheet(
        id=id,
        kind=DIGEST,
        target=target,
        handle=handle,
        person=None,
        state=Leafing(here=True).dump({}),
        made_at=now,
        touched_at=now,
    )
    yield from tx.sheets.add(digest)
    return digest


def _others_flood(tx: Transaction, key_id: str, most: int) -> Steps[bool]:
    counts = yield from tx.approvals.pending_by_key()
    return any(is_flood(count, most) for other, count in counts if other != key_id)


class DigestKind(QueueKind):
    """What waits in a chat, for whoever may decide, while it comes in bursts."""

    def show(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[Showing]:
        """Return the list; where the burst is over and few are left, end it."""
        queue = replace((yield from self.listed(tx, sheet, now)), is_digest=True)
        if not sheet.is_open:
            return Showing(content=replace(queue, is_over=True))
        last = yield from tx.cards.last_held(sheet.target)
        is_calm = last is None or now - last >= CALM
        held = yield from tx.cards.held_in(sheet.target, limit=FEW + 1)
        if is_calm and len(held) <= FEW:
            yield from _carded(tx, sheet, held, now)
            yield from tx.sheets.close(sheet.id, now)
            return Showing(content=replace(queue, is_over=True, question=None))
        again_at = None if is_calm or last is None else last + CALM
        return Showing(content=queue, again_at=again_at)

    def undelivered(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[None]:
        """Give every ask that was held back its card."""
        held = yield from tx.cards.held_in(sheet.target, limit=_ALL)
        yield from _carded(tx, sheet, held, now)


def _carded(tx: Transaction, sheet: Sheet, held: tuple[Card, ...], now: datetime) -> Steps[None]:
    for card in held:
        approval = yield from tx.approvals.get(card.approval_id)
        if approval is not None:
            post = post_of(card, approval, now, id=f"{card.id}:held")
            yield from tx.outbox.owe(replace(post, created_at=approval.created_at))
            yield from tx.cards.released(card.id, beside=sheet.message)
    yield from tx.cards.forget_held(sheet.target)
