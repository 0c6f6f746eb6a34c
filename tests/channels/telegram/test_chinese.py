"""Everything that is shown in Chinese is Chinese, but for names, commands and agents' words."""

import re
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from aiogram.utils.formatting import Text

from bot.channels.telegram import commands, preference
from bot.channels.telegram.answers import answer_to_tap, answer_to_words
from bot.channels.telegram.cards import Message, card
from bot.channels.telegram.details import File, attachment, details
from bot.channels.telegram.prompt import PLACEHOLDER, prompt
from bot.channels.telegram.text import Reader
from bot.core.approval import Approval, Outcome, decided, expired, reported, withdrawn
from bot.core.card import Face
from bot.core.decision import Scope, Via
from bot.core.end import End
from bot.core.errors import CardOutdated, InvalidAsk, TooHasty
from bot.core.extent import Breadth, Extent
from bot.core.halt import PAUSED_REASON
from bot.core.number import WRONG_NUMBER, Number
from bot.core.panel import Panel
from bot.core.preference import InvalidPreference, Preferences, Quiet, QuietMode
from bot.core.question import Answer, choose
from bot.core.revocation import Revocation
from bot.core.risk import REASON_TEXTS, Assessment, Level, Reason
from bot.core.routing import Routing, Silence
from bot.core.ruling import Ruling
from bot.core.vote import Vote
from bot.gate.channel import Target
from bot.gate.press import Effect, Person, Reaction
from bot.locales import translator
from bot.locales.rule import rule_text
from bot.locales.wish import change_to
from tests.builders import NOW, a_decision, a_grant, a_question, an_action, an_approval

CHINESE = Reader(language="zh_CN", translator=translator("zh_CN"), timezone=UTC)
ANA = Person(address=Target(channel="telegram", address="1001"), name="安娜")
NAMES = {"Telegram", "ok2run", "SHA", "API", "ID", "UTC", "HTTP", "English", "ALLOWED", "USER"}
NAMES |= {"IDS", "Bash", "Europe", "Berlin", "GET", "Read"}
COMMAND = re.compile(r"/\w+")


def english_in(text: str, entities=()) -> set[str]:
    """The English words that stand outside agents' words."""
    encoded = bytearray(text.encode("utf-16-le"))
    for one in entities:
        if one.type in {"code", "pre"}:
            encoded[2 * one.offset : 2 * (one.offset + one.length)] = b" \0" * one.length
    left = COMMAND.sub("", encoded.decode("utf-16-le"))
    return set(re.findall(r"[A-Za-z]{2,}", left)) - NAMES


def english_on(message: Message) -> set[str]:
    found = english_in(message.text, message.entities)
    rows = message.markup.inline_keyboard if message.markup is not None else []
    for button in (button for row in rows for button in row):
        found |= english_in(re.sub(r"^([☐☑] )?[A-Z]\) .*", "", button.text))
    return found


