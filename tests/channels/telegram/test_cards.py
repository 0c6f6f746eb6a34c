"""What a card says, in which words and entities."""

from bisect import bisect_left
from datetime import timedelta

import pytest

from bot.channels.telegram.cards import Message, card, needs_attachment
from bot.channels.telegram.details import File, attachment, details
from bot.channels.telegram.layout import MESSAGE_LIMIT
from bot.core.action import Action
from bot.core.approval import Approval, Outcome, decided, reported, withdrawn
from bot.core.card import Face
from bot.core.decision import Scope, Via
from bot.core.end import End
from bot.core.extent import Breadth, Extent
from bot.core.preview import utf16_length
from bot.core.question import Answer, Option
from bot.core.risk import Assessment, Level, Reason
from tests.builders import NOW, a_decision, a_question, an_action, an_approval
from tests.channels.telegram.conftest import READER

HANDLE = "AbCdEfGhIjKlMnOpQrSt_-"


HIGH = Assessment(
    level=Level.HIGH,
    reasons=(Reason(floor_class="deletes", text="Deletes recursively."),),
    floor=("deletes",),
)


def shown(approval: Approval, face: Face | None = None) -> Message:
    return card(approval, face or Face(), HANDLE, READER)


def labels(message: Message) -> list[list[str]]:
    rows = message.markup.inline_keyboard if message.markup is not None else []
    return [[button.text for button in row] for row in rows]


def coded(message: Message) -> str:
    """Return all that stands in code, pre and date_time entities."""
    units = message.text.encode("utf-16-le")
    return "\n".join(
        units[one.offset * 2 : (one.offset + one.length) * 2].decode("utf-16-le")
        for one in message.entities
        if one.type in {"code", "pre"}
    )


def loose(message: Message) -> str:
    """Return what stands outside code and pre, where Telegram looks for links."""
    units = bytearray(message.text.encode("utf-16-le"))
    for one in message.entities:
        if one.type in {"code", "pre"}:
            units[one.offset * 2 : (one.offset + one.length) * 2] = b" \0" * one.length
    return units.decode("utf-16-le")


# Asking


def test_the_first_line_is_risk_agent_place_and_title() -> None:
    approval = an_approval(action=an_action(title="git push", cwd="/home/ana/shop/"))

    assert shown(approval).text.splitlines()[0] == "🟡 claude @ shop: git push"


def test_a_card_shows_command_where_why_and_when_it_expires() -> None:
    action = an_action(reason="Tests pass.", context={"host": "api-server"}, language="bash")
    approval = an_approval(action=action, short_code="kqmrz")

    assert shown(approval).text.splitlines() == [
        "🟡 claude @ shop: git push origin main",
        "git push origin main",
        "Type: Bash",
        "Where: /srv/shop on api-server",
        "Why: Tests pass.",
        "Expires 13:00 UTC, then denied · kqmrz",
    ]


def test_the_expiry_counts_down_by_itself() -> None:
    [time] = [one for one in shown(an_approval()).entities if one.type == "date_time"]

    assert (time.unix_time, time.date_time_format) == (
        int((NOW + timedelta(hours=1)).timestamp()),
        "r",
    )


def test_an_expiry_on_another_day_names_the_day() -> None:
    approval = an_approval(expires_at=NOW + timedelta(days=3))

    assert "Expires 2026-11-23 12:00 UTC, then denied" in shown(approval).text


def test_the_command_is_a_block_of_its_language() -> None:
    message = shown(an_approval(action=an_action(language="bash")))

    [block] = [one for one in message.entities if one.type == "pre"]
    assert block.language == "bash"


@pytest.mark.parametrize("language", ["", "a b", "x" * 40, "ba\nsh", "ж", "<b>"])
def test_a_language_that_is_no_plain_word_is_left_out(language: str) -> None:
    message = shown(an_approval(action=an_action(language=language)))

    [block] = [one for one in message.entities if one.type == "pre"]
    assert block.language is None


@pytest.mark.parametrize(
    ("level", "mark"),
    [
        (Level.LOW, "🟢"),
        (Level.NORMAL, "🟡"),
        (Level.HIGH, "🔴"),
        (Level.CRITICAL, "🟣"),
    ],
)
def test_the_mark_is_the_level_and_only_low_risk_comes_silently(level: Level, mark: str) -> None:
    message = shown(an_approval(risk=Assessment(level=level)))

    assert message.text.startswith(mark)
    assert message.silent == (level is Level.LOW)


