from typing import Any

import pytest
from aiogram.types import CallbackQuery, Chat, Message, User

from bot.channels.telegram.identity import clean_name, of_message, of_query, place_of_query

ANA = {"id": 1001, "is_bot": False, "first_name": "Ana"}
BOT = {"id": 2002, "is_bot": True, "first_name": "Robo"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel"}
TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
GROUP = {"id": -1005, "type": "supergroup", "title": "Team"}
PRIVATE = {"id": 1001, "type": "private", "first_name": "Ana"}
CHANNEL = {"id": -1009, "type": "channel", "title": "News"}
ORIGIN = {"type": "user", "date": 1, "sender_user": ANA}


def a_message(**fields: Any) -> Message:
    return Message.model_validate({"message_id": 7, "date": 1, "chat": PRIVATE, **fields})


def a_query(**fields: Any) -> CallbackQuery:
    return CallbackQuery.model_validate({"id": "1", "chat_instance": "1", "data": "x", **fields})


@pytest.mark.parametrize("chat", [PRIVATE, GROUP])
def test_a_person_may_act_by_their_own_id_wherever_they_write(chat: dict[str, Any]) -> None:
    person = of_message(a_message(**{"from": ANA, "chat": chat}))

    assert person.may_act
    assert (person.address.channel, person.address.address) == ("telegram", "1001")
    assert person.name == "Ana"


@pytest.mark.parametrize(
    "fields",
    [
        {"from": BOT},
        {"from": ANONYMOUS, "sender_chat": GROUP, "chat": GROUP},
        {"from": ANONYMOUS, "chat": GROUP},
        {"from": CHANNEL_BOT, "sender_chat": CHANNEL, "chat": GROUP},
        {"from": TELEGRAM, "chat": GROUP},
        {"from": ANA, "sender_chat": GROUP, "chat": GROUP},
        {"from": ANA, "chat": CHANNEL},
        {"from": ANA, "forward_origin": ORIGIN},
        {"from": ANA, "via_bot": BOT},
        {"sender_chat": CHANNEL, "chat": CHANNEL},
        {},
    ],
)
def test_a_message_of_nobody_in_particular_may_not_act(fields: dict[str, Any]) -> None:
    assert not of_message(a_message(**fields)).may_act


@pytest.mark.parametrize("who", [BOT, ANONYMOUS, CHANNEL_BOT, TELEGRAM])
def test_a_tap_of_nobody_in_particular_may_not_act(who: dict[str, Any]) -> None:
    assert not of_query(a_query(**{"from": who})).may_act


def test_a_tap_counts_for_the_message_it_was_made_on_also_where_that_is_inaccessible() -> None:
    seen = {"message_id": 7, "date": 1, "chat": GROUP, "text": "x"}
    unseen = {"message_id": 7, "date": 0, "chat": GROUP}

    places = [place_of_query(a_query(**{"from": ANA, "message": one})) for one in (seen, unseen)]

    assert {(place.target.address, place.message) for place in places} == {("-1005", "7")}


def test_a_tap_on_an_inline_message_is_made_nowhere() -> None:
    place = place_of_query(a_query(**{"from": ANA, "inline_message_id": "abc"}))

    assert (place.target.address, place.message) == ("", None)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Ana", "Ana"),
        ("  Ana \n María ", "Ana María"),
        ("A\u202ena\u200b", "A na"),
        ("\u200b\u3164", "id 5"),
        ("⟨Ana⟩", "Ana"),
        ("安娜", "安娜"),
    ],
)
def test_a_name_is_shown_without_what_draws_nothing(raw: str, clean: str) -> None:
    assert clean_name(raw, id=5) == clean


def test_a_long_name_is_shortened() -> None:
    assert len(clean_name("x" * 500, id=5)) == 48


def test_names_of_aiograms_own_objects_are_read() -> None:
    user = User(id=5, is_bot=False, first_name="Ben")
    query = CallbackQuery(
        id="1",
        from_user=user,
        chat_instance="1",
        message=Message(message_id=1, date=1, chat=Chat(id=5, type="private")),
    )

    assert of_query(query).name == "Ben"
