"""The people whom the gate knows, and whom of them cards reach."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.people import Approver
from bot.gate.channel import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A person, where they are reached, and the sources that name them."""

    person: Approver
    targets: tuple[Target, ...]
    sources: tuple[str, ...]


def addresses_in(channel: str, people: Iterable[Known], *, deciding: bool) -> tuple[str, ...]:
    """Return where a channel reaches people, all of them or those who may decide."""
    return tuple(
        target.address
        for known in people
        if known.person.may_decide or not deciding
        for target in known.targets
        if target.channel == channel
    )
