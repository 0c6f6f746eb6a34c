"""Sheets are opened, shown and pressed; `bot.gate.sheet` tells how they work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from functools import partial
from typing import Final

from bot.core.audit import Record
from bot.core.decision import Via
from bot.core.people import Approver, Decider
from bot.gate.channel import Delivery, Sheet, Target, Update
from bot.gate.debt import show_of
from bot.gate.decide import FreshGrant
from bot.gate.digest import DigestKind
from bot.gate.draft_sheet import DraftKind
from bot.gate.events import Event, Owed
from bot.gate.grants import GrantsKind
from bot.gate.halt_sheet import HaltKindOfSheet, Wish
from bot.gate.history import HistoryKind
from bot.gate.mail_list import KIND as MAIL_LIST
from bot.gate.mail_list import MailList, MailListKind, sent
from bot.gate.mail_trouble import KIND as MAIL_TROUBLE
from bot.gate.mail_trouble import MailTroubleKind, worked
from bot.gate.offering import OfferKind
from bot.gate.pending import PendingKind
from bot.gate.ports import Clock, Ids, Store
from bot.gate.press import FreshCard, Person, Place
from bot.gate.roll import RollKind
from bot.gate.rules_sheet import RulesKind
from bot.gate.sheet import (
    Kind,
    Opening,
    Press,
    SheetButton,
    Showing,
    Stale,
    closed,
    shown_anew,
)
from bot.gate.steps import Done, Steps
from bot.gate.suggest_sheet import SuggestKind
from bot.gate.tables import Transaction
from bot.gate.turn import KIND as TURN
from bot.gate.turn import TurnKind

KINDS: Final[Mapping[str, Kind]] = {
    "digest": DigestKind(),
    "grants": GrantsKind(),
    "pending": PendingKind(),
    "pair": OfferKind(),
    "people": RollKind(),
    "history": HistoryKind(),
    "suggest": SuggestKind(),
    "rules": RulesKind(),
    "draft": DraftKind(),
    "pause": HaltKindOfSheet(Wish.PAUSE),
    "resume": HaltKindOfSheet(Wish.RESUME),
    "snooze": HaltKindOfSheet(Wish.SNOOZE),
    TURN: TurnKind(),
    MAIL_LIST: MailListKind(),
    MAIL_TROUBLE: MailTroubleKind(),
}


class SheetEffect(StrEnum):
    """What a press on a sheet came to."""

    DONE = "done"
    REPEATED = "repeated"
    STALE = "stale"
    CLOSED = "closed"
    NOT_YOURS = "not_yours"
    STRANGER = "stranger"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetReaction:
    """The effect; `told` is what its kind says of it, `owner` whose it is where not yours."""

    effect: SheetEffect
    kind: str = ""
    told: object = None
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """Ids drawn beforehand for what a press may bring up."""

    card: FreshCard
    token: str


class Sheets:
    """What channels call about sheets."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, timezone: tzinfo) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._timezone = timezone

    async def open(
        self,
        kind: str,
        *,
        person: Person,
        target: Target,
        update: Update,
        words: str = "",
        thread: str | None = None,
    ) -> bool:
        """Show an approver a new sheet of this kind, once an update; tell whether they may.

        `thread` is the topic of the chat in which they asked for it.
        """
        return await self._store.write(
            partial(
                open_sheet,
                kind=kind,
                person=person,
                target=target,
                update=update,
                words=words,
                thread=thread,
                now=self._clock.now(),
                id=self._ids.other(),
                handle=self._ids.handle(),
            )
        )

    async def press(
        self, handle: str, button: SheetButton, *, person: Person, place: Place, update: Update
    ) -> SheetReaction:
        """Do what a press means; return after it is durable. Raises Busy."""
        card = FreshCard(
            id=self._ids.other(),
            handle=self._ids.handle(),
            delivery_id=self._ids.other(),
            grant=FreshGrant(id=self._ids.grant(), timezone=self._timezone),
        )
        return await self._store.write(
            partial(
                press_sheet,
                handle=handle,
                button=button,
                person=person,
                place=place,
                update=update,
                now=self._clock.now(),
                fresh=Fresh(card=card, token=self._ids.token()),
            )
        )


