"""Who is asked, and where: the operator's choice, within which an agent may name a target."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.errors import ChannelOff, InvalidAsk, TargetNotAllowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whom one channel reaches: the addresses asked by default, and those an agent may name."""

    default: tuple[str, ...] = ()
    allowed: frozenset[str] = frozenset()


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
