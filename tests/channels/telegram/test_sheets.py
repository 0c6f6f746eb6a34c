"""A list's button sends back little, in one spelling; what is made up leads to nothing."""

import random

import pytest

from bot.channels.telegram import callbacks, sheets
from bot.core.card import Button, Verb
from bot.gate.mail_list import KIND as MAIL_LIST
from bot.gate.sheet import SheetButton
from bot.gate.sheets import KINDS
from tests.channels.telegram.conftest import Office
from tests.channels.telegram.test_pending import ask_many, listed, low, state_of
from tests.fakes.telegram import FakeTelegram, Person

HANDLE = "abcdefghijklmnopqrst_-"


def test_the_longest_button_fits_into_64_bytes() -> None:
    button = SheetButton(verb="v" * 10, argument="a" * 24)

    data = sheets.pack(HANDLE, button)

    assert len(data.encode()) <= 64
    assert sheets.unpack(data) == (HANDLE, button)


def test_a_card_and_a_list_never_take_each_others_buttons() -> None:
    assert sheets.unpack(callbacks.pack(HANDLE, Button(verb=Verb.APPROVE))) is None
    assert callbacks.unpack(sheets.pack(HANDLE, SheetButton(verb="yes"))) is None


@pytest.mark.parametrize(
    "data",
    [None, 1, "", "s.", f"s.{HANDLE}", f"s.{HANDLE}.", f"s.{HANDLE}.YES", f"s.{HANDLE}.yes.",
     f"s.{HANDLE}.yes.1.2", f"s.{HANDLE}.yes.1\n", "s.short.yes", f"s.{HANDLE}.yes.{'1' * 25}"],
)  # fmt: skip
def test_what_no_button_sends_is_none(data: object) -> None:
    assert sheets.unpack(data) is None


def test_any_bytes_are_read_without_a_fault() -> None:
    chance = random.Random(2026)
    good = sheets.pack(HANDLE, SheetButton(verb="yes", argument="1-2-3"))
    for _ in range(20_000):
        data = list(good)
        for _ in range(chance.randrange(1, 4)):
            data[chance.randrange(len(data))] = chr(chance.randrange(0x250))
        found = sheets.unpack("".join(data))
        assert found is None or sheets.pack(*found) == "".join(data)


def test_every_kind_is_shown_and_every_command_opens_one() -> None:
    assert sheets.VIEWS.keys() == KINDS.keys() - {MAIL_LIST}  # that one is mailed
    assert set(sheets.COMMANDS.values()) <= KINDS.keys()


@pytest.mark.parametrize(
    "button",
    [
        SheetButton(verb="yes", argument="1-7-0"),
        SheetButton(verb="yes", argument="1-0"),
        SheetButton(verb="yes", argument="1-0-0-0"),
        SheetButton(verb="yes"),
        SheetButton(verb="all", argument="1-255"),
        SheetButton(verb="all", argument="1-0"),
        SheetButton(verb="sure", argument="1"),
        SheetButton(verb="back", argument="1"),
        SheetButton(verb="open", argument="1-9"),
        SheetButton(verb="never", argument="1-0"),
        SheetButton(verb="yes", argument="0-0-0"),
        SheetButton(verb="yes", argument="1--1-0"),
    ],
)
async def test_a_made_up_button_of_ones_own_list_does_nothing(
    office: Office, ana: Person, button: SheetButton
) -> None:
    [id] = await ask_many(office, low(1))
    card = await listed(office, ana)
    handle = card.buttons[0][0]["callback_data"].split(".")[1]

    tap = await ana.tap_data(sheets.pack(handle, button), card=card)

    assert await tap.answer == "Telegram showed you an old message; it is up to date now."
    assert await state_of(office, id) == "pending"


async def test_a_guessed_secret_and_another_chats_list_are_unknown(
    office: Office, telegram: FakeTelegram, ana: Person
) -> None:
    [id] = await ask_many(office, low(1))
    card = await listed(office, ana)
    data = card.buttons[0][1]["callback_data"]
    group = telegram.group(-1005, "Team", members=[ana])
    elsewhere = await ana.send("hello", to=group)

    guessed = await ana.tap_data(sheets.pack(HANDLE, SheetButton(verb="yes")), card=card)
    moved = await ana.tap_data(data, card=elsewhere)

    words = "I don't know this message. Send /pending to see what waits."
    assert (await guessed.answer, await moved.answer) == (words, words)
    assert await state_of(office, id) == "pending"
