"""Three values of truth: what could not be found out is neither true nor false."""

from collections.abc import Iterable
from typing import TypeAlias

Truth: TypeAlias = bool | None
"""True, False, or None for unknown."""


def every(truths: Iterable[Truth]) -> Truth:
    """Return whether all hold: one False settles it, else one unknown leaves it open."""
    settled: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            settled = None
    return settled


def some(truths: Iterable[Truth]) -> Truth:
    """Return whether one holds: one True settles it, else one unknown leaves it open."""
    settled: Truth = False
    for truth in truths:
        if truth is True:
            return True
        if truth is None:
            settled = None
    return settled


def negated(truth: Truth) -> Truth:
    """Return the opposite; the opposite of unknown is unknown."""
    return None if truth is None else not truth
