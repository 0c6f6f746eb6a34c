"""Links in mails: each is a token of 256 bits, of which only the hash is kept.

A link shows one approval to whoever holds it, and decides nothing. It is good until the approval
ends; after that it tells a known browser what became of it, and everybody else nothing.
"""

import hmac
from datetime import datetime
from typing import Final

from bot.gate.channel import Target
from bot.gate.link_tables import Link
from bot.gate.registry import sha256_of
from bot.gate.steps import Steps
from bot.gate.tables import Transaction

DECIDE: Final = "decide"


def new_link(
    tx: Transaction, *, token: str, approval_id: str, address: Target, now: datetime
) -> Steps[None]:
    """Keep a new link to an approval, mailed to this address; only the token's hash is stored.

    It is good until the approval's end, beside the links that were made for it before. Nothing is
    kept where there is no such approval.
    """
    approval = yield from tx.approvals.get(approval_id)
    if approval is None:
        return
    person = yield from tx.people.by_address(address)
    yield from tx.links.add(
        Link(
            sha256=sha256_of(token),
            purpose=DECIDE,
            approval_id=approval_id,
            address=address,
            person=None if person is None else person.id,
            made_at=now,
            expires_at=approval.expires_at,
        )
    )


def find_link(tx: Transaction, *, token: str, purpose: str = DECIDE) -> Steps[Link | None]:
    """Return what a token opens, in its time or past it; None where it is no token of ours."""
    digest = sha256_of(token)
    link = yield from tx.links.find(digest)
    if link is None or link.purpose != purpose:
        return None
    return link if hmac.compare_digest(link.sha256.encode(), digest.encode()) else None
