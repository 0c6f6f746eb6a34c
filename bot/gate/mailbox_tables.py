"""What a unit of work may read and write of the addresses that mails go to, as a Protocol."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from bot.gate.steps import Steps

# Where the trouble is the mail server's, and so everybody's.
SERVER: Final = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """What is known of an address: `sent` mails since `window_from`, and what is wrong with it.

    `failed_at` is since when mails to it fail, `told_at` when its operators were told.
    """

    address: str
    window_from: datetime
    sent: int
    failed_at: datetime | None = None
    fault: str = ""
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An address named for a person, by id and name, whose reader is still to tell a code.

    `code_sha256` is None until a mail with a code has been written.
    """

    address: str
    person: str
    name: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    code_sha256: str | None = None
    tries: int = 0


class MailboxTable(Protocol):
    """Addresses that mails go to."""

    def get(self, address: str) -> Steps[Mailbox | None]:
        """Return what is known of an address."""

    def sent(self, address: str, *, now: datetime, since: datetime) -> Steps[None]:
        """Count a mail that was taken; a window that began by `since` is over."""

    def failed(self, address: str, *, fault: str, now: datetime) -> Steps[None]:
        """Keep that mails to it fail, and since when."""

    def told(self, address: str, *, now: datetime) -> Steps[None]:
        """Keep that its operators were told."""

    def failing(self) -> Steps[tuple[Mailbox, ...]]:
        """Return every address to which mails fail, SERVER first."""

    def put_claim(self, claim: Claim) -> Steps[None]:
        """Save a new claim, over an earlier one of the address, without a code."""

    def claim(self, address: str) -> Steps[Claim | None]:
        """Return the claim of an address."""

    def put_code(self, address: str, code_sha256: str) -> Steps[None]:
        """Save the hash of the code that is mailed; one mailed before is no good any more."""

    def try_code(self, address: str) -> Steps[None]:
        """Count a wrong code."""

    def drop_claim(self, address: str) -> Steps[None]:
        """Forget the claim of an address."""
