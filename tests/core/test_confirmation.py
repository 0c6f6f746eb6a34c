"""What approving takes besides the first tap: nothing, a second one, or the agent's number."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.alike import may_share
from bot.core.card import Button, Face, Verb, buttons, press
from bot.core.confirmation import confirmation, is_wrong_number, wants_number
from bot.core.decision import Choice
from bot.core.errors import NumberMissing
from bot.core.number import Number
from bot.core.risk import Assessment, Level
from bot.core.routing import Confirm, Routing
from bot.core.ruling import Ruling
from tests.builders import a_question, an_approval

ANA, BEN = "person:ana", "person:ben"
NUMBER = Number(right=47, offered=(12, 47, 83))
CRITICAL = Assessment(level=Level.CRITICAL)


def ruled(confirm):
    routing = Routing(confirm=confirm, expires_in=timedelta(hours=1))
    return Ruling(rule="r", because=None, is_strict=False, routing=routing)


@pytest.mark.parametrize(
    ("level", "takes"),
    [
        (Level.LOW, None),
        (Level.NORMAL, None),
        (Level.HIGH, Confirm.TAP),
        (Level.CRITICAL, Confirm.TAP),
    ],
)
def test_without_a_number_the_level_tells_how_many_taps(level, takes):
    assert confirmation(an_approval(risk=Assessment(level=level))) is takes


def test_critical_risk_and_a_rule_want_a_number():
    assert wants_number(an_approval(risk=CRITICAL))
    assert wants_number(an_approval(ruling=ruled(Confirm.NUMBER)))
    assert not wants_number(an_approval(ruling=ruled(Confirm.TAP)))
    assert not wants_number(an_approval(risk=Assessment(level=Level.HIGH)))


def test_what_has_a_number_takes_it_and_what_has_none_takes_a_tap():
    approval = an_approval(ruling=ruled(Confirm.NUMBER))

    assert confirmation(approval) is Confirm.TAP
    assert confirmation(replace(approval, number=NUMBER)) is Confirm.NUMBER


def test_a_question_takes_neither():
    question = an_approval(questions=(a_question("A", "B"),), risk=CRITICAL)

    assert confirmation(question) is None
    assert not wants_number(question)


def test_the_numbers_stand_in_place_of_yes_and_deny_beside_them():
    approval = an_approval(risk=CRITICAL, number=NUMBER)

    asked = press(approval, Face(), Button(verb=Verb.APPROVE), person=ANA)

    assert asked == Face(confirming=ANA)
    numbers, others = buttons(approval, asked)
    assert [button.verb for button in numbers] == [Verb.NUMBER] * 3
    assert [button.verb for button in others] == [Verb.BACK, Verb.DENY]
    picked = [press(approval, asked, button, person=ANA) for button in numbers]
    assert picked == [Choice(approve=True, number=number) for number in NUMBER.offered]


def test_a_number_picked_by_another_is_no_guess_but_their_own_first_tap():
    approval = an_approval(risk=CRITICAL, number=NUMBER)
    asked = Face(confirming=ANA)
    (first, *_), _ = buttons(approval, asked)

    assert press(approval, asked, first, person=BEN) == Face(confirming=BEN)


def test_only_the_agents_number_approves():
    approval = an_approval(risk=CRITICAL, number=NUMBER)

    assert not is_wrong_number(approval, Choice(approve=True, number=47))
    assert is_wrong_number(approval, Choice(approve=True, number=12))
    assert is_wrong_number(approval, Choice(approve=True, number=99))
    assert not is_wrong_number(approval, Choice(approve=False))
    with pytest.raises(NumberMissing):
        is_wrong_number(approval, Choice(approve=True))


def test_where_there_is_no_number_none_is_wrong():
    assert not is_wrong_number(an_approval(risk=CRITICAL), Choice(approve=True))


def test_what_has_a_number_has_a_card_of_its_own():
    assert may_share(an_approval(risk=CRITICAL))
    assert not may_share(an_approval(risk=CRITICAL, number=NUMBER))


@pytest.mark.parametrize(
    ("right", "offered"), [(47, (12, 13, 14)), (12, (12, 12, 14)), (9, (9, 12, 14))]
)
def test_numbers_are_three_different_ones_of_two_digits(right, offered):
    with pytest.raises(ValueError, match="core:"):
        Number(right=right, offered=offered)


def test_the_right_number_is_in_no_text_made_of_the_value():
    assert "right" not in repr(NUMBER)
