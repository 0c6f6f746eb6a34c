"""What happens behind a mail's link: browsers are enrolled by a code, and decide – each one unit.

The link shows, and decides nothing by itself. Whoever decides there is looked up in the same
transaction that saves the decision: the browser must still be in force, the address a person's.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.core.audit import Record
from bot.core.decision import Choice, Via
from bot.core.device import (
    CODE_LIFE,
    DEVICE_LIFE,
    MOST_MISSES,
    Device,
    OpenCode,
    code_from,
    is_same_code,
)
from bot.core.errors import NotEnrolled
from bot.core.people import Decider
from bot.gate.channel import Delivery, Target, Task
from bot.gate.debt import AT_ONCE
from bot.gate.decide import Answered, FreshGrant, decide
from bot.gate.events import Owed
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction

CODE_KIND: Final = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailed:
    """Whether a code is on its way, and if not, when one may be mailed again.

    Neither tells that nobody is known at the address.
    """

    is_owed: bool = False
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """The browser where the code was right, else whether a code can still be tried."""

    device: Device | None = None
    is_open: bool = False


def kind_of(body: str) -> str:
    """Return what a message in the outbox is, empty where it does not say."""
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    kind = said.get("kind") if isinstance(said, dict) else None
    return kind if isinstance(kind, str) else ""


def is_of(device: Device, address: Target, person: str | None) -> bool:
    """Tell whether a browser was enrolled for this address, and for who has it."""
    enrolled_for = Target(channel=device.channel, address=device.address)
    return enrolled_for == address and device.person == person


def decider_at(tx: Transaction, address: Target) -> Steps[Decider]:
    """Return who decides for an address, as the gate knows them; a stranger where it does not."""
    approver = yield from tx.people.by_address(address)
    if approver is None:
        return Decider(name=f"{address.channel}:{address.address}", via=Via.EMAIL)
    return Decider(
        name=approver.name,
        via=Via.EMAIL,
        person=approver.id,
        looks_only=not approver.may_decide,
    )


def decide_behind(
    tx: Transaction,
    *,
    approval_id: str,
    address: Target,
    device: str | None,
    choice: Choice,
    shown: int,
    typed: bool,
    now: datetime,
    fresh: FreshGrant,
) -> Steps[Done[Answered]]:
    """Decide behind a link to this address; by a browser that is still enrolled, if by one.

    Without a `device` the page has other proof that a person is there.
    """
    decider = yield from decider_at(tx, address)
    if device is not None:
        known = yield from tx.devices.find(device, now=now)
        if known is None or not is_of(known, address, decider.person):
            refusal = NotEnrolled("This browser is not enrolled any more.")
            return Done(value=Answered(approval=None, refusal=refusal))
        yield from tx.devices.use(device, now=now)
    return (
        yield from decide(
            tx,
            approval_id=approval_id,
            decider=decider,
            choice=choice,
            shown=shown,
            typed=typed,
            now=now,
            fresh=fresh,
        )
    )


def code_mail(
    tx: Transaction, *, address: Target, nonce: str, delivery_id: str, now: datetime
) -> Steps[Done[Mailed]]:
    """Owe a mail with a new code to an address that somebody has; at most one an hour.

    The code itself never lies in the outbox: the body has what it follows from, and the channel
    asks for it (`Devices.code_in`) as it sends the mail.
    """
    person = yield from tx.people.by_address(address)
    if person is None:
        return Done(value=Mailed())
    before = yield from tx.devices.code(address)
    wait = None if before is None else before.next_mail(now)
    if wait is not None:
        return Done(value=Mailed(not_before=wait))
    code = OpenCode(nonce=nonce, expires_at=now + CODE_LIFE, mailed_at=now)
    yield from tx.devices.put_code(address, code)
    delivery = Delivery(
        id=delivery_id,
        task=Task.SAY,
        target=address,
        body=json.dumps({"kind": CODE_KIND, "nonce": nonce}),
        priority=AT_ONCE,
        created_at=now,
        due_at=now,
    )
    yield from tx.outbox.owe(delivery)
    record = _record("device.code_mailed", address, f"person:{person.id}", now)
    return Done(value=Mailed(is_owed=True), audit=(record,), events=(Owed(due_at=now),))


def new_code(
    tx: Transaction, *, address: Target, nonce: str, actor: str, now: datetime
) -> Steps[Done[bool]]:
    """Keep a new code for an address that somebody has, told another way; tell whether it was."""
    if (yield from tx.people.by_address(address)) is None:
        return Done(value=False)
    before = yield from tx.devices.code(address)
    mailed_at = None if before is None else before.mailed_at
    code = OpenCode(nonce=nonce, expires_at=now + CODE_LIFE, mailed_at=mailed_at)
    yield from tx.devices.put_code(address, code)
    return Done(value=True, audit=(_record("device.code_told", address, actor, now),))


def enrol(
    tx: Transaction,
    *,
    address: Target,
    typed: str,
    secret: bytes,
    device_id: str,
    name: str,
    now: datetime,
) -> Steps[Done[Enrolled]]:
    """Enrol a browser where the typed code is the address's open one; each try counts."""
    person = yield from tx.people.by_address(address)
    code = yield from tx.devices.code(address)
    if person is None or code is None or not code.is_open(now):
        return Done(value=Enrolled())
    if not (yield from tx.devices.try_code(address, code.nonce, tries=code.tries)):
        raise RuntimeError("gate: a code read as open was tried meanwhile; run the unit again")
    right = code_from(secret, address=address.address, nonce=code.nonce)
    if not is_same_code(typed, right):
        record = _record("device.refused", address, f"person:{person.id}", now)
        left = OpenCode(nonce=code.nonce, expires_at=code.expires_at, tries=code.tries + 1)
        return Done(value=Enrolled(is_open=left.is_open(now)), audit=(record,))
    yield from tx.devices.use_code(address, code.nonce, now=now)
    device = Device(
        id=device_id,
        channel=address.channel,
        address=address.address,
        person=person.id,
        name=name,
        made_at=now,
        used_at=now,
        expires_at=now + DEVICE_LIFE,
    )
    yield from tx.devices.add(device)
    record = _record("device.enrolled", address, f"person:{person.id}", now, device=device_id)
    return Done(value=Enrolled(device=device), audit=(record,))


