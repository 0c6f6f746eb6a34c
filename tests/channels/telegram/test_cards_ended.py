"""Cards that have ended, questions on their way, and cards for several asks."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.channels.telegram.cards import needs_attachment
from bot.channels.telegram.layout import MESSAGE_LIMIT
from bot.core.approval import Outcome, decided, expired, reported, withdrawn
from bot.core.card import Face
from bot.core.decision import Scope, Via
from bot.core.preview import utf16_length
from bot.core.question import Answer, Option
from tests.builders import NOW, a_decision, a_question, an_action, an_approval
from tests.channels.telegram.conftest import READER
from tests.channels.telegram.test_cards import first_lines, labels, shown


@pytest.mark.parametrize(
    ("changes", "stamp"),
    [
        ({}, "✅ Approved by Ana in Telegram, 12:01 UTC"),
        ({"via": Via.WEB}, "✅ Approved by Ana on the web page, 12:01 UTC"),
        ({"via": Via.API, "by": "ci"}, "✅ Approved by ci through the API, 12:01 UTC"),
        ({"via": Via.EMAIL}, "✅ Approved by Ana by mail, 12:01 UTC"),
        ({"via": Via.GRANT}, "✅ Approved by a standing approval of Ana, 12:01 UTC"),
        ({"via": Via.RULE, "rule": "read-only"}, "📏 Allowed by rule read-only, 12:01 UTC"),
        ({"approved": False}, "❌ Denied by Ana in Telegram, 12:01 UTC"),
        ({"approved": False, "via": Via.RULE, "rule": "x"}, "📏 Denied by rule x, 12:01 UTC"),
        ({"override": "ls"}, "✏️ Approved by Ana in Telegram with a change, 12:01 UTC"),
    ],
)
def test_a_decision_is_the_first_line(changes: dict[str, object], stamp: str) -> None:
    approval = decided(an_approval(), a_decision(**changes))

    assert first_lines(approval) == stamp
    assert shown(approval).markup is None
    assert "claude @ shop: git push origin main" in shown(approval).text


def test_only_an_approval_shows_the_tick() -> None:
    pending = an_approval()
    others = [
        decided(pending, a_decision(approved=False)),
        expired(pending, at=NOW),
        withdrawn(pending, at=NOW),
    ]

    assert not any("✅" in shown(one).text for one in others)


def test_a_note_is_quoted() -> None:
    approval = decided(an_approval(), a_decision(approved=False, note="wrong branch"))

    assert first_lines(approval, 2).endswith("\n“wrong branch”")


def test_a_changed_command_stands_above_the_one_asked_for() -> None:
    approval = decided(an_approval(), a_decision(override="git push origin staging"))

    text = shown(approval).text
    assert text.index("git push origin staging") < text.index("Instead of what was asked for:")
    assert text.index("Instead of") < text.rindex("git push origin main")


def test_a_session_prints_its_rule() -> None:
    approval = decided(an_approval(), a_decision(scope=Scope.SESSION))

    assert first_lines(approval, 2).splitlines()[1] == (
        "🔁 For the rest of this session: any Bash, for claude "
        "and whoever shares its key, in /srv/shop. Dangerous ones still ask."
    )


def test_an_always_without_a_directory_says_so() -> None:
    approval = an_approval(action=an_action(cwd=None))

    text = shown(decided(approval, a_decision(scope=Scope.ALWAYS))).text

    assert "whoever shares its key, where it names no directory, until revoked." in text


@pytest.mark.parametrize(
    ("after", "words"),
    [(4.26, "exit 2, 4.3 s"), (200, "exit 2, 3 min"), (9000, "exit 2, 2 h"), (-5, "exit 2")],
)
def test_the_outcome_stands_beside_the_stamp(after: float, words: str) -> None:
    decision = a_decision()
    at = decision.at + timedelta(seconds=after)
    outcome = Outcome(exit_code=2, summary="failed", reported_at=at)
    approval = reported(decided(an_approval(), decision), outcome)

    assert first_lines(approval, 2) == (
        f"✅ Approved by Ana in Telegram, 12:01 UTC · ran, {words}\nResult: failed"
    )


def test_an_answer_stands_in_the_stamp() -> None:
    approval = an_approval(questions=(a_question("SQLite", "PostgreSQL"),))

    ended = decided(approval, a_decision(answers=(Answer(letters=("B",)),)))

    assert first_lines(ended) == "💬 Answered by Ana in Telegram, 12:01 UTC · B) PostgreSQL"


def test_answers_of_several_questions_stand_with_their_questions() -> None:
    questions = (a_question("x", text="One?"), a_question("y", "z", text="Two?", multiple=True))
    answers = (Answer(custom="mine"), Answer(letters=("A", "B")))

    text = shown(decided(an_approval(questions=questions), a_decision(answers=answers))).text

    assert "1. One?\n💬 “mine”\n2. Two?\n💬 A) y, B) z" in text


def test_what_expired_was_denied() -> None:
    action, asked = an_approval(), an_approval(questions=(a_question("x"),))

    assert first_lines(expired(action, at=NOW)) == (
        "⌛ Expired at 12:00 UTC, nobody answered. Denied."
    )
    assert first_lines(expired(asked, at=NOW)) == "⌛ Expired at 12:00 UTC, nobody answered."


def test_a_withdrawal_says_why() -> None:
    approval = an_approval()

    assert first_lines(withdrawn(approval, at=NOW)) == "🚪 Withdrawn at 12:00 UTC."
    assert first_lines(withdrawn(approval, at=NOW, reason="answered at the terminal")) == (
        "🚪 Withdrawn at 12:00 UTC: answered at the terminal"
    )


# Questions


def test_progress_stands_in_the_headline_and_earlier_answers_below() -> None:
    questions = (a_question("x", text="One?"), a_question("y", text="Two?"))
    approval = an_approval(questions=questions)

    text = shown(approval, Face(answers=(Answer(letters=("A",)),))).text

    assert text.startswith("❓ 2 of 2 · claude @ shop: Two?")
    assert "1. A) x" in text


def test_ticked_options_are_ticked_on_their_buttons() -> None:
    approval = an_approval(questions=(a_question("x", "y", multiple=True, allow_custom=False),))

    message = shown(approval, Face(ticked=("B",)))

    assert labels(message) == [["☐ A) x", "☑ B) y"], ["Done (1)", "❌ Deny"]]


def test_descriptions_of_options_are_shown() -> None:
    options = (Option(label="SQLite", description="one file"),)

    message = shown(an_approval(questions=(a_question(options=options),)))

    assert "A) SQLite – one file" in message.text


def test_many_long_options_are_shortened_and_attached() -> None:
    options = tuple(Option(label="o" * 300) for _ in range(26))
    approval = an_approval(questions=(a_question("x"), a_question(options=options)))

    assert needs_attachment(approval, READER)
    assert "📎 Full text attached" in shown(approval, Face(answers=(Answer(custom="a"),))).text


# Alike asks


def test_a_card_says_on_its_first_line_and_in_a_row_how_often_it_is_asked():
    two, three = shown(an_approval(copies=1)).text, shown(an_approval(copies=2)).text

    assert two.startswith("🟡 ×2 · claude @ shop: git push origin main")
    assert "\nAsked twice; one answer is for both.\n" in two
    assert three.startswith("🟡 ×3 · claude")
    assert "\nAsked 3 times; one answer is for all of them.\n" in three


def test_what_was_shown_whole_stays_whole_as_more_join():
    for length in range(3000, 3300):
        action = an_action(preview="x" * length, params={})
        one = an_approval(action=action)
        many = an_approval(action=action, copies=49, short_code=one.short_code)
        assert needs_attachment(one, READER) == needs_attachment(many, READER)
        assert ("x" * length in shown(one).text) == ("x" * length in shown(many).text)
        assert utf16_length(shown(many).text) + 700 < MESSAGE_LIMIT


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Pacific/Kiritimati"])
def test_a_card_is_as_whole_in_every_zone(zone: str) -> None:
    there = replace(READER, timezone=ZoneInfo(zone))
    expires_at = NOW + timedelta(hours=4)
    for size in range(3180, 3260):
        approval = an_approval(action=an_action(preview="x" * size), expires_at=expires_at)

        assert needs_attachment(approval, READER) == needs_attachment(approval, there)
