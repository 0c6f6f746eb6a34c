"""What a unit of work may read and write of pairing, and of the commands people are shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.core.people import Role
from bot.gate.channel import Target
from bot.gate.steps import Steps


class Pairings(Protocol):
    """Pairing codes, by their hashes, and wrong attempts at them."""

    def add(
        self, code_sha256: str, *, role: Role, made_by: str, expires_at: datetime
    ) -> Steps[None]:
        """Save a code that works once, until then."""

    def find(self, code_sha256: str, *, now: datetime) -> Steps[tuple[Role, str] | None]:
        """Return what an unused, unexpired code makes of a person, and who made it."""

    def use(self, code_sha256: str, *, now: datetime) -> Steps[bool]:
        """Use it up, only where unused and unexpired; tell whether it was."""

    def drop_of(self, made_by: str) -> Steps[None]:
        """Forget the unused codes that somebody made."""

    def failures(self, sender: Target, *, since: datetime) -> Steps[int]:
        """Return how many wrong attempts in a row the sender made, the last one after then."""

    def fail(self, sender: Target, *, now: datetime, since: datetime) -> Steps[int]:
        """Count a wrong attempt; those before `since` are forgotten. Return how many there are."""

    def forgive(self, sender: Target) -> Steps[None]:
        """Forget the sender's wrong attempts."""


class Menus(Protocol):
    """Which list of commands a channel was given last, by its scope."""

    def all(self) -> Steps[Mapping[str, str]]:
        """Return the hash of every list, by its scope."""

    def put(self, scope: str, sha256: str) -> Steps[None]:
        """Keep that this list stands there now."""

    def drop(self, scope: str) -> Steps[None]:
        """Keep that no list of its own stands there any more."""
