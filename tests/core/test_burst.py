"""When an ask has a card of its own, and when its place is in the digest."""

import pytest

from bot.core.burst import FEW, Crowd, is_held_back
from bot.core.risk import Level
from bot.core.row import MOST_PENDING

FLOOD = MOST_PENDING + 1


def a_crowd(**changes: object) -> Crowd:
    return Crowd(**{"recent": 1, "recent_of_key": 1, "pending_of_key": 1, **changes})


@pytest.mark.parametrize("level", list(Level))
def test_a_few_have_a_card_each(level: Level) -> None:
    assert not is_held_back(level, a_crowd(recent=FEW, recent_of_key=FEW, pending_of_key=FEW))


@pytest.mark.parametrize("level", list(Level))
def test_the_fourth_is_held_back_unless_its_risk_is_high(level: Level) -> None:
    assert is_held_back(level, a_crowd(recent=FEW + 1)) == (level in {Level.LOW, Level.NORMAL})


def test_while_a_digest_fills_what_comes_goes_there() -> None:
    assert is_held_back(Level.NORMAL, a_crowd(is_listed=True))
    assert not is_held_back(Level.HIGH, a_crowd(is_listed=True))


@pytest.mark.parametrize("level", list(Level))
def test_a_flood_has_no_more_cards_whatever_its_risk(level: Level) -> None:
    assert is_held_back(level, a_crowd(pending_of_key=FLOOD))


def test_anothers_flood_holds_nobody_back() -> None:
    calm = a_crowd(recent=FLOOD, is_listed=True, others_flood=True)
    assert not is_held_back(Level.NORMAL, calm)
    assert is_held_back(Level.NORMAL, a_crowd(recent_of_key=4, is_listed=True, others_flood=True))


def test_what_is_many_is_the_operators_to_say() -> None:
    assert not is_held_back(Level.LOW, a_crowd(recent=30), few=30)
    assert is_held_back(Level.LOW, a_crowd(recent=31), few=30)
    assert not is_held_back(Level.HIGH, a_crowd(pending_of_key=50), most_pending=50)
    assert is_held_back(Level.HIGH, a_crowd(pending_of_key=51), most_pending=50)