HANDLE = "h" * 22
MANY = tuple(Reason(floor_class=None, text=text) for text in REASON_TEXTS)
SHARED = Ruling(
    rule="x",
    because="y",
    routing=Routing(
        approvers=("安娜", "本"), quorum=2, deny_threshold=2, silence=Silence.HAND_BACK
    ),
)
ASKED = (a_question("x", "y", text="一？"), a_question("z", text="二？", multiple=True))
LONG = an_action(title="t" * 200, preview="p\n" * 4000, params={"a": "b" * 4000}, reason="r")
PANEL = Face(
    choosing=Panel(
        person="p",
        scope=Scope.ALWAYS,
        end=End.HOUR,
        extents=(Extent(breadth=Breadth.EXACT, text="x"), Extent(breadth=Breadth.TYPE)),
    )
)
NUMBERED = an_approval(
    risk=Assessment(level=Level.CRITICAL), number=Number(right=11, offered=(11, 22, 33))
)
EVERY_FACE = [
    (an_approval(), PANEL),
    (NUMBERED, Face()),
    (NUMBERED, Face(confirming="p")),
    *(
        (an_approval(ruling=replace(SHARED, escalated_at=NOW, escalated=names)), Face())
        for names in ((), ("本",))
    ),
    (an_approval(), Face()),
    (an_approval(action=an_action(reason="r", context={"host": "h"})), Face()),
    (an_approval(copies=1), Face()),
    (an_approval(ruling=SHARED), Face()),
    (
        an_approval(
            ruling=SHARED,
            votes=tuple(
                Vote(identity=name, name=name, via=Via.WEB, at=NOW, approved=name == "安娜")
                for name in ("安娜", "本")
            ),
        ),
        Face(),
    ),
    *(
        (an_approval(risk=Assessment(level=level, reasons=MANY[start : start + 6])), Face())
        for level in (Level.HIGH, Level.CRITICAL)
        for start in range(0, len(MANY), 6)
    ),
    (an_approval(risk=Assessment(level=Level.HIGH, reasons=MANY)), Face(confirming="p")),
    (an_approval(), Face(confirming="p", scope=Scope.ALWAYS)),
    (an_approval(action=LONG), Face()),
    (an_approval(action=an_action(preview="PASSWORD='hunter2-hunter2'\n\n\n\n\nx")), Face()),
    (an_approval(questions=ASKED), Face()),
    (an_approval(questions=ASKED), Face(answers=(choose(ASKED[0], "A"),), ticked=("A",))),
]
ENDED = [
    *(
        decided(an_approval(), a_decision(by="安娜", **changes))
        for changes in (
            *({"via": via} for via in (Via.TELEGRAM, Via.WEB, Via.API, Via.EMAIL, Via.GRANT)),
            *({"via": Via.RULE, "rule": "x", "approved": approved} for approved in (True, False)),
            {"approved": False, "note": "n"},
            {"override": "ls"},
            {"scope": Scope.SESSION, "end": End.SESSION},
            *({"scope": Scope.ALWAYS, "end": end} for end in (End.REVOKED, End.THRICE)),
            *(
                {"scope": Scope.ALWAYS, "end": end, "until": NOW + timedelta(hours=1)}
                for end in (End.QUARTER, End.HOUR, End.TODAY)
            ),
        )
    ),
    decided(an_approval(), a_decision(by="安娜", via=Via.EARLIER, approved=False)),
    decided(an_approval(), a_decision(by="安娜", approved=False), reason=WRONG_NUMBER),
    replace(decided(an_approval(), a_decision(by="安娜", approved=False)), repeats=2),
    replace(
        decided(an_approval(), a_decision(by="安娜", scope=Scope.ALWAYS, end=End.REVOKED)),
        revocation=Revocation(by="本", at=NOW),
    ),
    *(
        expired(an_approval(ruling=ruling, questions=questions), at=NOW, reason=reason)
        for ruling in (None, SHARED)
        for questions in ((), ASKED)
        for reason in (PAUSED_REASON, "handed back: snoozed until 14:00 UTC")
    ),
    expired(an_approval(), at=NOW),
    expired(an_approval(ruling=SHARED), at=NOW),
    expired(an_approval(questions=ASKED), at=NOW),
    withdrawn(an_approval(), at=NOW),
    withdrawn(an_approval(), at=NOW, reason="r"),
    *(
        reported(
            decided(an_approval(), a_decision(by="安娜")),
            Outcome(exit_code=code, summary="s", reported_at=NOW),
        )
        for code in (0, None)
    ),
    decided(
        an_approval(questions=ASKED),
        a_decision(by="安娜", answers=(choose(ASKED[0], "A"), Answer(custom="w"))),
    ),
]


@pytest.mark.parametrize(("approval", "face"), EVERY_FACE)
def test_every_card_that_asks_is_chinese(approval: Approval, face: Face):
    message = card(approval, face, HANDLE, CHINESE)

    assert english_on(message) == set()
    assert re.search("[一-鿿]", message.text)


@pytest.mark.parametrize("approval", ENDED)
def test_every_card_that_ended_is_chinese(approval: Approval):
    message = card(approval, Face(), HANDLE, CHINESE)

    assert english_on(message) == set()
    assert re.search("[一-鿿]", message.text.splitlines()[0])


@pytest.mark.parametrize("approval", [EVERY_FACE[0][0], EVERY_FACE[1][0], *(ENDED[0],)])
def test_details_are_chinese(approval: Approval):
    told = details(approval, CHINESE)

    assert isinstance(told, Text)
    assert english_on(Message.of(told, CHINESE)) == set()


