"""Grants reach exactly as far as their words, and no longer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.approval import checked_choice
from bot.core.decision import Choice, Code, Scope, ends_offered
from bot.core.end import End
from bot.core.errors import InvalidAsk
from bot.core.extent import ANY, Breadth, Extent
from bot.core.grant import (
    Standing,
    covering,
    covers,
    extents_offered,
    grant_from,
    reaches,
    scopes_offered,
)
from bot.core.risk import Assessment, Level
from tests.builders import NOW, a_choice, a_grant, a_question, an_action, an_approval

FLOOR = Assessment(level=Level.HIGH, floor=("deletes",))
EXACT = Extent(breadth=Breadth.EXACT, text="git push origin main")


def made_from(approval, **chosen):
    choice = a_choice(**{"scope": Scope.ALWAYS, **chosen})
    return grant_from(approval, choice, id="rule_1", made_by="Ana", made_at=NOW)


def test_a_grant_covers_what_it_was_made_from():
    for scope in (Scope.SESSION, Scope.ALWAYS):
        made = made_from(an_approval(), scope=scope)

        assert covers(made, an_approval(id="appr_2"), NOW)
        assert made.code == (Code.SESSION if scope is Scope.SESSION else Code.ALWAYS)
        assert made.end == (End.SESSION if scope is Scope.SESSION else End.REVOKED)


@pytest.mark.parametrize(
    "other",
    [
        {"key_id": "b" * 12},
        {"action": an_action(action_type="Write")},
        {"action": an_action(cwd="/srv/other")},
        {"action": an_action(cwd=None)},
        {"action": an_action(cwd="")},
        {"questions": (a_question("a"),)},
        {"risk": Assessment(level=Level.NORMAL, floor=("deletes",))},
    ],
)
@pytest.mark.parametrize("extent", [ANY, EXACT])
def test_a_grant_covers_nothing_beside(extent, other):
    assert not covers(a_grant(extent=extent), an_approval(**other), NOW)


def test_an_absent_directory_is_a_value_of_its_own():
    nowhere = an_approval(action=an_action(cwd=None))

    assert covers(a_grant(cwd=None), nowhere, NOW)
    assert not covers(a_grant(cwd=None), an_approval(), NOW)


def test_a_session_grant_covers_its_session_only():
    grant = a_grant(scope=Scope.SESSION, session_id="s1")

    assert covers(grant, an_approval(), NOW)
    assert not covers(grant, an_approval(session_id="s2"), NOW)
    assert not covers(replace(grant, session_id=""), an_approval(session_id=""), NOW)


def test_a_grant_for_one_command_covers_no_other():
    grant = made_from(an_approval(), extent=EXACT)
    other = an_action(title="Bash", preview="git push", params={"command": "git push"})

    assert covers(grant, an_approval(), NOW)
    assert not covers(grant, an_approval(action=other), NOW)


def test_an_extent_of_another_version_covers_nothing():
    grant = a_grant(extent=Extent(breadth=Breadth.UNKNOWN))

    assert not covers(grant, an_approval(), NOW)


def test_a_revoked_grant_covers_nothing():
    grant = a_grant(revoked_at=NOW)

    assert grant.standing(NOW) is Standing.REVOKED
    assert not covers(grant, an_approval(), NOW)


def test_a_grant_with_a_clock_ends_at_its_instant():
    grant = a_grant(end=End.HOUR, expires_at=NOW + timedelta(hours=1))

    assert covers(grant, an_approval(), NOW + timedelta(minutes=59))
    assert not covers(grant, an_approval(), NOW + timedelta(hours=1))
    assert grant.standing(NOW + timedelta(hours=1)) is Standing.EXPIRED


def test_a_grant_with_a_count_ends_with_its_last_use():
    grant = made_from(an_approval(), end=End.THRICE)

    assert grant.uses_left == 3
    assert covers(replace(grant, uses_left=1), an_approval(), NOW)
    assert not covers(replace(grant, uses_left=0), an_approval(), NOW)
    assert replace(grant, uses_left=0).standing(NOW) is Standing.SPENT


def test_a_grant_that_has_ended_still_says_how_far_it_reached():
    assert reaches(a_grant(revoked_at=NOW, expires_at=NOW, uses_left=0), an_approval())


def test_those_that_cover_come_in_their_order():
    first, ended, last = a_grant(), a_grant(revoked_at=NOW), a_grant(extent=EXACT)

    assert [*covering((first, ended, last), an_approval(), NOW)] == [first, last]


def test_standing_scopes_are_offered_where_they_can_hold():
    assert scopes_offered(an_approval()) == (Scope.SESSION, Scope.ALWAYS)
    assert scopes_offered(an_approval(session_id="")) == (Scope.ALWAYS,)
    assert scopes_offered(an_approval(risk=FLOOR)) == ()
    assert scopes_offered(an_approval(questions=(a_question("a"),))) == ()


def test_extents_are_offered_where_a_scope_is():
    assert extents_offered(an_approval()) == (EXACT, ANY)
    assert extents_offered(an_approval(risk=FLOOR)) == ()
    assert extents_offered(an_approval(questions=(a_question("a"),))) == ()


def test_each_scope_has_its_own_end_first():
    assert ends_offered(Scope.ONCE) == ()
    assert ends_offered(Scope.SESSION)[0] is End.SESSION
    assert ends_offered(Scope.ALWAYS)[0] is End.REVOKED
    assert set(ends_offered(Scope.SESSION)) | set(ends_offered(Scope.ALWAYS)) == set(End)


@pytest.mark.parametrize(
    "choice",
    [
        {"extent": ANY},
        {"end": End.HOUR},
        {"scope": Scope.SESSION, "end": End.REVOKED},
        {"scope": Scope.ALWAYS, "end": End.SESSION},
    ],
)
def test_a_choice_that_no_card_offers_is_refused(choice):
    with pytest.raises(InvalidAsk):
        Choice(approve=True, **choice)


def test_only_an_extent_that_the_card_offers_can_be_chosen():
    offered = a_choice(scope=Scope.ALWAYS, extent=EXACT)
    other = a_choice(scope=Scope.ALWAYS, extent=replace(EXACT, text="git push"))

    assert checked_choice(an_approval(), offered) == offered
    with pytest.raises(InvalidAsk, match="no such extent"):
        checked_choice(an_approval(), other)
    with pytest.raises(InvalidAsk, match="always asks"):
        checked_choice(an_approval(risk=FLOOR), offered)


def test_an_end_by_the_clock_is_an_instant():
    assert End.QUARTER.instant(NOW, UTC) == NOW + timedelta(minutes=15)
    assert End.HOUR.instant(NOW, UTC) == NOW + timedelta(hours=1)
    for end in (End.REVOKED, End.SESSION, End.THRICE):
        assert end.instant(NOW, UTC) is None


@pytest.mark.parametrize(
    ("zone", "now", "midnight"),
    [
        ("UTC", (2026, 11, 20, 12), (2026, 11, 21, 0)),
        ("Asia/Tokyo", (2026, 11, 20, 16), (2026, 11, 21, 15)),
        ("America/New_York", (2026, 11, 20, 4), (2026, 11, 20, 5)),
        ("America/Havana", (2026, 3, 8, 4), (2026, 3, 8, 5)),  # midnight does not exist there
        ("Pacific/Kiritimati", (2026, 11, 20, 9, 59), (2026, 11, 20, 10)),
    ],
)
def test_today_ends_at_midnight_where_people_are(zone, now, midnight):
    now, midnight = (datetime(*parts, tzinfo=UTC) for parts in (now, midnight))

    assert End.TODAY.instant(now, ZoneInfo(zone)) == midnight
    assert midnight > now
