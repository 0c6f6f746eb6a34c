"""Who runs the gate is told in Telegram when mails do not go out, and again when they do.

The server's trouble is told once it has lasted a minute, an address's at once: what it was to get
is given up. Each is one message, which is edited when it is over.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.core.audit import milliseconds
from bot.core.burst import CALM
from bot.core.people import Role
from bot.gate.channel import Sheet, Target
from bot.gate.debt import AT_ONCE, show_of
from bot.gate.events import Event, Owed
from bot.gate.mailbox_tables import SERVER, Mailbox
from bot.gate.sheet import STALE, Opening, Press, Showing, State
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction

KIND: Final = "mail_trouble"
_PATIENCE: Final = timedelta(minutes=1)
_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTrouble:
    """What the message says: `address` is empty where it is the server's trouble.

    `over` is when it ended, None while it lasts.
    """

    address: str
    fault: str
    since: datetime
    over: datetime | None = None


def server_failed(tx: Transaction, *, fault: str, now: datetime) -> Steps[Done[None]]:
    """Keep that no mail goes out, and tell of it once that has lasted."""
    return Done(value=None, events=(yield from failed(tx, SERVER, fault=fault, now=now)))


def failed(
    tx: Transaction, address: str, *, fault: str, now: datetime
) -> Steps[tuple[Event, ...]]:
    """Keep that mails to an address fail, and tell of it where it is time."""
    yield from tx.mailboxes.failed(address, fault=fault, now=now)
    mailbox = yield from tx.mailboxes.get(address)
    if mailbox is None or mailbox.failed_at is None or mailbox.told_at is not None:
        return ()
    if address == SERVER and now - mailbox.failed_at < _PATIENCE:
        return ()
    yield from tx.mailboxes.told(address, now=now)
    targets = yield from _operators(tx)
    for target in targets:
        sheet = Sheet(
            id=_id(mailbox, target),
            kind=KIND,
            target=target,
            handle=_id(mailbox, target),
            person=None,
            state={
                "address": address,
                "fault": mailbox.fault,
                "since": milliseconds(mailbox.failed_at),
            },
            made_at=now,
            touched_at=now,
        )
        if (yield from tx.sheets.get(sheet.id)) is None:
            yield from tx.sheets.add(sheet)
            yield from tx.outbox.owe(show_of(sheet, now, AT_ONCE))
    return (Owed(due_at=now),) if targets else ()


def worked(tx: Transaction, address: str, *, now: datetime) -> Steps[tuple[Event, ...]]:
    """Count a mail that was taken for this address; tell that a trouble is over."""
    events: tuple[Event, ...] = ()
    for mailbox in (yield from tx.mailboxes.failing()):
        if mailbox.address in {SERVER, address}:
            events += yield from _over(tx, mailbox, now=now)
            yield from tx.mailboxes.sent(mailbox.address, now=now, since=now - CALM)
            if mailbox.address == address:
                return events
    yield from tx.mailboxes.sent(address, now=now, since=now - CALM)
    return events


def _over(tx: Transaction, mailbox: Mailbox, *, now: datetime) -> Steps[tuple[Event, ...]]:
    events: tuple[Event, ...] = ()
    if mailbox.told_at is None:
        return events
    for target in (yield from _operators(tx)):
        sheet = yield from tx.sheets.get(_id(mailbox, target))
        if sheet is None or not sheet.is_open:
            continue
        state = {**sheet.state, "over": milliseconds(now)}
        yield from tx.sheets.turn(sheet.id, state, revision=sheet.revision + 1, at=now)
        yield from tx.outbox.owe(show_of(sheet, now, AT_ONCE))
        events = (Owed(due_at=now),)
    return events


def _operators(tx: Transaction) -> Steps[tuple[Target, ...]]:
    """Return where the owners read in Telegram; where there is none, whoever may decide."""
    people = yield from tx.people.listing()
    owners = [known for known in people if known.person.role is Role.OWNER]
    deciding = [known for known in people if known.person.may_decide]
    for group in (owners, deciding):
        targets = [
            target for known in group for target in known.targets if target.channel == "telegram"
        ]
        if targets:
            return tuple(dict.fromkeys(targets))
    return ()


def _id(mailbox: Mailbox, target: Target) -> str:
    since = "" if mailbox.failed_at is None else str(milliseconds(mailbox.failed_at))
    parts = "\n".join((KIND, mailbox.address, since, target.channel, target.address))
    return hashlib.sha256(parts.encode()).hexdigest()[:32]


class MailTroubleKind:
    """The message about one trouble; it has no buttons."""

    def begin(self, tx: Transaction, opening: Opening) -> Steps[State]:
        """Return nothing: no command opens one."""
        yield from ()
        return {}

    def show(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[Showing]:
        """Return what the trouble is, or that it is over."""
        yield from ()
        since, over = sheet.state.get("since"), sheet.state.get("over")
        return Showing(
            content=MailTrouble(
                address=str(sheet.state.get("address", "")),
                fault=str(sheet.state.get("fault", "")),
                since=_instant(since) if isinstance(since, int) else sheet.made_at,
                over=_instant(over) if isinstance(over, int) else None,
            )
        )

    def press(self, tx: Transaction, sheet: Sheet, press: Press) -> Steps[Done[object]]:
        """Take no press: there are no buttons."""
        yield from ()
        return Done(value=STALE)

    def undelivered(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[None]:
        """Leave it: /health and the doctor tell of it too."""
        yield from ()


def _instant(at: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=at)
