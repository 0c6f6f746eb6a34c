"""A short way to let somebody in."""

from bot.core.people import Role
from bot.gate.channel import Update
from bot.gate.pairing import Entrance
from bot.gate.people import People
from bot.gate.press import Person
from tests.builders import CHAT


async def let_in(people: People, role: Role) -> None:
    """Pair Ana with this role."""
    code = await people.offer(role, by="setup")
    paired = await people.pair(
        code,
        person=Person(address=CHAT, name="Ana"),
        update=Update(channel="telegram", id=1),
    )
    assert paired.entrance is Entrance.PAIRED
