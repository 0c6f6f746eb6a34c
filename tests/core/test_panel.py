"""Choosing what Session and Always cover: what is offered, and what presses on it mean."""

from dataclasses import replace
from itertools import permutations

import pytest

from bot.core.approval import decided
from bot.core.card import Button, Face, Verb, Wish, buttons, press, press_afterwards
from bot.core.decision import Choice, Scope, Via
from bot.core.end import End
from bot.core.errors import CardOutdated
from bot.core.extent import ANY, Breadth, Extent
from bot.core.panel import Panel, left_out, open_panel, opens_panel
from bot.core.revocation import Revocation
from bot.core.risk import Assessment, Level
from tests.builders import NOW, a_decision, an_action, an_approval

ANA, BEN = "person:ana", "person:ben"
TEST = an_action(title="npm test", preview="npm test", params={"command": "npm test"})
DEPLOY = an_action(action_type="deploy", params={})
HIGH = Assessment(level=Level.HIGH)
STANDING = [(Verb.SESSION, Scope.SESSION), (Verb.ALWAYS, Scope.ALWAYS)]


def rows(approval, face):
    return [[button.verb for button in row] for row in buttons(approval, face)]


def opened(approval, verb=Verb.ALWAYS, person=ANA):
    face = press(approval, Face(), Button(verb=verb), person=person)
    assert isinstance(face, Face)
    return face


def choices(approval, face):
    return [one for row in buttons(approval, face) for one in row if one.verb is Verb.CHOOSE]


def end_button(face, end):
    return Button(verb=Verb.END, letter=face.choosing.mark(end))


@pytest.mark.parametrize(("verb", "scope"), STANDING)
def test_session_and_always_open_a_panel_with_the_usual_end(verb, scope):
    approval = an_approval(action=TEST)

    face = opened(approval, verb)

    usual = End.SESSION if scope is Scope.SESSION else End.REVOKED
    assert (face.choosing.person, face.choosing.scope, face.choosing.end) == (ANA, scope, usual)
    assert [one.breadth for one in face.choosing.extents] == [
        Breadth.EXACT,
        Breadth.BEGINS,
        Breadth.TYPE,
    ]
    assert rows(approval, face) == [[Verb.CHOOSE] * 3, [Verb.END] * 4, [Verb.END], [Verb.BACK]]
    assert face.choosing.ends == (End.QUARTER, End.HOUR, End.TODAY, End.THRICE, usual)


@pytest.mark.parametrize(("verb", "scope"), STANDING)
def test_where_nothing_is_narrower_one_tap_acts(verb, scope):
    approval = an_approval(action=DEPLOY)

    pressed = press(approval, Face(), Button(verb=verb), person=ANA)

    assert pressed == Choice(approve=True, scope=scope)


def test_a_number_decides_what_is_printed_beside_it():
    approval = an_approval(action=TEST)
    face = opened(approval)

    for button, extent in zip(choices(approval, face), face.choosing.extents, strict=True):
        pressed = press(approval, face, button, person=ANA)
        assert pressed == Choice(approve=True, scope=Scope.ALWAYS, extent=extent, end=End.REVOKED)


def test_an_end_changes_only_what_is_shown():
    approval = an_approval(action=TEST)
    face = opened(approval)

    turned = press(approval, face, end_button(face, End.HOUR), person=ANA)

    assert turned == Face(choosing=replace(face.choosing, end=End.HOUR))
    pressed = press(approval, turned, choices(approval, turned)[0], person=ANA)
    assert pressed.end is End.HOUR


def test_a_number_of_another_end_or_scope_makes_nothing():
    approval = an_approval(action=TEST)
    face = opened(approval)
    turned = press(approval, face, end_button(face, End.HOUR), person=ANA)
    session = opened(approval, Verb.SESSION)

    for shown, now in permutations((face, turned, session), 2):
        for button in choices(approval, shown):
            assert press(approval, now, button, person=ANA) is Wish.STALE


def test_nobody_chooses_in_anothers_panel():
    approval = an_approval(action=TEST)
    face = opened(approval)
    button = choices(approval, face)[1]

    taken = press(approval, face, button, person=BEN)

    assert taken == Face(choosing=replace(face.choosing, person=BEN))
    assert press(approval, taken, button, person=BEN).extent == face.choosing.extents[1]
    assert press(approval, taken, button, person=ANA) == face
    by_end = press(approval, face, end_button(face, End.HOUR), person=BEN)
    assert by_end.choosing.person == BEN


def test_back_and_deny_lead_out_of_a_panel():
    approval = an_approval(action=TEST)
    face = opened(approval)

    assert press(approval, face, Button(verb=Verb.BACK), person=BEN) == Face()
    assert press(approval, face, Button(verb=Verb.DENY), person=BEN) == Choice(approve=False)
    assert press(approval, face, Button(verb=Verb.APPROVE), person=ANA) is Wish.STALE


