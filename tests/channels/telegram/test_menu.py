"""Everybody is shown the commands that they may use; what was sent already is not sent again."""

import json

import pytest

from bot.channels.telegram.command_table import TABLE, entries_for
from bot.core.people import Role
from bot.locales import languages
from tests.channels.telegram.conftest import Office, OpenOffice
from tests.channels.telegram.test_pairing import offered, told
from tests.fakes.telegram import FakeTelegram, Person

ALL = [entry.name for entry in TABLE]
_LANGUAGES = 1 + len(languages())
APPROVERS = [entry.name for entry in entries_for(Role.APPROVER)]
VIEWERS = [entry.name for entry in entries_for(Role.VIEWER)]


@pytest.fixture
def ben(telegram: FakeTelegram) -> Person:
    return telegram.person(1002, "Ben")


def menu(telegram: FakeTelegram, chat: int | None = None) -> list[str] | None:
    """The commands that one chat, or everybody else, is shown."""
    scope = {"type": "default"} if chat is None else {"type": "chat", "chat_id": chat}
    for key, commands in telegram.commands.items():
        found, language = json.loads(key)
        is_it = {**found, "chat_id": int(found.get("chat_id", 0))} == {"chat_id": 0, **scope}
        if is_it and language == "":
            return [one["command"] for one in commands]
    return None


async def shown(telegram: FakeTelegram, commands: list[str] | None, chat: int | None) -> None:
    await telegram.changes.until(lambda: menu(telegram, chat) == commands or None, 5)


async def test_each_is_shown_what_they_may_use(
    office: Office, telegram: FakeTelegram, ana: Person, ben: Person
) -> None:
    await shown(telegram, ["start", "id", "help"], None)
    await shown(telegram, APPROVERS, ana.id)
    assert menu(telegram, ben.id) is None

    await told(ben, f"/start {await offered(office, Role.OWNER)}", "You are now an owner")

    await shown(telegram, ALL, ben.id)


async def test_who_is_removed_is_shown_no_more_than_anybody(
    office: Office, telegram: FakeTelegram, ben: Person
) -> None:
    await told(ben, f"/start {await offered(office, Role.VIEWER)}", "You may now look")
    await shown(telegram, VIEWERS, ben.id)

    await office.world.gate.people.remove("telegram-1002", by="telegram-1001")

    await shown(telegram, None, ben.id)


async def test_a_list_that_was_refused_is_sent_later(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person
) -> None:
    telegram.fail("setMyCommands", status=500, count=3)

    await open_office(users=(ana.id,))

    await shown(telegram, APPROVERS, ana.id)
    await shown(telegram, ["start", "id", "help"], None)


async def test_what_was_sent_before_is_not_sent_again(
    office: Office, telegram: FakeTelegram, ana: Person, ben: Person
) -> None:
    await telegram.wait_for_calls("setMyCommands", 2 * _LANGUAGES, outcome="ok")

    await told(ben, f"/start {await offered(office, Role.VIEWER)}", "You may now look")
    await shown(telegram, VIEWERS, ben.id)

    await telegram.wait_for_calls("setMyCommands", 3 * _LANGUAGES, outcome="ok")
    assert len(telegram.called("setMyCommands")) == 3 * _LANGUAGES
