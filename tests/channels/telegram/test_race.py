"""One end, end to end: two people's taps, a key over HTTP and a form on the page race."""

import asyncio
import random
from collections import Counter
from functools import partial

from tests.channels.telegram.conftest import OpenOffice
from tests.fakes.telegram import Card, FakeTelegram, Person
from tests.web.pages.reader import Reader

ROUNDS = 100


def held(card: Card, label: str) -> str:
    """Return what a button sends back."""
    buttons = [button for row in card.buttons for button in row]
    return next(str(one["callback_data"]) for one in buttons if label in one["text"])


async def test_all_four_are_told_the_one_result(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    ben = telegram.person(1002, "Ben")
    office = await open_office(users=(ana.id, ben.id))
    page = Reader(office.world)
    await page.sign_in()
    chance = random.Random(2026)
    wins: Counter[str] = Counter()

    for n in range(ROUNDS):
        title = f"Deploy {n:03}"
        office.clock.advance(seconds=10)  # nobody is braked for haste
        id = (await office.world.ask(title=title))["approval_id"]
        hers = await ana.wait_for_card(title, buttons=True)
        his = await ben.wait_for_card(title, buttons=True)
        html = await page.get("/queue")

        async def by_key(id: str = id) -> int:
            return (await office.world.decide(id, "denied")).status

        racers = {
            # By what the button held, since the card may have lost it to another's decision.
            "ana": partial(ana.tap_data, held(hers, "Approve"), card=hers),
            "ben": partial(ben.tap_data, held(his, "Deny"), card=his),
            "key": by_key,
            "page": lambda id=id, html=html: page.press(id, "approve", page=html),
        }

        async def after(pauses: int, racer):
            await asyncio.sleep(pauses / 1000)
            return await racer()

        starts = {name: chance.randrange(8) for name in racers}
        if n < len(racers):  # each has a start once, however slow its way is here
            starts |= {name: 200 for name in racers if name != sorted(racers)[n]}
        async with asyncio.TaskGroup() as tasks:
            racing = {
                name: tasks.create_task(after(starts[name], racers[name]))
                for name in chance.sample(sorted(racers), 4)
            }
        final = await office.world.read(id)
        by = final["decision"]["by"]
        wins[by] += 1
        told = {name: racing[name].result() for name in ("ana", "ben")}
        for name, tap in told.items():
            words = await tap.answer
            won = by == name.capitalize()
            assert ("goes on" in words or "is told" in words) == won, words
            assert won or f"{final['status']} by {by}" in words, words
        assert (racing["key"].result() == 200) == (by == "admin")
        for card in (hers, his):
            await card.until(lambda card=card: not card.labels)
            assert f"{final['status'].capitalize()} by {by}" in card.text
        entries = (await (await office.world.call("GET", f"/v1/approvals/{id}/audit")).json())[
            "entries"
        ]
        ends = [e for e in entries if e["kind"] in ("approval.approved", "approval.denied")]
        assert len(ends) == 1

    assert sum(wins.values()) == ROUNDS
    assert set(wins) == {"Ana", "Ben", "admin", "owner"}
