"""Links in mails ↔ rows."""

from typing import Final

from bot.core.audit import milliseconds
from bot.gate.channel import Target
from bot.gate.link_tables import Link
from bot.gate.steps import Steps
from bot.store.column import instant, maybe_text, number, text
from bot.store.statements import load

_SQL: Final = load("links.sql")
_ADD = _SQL["add"]
_FIND = _SQL["find"]
_MISSES = _SQL["misses"]
_MISS = _SQL["miss"]


class LinkRows:
    """Links by the hashes of their tokens, and wrong numbers typed behind them."""

    def add(self, link: Link) -> Steps[None]:
        """Save a new link."""
        yield (
            _ADD,
            {
                "sha256": link.sha256,
                "purpose": link.purpose,
                "approval_id": link.approval_id,
                "channel": link.address.channel,
                "address": link.address.address,
                "person": link.person,
                "made_at": milliseconds(link.made_at),
                "expires_at": milliseconds(link.expires_at),
            },
        )

    def find(self, sha256: str) -> Steps[Link | None]:
        """Return the link whose token has this hash."""
        rows = yield _FIND, {"sha256": sha256}
        if not rows:
            return None
        (found, purpose, approval_id, channel, address, person, made_at, expires_at) = rows[0]
        return Link(
            sha256=text(found),
            purpose=text(purpose),
            approval_id=text(approval_id),
            address=Target(channel=text(channel), address=text(address)),
            person=maybe_text(person),
            made_at=instant(made_at),
            expires_at=instant(expires_at),
        )

    def misses(self, approval_id: str, address: Target) -> Steps[int]:
        """Return how many wrong numbers were typed behind an address's links to an approval."""
        rows = yield _MISSES, _place(approval_id, address)
        return number(rows[0][0])

    def miss(self, approval_id: str, address: Target) -> Steps[None]:
        """Count a wrong number."""
        yield _MISS, _place(approval_id, address)


def _place(approval_id: str, address: Target) -> dict[str, str]:
    return {
        "approval_id": approval_id,
        "channel": address.channel,
        "address": address.address,
    }