def revoke_device(tx: Transaction, *, id: str, actor: str, now: datetime) -> Steps[Done[bool]]:
    """Let a browser decide no more; tell whether it did until now."""
    found = yield from tx.devices.find(id, now=now)
    if found is None or not (yield from tx.devices.revoke(id, now=now)):
        return Done(value=False)
    address = Target(channel=found.channel, address=found.address)
    return Done(value=True, audit=(_record("device.revoked", address, actor, now, device=id),))


def try_number(
    tx: Transaction, *, approval_id: str, address: Target, typed: int, now: datetime
) -> Steps[Done[bool]]:
    """Tell whether a number that was typed behind a link is the agent's; so many are taken.

    Nothing is decided by a wrong one: a program that fills in forms may have typed it.
    """
    approval = yield from tx.approvals.get(approval_id)
    if approval is None or approval.number is None:
        return Done(value=False)
    if (yield from tx.links.misses(approval_id, address)) >= MOST_MISSES:
        return Done(value=False)
    if typed == approval.number.right:
        return Done(value=True)
    yield from tx.links.miss(approval_id, address)
    actor = f"stranger:{address.channel}:{address.address}"
    record = _record("device.wrong_number", address, actor, now)
    return Done(value=False, audit=(record,))


def _record(kind: str, address: Target, actor: str, now: datetime, **facts: str) -> Record:
    about = {"channel": address.channel, "address": address.address, **facts}
    return Record(kind=kind, at=now, actor=actor, facts=about)
