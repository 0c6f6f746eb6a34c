"""A standing approval is taken back: by its key, or by a person on its card or in the list."""

from datetime import datetime
from typing import Final

from bot.core.action import Json
from bot.core.approval import Approval
from bot.core.audit import Record
from bot.core.card import Face, Wish
from bot.core.people import Decider
from bot.core.revocation import Revocation
from bot.gate.channel import Card
from bot.gate.debt import AT_ONCE, edit_of, owe_edits, show_of
from bot.gate.events import Event, Owed
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction

# Under this name a list of grants keeps who took which back.
REVOKED: Final = "revoked"


def revoke(
    tx: Transaction,
    *,
    grant_id: str,
    decider: Decider,
    approval_id: str | None = None,
    now: datetime,
) -> Steps[Done[bool]]:
    """Revoke a grant and let the cards that made it say so; tell whether this was it."""
    if not (yield from tx.grants.revoke(grant_id, now)):
        return Done(value=False)
    facts = {"grant": grant_id, "by": decider.name, "via": decider.via}
    record = Record(
        kind="grant.revoked",
        at=now,
        actor=decider.identity,
        approval_id=approval_id,
        facts=facts,
    )
    events: list[Event] = []
    made_it = yield from tx.approvals.revoke(
        grant_id, Revocation(by=decider.name, at=now), id=approval_id
    )
    for id in made_it:
        approval = yield from tx.approvals.get(id)
        if approval is not None:
            events += yield from owe_edits(tx, approval, now=now, priority=AT_ONCE)
    events += yield from _listed(tx, grant_id, decider, now)
    return Done(value=True, audit=(record,), events=tuple(events))


def _listed(
    tx: Transaction, grant_id: str, decider: Decider, now: datetime
) -> Steps[tuple[Event, ...]]:
    """Let every open list that has the grant say who took it back."""
    events: tuple[Event, ...] = ()
    for sheet in (yield from tx.sheets.showing(grant_id)):
        before = sheet.state.get(REVOKED)
        told = before if isinstance(before, dict) else {}
        names: dict[str, Json] = {**told, grant_id: decider.name}
        state = {**sheet.state, REVOKED: names}
        yield from tx.sheets.turn(sheet.id, state, revision=sheet.revision + 1, at=now)
        yield from tx.outbox.owe(show_of(sheet, now))
        events = (Owed(due_at=now),)
    return events


def follow_afterwards(
    tx: Transaction,
    approval: Approval,
    card: Card,
    pressed: Face | Wish,
    decider: Decider,
    now: datetime,
) -> Steps[Done[bool]]:
    """Do what a press on an ended approval's card means; tell whether it revoked the grant."""
    decision = approval.decision
    if pressed is Wish.REVOKE and decision is not None and decision.grant_id is not None:
        done = yield from revoke(
            tx, grant_id=decision.grant_id, decider=decider, approval_id=approval.id, now=now
        )
        if done.value:
            return done
    if isinstance(pressed, Face):
        yield from tx.cards.turn(card.id, pressed.dump(), face_revision=card.face_revision + 1)
    yield from tx.outbox.owe(edit_of(card.id, card.target, now, AT_ONCE))
    return Done(value=False, events=(Owed(due_at=now),))
