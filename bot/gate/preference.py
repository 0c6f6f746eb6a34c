"""What people prefer, in use cases: looked up, changed by themselves, heard from their channel."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from typing import TypeAlias

from bot.core.action import Json
from bot.core.audit import Record
from bot.core.people import Approver
from bot.core.preference import Preferences, is_language_tag
from bot.gate.channel import Target
from bot.gate.debt import edit_of
from bot.gate.events import Event, Owed, PreferencesChanged
from bot.gate.ports import Clock, Store
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction

Change: TypeAlias = Callable[[Preferences], Preferences]


class PeoplePreferences:
    """What people prefer; a commit that changes it hands on PreferencesChanged."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def of(self, person: str) -> Preferences:
        """Return what a person prefers, by their id; the defaults where they said nothing."""
        return await self._store.read(lambda tx: tx.preferences.get(person))

    async def at(self, address: Target) -> Preferences | None:
        """Return what the approver at this address prefers; None where nobody has it."""
        return await self._store.read(lambda tx: tx.preferences.at(address))

    async def change(self, person: Approver, change: Change) -> Preferences:
        """Save what `change` makes of a person's preferences; return it once it is durable.

        The cards that wait in their own chats follow.

        `change` is pure, and may be called more than once. What it raises is raised, as
        InvalidPreference; then nothing is kept.
        """
        now = self._clock.now()
        return await self._store.write(partial(_change, person=person, change=change, now=now))

    async def hear_language(self, address: Target, tag: str) -> None:
        """Keep what a channel says the language of the approver at this address is.

        It stands back behind what they choose. A stranger's, and what is no tag, is not kept.
        """
        if is_language_tag(tag):
            await self._store.write(partial(_hear_language, address=address, tag=tag))


def _change(
    tx: Transaction, *, person: Approver, change: Change, now: datetime
) -> Steps[Done[Preferences]]:
    before = yield from tx.preferences.get(person.id)
    after = change(before)
    if after == before:
        return Done(value=before)
    yield from tx.preferences.put(person.id, after)
    record = Record(
        kind="preferences.changed",
        at=now,
        actor=f"person:{person.id}",
        facts=_facts(before, after),
    )
    # What waited for quiet hours to end is looked at again: they may be others now.
    yield from tx.outbox.release(person.id, now)
    events: list[Event] = [PreferencesChanged(person=person.id), Owed(due_at=now)]
    if (before.language, before.timezone) != (after.language, after.timezone):
        for card_id, target in (yield from tx.preferences.open_cards(person.id)):
            yield from tx.outbox.owe(edit_of(card_id, target, now))
    return Done(value=after, audit=(record,), events=tuple(events))


def _facts(before: Preferences, after: Preferences) -> dict[str, Json]:
    """Return what changed, each as it was and as it is."""
    old, new = asdict(before), asdict(after)
    return {word: {"from": old[word], "to": new[word]} for word in old if old[word] != new[word]}


def _hear_language(tx: Transaction, *, address: Target, tag: str) -> Steps[Done[None]]:
    person = yield from tx.people.by_address(address)
    if person is None:
        return Done(value=None)
    before = yield from tx.preferences.get(person.id)
    if before.heard_language == tag:
        return Done(value=None)
    yield from tx.preferences.put(person.id, replace(before, heard_language=tag))
    return Done(value=None, events=(PreferencesChanged(person=person.id),))