@pytest.mark.parametrize(
    "approval", [an_approval(action=LONG), an_approval(action=LONG, questions=ASKED)]
)
def test_files_have_chinese_labels_and_captions(approval: Approval):
    for file in (attachment(approval, CHINESE), details(approval, CHINESE)):
        assert isinstance(file, File)
        assert english_on(Message.of(file.caption, CHINESE)) == set()
        labels = re.findall(r"^(\D[^:{}\"]*):", file.text, re.MULTILINE)
        assert labels
        assert english_in(" ".join(labels)) == set()


def test_what_asks_for_words_is_chinese():
    message = Message.of(prompt(an_approval(questions=ASKED), Face(), CHINESE), CHINESE)

    assert english_on(message) == set()
    assert english_in(CHINESE.gettext(PLACEHOLDER)) == set()


REFUSALS = (
    TooHasty(approvals=10, seconds=60, short_code="TOKEN"),
    TooHasty(approvals=10, seconds=30, short_code="TOKEN"),
    CardOutdated("One more like it came in; the card shows both now."),
    InvalidAsk("Choose from {letters}.", values={"letters": "A"}),
)


@pytest.mark.parametrize("effect", Effect)
def test_every_answer_is_chinese(effect: Effect):
    agent = {"agent": "小克"}
    approvals = [
        None,
        *(an_approval(**agent, ruling=ruling) for ruling in (None, SHARED)),
        an_approval(**agent, questions=ASKED),
        decided(an_approval(**agent), a_decision(by="安娜")),
        decided(an_approval(**agent), a_decision(by="安娜", approved=False)),
        *(
            decided(an_approval(**agent), a_decision(by="安娜", scope=scope))
            for scope in (Scope.SESSION, Scope.ALWAYS)
        ),
        expired(an_approval(**agent), at=NOW),
        expired(an_approval(**agent, questions=ASKED), at=NOW),
        withdrawn(an_approval(**agent), at=NOW),
    ]
    for approval in approvals:
        for refusal in (None, *REFUSALS):
            for face in (None, Face(confirming="p"), PANEL, Face(revoking=True)):
                reaction = Reaction(effect=effect, approval=approval, refusal=refusal, face=face)
                told = answer_to_tap(reaction, ANA, CHINESE).text
                assert english_in(told) - {"yes", "TOKEN"} == set()
                words = answer_to_words(reaction, ANA, CHINESE)
                typed = {"yes", "no", "TOKEN", approval.short_code if approval else ""}
                assert english_in(words) - typed == set()


@pytest.mark.parametrize("breadth", Breadth)
@pytest.mark.parametrize("end", [None, NOW + timedelta(hours=1)])
def test_every_rule_is_chinese(breadth: Breadth, end):
    for more in ("", "GET"):
        for cwd in (None, "/"):
            extent = Extent(breadth=breadth, text="/", more=more)
            grant = a_grant(extent=extent, agent="小克", cwd=cwd, expires_at=end, end=End.HOUR)
            assert english_in(rule_text(grant, CHINESE)) == set()


def test_commands_are_answered_in_chinese():
    quiet = Quiet(from_minute=0, to_minute=60, mode=QuietMode.HELD)
    said = [
        commands.your_id("1", 2, CHINESE),
        *(
            preference.settings(preferences, CHINESE, NOW)
            for preferences in (
                Preferences(),
                Preferences(heard_language="zh"),
                Preferences(language="zh_CN", timezone="Asia/Tokyo", quiet=quiet),
            )
        ),
        *(
            preference.told(name, Preferences(quiet=quiet), CHINESE, NOW, is_changed=is_changed)
            for name in ("language", "timezone", "quiet")
            for is_changed in (True, False)
        ),
    ]

    for text in said:
        assert english_on(Message.of(text, CHINESE)) == set()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("language", "fr"),
        ("timezone", "nowhere at all"),
        ("timezone", "Berlim"),
        ("quiet", "x"),
        ("quiet", "25-7"),
        ("quiet", "1-1"),
    ],
)
def test_a_refused_setting_is_told_in_chinese(command: str, words: str):
    with pytest.raises(InvalidPreference) as caught:
        change_to(command, words)

    message = Message.of(preference.refused(caught.value, CHINESE), CHINESE)

    assert english_on(message) - {"silent", "held", "auto", "en", "zh", "off"} == set()
