"""Several rows of a list answered at once: shown first, decided in one go, or left out."""

import asyncio
import random
from typing import Any

from tests.channels.telegram.conftest import Office, OpenOffice
from tests.channels.telegram.test_digest import burst
from tests.channels.telegram.test_pending import DANGEROUS, ask_many, listed, low, state_of
from tests.fakes.telegram import Card, FakeTelegram, Person
from tests.world import OTHER_KEY


def alike(number: int) -> dict[str, Any]:
    """The same low-risk command in a session of its own, so that it has its own row."""
    return {
        "action_type": "Bash",
        "title": "npm test",
        "preview": "npm test",
        "session_id": f"s{number}",
    }


async def states(office: Office, ids: list[str]) -> list[str]:
    return [await state_of(office, id) for id in ids]


async def test_what_will_be_approved_is_shown_before(office: Office, ana: Person) -> None:
    ids = await ask_many(office, DANGEROUS, *map(alike, range(3)))
    card = await listed(office, ana)

    tap = await ana.tap("✅ Approve 2–4 (npm test, low risk)", card=card)

    assert await tap.answer == "Nothing is decided yet: tap Yes if you are sure."
    await card.shows("✅ Approve these 3?")
    assert [line[:18] for line in card.text.splitlines()[1:]] == [
        f"{n} agent npm test ·"[:18] for n in (2, 3, 4)
    ]
    assert card.labels == ["✅ Yes, approve 3", "← Back"]
    assert set(await states(office, ids)) == {"pending"}

    done = await ana.tap("✅ Yes, approve 3", card=card)

    assert await done.answer == "✅ 3 approved."
    assert await states(office, ids) == ["pending", "approved", "approved", "approved"]
    await card.shows("📥 1 waiting · 1 high\n✅ 3 approved.")


async def test_back_decides_nothing(office: Office, ana: Person) -> None:
    ids = await ask_many(office, *map(alike, range(2)))
    card = await listed(office, ana)
    await (await ana.tap("❌ Deny 1–2", card=card)).answer
    await card.shows("❌ Deny these 2?")

    await (await ana.tap("← Back", card=card)).answer

    await card.shows("📥 2 waiting")
    assert await states(office, ids) == ["pending", "pending"]


async def test_what_ended_or_changed_meanwhile_is_left_out_and_told(
    office: Office, ana: Person
) -> None:
    ids = await ask_many(office, *map(alike, range(4)))
    card = await listed(office, ana)
    await (await ana.tap("✅ Approve 1–4", card=card)).answer
    await card.shows("✅ Approve these 4?")
    await office.world.decide(ids[1], "denied")
    joined = (await office.world.ask(**alike(3)))["approval_id"]  # now that row is for two

    done = await ana.tap("✅ Yes, approve 4", card=card)

    said = "✅ 2 approved. Left out, as they changed or ended: 2, 4."
    assert await done.answer == said
    assert done.alert
    assert await states(office, [*ids, joined]) == [
        "approved",
        "denied",
        "approved",
        "pending",
        "pending",
    ]
    await card.shows(said)


async def test_two_agents_and_two_types_are_never_one_batch(office: Office, ana: Person) -> None:
    await ask_many(office, alike(1))
    await ask_many(office, alike(2), key=OTHER_KEY)
    await ask_many(office, {"action_type": "Read", "title": "a.py", "preview": "a.py"})

    card = await listed(office, ana)

    assert not [label for label in card.labels if "Approve" in label]


async def test_twenty_are_cleared_in_six_taps(office: Office, ana: Person) -> None:
    ids = await burst(office, *map(low, range(20)))
    card = await ana.wait_for_card("📥", buttons=True)
    await card.shows("📥 20 waiting")

    for taps, label in enumerate(("Approve 1–8", "Approve 1–8", "Approve 1–4"), start=1):
        await (await ana.tap(label, card=card)).answer
        await card.shows("✅ Approve these")
        await (await ana.tap("✅ Yes, approve", card=card)).answer
        left = 20 - 8 * taps
        await card.shows(f"📥 {left} waiting" if left > 0 else "📭")

    assert set(await states(office, ids)) == {"approved"}


async def test_in_a_group_the_second_tap_of_somebody_else_is_their_own_first(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    ben = telegram.person(1002, "Ben")
    group = telegram.group(-1005, "Team", members=[ana, ben])
    office: Office = await open_office(users=(ana.id, ben.id), chat=group.id)
    ids = await burst(office, *map(low, range(5)))
    card = await ana.wait_for_card("📥", chat=group)
    await card.shows("📥 5 waiting")
    await (await ana.tap("✅ Approve 1–5", card=card)).answer
    await card.shows("✅ Approve these 5?")

    tap = await ben.tap("✅ Yes, approve 5", card=card)

    assert await tap.answer == "Nothing is decided yet: tap Yes if you are sure."
    assert set(await states(office, ids)) == {"pending"}
    await (await ben.tap("✅ Yes, approve 5", card=card)).answer
    assert set(await states(office, ids)) == {"approved"}


async def test_a_tap_in_a_row_never_hits_another_while_everything_ends(
    office: Office, ana: Person
) -> None:
    """Twenty wait; a key denies them in a random order while she taps whatever is shown."""
    chance = random.Random(2026)
    ids = await burst(office, *map(low, range(20)))
    card: Card = await ana.wait_for_card("📥", buttons=True)
    await card.shows("📥 20 waiting")
    meant: list[str] = []

    async def end_them() -> None:
        for id in chance.sample(ids, 12):
            await office.world.decide(id, "denied")
            await asyncio.sleep(0)

    async def tap_them() -> None:
        for _ in range(30):
            shown = [one for row in card.buttons for one in row if one["text"][:2] == "✅ "]
            rows = [one for one in shown if one["text"][2:].isdecimal()]
            if rows:
                button = chance.choice(rows)
                number = button["text"].removeprefix("✅ ")
                lines = [one for one in card.text.splitlines() if one.startswith(f"{number} ")]
                title = lines[0].split(" agent ")[1].split(" · ")[0]
                tap = await ana.tap_data(button["callback_data"], card=card)
                if "goes on" in await tap.answer:
                    meant.append(title)
            else:
                await (await ana.tap("🔄 Refresh", card=card)).answer

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(end_them())
        tasks.create_task(tap_them())

    found = await states(office, ids)
    approved = [low(n)["title"] for n, state in enumerate(found) if state == "approved"]
    assert sorted(approved) == sorted(meant)
    assert approved