def test_a_dangerous_card_says_why_in_words() -> None:
    text = shown(an_approval(risk=HIGH)).text

    assert "⚠ Deletes recursively." in text
    assert "⚠ This is high risk: approving takes a second tap." in text


def test_no_word_of_an_agent_stands_outside_code() -> None:
    trap = "t.me/evil @evil /start evil.com evil@evil.com +49301234567"
    action = Action(
        action_type=trap,
        title=trap,
        preview=f"{trap}\n{trap}",
        params={trap: trap},
        cwd=f"/srv/{trap}",
        reason=trap,
        context={"host": trap},
    )
    question = a_question(text=f"{trap}?", header=trap, options=(Option(label=trap),))
    pending = an_approval(action=action, agent=trap)
    asked = an_approval(action=action, agent=trap, questions=(question,))
    answered = decided(asked, a_decision(answers=(Answer(letters=("A",)),), note=trap, by=trap))
    ended = [
        decided(pending, a_decision(scope=Scope.ALWAYS, note=trap, by=trap)),
        reported(
            decided(pending, a_decision(override=trap)),
            Outcome(exit_code=1, summary=trap, reported_at=NOW),
        ),
        decided(pending, a_decision(via=Via.RULE, rule=trap)),
        withdrawn(pending, at=NOW, reason=trap),
        answered,
    ]

    for approval in (pending, asked, *ended):
        assert "evil" not in loose(shown(approval)).lower()


def test_parameters_that_only_repeat_the_command_are_left_out() -> None:
    assert "Parameters" not in shown(an_approval()).text


def test_parameters_that_say_more_are_shown() -> None:
    action = an_action(params={"command": "git push origin main", "sudo": True})

    message = shown(an_approval(action=action))

    assert "Parameters:" in message.text
    assert '"sudo": true' in coded(message)


def test_the_parameters_themselves_as_preview_are_shown_once() -> None:
    action = an_action(preview='{"a": 1}', params={"a": 1})

    assert "Parameters" not in shown(an_approval(action=action)).text


def test_hidden_values_are_counted() -> None:
    secret = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"
    action = an_action(
        title="clone", preview=f"git clone https://{secret}@github.com/x", params={}
    )

    message = shown(an_approval(action=action))

    assert secret not in message.text
    assert "🔑 1 value hidden" in message.text


def test_values_hidden_in_what_people_said_are_counted_too() -> None:
    refused = decided(an_approval(), a_decision(approved=False, note="token=abc1 is old"))
    changed = decided(an_approval(agent="password=abc1"), a_decision(override="x --token abc1"))
    outcome = Outcome(exit_code=0, summary="password=abc1", reported_at=NOW)

    for approval, count in (
        (refused, "1 value hidden"),
        (changed, "2 values hidden"),
        (reported(changed, outcome), "3 values hidden"),
        (withdrawn(an_approval(), at=NOW, reason="password=abc1"), "1 value hidden"),
        (
            an_approval(action=an_action(context={"host": "password=abc1"})),
            "1 value hidden",
        ),
    ):
        text = shown(approval).text
        assert "abc1" not in text
        assert f"🔑 {count}" in text


def test_values_hidden_in_questions_and_answers_are_counted() -> None:
    questions = (
        a_question("token=abc1", "y", text="One?"),
        a_question("z", text="password=abc1?"),
    )
    approval = an_approval(questions=questions)
    answers = (Answer(letters=("A",)), Answer(custom="password=abc1"))
    earlier = Face(answers=(Answer(custom="password=abc1"),))

    ended = shown(decided(approval, a_decision(answers=answers))).text

    assert "🔑 1 value hidden" in shown(approval).text
    assert "🔑 2 values hidden" in shown(approval, earlier).text
    assert "🔑 3 values hidden" in ended
    assert "abc1" not in ended


def test_values_hidden_in_details_and_files_are_counted() -> None:
    asked = an_approval(
        action=an_action(title="x", preview="p", params={"token": "abc1"}, context={"key": "b"})
    )
    long = "export TOKEN=abc1\n" * 500
    attached = an_approval(
        action=an_action(title="x", preview=long, params={"token": "abc1", "n": "y" * 5000})
    )

    message = details(asked, READER)
    file = details(attached, READER)

    assert not isinstance(message, File)
    assert "🔑 1 value hidden" in message.render()[0]
    assert isinstance(file, File)
    for one in (file, attachment(attached, READER)):
        assert "🔑 501 values hidden" in one.caption.render()[0]
        assert "abc1" not in one.text


