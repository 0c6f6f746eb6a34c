"""People set their own language, zone and quiet hours by writing to the bot."""

from bot.gate.channel import Target
from tests.channels.telegram.conftest import Office, OpenOffice
from tests.fakes.telegram import FakeTelegram, Person
from tests.store.kit import all_entries


async def told(person: Person, command: str, contains: str = "") -> str:
    """Write a command; return the answer."""
    last = person.telegram.messages(person.chat_id)[-1:]
    await person.send(command)
    card = await person.wait_for_card(contains, newer_than=last[0] if last else None)
    return card.text


async def test_a_language_is_chosen_and_everything_follows(office: Office, ana: Person) -> None:
    assert "简体中文" in await told(ana, "/language zh", "语言")

    _, card = await office.ask(ana, title="Deploy 1.4")
    assert "类型：deploy" in card.text
    tap = await ana.tap("批准")

    assert await tap.answer == "已批准。agent 继续执行。"
    await card.shows("✅ Ana 已批准（Telegram）")
    assert "待处理" in await told(ana, "/pending", "📭")


async def test_a_card_that_waits_follows_too(office: Office, ana: Person) -> None:
    _, card = await office.ask(ana)

    await told(ana, "/language zh", "语言")

    await card.shows("类型：deploy")
    assert card.labels[0] == "✅ 批准"


async def test_auto_follows_what_telegram_says(office: Office, ana: Person) -> None:
    ana.language = "zh-hans"
    assert "待处理" in await told(ana, "/pending", "📭")
    assert "English" in await told(ana, "/language en", "Language")
    assert "Nothing waits" in await told(ana, "/pending", "📭")

    assert "与你的 Telegram 一致" in await told(ana, "/language auto", "语言")

    _, card = await office.ask(ana)
    assert "类型：" in card.text


async def test_each_person_reads_their_own_language(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    ben = telegram.person(1002, "Ben")
    office = await open_office(users=(ana.id, ben.id))
    await told(ben, "/language zh", "语言")

    _, hers = await office.ask(ana)
    his = await ben.wait_for_card(buttons=True)

    assert "Type: deploy" in hers.text
    assert "类型：deploy" in his.text
    await ana.tap("Approve")
    await his.shows("✅ Ana 已批准（Telegram）")
    await hers.shows("✅ Approved by Ana in Telegram")


async def test_times_stand_in_the_persons_own_zone(office: Office, ana: Person) -> None:
    assert "Asia/Shanghai; it is " in await told(ana, "/timezone 上海", "Time zone")

    _, card = await office.ask(ana)

    shanghai = office.clock.now().hour + 8 + 1
    assert f"Expires {shanghai % 24:02}:" in card.text
    assert "UTC" not in card.text


async def test_a_place_that_is_not_known_changes_nothing(office: Office, ana: Person) -> None:
    answer = await told(ana, "/timezone Berlim", "no place")

    assert "Do you mean Europe/Berlin?" in answer
    assert "UTC, the usual one here" in await told(ana, "/settings", "Your settings")


async def test_quiet_hours_are_set_told_and_undone(office: Office, ana: Person) -> None:
    answer = await told(ana, "/quiet 22:00-07:00 held", "Quiet hours")

    assert "22:00–07:00. What is not high risk comes after them." in answer
    assert "/quiet off undoes this." in answer
    assert "Quiet hours: none" in await told(ana, "/quiet off", "Quiet hours: none")


async def test_settings_shows_what_holds_and_changes_nothing(office: Office, ana: Person) -> None:
    await told(ana, "/language zh", "语言")

    answer = await told(ana, "/settings", "⚙️")

    assert [line[:1] for line in answer.splitlines() if line] == ["⚙", "🌐", "🕒", "🌙", "更"]
    entries = await office.world.store.read(all_entries)
    kinds = [entry.record.kind for entry in entries]
    assert kinds.count("preferences.changed") == 1


async def test_a_stranger_is_answered_in_their_language_and_sets_nothing(
    office: Office, telegram: FakeTelegram
) -> None:
    eve = telegram.person(4004, "Eve")
    eve.language = "zh-hans"

    assert "我不认识你" in await told(eve, "/start", "4004")

    await eve.send("/language en")
    assert (
        await office.world.gate.preferences.at(Target(channel="telegram", address="4004")) is None
    )


async def test_in_a_group_settings_are_not_for_everybody(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    group = telegram.group(-100123, "Team", members=[ana])
    office = await open_office(users=(ana.id,), chat=group.id)
    await told(ana, "/language zh", "语言")

    await office.world.ask()
    card = await ana.wait_for_card(chat=group, buttons=True)
    assert "Type: deploy" in card.text
    tap = await ana.tap("Approve", card=card)

    assert await tap.answer == "已批准。agent 继续执行。"
    await card.shows("✅ Approved by Ana in Telegram")
