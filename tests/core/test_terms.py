"""What an agent that asks by a hook can be told, and what is refused because it can't be."""

from dataclasses import replace

import pytest

from bot.core.approval import checked_choice
from bot.core.card import Button, Face, Verb, Wish, buttons, press
from bot.core.decision import Choice, Scope
from bot.core.errors import InvalidAsk
from bot.core.grant import scopes_offered
from bot.core.offer import OfferVerb, assess_change, offered, take, verbs
from bot.core.risk import Level
from bot.core.routing import Silence
from bot.core.terms import Terms
from tests.builders import a_choice, a_question, an_action, an_approval

ALL = Terms(
    stops=True, replaces=True, notes=True, stands=True, says_all=True, session_rules=("mode plan",)
)
STOP = Button(verb=Verb.STOP)


def hooked(**changes):
    return an_approval(action=an_action(terms=Terms(**changes)))


@pytest.mark.parametrize("terms", [ALL, Terms(), Terms(refuses=True)])
def test_terms_are_read_as_they_were_written(terms):
    assert Terms.load(terms.dump()) == terms


def test_session_rules_that_are_no_list_are_none():
    assert Terms.load({**ALL.dump(), "session_rules": None}).session_rules == ()


def test_silence_hands_back_to_an_agent_that_asks_by_a_hook():
    assert an_approval().silence is Silence.DENY
    assert hooked().silence is Silence.HAND_BACK


def test_silence_denies_an_agent_that_has_no_terminal_to_ask_at():
    assert hooked(refuses=True).silence is Silence.DENY


def test_terms_that_were_kept_before_there_was_a_refusal_hand_back():
    kept = Terms().dump()
    del kept["refuses"]

    assert Terms.load(kept) == Terms()


def test_only_an_agent_that_can_be_stopped_is_stopped():
    choice = Choice(approve=False, stop=True)

    assert checked_choice(hooked(stops=True), choice) == choice
    for approval in (an_approval(), hooked()):
        with pytest.raises(InvalidAsk, match="can't be stopped"):
            checked_choice(approval, choice)


def test_what_is_approved_is_not_stopped():
    with pytest.raises(InvalidAsk, match="not stopped"):
        Choice(approve=True, stop=True)


def test_only_an_agent_that_can_run_something_else_is_told_to():
    choice = a_choice(override="git push origin staging")

    assert checked_choice(hooked(replaces=True), choice) == choice
    with pytest.raises(InvalidAsk, match="or nothing"):
        checked_choice(hooked(), choice)


def test_a_note_is_lost_where_the_agent_reads_none():
    assert hooked().loses_notes
    assert not hooked(notes=True).loses_notes
    assert not an_approval().loses_notes


def test_what_stands_alone_takes_no_standing_approval():
    approval = hooked(stands=False)

    assert scopes_offered(approval) == ()
    with pytest.raises(InvalidAsk, match="only be approved once"):
        checked_choice(approval, a_choice(scope=Scope.SESSION))


def test_the_card_offers_to_stop_below_everything_else():
    assert buttons(hooked(stops=True), Face())[-1] == (STOP,)
    assert STOP not in [button for row in buttons(hooked(), Face()) for button in row]


def test_a_questions_card_offers_to_stop_too():
    action = an_action(terms=Terms(stops=True))
    approval = an_approval(action=action, questions=(a_question("A", "B"),))

    assert buttons(approval, Face())[-1] == (STOP,)


def test_a_press_on_stop_denies_and_stops_on_any_face():
    for face in (Face(), Face(confirming="ana")):
        pressed = press(hooked(stops=True), face, STOP, person="ana")
        assert pressed == Choice(approve=False, stop=True)


def test_a_press_on_stop_means_nothing_where_it_is_not_offered():
    assert press(an_approval(), Face(), STOP, person="ana") is Wish.STALE


def test_a_reply_may_stop_with_its_words():
    approval = hooked(stops=True)
    offer = offered(approval, "wrong branch", writer="ana")

    assert OfferVerb.STOP in verbs(approval, offer)
    taken = take(approval, offer, OfferVerb.STOP)
    assert taken == Choice(approve=False, note="wrong branch", stop=True)


def test_a_bare_no_stops_without_words():
    approval = hooked(stops=True)
    offer = offered(approval, "no", writer="ana")

    assert take(approval, offer, OfferVerb.STOP) == Choice(approve=False, stop=True)


def test_a_replacement_is_offered_where_the_agent_can_run_it():
    for approval, is_offered in ((hooked(replaces=True), True), (hooked(), False)):
        offer = offered(approval, "git push origin staging", writer="ana")
        assert (OfferVerb.INSTEAD in verbs(approval, offer)) is is_offered


def test_a_changed_command_is_judged_with_all_that_runs_with_it():
    action = an_action(params={"command": "ls", "path": "/etc/passwd"}, preview="ls", title="ls")
    approval = an_approval(action=replace(action, terms=Terms(replaces=True)))

    assert assess_change(approval, "ls -l").level.rank >= Level.HIGH.rank
