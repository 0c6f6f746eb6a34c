"""Addresses that mails go to ↔ rows."""

from datetime import datetime
from typing import Final

from bot.core.audit import milliseconds
from bot.gate.mailbox_tables import Claim, Mailbox
from bot.gate.steps import Row, Steps
from bot.store.column import instant, maybe_instant, maybe_text, number, text
from bot.store.statements import load

_SQL: Final = load("mailboxes.sql")
_GET = _SQL["get"]
_SENT = _SQL["sent"]
_FAILED = _SQL["failed"]
_TOLD = _SQL["told"]
_FAILING = _SQL["failing"]
_PUT_CLAIM = _SQL["put_claim"]
_CLAIM = _SQL["claim"]
_PUT_CODE = _SQL["put_code"]
_TRY_CODE = _SQL["try_code"]
_DROP_CLAIM = _SQL["drop_claim"]


class MailboxRows:
    """Mailboxes and claims, by address."""

    def get(self, address: str) -> Steps[Mailbox | None]:
        """Return what is known of an address."""
        rows = yield _GET, {"address": address}
        return _mailbox((address, *rows[0])) if rows else None

    def sent(self, address: str, *, now: datetime, since: datetime) -> Steps[None]:
        """Count a mail that was taken; a window that began by `since` is over."""
        yield (
            _SENT,
            {"address": address, "now": milliseconds(now), "since": milliseconds(since)},
        )

    def failed(self, address: str, *, fault: str, now: datetime) -> Steps[None]:
        """Keep that mails to it fail, and since when."""
        yield _FAILED, {"address": address, "fault": fault, "now": milliseconds(now)}

    def told(self, address: str, *, now: datetime) -> Steps[None]:
        """Keep that its operators were told."""
        yield _TOLD, {"address": address, "now": milliseconds(now)}

    def failing(self) -> Steps[tuple[Mailbox, ...]]:
        """Return every address to which mails fail, the server first."""
        rows = yield _FAILING, {}
        return tuple(map(_mailbox, rows))

    def put_claim(self, claim: Claim) -> Steps[None]:
        """Save a new claim, over an earlier one of the address, without a code."""
        yield (
            _PUT_CLAIM,
            {
                "address": claim.address,
                "person": claim.person,
                "name": claim.name,
                "made_by": claim.made_by,
                "made_at": milliseconds(claim.made_at),
                "expires_at": milliseconds(claim.expires_at),
            },
        )

    def claim(self, address: str) -> Steps[Claim | None]:
        """Return the claim of an address."""
        rows = yield _CLAIM, {"address": address}
        if not rows:
            return None
        row = rows[0]
        return Claim(
            address=address,
            person=text(row[0]),
            name=text(row[1]),
            made_by=text(row[2]),
            made_at=instant(row[3]),
            expires_at=instant(row[4]),
            code_sha256=maybe_text(row[5]),
            tries=number(row[6]),
        )

    def put_code(self, address: str, code_sha256: str) -> Steps[None]:
        """Save the hash of the code that is mailed."""
        yield _PUT_CODE, {"address": address, "code_sha256": code_sha256}

    def try_code(self, address: str) -> Steps[None]:
        """Count a wrong code."""
        yield _TRY_CODE, {"address": address}

    def drop_claim(self, address: str) -> Steps[None]:
        """Forget the claim of an address."""
        yield _DROP_CLAIM, {"address": address}


def _mailbox(row: Row) -> Mailbox:
    return Mailbox(
        address=text(row[0]),
        window_from=instant(row[1]),
        sent=number(row[2]),
        failed_at=maybe_instant(row[3]),
        fault=maybe_text(row[4]) or "",
        told_at=maybe_instant(row[5]),
    )
