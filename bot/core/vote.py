"""Answers of several people to one approval, and when they are enough to end it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.decision import Via
from bot.core.routing import Routing


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One person's answer, while others are still to answer; `identity` is as the audit has it."""

    identity: str
    name: str
    via: Via
    at: datetime
    approved: bool
    note: str | None = None


def with_vote(votes: Sequence[Vote], vote: Vote) -> tuple[Vote, ...]:
    """Return the votes with this one, which takes the place of the same person's earlier one."""
    others = tuple(each for each in votes if each.identity != vote.identity)
    return (*others, vote)


def tally(votes: Sequence[Vote], routing: Routing) -> bool | None:
    """Tell whether the votes deny (False), approve (True) or leave it open (None).

    Where they would do both, they deny.
    """
    approvals = sum(vote.approved for vote in votes)
    if len(votes) - approvals >= routing.deny_threshold:
        return False
    return True if approvals >= routing.quorum else None


def names(votes: Sequence[Vote], *, approved: bool) -> str:
    """Return who voted so, as `Ana, Ben`."""
    return ", ".join(vote.name for vote in votes if vote.approved is approved)


def notes(votes: Sequence[Vote], *, approved: bool) -> str | None:
    """Return what they said with it, as `Ana: …`, a line each, or None."""
    alike = (vote for vote in votes if vote.approved is approved)
    return "\n".join(f"{vote.name}: {vote.note}" for vote in alike if vote.note) or None
