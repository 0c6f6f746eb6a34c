"""A person gets a mail address: somebody names it, a code is mailed there, the code is told back.

Until then the address is nobody's, so what is answered from it decides nothing. The code is drawn
when its mail is written, and only its hash is kept; each sending makes the one before worthless.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.core.audit import Record
from bot.core.errors import InvalidAsk, NotAllowed, NotFound
from bot.core.mail import is_mail_address, mail_address
from bot.core.pairing import MOST_FAILURES, code_from, code_in
from bot.core.people import Approver, Decider
from bot.gate.channel import EMAIL, Delivery, Target, Task
from bot.gate.debt import AT_ONCE
from bot.gate.events import Owed, PeopleChanged
from bot.gate.mailbox_tables import Claim
from bot.gate.pairing import PAIRED
from bot.gate.ports import Clock, Ids, Store
from bot.gate.registry import ENVIRONMENT, mail_person_id, sha256_of
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction

CLAIM_LIFE: Final = timedelta(hours=1)
_LONGEST_NAME: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What the mail with a code says: the code, for whom it is, until when it is good."""

    code: str
    name: str
    expires_at: datetime


class MailClaims:
    """What commands and the channel for mails call."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, *, is_on: bool) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._is_on = is_on

    async def claim(self, address: str, name: str, by: Decider) -> Claim:
        """Have a code mailed to an address that is to be this person's, known or new.

        Raises InvalidAsk, Busy.
        """
        if not self._is_on:
            raise InvalidAsk("Mail is off here; set EMAIL_SMTP_HOST first.")
        if not is_mail_address(address):
            raise InvalidAsk("This is not one mail address in ASCII.", place=("address",))
        return await self._store.write(
            partial(
                claim,
                address=mail_address(address),
                name=name,
                by=by,
                now=self._clock.now(),
            )
        )

    async def confirm(self, address: str, code: str, by: Decider) -> Approver:
        """Give the address to the person it was named for. Raises InvalidAsk for a wrong code."""
        person = await self._store.write(
            partial(
                confirm,
                address=mail_address(address),
                sha256=sha256_of(code_in(code) or ""),
                by=by,
                now=self._clock.now(),
            )
        )
        if person is None:
            raise InvalidAsk(
                "This code is not the one that was mailed last, or its time is over; name the "
                "address again for a new one.",
                place=("code",),
            )
        return person

    async def remove(self, address: str, by: Decider) -> None:
        """Take an address away from its person. Raises NotFound, NotAllowed."""
        await self._store.write(
            partial(remove, address=mail_address(address), by=by, now=self._clock.now())
        )

    async def letter(self, address: str) -> Letter | None:
        """Return what to mail, with a new code whose hash is durable; None where it is over."""
        code = code_from(self._ids.token())
        now = self._clock.now()

        def work(tx: Transaction) -> Steps[Done[Letter | None]]:
            kept = yield from tx.mailboxes.claim(address)
            if kept is None or now >= kept.expires_at:
                return Done(value=None)
            yield from tx.mailboxes.put_code(address, sha256_of(code))
            letter = Letter(code=code, name=kept.name, expires_at=kept.expires_at)
            return Done(value=letter)

        return await self._store.write(work)


def claim(
    tx: Transaction, *, address: str, name: str, by: Decider, now: datetime
) -> Steps[Done[Claim]]:
    """Keep for whom an address is meant, and owe the mail with the code."""
    person, shown = yield from _meant(tx, address, name)
    target = Target(channel=EMAIL, address=address)
    people = yield from tx.people.listing()
    holder = next((known for known in people if target in known.targets), None)
    # Whoever reads the default address is nobody else than whom it is named for now.
    is_free = holder is None or holder.sources == (ENVIRONMENT,)
    if holder is not None and not is_free and holder.person.id != person:
        raise InvalidAsk("This address is somebody else's; take it away there first.")
    kept = Claim(
        address=address,
        person=person,
        name=shown,
        made_by=by.identity,
        made_at=now,
        expires_at=now + CLAIM_LIFE,
    )
    yield from tx.mailboxes.put_claim(kept)
    delivery = Delivery(
        id=f"claim:{address}:{int(now.timestamp() * 1000)}",
        task=Task.SAY,
        target=target,
        body=json.dumps({"claim": address}),
        priority=AT_ONCE,
        created_at=now,
        due_at=now,
    )
    yield from tx.outbox.owe_once(delivery)
    record = _record("mail.claimed", by, now, address=address, person=person)
    return Done(value=kept, audit=(record,), events=(Owed(due_at=now),))


def confirm(
    tx: Transaction, *, address: str, sha256: str, by: Decider, now: datetime
) -> Steps[Done[Approver | None]]:
    """Give the address to its person where the code is right; None for every other."""
    kept = yield from tx.mailboxes.claim(address)
    is_over = kept is None or now >= kept.expires_at or kept.tries >= MOST_FAILURES
    if kept is None or is_over or kept.code_sha256 != sha256:
        yield from tx.mailboxes.try_code(address)
        record = _record("mail.refused", by, now, address=address)
        return Done(value=None, audit=(record,))
    known = yield from tx.people.get(kept.person)
    person = known or Approver(id=kept.person, name=kept.name)
    target = Target(channel=EMAIL, address=address)
    yield from tx.people.put(person, target, source=PAIRED)
    if known is None:
        yield from tx.people.rename(person.id, kept.name)
    if person.id != mail_person_id(address):  # who had it by the settings is this person now
        yield from tx.people.drop(mail_person_id(address), source=ENVIRONMENT)
    yield from tx.mailboxes.drop_claim(address)
    people = yield from tx.people.listing()
    record = _record("mail.confirmed", by, now, address=address, person=person.id)
    event = PeopleChanged(people=people, came=person)
    return Done(value=person, audit=(record,), events=(event,))


def remove(tx: Transaction, *, address: str, by: Decider, now: datetime) -> Steps[Done[None]]:
    """Take an address away, and what was named for it."""
    yield from tx.mailboxes.drop_claim(address)
    target = Target(channel=EMAIL, address=address)
    people = yield from tx.people.listing()
    holder = next((known for known in people if target in known.targets), None)
    if holder is None:
        raise NotFound("nobody has this address")
    person = holder.person
    if person.id == mail_person_id(address) and ENVIRONMENT in holder.sources:
        raise NotAllowed("APPROVAL_EMAIL names this address; take it out there, and restart.")
    yield from tx.people.drop_address(target)
    if person.id == mail_person_id(address):  # known by this address alone
        yield from tx.people.drop(person.id, source=PAIRED)
    left = yield from tx.people.listing()
    record = _record("mail.removed", by, now, address=address, person=person.id)
    return Done(value=None, audit=(record,), events=(PeopleChanged(people=left),))


def _meant(tx: Transaction, address: str, name: str) -> Steps[tuple[str, str]]:
    """Return the id and name of whom a name means; somebody new where nobody has it."""
    wanted = name.strip()
    if not wanted or len(wanted) > _LONGEST_NAME or not wanted.isprintable():
        raise InvalidAsk("Name a person in 1 to 64 characters.", place=("name",))
    found = yield from tx.people.named([wanted])
    if len(found) == 1:
        person = found[0][0]
        return person.id, person.name
    people = yield from tx.people.listing()
    if found or any(one.person.name.casefold() == wanted.casefold() for one in people):
        raise InvalidAsk(
            "More than one person is called so, or they may only look; name an id of  ok2run "
            "people list .",
            place=("name",),
        )
    return mail_person_id(address), wanted


def _record(kind: str, by: Decider, now: datetime, **facts: str) -> Record:
    return Record(kind=kind, at=now, actor=by.identity, facts={**facts})