def test_high_risk_asks_once_more_for_just_what_was_chosen():
    approval = an_approval(action=TEST, risk=HIGH)
    face = opened(approval)

    asked = press(approval, face, choices(approval, face)[0], person=ANA)

    exact = face.choosing.extents[0]
    assert asked == Face(confirming=ANA, scope=Scope.ALWAYS, extent=exact, end=End.REVOKED)
    ((confirm, _),) = buttons(approval, asked)
    assert press(approval, asked, confirm, person=ANA) == asked.confirmed
    others = [
        replace(asked, extent=ANY),
        replace(asked, extent=Extent(breadth=Breadth.UNKNOWN)),
        replace(asked, end=End.HOUR),
        replace(asked, scope=Scope.SESSION, end=End.SESSION),
        Face(confirming=ANA),
    ]
    for other in others:
        assert press(approval, other, confirm, person=ANA) is Wish.STALE


def test_a_choice_is_for_no_more_copies_than_were_shown():
    approval = an_approval(action=TEST)
    face = opened(approval)
    button = choices(approval, face)[0]

    with pytest.raises(CardOutdated):
        press(replace(approval, copies=1), face, button, person=ANA)


def test_a_rule_too_long_to_print_is_left_out():
    line = "npm test -- " + "x" * 475
    long = an_action(title=line, preview=line, params={"command": line})
    approval = an_approval(action=long)

    panel = open_panel(approval, Scope.ALWAYS, person=ANA)

    assert [extent.breadth for extent in panel.extents] == [Breadth.BEGINS, Breadth.TYPE]
    assert left_out(approval, panel) == 1


def test_what_is_shown_longer_than_it_is_counts_as_shown():
    line = "echo " + "\u200b" * 100
    hidden = an_action(title=line, preview=line, params={"command": line})

    panel = open_panel(an_approval(action=hidden), Scope.ALWAYS, person=ANA)

    assert [extent.breadth for extent in panel.extents] == [Breadth.TYPE]


def test_where_even_the_type_is_too_long_nothing_is_granted_unseen():
    approval = an_approval(action=replace(DEPLOY, cwd="/" + "d" * 1000))

    assert opens_panel(approval)
    face = opened(approval)
    assert face.choosing.extents == ()
    assert rows(approval, face) == [[Verb.BACK]]


def test_the_floor_opens_no_panel():
    approval = an_approval(action=TEST, risk=Assessment(level=Level.HIGH, floor=("deletes",)))

    assert not opens_panel(approval)
    assert press(approval, Face(), Button(verb=Verb.ALWAYS), person=ANA) is Wish.STALE


def test_a_face_with_a_panel_survives_being_stored():
    approval = an_approval(action=TEST, risk=HIGH)
    face = opened(approval)
    asked = press(approval, face, choices(approval, face)[0], person=ANA)

    for each in (face, asked, Face(revoking=True)):
        assert Face.load(each.dump()) == each
    assert Panel.load(None) is None
    assert Face.load("{}") == Face()


# Afterwards


def granted(**changes):
    made = a_decision(scope=Scope.ALWAYS, grant_id="rule_1", extent=ANY, end=End.REVOKED)
    return decided(an_approval(action=DEPLOY), replace(made, **changes))


def test_the_grant_that_a_decision_made_can_be_revoked_after_being_asked_once():
    ended = granted()
    assert rows(ended, Face()) == [[Verb.REVOKE]]

    asked = press_afterwards(ended, Face(), Button(verb=Verb.REVOKE))

    assert asked == Face(revoking=True)
    assert rows(ended, asked) == [[Verb.REVOKED, Verb.BACK]]
    assert press_afterwards(ended, asked, Button(verb=Verb.BACK)) == Face()
    assert press_afterwards(ended, asked, Button(verb=Verb.REVOKED)) is Wish.REVOKE
    assert press_afterwards(ended, Face(), Button(verb=Verb.REVOKED)) is Wish.STALE
    assert press_afterwards(ended, Face(), Button(verb=Verb.APPROVE)) is None


def test_there_is_nothing_to_revoke_where_no_grant_was_made_or_it_is_gone():
    revoked = replace(granted(), revocation=Revocation(by="Ana", at=NOW))
    once = decided(an_approval(), a_decision())

    for ended in (revoked, once, granted(via=Via.GRANT)):
        assert buttons(ended, Face(revoking=True)) == ()
        assert press_afterwards(ended, Face(), Button(verb=Verb.REVOKE)) is Wish.STALE
