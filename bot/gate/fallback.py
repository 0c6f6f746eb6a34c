"""Who has not answered in Telegram is mailed after a while; one mail an address and approval.

The mail is owed at once, to be sent later: an end that comes before leaves nothing to send, and a
restart forgets nothing. What can't be delivered in Telegram is mailed without waiting.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.approval import Approval
from bot.gate.channel import EMAIL, Card, CardKind, Target
from bot.gate.debt import MAILED_AFTER, post_of
from bot.gate.events import Event, Owed
from bot.gate.steps import Steps
from bot.gate.tables import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback:
    """What an operator set: `after` how long, None for never; `default` where nobody else reads.

    `is_on` tells whether there is mail at all.
    """

    is_on: bool = False
    after: timedelta | None = None
    default: str | None = None


NO_FALLBACK = Fallback()


def apart(
    tx: Transaction,
    approval: Approval,
    targets: Sequence[Target],
    fallback: Fallback,
    *,
    channel: str | None,
) -> Steps[tuple[tuple[Target, ...], tuple[Target, ...]]]:
    """Return where cards go at once, and where mails go if nobody answers there.

    Without mail nothing is mailed. Mails go at once where the agent or a rule says so, and where
    nobody is asked elsewhere. A rule that names channels without mail has none sent.
    """
    named = {name.partition(":")[0] for name in approval.routing.channels}
    elsewhere = tuple(target for target in targets if target.channel != EMAIL)
    if not fallback.is_on:  # people may have addresses from when there was mail
        return elsewhere, ()
    if channel == EMAIL or EMAIL in named or not elsewhere:
        return tuple(targets), ()
    if named or fallback.after is None:
        return elsewhere, ()
    later = [target for target in targets if target.channel == EMAIL]
    if not approval.routing.approvers:
        later = yield from _readers_of(tx, elsewhere, fallback)
    return elsewhere, tuple(dict.fromkeys(later))


def _readers_of(
    tx: Transaction, targets: Sequence[Target], fallback: Fallback
) -> Steps[list[Target]]:
    """Return the mail addresses of those who are asked; the default one where they have none."""
    asked = set()
    for target in targets:
        person = yield from tx.people.by_address(target)
        if person is not None:
            asked.add(person.id)
    found = []
    if asked:
        for known in (yield from tx.people.listing()):
            if known.person.id in asked:
                found += [target for target in known.targets if target.channel == EMAIL]
    if not found and fallback.default is not None:
        found = [Target(channel=EMAIL, address=fallback.default)]
    return found


def owe_later(
    tx: Transaction,
    approval: Approval,
    later: Sequence[Target],
    fallback: Fallback,
    *,
    now: datetime,
) -> Steps[tuple[Event, ...]]:
    """Save the cards, and owe them for when nobody has answered; a copy has its leader's.

    How long that is stands in the card, for a copy that has to have a mail of its own one day.
    """
    if fallback.after is None:
        return ()
    after = fallback.after // timedelta(milliseconds=1)
    events: list[Event] = []
    for number, target in enumerate(later):
        card = Card(
            id=f"{approval.id}:mail:{number}",
            approval_id=approval.id,
            kind=CardKind.CARD,
            target=target,
            handle="",
            face=json.dumps({MAILED_AFTER: after}),
        )
        yield from tx.cards.add(card)
        if approval.copy_of is None:
            due_at = now + fallback.after
            post = post_of(card, approval, now, id=f"{card.id}:post")
            yield from tx.outbox.owe(replace(post, due_at=due_at))
            events.append(Owed(due_at=due_at))
    return tuple(events)
