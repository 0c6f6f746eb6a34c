"""What a card offers, and what presses on it mean."""

import pytest

from bot.core.approval import decided
from bot.core.card import Button, Face, Verb, Wish, answer_with_words, buttons, press
from bot.core.decision import Choice, Scope
from bot.core.errors import CardOutdated, InvalidAsk
from bot.core.question import Answer
from bot.core.risk import Assessment, Level
from tests.builders import a_decision, a_question, an_action, an_approval

ANA, BEN = "person:ana", "person:ben"
HIGH = Assessment(level=Level.HIGH)
FLOOR = Assessment(level=Level.HIGH, floor=("deletes",))


def verbs(approval, face=Face()):  # noqa: B008  a frozen value
    return [[button.verb for button in row] for row in buttons(approval, face)]


def test_approve_is_top_left_and_deny_top_right():
    assert verbs(an_approval()) == [
        [Verb.APPROVE, Verb.DENY],
        [Verb.SESSION, Verb.ALWAYS],
        [Verb.DETAILS],
    ]


def test_an_empty_session_has_no_session_button():
    assert verbs(an_approval(session_id=""))[1] == [Verb.ALWAYS]


def test_the_floor_has_no_session_and_no_always():
    assert verbs(an_approval(risk=FLOOR)) == [[Verb.APPROVE, Verb.DENY], [Verb.DETAILS]]


def test_what_has_ended_has_no_buttons():
    assert buttons(decided(an_approval(), a_decision()), Face()) == ()


def test_an_ordinary_card_is_decided_in_one_tap():
    approval = an_approval(action=an_action(action_type="deploy", params={}))

    assert press(approval, Face(), Button(verb=Verb.APPROVE), person=ANA) == Choice(approve=True)
    assert press(approval, Face(), Button(verb=Verb.DENY), person=ANA) == Choice(approve=False)
    for verb, scope in ((Verb.SESSION, Scope.SESSION), (Verb.ALWAYS, Scope.ALWAYS)):
        pressed = press(approval, Face(), Button(verb=verb), person=ANA)
        assert pressed == Choice(approve=True, scope=scope)


@pytest.mark.parametrize(
    ("verb", "scope"),
    [
        (Verb.APPROVE, Scope.ONCE),
        (Verb.SESSION, Scope.SESSION),
        (Verb.ALWAYS, Scope.ALWAYS),
    ],
)
def test_a_dangerous_one_asks_the_same_person_twice(verb, scope):
    approval = an_approval(risk=HIGH, action=an_action(action_type="deploy", params={}))

    asked = press(approval, Face(), Button(verb=verb), person=ANA)

    assert asked == Face(confirming=ANA, scope=scope)
    assert verbs(approval, asked) == [[Verb.CONFIRM, Verb.BACK]]
    ((confirm, _),) = buttons(approval, asked)
    by_ben = press(approval, asked, confirm, person=BEN)
    assert by_ben == Face(confirming=BEN, scope=scope)
    back = press(approval, asked, Button(verb=Verb.BACK), person=BEN)
    assert back == Face()
    assert press(approval, asked, confirm, person=ANA) == asked.confirmed


def test_a_dangerous_one_is_denied_in_one_tap():
    pressed = press(an_approval(risk=FLOOR), Face(), Button(verb=Verb.DENY), person=ANA)

    assert pressed == Choice(approve=False)


@pytest.mark.parametrize("verb", [Verb.CONFIRM, Verb.BACK, Verb.PICK, Verb.TICK, Verb.DONE])
def test_a_button_that_is_not_on_the_card_is_stale(verb):
    assert press(an_approval(), Face(), Button(verb=verb), person=ANA) is Wish.STALE


def test_a_floor_card_takes_no_forged_always():
    pressed = press(an_approval(risk=FLOOR), Face(), Button(verb=Verb.ALWAYS), person=ANA)

    assert pressed is Wish.STALE


def test_details_and_own_words_change_nothing():
    question = an_approval(questions=(a_question("A", "B"),))

    assert press(an_approval(), Face(), Button(verb=Verb.DETAILS), person=ANA) is Wish.DETAILS
    assert press(question, Face(), Button(verb=Verb.CUSTOM), person=ANA) is Wish.WORDS


def test_one_option_answers_a_single_question():
    question = an_approval(questions=(a_question("SQLite", "PostgreSQL", "Both"),))

    assert verbs(question) == [[Verb.PICK, Verb.PICK], [Verb.PICK], [Verb.CUSTOM, Verb.DENY]]
    pressed = press(question, Face(), Button(verb=Verb.PICK, letter="B"), person=ANA)
    assert pressed == Choice(approve=True, answers=(Answer(letters=("B",)),))