def open_sheet(
    tx: Transaction,
    *,
    kind: str,
    person: Person,
    target: Target,
    update: Update,
    words: str,
    now: datetime,
    id: str,
    handle: str,
    thread: str | None = None,
) -> Steps[Done[bool]]:
    """Save a new sheet and owe it; close the person's older ones of its kind in that chat."""
    approver = (yield from tx.people.by_address(person.address)) if person.may_act else None
    if approver is None:
        return Done(value=False)
    if not (yield from tx.updates.first_sight(update, now)):
        return Done(value=True)
    for older in (yield from tx.sheets.open_in(target)):
        if (older.kind, older.person) == (kind, approver.id):
            yield from closed(tx, older, now=now)
    opening = Opening(
        person=approver,
        target=target,
        words=words,
        now=now,
        is_private=target == person.address,
    )
    sheet = Sheet(
        id=id,
        kind=kind,
        target=target,
        handle=handle,
        person=approver.id,
        state=(yield from KINDS[kind].begin(tx, opening)),
        made_at=now,
        touched_at=now,
        thread=thread,
    )
    yield from tx.sheets.add(sheet)
    return Done(value=True, events=(yield from shown_anew(tx, sheet, now=now)))


def press_sheet(
    tx: Transaction,
    *,
    handle: str,
    button: SheetButton,
    person: Person,
    place: Place,
    update: Update,
    now: datetime,
    fresh: Fresh,
) -> Steps[Done[SheetReaction]]:
    """Do what the press means, once, for a person who may."""
    is_new = yield from tx.updates.first_sight(update, now)
    sheet = yield from tx.sheets.by_handle(handle)
    if sheet is None or sheet.target != place.target or sheet.kind not in KINDS:
        return _came_to(SheetEffect.UNKNOWN)
    approver = (yield from tx.people.by_address(person.address)) if person.may_act else None
    if approver is None:
        return _stranger(sheet, person, now, audited=is_new)
    if sheet.person not in {None, approver.id}:
        owner = (yield from tx.people.get(sheet.person)) if sheet.person is not None else None
        value = SheetReaction(
            effect=SheetEffect.NOT_YOURS,
            kind=sheet.kind,
            owner=owner.name if owner is not None else "",
        )
        return Done(value=value)
    if not is_new:
        return _came_to(SheetEffect.REPEATED, sheet)
    if sheet.message is None and place.message is not None:
        # Its reference was lost between sending and saving.
        yield from tx.sheets.posted(sheet.id, place.message)
    elif place.message not in {None, sheet.message}:  # another message of it, left behind
        return _came_to(SheetEffect.STALE, sheet, (yield from shown_anew(tx, sheet, now=now)))
    if not sheet.is_open:
        return _came_to(SheetEffect.CLOSED, sheet, (yield from shown_anew(tx, sheet, now=now)))
    done = yield from KINDS[sheet.kind].press(
        tx, sheet, (yield from _pressed(tx, button, person, approver, now, fresh))
    )
    if isinstance(done.value, Stale):
        return _came_to(SheetEffect.STALE, sheet, (yield from shown_anew(tx, sheet, now=now)))
    value = SheetReaction(effect=SheetEffect.DONE, kind=sheet.kind, told=done.value)
    return Done(value=value, audit=done.audit, events=done.events)


def _pressed(
    tx: Transaction,
    button: SheetButton,
    person: Person,
    approver: Approver,
    now: datetime,
    fresh: Fresh,
) -> Steps[Press]:
    if person.name and person.name != approver.name:
        yield from tx.people.rename(approver.id, person.name)
    name = person.name or approver.name
    return Press(
        button=button,
        person=approver,
        decider=Decider(
            name=name,
            via=Via(person.address.channel),
            person=approver.id,
            looks_only=not approver.may_decide,
        ),
        now=now,
        fresh=fresh.card,
        token=fresh.token,
    )