def test_a_shortened_title_is_shown_in_full_below() -> None:
    title = "word " * 50 + "end"

    message = shown(an_approval(action=an_action(title=title)))

    assert "…" in message.text.splitlines()[0]
    assert title in coded(message)


def test_a_long_text_shows_head_and_tail_and_says_what_is_missing() -> None:
    action = an_action(preview="\n".join(f"line {number}" for number in range(5000)))
    approval = an_approval(action=action)

    message = shown(approval)

    assert needs_attachment(approval, READER)
    assert "line 0\n" in message.text
    assert "line 4999" in message.text
    assert "characters left out …" in message.text
    assert "📎 Full text attached: 48,889 characters" in message.text
    assert utf16_length(message.text) <= MESSAGE_LIMIT


def test_a_card_that_is_whole_needs_no_attachment() -> None:
    action = an_action(preview="x" * 2500, params={"a": "b"})

    assert not needs_attachment(an_approval(action=action), READER)


@pytest.mark.parametrize(
    "changes",
    [
        {"cwd": "/srv/" + "x" * 300},
        {"action_type": "x" * 100},
        {"reason": "x" * 1000},
        {"params": {"a": "x" * 5000}},
        {"title": "x" * 5000},
        {"preview": "\u202e" * 10 + "x" * 3300},
    ],
)
def test_whatever_is_shortened_is_attached(changes: dict[str, object]) -> None:
    assert needs_attachment(an_approval(action=an_action(**changes)), READER)


def test_the_stamp_of_a_card_that_just_fitted_leaves_its_text_whole() -> None:
    size = 3300
    while needs_attachment(an_approval(action=an_action(preview="x" * size)), READER):
        size -= 1
    approval = an_approval(action=an_action(preview="x" * size))
    decision = a_decision(scope=Scope.ALWAYS, note="n" * 500, by="b" * 100)
    outcome = Outcome(exit_code=-1, summary="s" * 500, reported_at=NOW)

    message = shown(reported(decided(approval, decision), outcome))

    assert "x" * size in message.text
    assert utf16_length(message.text) <= MESSAGE_LIMIT


@pytest.mark.parametrize("scope", [Scope.SESSION, Scope.ALWAYS])
def test_the_longest_rule_leaves_a_cards_text_whole(scope: Scope) -> None:
    long = {"action_type": "t" * 60, "cwd": "/" + "c" * 199}
    asked = {
        size: an_approval(agent="a" * 40, action=an_action(preview="x" * size, **long))
        for size in range(1000, 3300, 20)
    }
    size = bisect_left([*asked], True, key=lambda size: needs_attachment(asked[size], READER))
    size = 1000 + 20 * (size - 1)
    for breadth in Breadth:
        extent = Extent(breadth=breadth, text="e" * 512, more="OPTIONS")
        granted = {"extent": extent, "end": End.HOUR, "until": NOW + timedelta(days=1)}
        decision = a_decision(scope=scope, note="n" * 500, by="b" * 100, **granted)
        outcome = Outcome(exit_code=-(2**31), summary="s" * 500, reported_at=NOW)

        message = shown(reported(decided(asked[size], decision), outcome))

        assert "x" * size in message.text
        assert utf16_length(message.text) <= MESSAGE_LIMIT


def test_a_chosen_grant_prints_its_own_rule() -> None:
    extent = Extent(breadth=Breadth.EXACT, text="git push origin main")
    until = NOW + timedelta(hours=1)
    decision = a_decision(scope=Scope.ALWAYS, extent=extent, end=End.HOUR, until=until)

    assert first_lines(decided(an_approval(), decision), 2).splitlines()[1] == (
        "♾ From now on: exactly “git push origin main”, for claude and whoever shares its key, "
        "in /srv/shop, for 1 hour, until 13:00 UTC. Dangerous ones still ask."
    )


# Ended


def first_lines(approval: Approval, count: int = 1) -> str:
    return "\n".join(shown(approval).text.splitlines()[:count])