def test_ticks_toggle_and_done_sends_them():
    question = an_approval(questions=(a_question("a", "b", "c", multiple=True),))
    face = Face()
    done = Button(verb=Verb.DONE)

    assert verbs(question)[-1] == [Verb.DONE, Verb.CUSTOM, Verb.DENY]
    with pytest.raises(InvalidAsk, match="Tick"):
        press(question, face, done, person=ANA)
    for letter in "CAB":
        face = press(question, face, Button(verb=Verb.TICK, letter=letter), person=ANA)
    face = press(question, face, Button(verb=Verb.TICK, letter="A"), person=ANA)

    assert face.ticked == ("C", "B")
    assert press(question, face, done, person=ANA) == Choice(
        approve=True, answers=(Answer(letters=("B", "C")),)
    )


def test_several_questions_come_one_after_the_other():
    first = a_question("a", "b")
    second = a_question("x", "y", multiple=True, allow_custom=False)
    asked = an_approval(questions=(first, second))

    face = press(asked, Face(), Button(verb=Verb.PICK, step=0, letter="A"), person=ANA)

    assert face == Face(answers=(Answer(letters=("A",)),))
    assert face.step == 1
    assert verbs(asked, face) == [[Verb.TICK, Verb.TICK], [Verb.DONE, Verb.DENY]]
    stale = press(asked, face, Button(verb=Verb.PICK, step=0, letter="B"), person=ANA)
    assert stale is Wish.STALE
    ticked = press(asked, face, Button(verb=Verb.TICK, step=1, letter="B"), person=ANA)
    choice = press(asked, ticked, Button(verb=Verb.DONE, step=1), person=ANA)
    assert choice == Choice(approve=True, answers=(Answer(letters=("A",)), Answer(letters=("B",))))


def test_own_words_answer_the_current_question():
    asked = an_approval(questions=(a_question("a"), a_question("b")))

    face = answer_with_words(asked, Face(), " neither ")

    assert face == Face(answers=(Answer(custom="neither"),))
    assert answer_with_words(asked, face, "A") == Choice(
        approve=True, answers=(Answer(custom="neither"), Answer(custom="A"))
    )


@pytest.mark.parametrize(
    "face",
    [
        Face(),
        Face(confirming=ANA, scope=Scope.ALWAYS),
        Face(answers=(Answer(letters=("A", "B")), Answer(custom="ü ⟨x⟩")), ticked=("C",)),
    ],
)
def test_a_face_survives_being_saved(face):
    assert Face.load(face.dump()) == face
    assert Face.load("{}") == Face()


# Several asks on one card


def test_what_approves_counts_the_copies_that_the_card_shows():
    approval = an_approval(copies=2)

    counts = {button.verb: button.step for row in buttons(approval, Face()) for button in row}

    counted = {Verb.APPROVE: 2, Verb.SESSION: 2, Verb.ALWAYS: 2}
    assert counts == {**counted, Verb.DENY: 0, Verb.DETAILS: 0}
    assert buttons(approval, Face(confirming=ANA))[0][0] == Button(verb=Verb.CONFIRM, step=2)


@pytest.mark.parametrize("verb", [Verb.APPROVE, Verb.SESSION, Verb.ALWAYS, Verb.CONFIRM])
def test_an_approval_for_more_than_was_shown_is_outdated(verb):
    face = Face(confirming=ANA) if verb is Verb.CONFIRM else Face()

    with pytest.raises(CardOutdated):
        press(an_approval(copies=2), face, Button(verb=verb, step=1), person=ANA)


def test_an_approval_for_fewer_than_were_shown_is_one():
    pressed = press(an_approval(copies=1), Face(), Button(verb=Verb.APPROVE, step=3), person=ANA)

    assert pressed == Choice(approve=True)


def test_a_denial_counts_nothing():
    pressed = press(an_approval(copies=2), Face(), Button(verb=Verb.DENY), person=ANA)

    assert pressed == Choice(approve=False)


@pytest.mark.parametrize(("words", "letter"), [("b", "B"), (" B ", "B"), ("Two", "B")])
def test_words_pick_an_option_where_only_options_are_wanted(words: str, letter: str) -> None:
    asked = an_approval(questions=(a_question("One", "Two", allow_custom=False),))

    assert answer_with_words(asked, Face(), words) == Choice(
        approve=True, answers=(Answer(letters=(letter,)),)
    )


@pytest.mark.parametrize("words", ["C", "two or so", "2", ""])
def test_words_that_are_no_option_pick_none(words: str) -> None:
    asked = an_approval(questions=(a_question("One", "Two", allow_custom=False),))

    with pytest.raises(InvalidAsk):
        answer_with_words(asked, Face(), words)
