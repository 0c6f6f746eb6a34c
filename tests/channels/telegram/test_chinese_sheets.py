"""Lists and what presses on them come to: Chinese, but for names, commands and agents' words."""

import re
from datetime import timedelta

import pytest

from bot.channels.telegram import sheets
from bot.channels.telegram.text import BotName, Reader
from bot.core.approval import decided as ended_by
from bot.core.approval import expired, withdrawn
from bot.core.decision import Via
from bot.core.errors import LastOwner, MayOnlyLook, TooHasty
from bot.core.grant import Standing as GrantStanding
from bot.core.halt import Halt, HaltKind
from bot.core.people import Approver, Role
from bot.core.risk import Assessment, Level
from bot.gate import draft_sheet, grants, halt_sheet, offering, queue_page, roll, suggest_sheet
from bot.gate.channel import Sheet, Target
from bot.gate.halt import Standing
from bot.gate.history import EndedPage, Opened
from bot.gate.known import Known
from bot.gate.rules_sheet import Listed, Outcome, RuleChange, RulesPage
from bot.gate.sheets import SheetEffect, SheetReaction
from tests.builders import CHAT, NOW, a_decision, a_grant, an_approval
from tests.channels.telegram.test_chinese import (
    ANA,
    CHINESE,
    HANDLE,
    english_in,
    english_on,
)

# What is written as it is in every language.
LITERAL = {"POLICY", "FILE", "TOML", "YAML", "toml", "yaml", "json", "KiB", "UTF", "policy"}
LITERAL |= {"apply", "CHAT", "APPROVAL", "TG", "yes", "no", "ok", "run"}
APPROVAL = an_approval(agent="小克")
HIGH = an_approval(agent="小克", risk=Assessment(level=Level.HIGH), copies=1)
DENIED = ended_by(APPROVAL, a_decision(by="安娜", approved=False))
ENDED = (
    DENIED,
    ended_by(APPROVAL, a_decision(by="安娜")),
    ended_by(APPROVAL, a_decision(by="安娜", via=Via.GRANT)),
    ended_by(APPROVAL, a_decision(by="安娜", via=Via.RULE, rule="x")),
    expired(APPROVAL, at=NOW),
    withdrawn(APPROVAL, at=NOW),
)
ROWS = tuple(
    queue_page.Row(
        number=place + 1, place=place, approval=one, approves=one is APPROVAL, denies=True
    )
    for place, one in enumerate((APPROVAL, HIGH, *ENDED))
)
PAUSE = Halt(kind=HaltKind.PAUSE, by="安娜", identity="person:a", since=NOW)
UNTIL = Halt(
    kind=HaltKind.PAUSE, by="安娜", identity="person:a", since=NOW, until=NOW + timedelta(hours=1)
)
SNOOZE = Halt(
    kind=HaltKind.SNOOZE, by="安娜", identity="person:a", since=NOW, until=NOW + timedelta(hours=1)
)
BACKTEST = {
    "judged": 9,
    "allowed": 3,
    "denied": 3,
    "asked": 3,
    "differing": 5,
    "differences": [
        ["allow", "denied", "x", 1],
        ["deny", "approved", "x", 1],
        ["ask", "replaced", "x", 1],
        ["ask", "unanswered", "x", 1],
    ],
}
AGREEING = {"judged": 1, "allowed": 1, "denied": 0, "asked": 0, "differing": 0, "differences": []}
RULE = suggest_sheet.Offer(document={"name": "x"}, sha256="a" * 64, count=5, backtest=BACKTEST)
LISTED = Listed(name="x", number=2, is_enabled=False, rules=2, document={"rules": []})
PERSON = Approver(id="p", name="安娜", role=Role.OWNER)
LISTED_PERSON = Known(
    person=PERSON, targets=(Target(channel="telegram", address="1001"),), sources=()
)


def queue(**changes: object) -> queue_page.Queue:
    return queue_page.Queue(**{"total": 20, "high": 2, "serial": 1, **changes})


def suggesting(**changes: object) -> suggest_sheet.Suggesting:
    default = {"offer": RULE, "at": 0, "total": 2, "asks": False, "is_file": False}
    return suggest_sheet.Suggesting(**{**default, "refused": False, **changes})


def rules(**changes: object) -> RulesPage:
    return RulesPage(**{"serial": 1, "refused": False, "is_file": False, **changes})


