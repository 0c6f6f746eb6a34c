"""Who reads a message is looked up once, until somebody prefers something else."""

from datetime import UTC

import pytest

from bot.channels.telegram.readers import Readers
from bot.core.errors import Busy
from bot.core.preference import Preferences
from bot.gate.channel import Target
from bot.gate.events import PreferencesChanged
from bot.locales.preferred import Usual
from tests.builders import CHAT

USUAL = Usual(language="en", timezone=UTC)
GROUP = Target(channel="telegram", address="-100")


class People:
    """What the store says people prefer."""

    def __init__(self) -> None:
        self.at_addresses: dict[Target, Preferences] = {}
        self.looks = 0
        self.heard: list[str] = []
        self.is_busy = False
        self.meanwhile = lambda: None

    async def at(self, address: Target) -> Preferences | None:
        self.looks += 1
        if self.is_busy:
            raise Busy("busy")
        found = self.at_addresses.get(address)
        self.meanwhile()
        return found

    async def hear_language(self, address: Target, tag: str) -> None:
        self.heard.append(tag)


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def readers(people: People) -> Readers:
    return Readers(people, USUAL)


async def test_what_is_known_is_not_looked_up_again_until_it_changes(readers, people):
    people.at_addresses[CHAT] = Preferences(language="en")
    assert [(await readers.at(CHAT)).language for _ in range(3)] == ["en"] * 3
    assert people.looks == 1

    people.at_addresses[CHAT] = Preferences(language="zh_CN")
    readers.notice([PreferencesChanged(person="telegram-1001")])

    assert (await readers.at(CHAT)).language == "zh_CN"


async def test_what_was_read_before_a_change_does_not_outlive_it(readers, people):
    people.at_addresses[CHAT] = Preferences(language="en")
    people.meanwhile = lambda: readers.notice([PreferencesChanged(person="telegram-1001")])
    await readers.at(CHAT)
    people.at_addresses[CHAT] = Preferences(language="zh_CN")

    assert (await readers.at(CHAT)).language == "zh_CN"


async def test_a_stranger_may_become_somebody(readers, people):
    assert (await readers.at(CHAT)).language == "en"

    people.at_addresses[CHAT] = Preferences(language="zh_CN")

    assert (await readers.at(CHAT)).language == "zh_CN"


async def test_a_group_reads_the_usual_language_and_is_not_looked_up(readers, people):
    people.at_addresses[GROUP] = Preferences(language="zh_CN")

    assert (await readers.at(GROUP)).language == "en"
    assert people.looks == 0


async def test_a_card_waits_for_a_busy_store_and_an_answer_does_not(readers, people):
    people.is_busy = True

    with pytest.raises(Busy):
        await readers.at(CHAT)
    assert (await readers.of(CHAT, heard="zh-hans")).language == "zh_CN"
    await readers.hear(CHAT, "zh-hans")
    assert people.heard == []


@pytest.mark.parametrize(
    ("known", "tag", "heard"),
    [
        (Preferences(), "zh-hans", ["zh-hans"]),
        (Preferences(heard_language="zh-hans"), "zh-hans", []),
        (Preferences(), None, []),
        (None, "zh-hans", []),
    ],
)
async def test_only_an_approvers_new_language_is_remembered(readers, people, known, tag, heard):
    if known is not None:
        people.at_addresses[CHAT] = known

    await readers.hear(CHAT, tag)

    assert people.heard == heard
