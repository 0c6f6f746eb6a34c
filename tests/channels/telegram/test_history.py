"""/history: what has ended, looked through by pages and words, each row with its card."""

from tests.channels.telegram.conftest import Office
from tests.fakes.telegram import Card, Person


async def ended(office: Office, *titles: str, decision: str = "approved", **more) -> list[str]:
    ids = []
    for title in titles:
        id = (await office.world.ask(title=title, preview=f"run {title}"))["approval_id"]
        assert (await office.world.decide(id, decision, **more)).status == 200
        office.clock.advance(seconds=60)
        ids.append(id)
    return ids


async def listed(office: Office, who: Person, words: str = "") -> Card:
    last = office.telegram.messages(who.chat_id)[-1:]
    await who.send(f"/history {words}".strip())
    return await who.wait_for_card("🗂", newer_than=last[0] if last else None)


async def test_nothing_has_ended(office: Office, ana: Person):
    assert (await listed(office, ana)).text == "🗂 Nothing has ended yet."


async def test_what_has_ended_is_listed_the_latest_first(office: Office, ana: Person):
    await ended(office, "one")
    await ended(office, "two", decision="denied", note="wrong branch")
    await office.world.ask(title="pending")

    card = await listed(office, ana)

    lines = card.text.splitlines()
    assert lines[1].startswith("1 ❌ agent two · admin · ")
    assert lines[2].startswith("2 ✅ agent one · admin · ")
    assert len(lines) == 3
    assert card.labels == ["1", "2", "🔄 Latest"]


async def test_pages_of_eight_are_turned(office: Office, ana: Person):
    await ended(office, *(f"n{number}" for number in range(10)))
    card = await listed(office, ana)
    assert len(card.text.splitlines()) == 9

    await ana.tap("›", card=card)
    await card.until(lambda one: "agent n0" in one.text)

    assert len(card.text.splitlines()) == 3
    await ana.tap("‹", card=card)
    await card.until(lambda one: "agent n9" in one.text)


async def test_a_row_brings_its_card_with_its_stamp_and_no_buttons(office: Office, ana: Person):
    await ended(office, "one", "two")
    card = await listed(office, ana)
    last = office.telegram.messages(ana.chat_id)[-1]

    await ana.tap("2", card=card)

    opened = await ana.wait_for_card("Approved by admin", newer_than=last)
    assert "one" in opened.text
    assert opened.labels == []


async def test_words_are_found_in_titles_previews_and_notes_and_taken_literally(
    office: Office, ana: Person
):
    await ended(office, "Grüße 100%")
    await ended(office, "other", decision="denied", note="Wrong Branch")

    assert "Grüße 100%" in (await listed(office, ana, "GRÜSSE 100%")).text
    assert "other" in (await listed(office, ana, "wrong branch")).text
    assert "other" in (await listed(office, ana, "RUN OTHER")).text
    assert "Nothing that has ended says %%" in (await listed(office, ana, "%%")).text
    assert "Nothing that has ended says _ther" in (await listed(office, ana, "_ther")).text