SHEETS = [
    *(
        ("pending", content)
        for content in (
            queue(total=0, high=0),
            queue(rows=ROWS, batches=(queue_page.Batch(rows=ROWS[:2], approves=True),)),
            queue(rows=ROWS[:2], flooding="x", is_over=True, is_digest=True),
            *(
                queue(question=queue_page.Question(approve=approve, rows=((ROWS[0], 1),)))
                for approve in (True, False)
            ),
            *(
                queue(result=queue_page.Result(approve=approve, done=2, left_out=(2, 4)))
                for approve in (True, False)
            ),
            *(
                queue(standing=Standing(halt=halt, held=held))
                for halt in (PAUSE, UNTIL, SNOOZE)
                for held in (0, 2)
            ),
        )
    ),
    ("grants", grants.GrantList(total=0, serial=1)),
    (
        "grants",
        grants.GrantList(
            total=4,
            serial=1,
            rows=tuple(
                grants.GrantRow(
                    number=1,
                    place=0,
                    grant=a_grant(
                        agent="小克", made_by="安娜", uses=2, uses_left=1, last_used_at=NOW
                    ),
                    standing=standing,
                    revoked_by=by,
                )
                for standing in GrantStanding
                for by in (None, "安娜")
            ),
        ),
    ),
    *(
        ("history", EndedPage(words=words, serial=1, start=0, approvals=approvals))
        for words in ("", "push")
        for approvals in ((), ENDED)
    ),
    *(
        ("suggest", content)
        for content in (
            suggesting(),
            suggesting(asks=True),
            suggesting(is_file=True),
            suggesting(refused=True),
            *(
                suggesting(offer=None, used=used, dismissed=dropped)
                for used, dropped in (("", ""), ("x", ""), ("", "x"))
            ),
        )
    ),
    *(
        ("rules", content)
        for content in (
            rules(),
            rules(refused=True),
            rules(policies=(LISTED,), total=1, fault="x"),
            rules(is_file=True, names=(("x", 2, True),)),
            rules(one=LISTED, total=3),
            rules(one=LISTED, total=3, asks=True),
        )
    ),
    *(
        (
            "draft",
            draft_sheet.Draft(
                stage=stage,
                faults=("x",) * 12,
                warnings=("x",),
                changes=(("x", 1, True), ("y", 2, False)),
                tests=2,
                backtest=backtest,
            ),
        )
        for stage in draft_sheet.DraftStage
        for backtest in (BACKTEST, AGREEING, {})
    ),
    *(
        (
            wish.value,
            halt_sheet.Halting(
                wish=wish,
                stage=stage,
                words=words,
                standing=Standing(halt=halt, held=held),
                before=held,
            ),
        )
        for wish in halt_sheet.Wish
        for stage in halt_sheet.Stage
        for words in ("", "2h", "until 08:00")
        for halt in (None, PAUSE, SNOOZE)
        for held in (0, 2)
    ),
    *(
        ("pair", offering.Offer(step=step, role=role, code="a" * 12, until=NOW))
        for step in offering.Step
        for role in Role
    ),
    *(
        ("people", content)
        for content in (
            roll.Roll(
                lines=tuple(
                    roll.Line(known=LISTED_PERSON, is_in_settings=listed)
                    for listed in (True, False)
                ),
                left_out=2,
            ),
            roll.Roll(sure=LISTED_PERSON),
            roll.Roll(refused="elsewhere"),
            roll.Roll(refused="not_yours"),
        )
    ),
]


def left_in(text: str, entities: object = ()) -> set[str]:
    return english_in(text, entities) - LITERAL


@pytest.mark.parametrize("username", [None, "gate_bot"])
def test_every_list_is_chinese(username: str | None):
    reader = Reader(
        language="zh_CN",
        translator=CHINESE.translator,
        timezone=CHINESE.timezone,
        bot=BotName(username=username),
    )
    for kind, content in SHEETS:
        sheet = Sheet(
            id="s", kind=kind, target=CHAT, handle=HANDLE, person="p", made_at=NOW, touched_at=NOW
        )

        message = sheets.message(sheet, content, reader)

        agents_words = {"git", "push", "origin", "main"}
        assert english_on(message) - LITERAL - agents_words == set(), (kind, message.text)
        assert re.search("[一-鿿]", message.text), (kind, message.text)


HASTY = TooHasty(approvals=10, seconds=60, short_code="xxxxx")
TOLD = [
    *(
        ("pending", queue_page.Told(what=what, approval=approval, refusal=refusal, result=result))
        for what in queue_page.What
        for approval in (APPROVAL, DENIED)
        for refusal in (HASTY, MayOnlyLook("You may look here, not decide."))
        for result in (None, queue_page.Result(approve=True, done=1, left_out=(2,)))
    ),
    *(
        (
            "grants",
            grants.GrantTold(
                row=grants.GrantRow(
                    number=1,
                    place=0,
                    grant=a_grant(agent="小克"),
                    standing=GrantStanding.IN_FORCE,
                ),
                by_this=by_this,
                only_looks=only_looks,
            ),
        )
        for by_this in (True, False)
        for only_looks in (True, False)
    ),
    ("history", Opened(approval=DENIED)),
    *(
        ("suggest", suggest_sheet.Suggested(used=used, dismissed=dropped, asks=asks))
        for used, dropped, asks in (("x", "", False), ("", "x", False), ("", "", True))
    ),
    *(
        ("rules", RuleChange(outcome=outcome))
        for outcome in (
            *(Outcome.ENABLED, Outcome.DISABLED, Outcome.MOVED),
            *(Outcome.REMOVED, Outcome.LIFTS, Outcome.ASKED),
        )
    ),
    *(("draft", stage) for stage in draft_sheet.DraftStage),
    *(("pause", stage) for stage in halt_sheet.Stage),
    *(("pair", offered) for offered in offering.Offered),
    *(
        (
            "people",
            roll.Told(
                what=what,
                name="安娜",
                refusal=LastOwner("This is the last owner; pair another owner first."),
            ),
        )
        for what in roll.What
    ),
]


def test_every_answer_to_a_press_on_a_list_is_chinese():
    for kind, told in TOLD:
        for effect in SheetEffect:
            reaction = SheetReaction(effect=effect, kind=kind, told=told, owner="安娜")
            said = sheets.answer_to_press(reaction, ANA, CHINESE).text

            assert left_in(said) - {"xxxxx"} == set(), (kind, said)


@pytest.mark.parametrize(
    ("kind", "command"), [("digest", "/pending"), ("draft", "/rules"), ("snooze", "/snooze")]
)
def test_who_is_late_is_told_the_command_that_brings_it_anew(kind: str, command: str):
    reaction = SheetReaction(effect=SheetEffect.CLOSED, kind=kind)

    assert command in sheets.answer_to_press(reaction, ANA, CHINESE).text
