"""People, what they prefer, and keys, as Protocols."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.core.people import Approver, Key
from bot.core.preference import Preferences
from bot.gate.channel import Target
from bot.gate.known import Known
from bot.gate.steps import Steps


class People(Protocol):
    """Approvers, their addresses, and one-time links to the queue page."""

    def by_address(self, target: Target) -> Steps[Approver | None]:
        """Find the approver who has this address; disabled ones are nobody."""

    def addresses(self, channel: str) -> Steps[tuple[str, ...]]:
        """Return every enabled approver's address in a channel."""

    def put(self, approver: Approver, target: Target | None, *, source: str) -> Steps[None]:
        """Save an approver who comes from this source; enable again where disabled."""

    def keep_only(self, source: str, ids: Sequence[str]) -> Steps[None]:
        """Disable approvers of this source who are not among these."""

    def named(
        self, names: Sequence[str]
    ) -> Steps[tuple[tuple[Approver, tuple[Target, ...]], ...]]:
        """Find enabled approvers by id, address or name, with where they are reached.

        A name that two people have is nobody's; viewers are not meant.
        """

    def listing(self) -> Steps[tuple[Known, ...]]:
        """Return everybody enabled, who may most first."""

    def drop_address(self, target: Target) -> Steps[None]:
        """Let an address be nobody's."""

    def drop(self, id: str, *, source: str) -> Steps[None]:
        """Let this source name somebody no longer; who comes from no other is disabled."""

    def rename(self, id: str, name: str) -> Steps[None]:
        """Save the name a channel gave, where it differs."""

    def get(self, id: str) -> Steps[Approver | None]:
        """Find an enabled approver by id."""

    def add_link(self, token_sha256: str, *, person: str, expires_at: datetime) -> Steps[None]:
        """Save a one-time link by the hash of its token."""

    def use_link(self, token_sha256: str, *, now: datetime) -> Steps[str | None]:
        """Use it up, only where unused and unexpired; return its person."""


class PreferencesOfPeople(Protocol):
    """What people prefer, by their ids."""

    def get(self, person: str) -> Steps[Preferences]:
        """Return what a person prefers; the defaults where they said nothing."""

    def at(self, target: Target) -> Steps[Preferences | None]:
        """Return what the enabled approver at this address prefers; None for anybody else."""

    def put(self, person: str, preferences: Preferences) -> Steps[None]:
        """Save what a person prefers, over what they did before."""

    def open_cards(self, person: str) -> Steps[tuple[tuple[str, Target], ...]]:
        """Return the posted cards of what is pending at this person's own addresses, by id."""


class Keys(Protocol):
    """API keys, by their hashes."""

    def all(self) -> Steps[tuple[Key, ...]]:
        """Return every key in force."""

    def put(self, key: Key, *, source: str) -> Steps[None]:
        """Save a key that comes from this source."""

    def keep_only(self, source: str, ids: Sequence[str]) -> Steps[None]:
        """Remove keys of this source that are not among these."""

    def any_from(self, source: str) -> Steps[bool]:
        """Tell whether a key of this source exists."""
