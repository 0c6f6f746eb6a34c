"""People change what they prefer themselves; it is kept, audited and told."""

from dataclasses import replace
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from bot.core.approval import withdrawn
from bot.core.decision import Scope, Via
from bot.core.end import End
from bot.core.people import Approver, Decider
from bot.core.preference import InvalidPreference, Preferences, Quiet
from bot.gate.channel import Target, Task
from bot.gate.events import PreferencesChanged
from tests.builders import CHAT, NOW, a_card, a_choice, an_approval
from tests.store.kit import adding, all_entries, unit
from tests.world import World

ANA = Approver(id="telegram-1001", name="id 1001")
NIGHT = Quiet(from_minute=1320, to_minute=420)


@pytest.fixture
async def world(sqlite_url, clock):
    async with World.start(sqlite_url, clock=clock, users=(1001,), loops=False) as world:
        yield world


@pytest.fixture
def told(world):
    """Whose preferences changed, as it is handed on after each commit."""
    people = []
    world.store.on_committed(
        lambda events: people.extend(
            event.person for event in events if isinstance(event, PreferencesChanged)
        )
    )
    return people


async def changes(world):
    entries = await world.store.read(all_entries)
    return [entry.record for entry in entries if entry.record.kind == "preferences.changed"]


async def test_a_change_is_kept_audited_and_told(world, told):
    quiet = Quiet(from_minute=1320, to_minute=420)

    after = await world.gate.preferences.change(
        ANA, lambda before: replace(before, language="zh_CN", quiet=quiet)
    )

    assert after == Preferences(language="zh_CN", quiet=quiet)
    assert await world.gate.preferences.of(ANA.id) == after
    assert await world.gate.preferences.at(CHAT) == after
    (record,) = await changes(world)
    assert record.actor == "person:telegram-1001"
    assert record.facts == {
        "language": {"from": None, "to": "zh_CN"},
        "quiet": {
            "from": None,
            "to": {"from_minute": 1320, "to_minute": 420, "mode": "silent"},
        },
    }
    assert told == [ANA.id]


async def test_what_changes_nothing_leaves_no_trace(world, told):
    await world.gate.preferences.change(ANA, lambda before: replace(before, language="en"))

    await world.gate.preferences.change(ANA, lambda before: replace(before, language="en"))

    assert len(await changes(world)) == 1
    assert told == [ANA.id]


async def test_what_cannot_be_is_refused_and_nothing_is_kept(world, told):
    with pytest.raises(InvalidPreference):
        await world.gate.preferences.change(ANA, lambda before: replace(before, timezone="Mars"))

    assert await world.gate.preferences.of(ANA.id) == Preferences()
    assert told == []


async def test_the_language_of_the_channel_is_remembered_beside_the_chosen_one(world, told):
    await world.gate.preferences.change(ANA, lambda before: replace(before, language="en"))

    await world.gate.preferences.hear_language(CHAT, "zh-hans")
    await world.gate.preferences.hear_language(CHAT, "zh-hans")

    found = await world.gate.preferences.of(ANA.id)
    assert (found.language, found.heard_language) == ("en", "zh-hans")
    assert told == [ANA.id] * 2


@pytest.mark.parametrize(
    ("address", "tag"), [("1001", "not a tag"), ("1001", ""), ("4004", "zh-hans")]
)
async def test_no_language_is_remembered_of_strangers_nor_what_is_none(world, told, address, tag):
    await world.gate.preferences.hear_language(Target(channel="telegram", address=address), tag)

    assert await world.gate.preferences.at(CHAT) == Preferences()
    assert told == []


@pytest.mark.parametrize("zone", ["Asia/Shanghai", None])
async def test_today_ends_where_the_person_is_who_says_so(world, zone):
    await world.gate.preferences.change(ANA, lambda before: replace(before, timezone=zone))
    id = (await world.ask())["approval_id"]
    decider = Decider(name="Ana", via=Via.TELEGRAM, person=ANA.id)

    answered = await world.gate.decide(id, decider, a_choice(scope=Scope.ALWAYS, end=End.TODAY))

    until = answered.approval.decision.until.astimezone(ZoneInfo(zone or "UTC"))
    assert until > world.clock.now()
    assert (until.hour, until.minute) == (0, 0)


@pytest.mark.parametrize(
    ("change", "owed"),
    [({"language": "zh_CN"}, 1), ({"timezone": "UTC"}, 1), ({"quiet": NIGHT}, 0)],
)
async def test_only_own_cards_that_wait_are_shown_anew(world, change, owed):
    for approval, target, message in (
        (an_approval(), CHAT, "1"),
        (an_approval(), CHAT, None),
        (an_approval(), Target(channel="telegram", address="-100"), "2"),
        (withdrawn(an_approval(), at=NOW), CHAT, "3"),
    ):
        await world.store.write(adding(approval))
        card = a_card(approval, target=target, message=message)
        await world.store.write(unit(partial(_add, card=card)))

    await world.gate.preferences.change(ANA, lambda before: replace(before, **change))

    due = await world.store.read(lambda tx: tx.outbox.due(CHAT, world.clock.now(), limit=10))
    assert [delivery.task for delivery in due] == [Task.EDIT] * owed


def _add(tx, *, card):
    return (yield from tx.cards.add(card))
