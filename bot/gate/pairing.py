"""Somebody becomes known by a code, or is no longer: each one transaction.

A code is a secret that a person read somewhere and typed here, or a link they tapped. It works
once, for ten minutes; a wrong one says nothing of the others, and five of them close the door to
that sender for a while.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.core.audit import Record
from bot.core.errors import LastOwner, NotAllowed, NotFound
from bot.core.pairing import CODE_LIFE, LOCKED_FOR, MOST_FAILURES
from bot.core.people import Approver, Role
from bot.gate.channel import Update
from bot.gate.debt import show_of
from bot.gate.events import Event, Owed, PeopleChanged
from bot.gate.known import Known
from bot.gate.press import Person
from bot.gate.registry import ENVIRONMENT, OWNER
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction
from bot.locales import N_

PAIRED: Final = "paired"
FIRST_RUN: Final = "setup"
_LISTS: Final = frozenset({"pair", "people"})


class Entrance(StrEnum):
    """What an attempt to be paired came to."""

    PAIRED = "paired"
    REFUSED = "refused"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """The result, and the person as they are known now; None for a stranger.

    `is_first_run` tells that the code came from the first run, which goes on with a test card.
    """

    entrance: Entrance
    person: Approver | None = None
    is_first_run: bool = False


def add_code(
    tx: Transaction, *, sha256: str, role: Role, made_by: str, now: datetime
) -> Steps[Done[None]]:
    """Save a new code; `made_by` is a person's id, or what made it."""
    yield from tx.pairings.add(sha256, role=role, made_by=made_by, expires_at=now + CODE_LIFE)
    record = Record(
        kind="pairing.offered", at=now, actor=_actor(made_by), facts={"role": str(role)}
    )
    return Done(value=None, audit=(record,))


def drop_codes(tx: Transaction, *, made_by: str) -> Steps[Done[None]]:
    """Forget the codes that somebody made and nobody used."""
    yield from tx.pairings.drop_of(made_by)
    return Done(value=None)


def pair(
    tx: Transaction, *, sha256: str, person: Person, update: Update, now: datetime
) -> Steps[Done[Paired]]:
    """Let a person in by the code with this hash, once; the same for every code that is no good.

    Whoever may as much already leaves the code for somebody else; but the first run may be run
    again by its owner.
    """
    known = yield from tx.people.by_address(person.address)
    if not (yield from tx.updates.first_sight(update, now)):
        entrance = Entrance.REFUSED if known is None else Entrance.PAIRED
        return Done(value=Paired(entrance=entrance, person=known))
    since = now - LOCKED_FOR
    if (yield from tx.pairings.failures(person.address, since=since)) >= MOST_FAILURES:
        return _refused(person, known, "locked", now)
    offered = yield from tx.pairings.find(sha256, now=now)
    if offered is None:
        yield from tx.pairings.fail(person.address, now=now, since=since)
        return _refused(person, known, "wrong", now)
    role, made_by = offered
    is_needed = known is None or not known.role.includes(role)
    if not is_needed and made_by != FIRST_RUN:
        return Done(value=Paired(entrance=Entrance.NOT_NEEDED, person=known))
    yield from tx.pairings.use(sha256, now=now)
    yield from tx.pairings.forgive(person.address)
    return (yield from _let_in(tx, person, known, role, made_by=made_by, now=now))


def _let_in(
    tx: Transaction,
    person: Person,
    known: Approver | None,
    role: Role,
    *,
    made_by: str,
    now: datetime,
) -> Steps[Done[Paired]]:
    address = person.address
    id = known.id if known is not None else f"{address.channel}-{address.address}"
    came = Approver(id=id, name=person.name, role=role)
    yield from tx.people.put(came, address, source=PAIRED)
    if person.name:
        yield from tx.people.rename(id, person.name)
    record = Record(
        kind="person.paired",
        at=now,
        actor=f"person:{id}",
        facts={"role": str(role), "name": person.name, "by": made_by},
    )
    people = yield from tx.people.listing()
    owed = yield from _owe_lists(tx, people, now=now)
    return Done(
        value=Paired(entrance=Entrance.PAIRED, person=came, is_first_run=made_by == FIRST_RUN),
        audit=(record,),
        events=(PeopleChanged(people=people, came=came), *owed),
    )


def _owe_lists(
    tx: Transaction, people: tuple[Known, ...], *, now: datetime
) -> Steps[tuple[Event, ...]]:
    """Put right what owners see of the codes that they gave, and of who is here."""
    owed: tuple[Event, ...] = ()
    for known in people:
        if known.person.role is not Role.OWNER:
            continue
        for target in known.targets:
            for sheet in (yield from tx.sheets.open_in(target)):
                if sheet.kind in _LISTS:
                    yield from tx.outbox.owe(show_of(sheet, now))
                    owed = (Owed(due_at=now),)
    return owed


def remove(tx: Transaction, *, id: str, by: str, now: datetime) -> Steps[Done[Approver]]:
    """Take a paired person's place away, and the codes they made; return who it was.

    Raises NotFound for who is not there, NotAllowed for one whom the settings name, LastOwner.
    """
    people = yield from tx.people.listing()
    known = next((one for one in people if one.person.id == id and id != OWNER.id), None)
    if known is None:
        raise NotFound(N_("This person is not known here any more."))
    if ENVIRONMENT in known.sources:
        raise NotAllowed(
            N_(
                "ALLOWED_USER_IDS or APPROVAL_TG_CHAT_ID names this person; take the id out "
                "there, and restart."
            )
        )
    others = [one for one in people if one.targets and one.person.id != id]
    owns = known.person.role is Role.OWNER
    if owns and not any(one.person.role is Role.OWNER for one in others):
        raise LastOwner("This is the last owner; pair another owner first.")
    yield from tx.people.drop(id, source=PAIRED)
    yield from tx.pairings.drop_of(id)
    record = Record(
        kind="person.removed",
        at=now,
        actor=_actor(by),
        facts={"person": id, "name": known.person.name, "role": str(known.person.role)},
    )
    left = yield from tx.people.listing()
    return Done(value=known.person, audit=(record,), events=(PeopleChanged(people=left),))


def take_back(
    tx: Transaction, *, id: str, role: Role | None, by: str, now: datetime
) -> Steps[Done[None]]:
    """Put a pairing back to what it was before, as where the first run was broken off."""
    if role is None:
        yield from tx.people.drop(id, source=PAIRED)
    else:
        known = yield from tx.people.get(id)
        if known is not None:
            yield from tx.people.put(replace(known, role=role), None, source=PAIRED)
    record = Record(kind="pairing.taken_back", at=now, actor=by, facts={"person": id})
    people = yield from tx.people.listing()
    return Done(value=None, audit=(record,), events=(PeopleChanged(people=people),))


def _refused(person: Person, known: Approver | None, why: str, now: datetime) -> Done[Paired]:
    address = person.address
    stranger = f"stranger:{address.channel}:{address.address}"
    record = Record(
        kind="pairing.refused",
        at=now,
        actor=stranger if known is None else f"person:{known.id}",
        facts={"why": why},
    )
    return Done(value=Paired(entrance=Entrance.REFUSED, person=known), audit=(record,))


def _actor(by: str) -> str:
    return by if by == FIRST_RUN else f"person:{by}"