def _came_to(
    effect: SheetEffect, sheet: Sheet | None = None, events: tuple[Event, ...] = ()
) -> Done[SheetReaction]:
    kind = sheet.kind if sheet is not None else ""
    return Done(value=SheetReaction(effect=effect, kind=kind), events=events)


def _stranger(
    sheet: Sheet, person: Person, now: datetime, *, audited: bool
) -> Done[SheetReaction]:
    record = Record(
        kind="sheet.refused",
        at=now,
        actor=f"stranger:{person.address.channel}:{person.address.address}",
        facts={"via": person.address.channel, "sheet": sheet.kind},
    )
    value = SheetReaction(effect=SheetEffect.STRANGER, kind=sheet.kind)
    return Done(value=value, audit=(record,) if audited else ())


# What the outbox loop does about them.


def shown(tx: Transaction, *, id: str, now: datetime) -> Steps[Done[tuple[Sheet, Showing] | None]]:
    """Return a sheet and what it shows now; None where there is nothing to show."""
    sheet = yield from tx.sheets.get(id)
    if sheet is None or sheet.kind not in KINDS or not (sheet.is_open or sheet.message):
        return Done(value=None)
    showing = yield from KINDS[sheet.kind].show(tx, sheet, now)
    after = (yield from tx.sheets.get(id)) or sheet
    if not (after.is_open or after.message):  # it was over before it was ever seen
        return Done(value=None)
    return Done(value=(after, showing))


def delivered(
    tx: Transaction, *, delivery: Delivery, sheet: Sheet, showing: Showing, message: str
) -> Steps[Done[None]]:
    """Keep the reference, and strike it off or owe it again for later."""
    yield from tx.sheets.posted(sheet.id, message)
    if isinstance(showing.content, MailList):
        yield from tx.outbox.settled(delivery.id, revision=delivery.revision)
        owed = yield from sent(tx, sheet, showing.content, message)
        over = yield from worked(tx, sheet.target.address, now=showing.content.at)
        return Done(value=None, events=(*owed, *over))
    if showing.again_at is None or not sheet.is_open:
        yield from tx.outbox.settled(delivery.id, revision=delivery.revision)
        return Done(value=None, events=())
    yield from tx.outbox.again(delivery.id, revision=delivery.revision, due_at=showing.again_at)
    return Done(value=None, events=(Owed(due_at=showing.again_at),))


def lost(tx: Transaction, *, delivery: Delivery, sheet: Sheet, now: datetime) -> Steps[Done[None]]:
    """Post a sheet anew that can't be edited; one that is closed is left as it is."""
    yield from tx.outbox.settled(delivery.id, revision=delivery.revision)
    if not sheet.is_open:
        return Done(value=None)
    yield from tx.sheets.posted(sheet.id, None)
    yield from tx.outbox.owe(show_of(sheet, now, delivery.priority))
    return Done(value=None, events=(Owed(due_at=now),))


def given_up(tx: Transaction, *, id: str, now: datetime) -> Steps[tuple[Event, ...]]:
    """Close a sheet that can't be posted, and let its kind do without it."""
    sheet = yield from tx.sheets.get(id)
    if sheet is None or not (yield from tx.sheets.close(id, now)):
        return ()
    if sheet.kind in KINDS:
        yield from KINDS[sheet.kind].undelivered(tx, sheet, now)
    return (Owed(due_at=now),)


def owe_open(tx: Transaction, target: Target, *, now: datetime) -> Steps[None]:
    """Owe every open sheet of a chat anew, as after it has moved."""
    for sheet in (yield from tx.sheets.open_in(target)):
        yield from tx.outbox.owe(show_of(sheet, now))
