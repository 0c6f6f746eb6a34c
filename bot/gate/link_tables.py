"""What a unit of work may read and write of links in mails, and of browsers behind them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.device import Device, OpenCode
from bot.gate.channel import Target
from bot.gate.steps import Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a token opens, by its hash: one approval, for the address that it was mailed to.

    `person` is who had the address then, None where nobody was known there.
    """

    sha256: str
    purpose: str
    approval_id: str
    address: Target
    person: str | None
    made_at: datetime
    expires_at: datetime


class Links(Protocol):
    """Links in mails, by the hashes of their tokens."""

    def add(self, link: Link) -> Steps[None]:
        """Save a new link."""

    def find(self, sha256: str) -> Steps[Link | None]:
        """Return the link whose token has this hash."""

    def misses(self, approval_id: str, address: Target) -> Steps[int]:
        """Return how many wrong numbers were typed behind an address's links to an approval."""

    def miss(self, approval_id: str, address: Target) -> Steps[None]:
        """Count a wrong number."""


class Devices(Protocol):
    """Browsers that decide for an address, and the codes that enrol them."""

    def add(self, device: Device) -> Steps[None]:
        """Save a new one."""

    def find(self, id: str, *, now: datetime) -> Steps[Device | None]:
        """Return it, where it is in force."""

    def listing(self, *, now: datetime) -> Steps[tuple[Device, ...]]:
        """Return all that are in force, last used first."""

    def use(self, id: str, *, now: datetime) -> Steps[None]:
        """Keep when it was last used."""

    def revoke(self, id: str, *, now: datetime) -> Steps[bool]:
        """Take it out of force; tell whether it was in it."""

    def code(self, address: Target) -> Steps[OpenCode | None]:
        """Return the last code that was made for an address."""

    def put_code(self, address: Target, code: OpenCode) -> Steps[None]:
        """Save a new code in place of the one before."""

    def try_code(self, address: Target, nonce: str, *, tries: int) -> Steps[bool]:
        """Count one more try of a code that had so many; tell whether it still had."""

    def use_code(self, address: Target, nonce: str, *, now: datetime) -> Steps[bool]:
        """Use a code up; tell whether it was still to be used."""
