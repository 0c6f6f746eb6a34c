"""A card whose number was lost with the process, between sending and saving, and then tapped."""

from collections.abc import Awaitable, Callable

from bot.core.approval import Approval
from bot.core.card import Button, Verb
from bot.gate.channel import Card, Target, Update
from bot.gate.press import Effect, Person, Place, Reaction
from tests.conftest import Build
from tests.world import World

CHAT = Target(channel="telegram", address="1001")
ANA = Person(address=CHAT, name="Ana")
STRANGER = Person(address=Target(channel="telegram", address="6666"), name="Mal")


class Chat:
    """A channel that numbers its messages from 10 on and keeps which were edited last to what."""

    name = "telegram"

    def __init__(self) -> None:
        self.edited: dict[str, str] = {}
        self.posted: list[str] = []
        self.while_posting: Callable[[Card], Awaitable[object]] | None = None

    async def post(self, card: Card, approval: Approval, *, silent: bool = False) -> str:
        self.posted.append(str(10 + len(self.posted)))
        message = self.posted[-1]
        if self.while_posting is not None:
            await self.while_posting(card)
        return message

    async def edit(self, card: Card, approval: Approval) -> None:
        assert card.message is not None
        self.edited[card.message] = approval.state

    async def remove(self, card: Card, approval: Approval) -> None:
        raise AssertionError("nobody is reminded here")

    def needs_attachment(self, approval: Approval) -> bool:
        return False


async def asked(build: Build, chat: Chat) -> tuple[World, str, Card]:
    """Let an agent ask; return the card that was posted as message 10."""
    world = await build(users=(1001,))
    world.channels["telegram"] = chat
    id = (await world.ask())["approval_id"]
    await world.courier.flush()
    (card,) = await world.store.read(lambda tx: tx.cards.of(id))
    return world, id, card


async def press(
    world: World,
    card: Card,
    message: str,
    *,
    verb: Verb = Verb.APPROVE,
    person: Person = ANA,
    update: int = 1,
) -> Reaction:
    return await world.gate.chat.press(
        card.handle,
        Button(verb=verb),
        person=person,
        place=Place(target=CHAT, message=message),
        update=Update(channel="telegram", id=update),
    )


async def test_a_lost_message_tapped_after_the_end_is_put_right(build: Build) -> None:
    chat = Chat()
    world, id, card = await asked(build, chat)
    await world.decide(id)

    reaction = await press(world, card, "7")
    await world.courier.flush()

    assert reaction.effect is Effect.LATE
    assert chat.edited == {"10": "approved", "7": "approved"}


async def test_a_lost_message_tapped_by_a_stranger_is_put_right(build: Build) -> None:
    chat = Chat()
    world, id, card = await asked(build, chat)
    await world.decide(id)

    reaction = await press(world, card, "7", person=STRANGER)
    await world.courier.flush()

    assert reaction.effect is Effect.STRANGER
    assert chat.edited == {"10": "approved", "7": "approved"}


async def test_a_lost_message_tapped_in_time_is_stamped_with_the_others(build: Build) -> None:
    chat = Chat()
    world, _, card = await asked(build, chat)

    reaction = await press(world, card, "7")
    await world.courier.flush()

    assert reaction.effect is Effect.DECIDED
    assert chat.edited == {"10": "approved", "7": "approved"}


async def test_details_can_be_asked_for_on_a_lost_message(build: Build) -> None:
    chat = Chat()
    world, id, card = await asked(build, chat)

    reaction = await press(world, card, "7", verb=Verb.DETAILS)
    await world.courier.flush()

    assert reaction.effect is Effect.DETAILED
    cards = await world.store.read(lambda tx: tx.cards.of(id))
    assert [(one.kind, one.message) for one in cards] == [
        ("card", "10"),
        ("card", "7"),
        ("details", "11"),
    ]


async def test_a_lost_message_tapped_while_its_card_is_posted_again_is_not_forgotten(
    build: Build,
) -> None:
    chat = Chat()
    world = await build(users=(1001,))
    world.channels["telegram"] = chat
    chat.while_posting = lambda card: press(world, card, "7")

    await world.ask()
    await world.courier.flush()

    assert chat.posted == ["10"]
    assert chat.edited == {"10": "approved", "7": "approved"}
