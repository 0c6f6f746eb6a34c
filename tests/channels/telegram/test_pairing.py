"""People are let in by a code, by what it makes of them; a wrong one opens nothing."""

import pytest

from bot.core.people import Role
from bot.core.routing import Reach
from tests.channels.telegram.conftest import Office, OpenOffice
from tests.channels.telegram.test_conversation import state_of
from tests.fakes.telegram import FakeTelegram, Person
from tests.store.kit import all_entries

REFUSED = "That code is no good: it is wrong, used, or too old."


@pytest.fixture
def ben(telegram: FakeTelegram) -> Person:
    return telegram.person(1002, "Ben")


async def offered(office: Office, role: Role) -> str:
    return await office.world.gate.people.offer(role, by="telegram-1001")


async def kinds(office: Office, *wanted: str) -> list[str]:
    entries = await office.world.store.read(all_entries)
    return [one.record.kind for one in entries if one.record.kind in wanted]


async def told(person: Person, text: str, contains: str) -> None:
    last = await person.send(text)
    await person.wait_for_card(contains, newer_than=last)


@pytest.mark.parametrize("form", ["{code}", "{lower}", "{head}-{tail}", "{head} {tail}"])
async def test_a_code_makes_an_approver_who_is_asked_and_decides(
    office: Office, ben: Person, form: str
) -> None:
    code = await offered(office, Role.APPROVER)
    typed = form.format(code=code, lower=code.lower(), head=code[:4], tail=code[4:])

    await told(ben, f"/start {typed}", "You are now an approver of this gate.")

    id, card = await office.ask(ben)
    tap = await ben.tap("Approve", card=card)
    assert await tap.answer == "Approved. agent goes on."
    assert await state_of(office, id) == "approved"
    assert await kinds(office, "person.paired", "pairing.refused") == ["person.paired"]


async def test_a_viewer_sees_what_waits_and_never_decides(office: Office, ben: Person) -> None:
    await told(ben, f"/start {await offered(office, Role.VIEWER)}", "You may now look")
    target = {"channel": "telegram", "target": {"tg_chat_id": "1002"}}
    id, card = await office.ask(ben, **target)

    for label in ("✅ Approve", "❌ Deny", "♾ Always"):
        tap = await ben.tap(label, card=card)
        assert await tap.answer == "You may look here, not decide."
        assert tap.alert

    assert await state_of(office, id) == "pending"
    assert await kinds(office, "decision.refused") == ["decision.refused"] * 3
    await ben.tap("Details", card=card)
    await ben.wait_for_card("Short code:", newer_than=card)
    await told(ben, "/pending", "1 waiting")
    await told(ben, "/start", "Hello Ben. You may look at what waits here")


async def test_a_viewer_is_not_asked_by_default(office: Office, ben: Person) -> None:
    await told(ben, f"/start {await offered(office, Role.VIEWER)}", "You may now look")

    reach = office.world.gate._registry.reaches["telegram"]

    assert reach == Reach(default=("1001",), allowed=frozenset({"1001", "1002"}))


async def test_a_code_works_once(office: Office, telegram: FakeTelegram, ben: Person) -> None:
    eve = telegram.person(6666, "Eve")
    code = await offered(office, Role.APPROVER)
    await told(ben, f"/start {code}", "You are now an approver")

    await told(eve, f"/start {code}", REFUSED)

    assert await kinds(office, "person.paired", "pairing.refused") == [
        "person.paired",
        "pairing.refused",
    ]


async def test_a_code_works_for_ten_minutes(office: Office, ben: Person) -> None:
    code = await offered(office, Role.OWNER)
    office.clock.advance(seconds=600)

    await told(ben, f"/start {code}", REFUSED)


async def test_an_update_that_comes_again_pairs_once_and_says_so_once(
    office: Office, telegram: FakeTelegram, ben: Person
) -> None:
    written = await ben.send(f"/start {await offered(office, Role.APPROVER)}")
    await ben.wait_for_card("You are now an approver")
    assert written.update_id is not None

    telegram.redeliver(written.update_id)
    await telegram.delivered()

    assert await kinds(office, "person.paired", "pairing.refused") == ["person.paired"]


async def test_five_wrong_codes_lock_the_sender_for_a_while_and_nobody_else(
    office: Office, telegram: FakeTelegram, ben: Person
) -> None:
    eve = telegram.person(6666, "Eve")
    code = await offered(office, Role.APPROVER)
    for number in range(5):
        office.clock.advance(seconds=6)
        await told(eve, f"/start AAAA222{number + 2}", REFUSED)
    office.clock.advance(seconds=6)

    await told(eve, f"/start {code}", REFUSED)

    assert await kinds(office, "pairing.refused") == ["pairing.refused"] * 6
    await told(ben, f"/start {code}", "You are now an approver")
    office.clock.advance(seconds=15 * 60)
    await told(eve, f"/start {await offered(office, Role.VIEWER)}", "You may now look")


async def test_a_code_in_a_group_does_nothing(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person, ben: Person
) -> None:
    group = telegram.group(-1005, "Team", members=[ana, ben])
    office: Office = await open_office(users=(ana.id,), chat=group.id)
    code = await offered(office, Role.OWNER)

    last = await ben.send(f"/start {code}", to=group)
    await ben.wait_for_card("Send me that in our own chat", chat=group, newer_than=last)

    assert await kinds(office, "person.paired", "pairing.refused") == []
    await told(ben, f"/start {code}", "You are now an owner")


async def test_whoever_may_as_much_already_leaves_the_code(
    office: Office, ana: Person, ben: Person
) -> None:
    code = await offered(office, Role.VIEWER)

    await told(ana, f"/start {code}", "You are an approver here already. I left the code")

    await told(ben, f"/start {code}", "You may now look")


async def test_an_approver_becomes_an_owner_by_a_code(office: Office, ana: Person) -> None:
    await told(ana, f"/start {await offered(office, Role.OWNER)}", "You are now an owner")

    (known,) = await office.world.gate.people.listing()
    assert known.person.role is Role.OWNER


async def test_the_first_to_write_becomes_nothing(
    open_office: OpenOffice, telegram: FakeTelegram
) -> None:
    eve = telegram.person(6666, "Eve")
    office: Office = await open_office(telegram=True)

    await told(eve, "/start", "I don't know you. Your id is 6666.")

    assert await office.world.gate.people.listing() == ()


async def test_who_was_removed_decides_nothing_any_more(office: Office, ben: Person) -> None:
    await told(ben, f"/start {await offered(office, Role.APPROVER)}", "You are now an approver")
    id, card = await office.ask(ben)

    await office.world.gate.people.remove("telegram-1002", by="telegram-1001")

    tap = await ben.tap("Approve", card=card)
    assert await tap.answer == "You are not an approver here. (your id: 1002)"
    assert await state_of(office, id) == "pending"
    await told(ben, "/start", "I don't know you. Your id is 1002.")


async def test_help_lists_what_this_person_may_use(office: Office, ana: Person) -> None:
    await told(ana, "/help", "/pending – what waits for an answer")
