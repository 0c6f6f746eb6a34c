"""Who is asked, where, and how they answer: the operator's choice.

Within it an agent may name a target; a rule that asks may narrow it with a `Routing`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.core.errors import ChannelOff, InvalidAsk, TargetNotAllowed
from bot.core.mail import mail_address


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whom one channel reaches: the addresses asked by default, and those an agent may name."""

    default: tuple[str, ...] = ()
    allowed: frozenset[str] = frozenset()


class Confirm(StrEnum):
    """What a press on Approve takes besides."""

    TAP = "tap"
    NUMBER = "number"


class Silence(StrEnum):
    """What becomes of an ask that nobody answered in time; neither lets it run."""

    DENY = "deny"
    HAND_BACK = "hand_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """Who else is asked, by which channels, once nobody answered for `after`."""

    after: timedelta
    approvers: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """How a rule has people asked; the defaults are what holds without one.

    `approvers` are ids or names of people who alone may decide, none for everybody; `quorum` of
    them have to approve, `deny_threshold` to deny. `channels` limits where cards go, none for
    every one that is on. `remind` are the times after which those asked are asked again. With
    `confirm` TAP a second tap is needed, with NUMBER the number that the agent shows; None leaves
    it to the risk.
    """

    approvers: tuple[str, ...] = ()
    quorum: int = 1
    deny_threshold: int = 1
    channels: tuple[str, ...] = ()
    expires_in: timedelta | None = None
    remind: tuple[timedelta, ...] = ()
    escalate: Escalation | None = None
    require_reason: bool = False
    confirm: Confirm | None = None
    silence: Silence = Silence.DENY

    @property
    def needs_person(self) -> bool:
        """Tell whether it wants more than one plain tap of anybody, which no grant stands for."""
        is_named = bool(self.approvers) or self.quorum > 1
        return is_named or self.confirm is not None or self.require_reason

    @property
    def is_shared(self) -> bool:
        """Tell whether it may take more than one person to end it."""
        return self.quorum > 1 or self.deny_threshold > 1


def addresses_for(
    reaches: Mapping[str, Reach], *, channel: str | None, address: str | None
) -> tuple[tuple[str, str], ...]:
    """Return (channel, address) of every card to post; none where only the queue page is left.

    Without a channel every configured one is used. Raises ChannelOff for one that is off,
    InvalidAsk where a channel is named without its target, TargetNotAllowed for a target that the
    operator did not allow.
    """
    if channel is None:
        return tuple((name, to) for name, reach in reaches.items() for to in reach.default)
    field = {"telegram": "tg_chat_id", "email": "email_to"}.get(channel, "address")
    if not address:
        raise InvalidAsk(f"target.{field} required", place=("target", field))
    if channel == "email":
        address = mail_address(address)
    reach = reaches.get(channel)
    if reach is None:
        raise ChannelOff(
            f"The channel {channel} is switched off here; leave channel out to use what is on.",
            place=("channel",),
        )
    if address not in reach.allowed:
        raise TargetNotAllowed(
            f"This key may not ask there; its operator has not allowed target.{field}."
        )
    return ((channel, address),)


def most_cards(approvers: Sequence[str], reaches: Mapping[str, Reach]) -> int:
    """Return how many cards asking these people takes at most.

    Each has one address a channel, but for mail, where a person may have several.
    """
    if not approvers:
        return 0
    mails = reaches.get("email", Reach())
    return len(approvers) * max(len(reaches), 1) + len(mails.allowed)


def within(
    found: tuple[tuple[str, str], ...], reaches: Mapping[str, Reach], channels: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """Return where cards go by a rule's channels: `telegram`, or `telegram:` and an address.

    Only channels that are on are used; where none of them is, cards go where they would without
    the rule. A rule is its operator's, so it may name an address that no agent may.
    """
    if not channels:
        return found
    kept = [target for target in found if target[0] in channels or ":".join(target) in channels]
    for channel, _, address in (name.partition(":") for name in channels):
        if not address and not any(target[0] == channel for target in kept) and channel in reaches:
            kept += [(channel, to) for to in reaches[channel].default]
        elif address and channel in reaches and (channel, address) not in kept:
            kept.append((channel, address))
    return tuple(kept) or found
