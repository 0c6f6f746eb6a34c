"""The operator chooses where cards go; an agent only within that."""

import pytest

from bot.core.errors import Busy, ChannelOff, InvalidAsk, TargetNotAllowed
from bot.core.routing import Reach, Routing, addresses_for, within

ON = {"telegram": Reach(default=("1001", "1002"), allowed=frozenset({"1001", "1002", "-100"}))}


def test_without_a_channel_every_default_is_asked():
    assert addresses_for(ON, channel=None, address=None) == (
        ("telegram", "1001"),
        ("telegram", "1002"),
    )
    assert addresses_for({}, channel=None, address=None) == ()


def test_an_allowed_target_is_asked_alone():
    assert addresses_for(ON, channel="telegram", address="-100") == (("telegram", "-100"),)


def test_a_target_that_was_not_allowed_is_refused():
    with pytest.raises(TargetNotAllowed):
        addresses_for(ON, channel="telegram", address="666")


def test_a_channel_without_its_target_names_the_field():
    with pytest.raises(InvalidAsk, match=r"^target\.tg_chat_id required$"):
        addresses_for(ON, channel="telegram", address=None)
    with pytest.raises(InvalidAsk, match=r"^target\.email_to required$"):
        addresses_for(ON, channel="email", address="")
    with pytest.raises(InvalidAsk, match=r"^target\.address required$"):
        addresses_for(ON, channel="slack", address="")


def test_a_channel_that_is_off_is_said_to_be_off():
    with pytest.raises(ChannelOff, match="switched off"):
        addresses_for(ON, channel="email", address="ana@example.org")


def test_a_refusal_reads_as_its_sentence():
    assert Busy("try again").sentence == "try again"


def test_it_is_shared_where_one_person_may_not_end_it():
    assert not Routing(approvers=("ana", "ben")).is_shared
    assert Routing(quorum=2).is_shared
    assert Routing(deny_threshold=2).is_shared


def test_without_channels_of_a_rule_cards_go_where_they_would():
    assert within((("telegram", "1001"),), ON, ()) == (("telegram", "1001"),)


@pytest.mark.parametrize(
    ("found", "channels", "asked"),
    [
        (["1001"], ["telegram"], ["1001"]),
        (["1001"], ["telegram:-100"], ["-100"]),
        (["1001", "1002"], ["telegram:1002"], ["1002"]),
        (["1001"], ["telegram", "telegram:7"], ["1001", "7"]),
        ([], ["telegram"], ["1001", "1002"]),
        (["1001"], ["email"], ["1001"]),
        (["1001"], ["email:a@example.org"], ["1001"]),
    ],
)
def test_a_rule_says_where_its_cards_go(found, channels, asked):
    targets = tuple(("telegram", address) for address in found)

    where = within(targets, ON, tuple(channels))

    assert where == tuple(("telegram", address) for address in asked)
