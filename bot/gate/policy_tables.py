"""Policies, and the suggestions that nobody wants, as Protocols."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.action import Json
from bot.gate.steps import Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPolicy:
    """A policy as it is kept: its document, which `read_policy` reads."""

    id: str
    name: str
    document: Mapping[str, Json]
    made_at: datetime
    changed_at: datetime


class Policies(Protocol):
    """Policies, as documents."""

    def all(self) -> Steps[tuple[KeptPolicy, ...]]:
        """Return every policy, in the order in which they were made."""

    def get(self, id: str) -> Steps[KeptPolicy | None]:
        """Find one by its id."""

    def add(self, policy: KeptPolicy) -> Steps[None]:
        """Save a new one."""

    def change(self, policy: KeptPolicy) -> Steps[None]:
        """Save it over the one of its id."""

    def remove(self, id: str) -> Steps[None]:
        """Remove it."""


class Dismissals(Protocol):
    """Suggested rules that are offered no more."""

    def all(self) -> Steps[frozenset[str]]:
        """Return the hashes of all of them."""

    def add(self, rule_sha256: str, *, name: str, identity: str, at: datetime) -> Steps[None]:
        """Keep one; again does nothing."""
