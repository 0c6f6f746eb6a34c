"""What a card shows while a rule is chosen fits, and no rule on it is shortened."""

from dataclasses import replace

import pytest

from bot.channels.telegram.cards import card
from bot.core.approval import Approval, decided
from bot.core.button import Button, Verb
from bot.core.card import Face, press
from bot.core.decision import Scope
from bot.core.extent import Breadth
from bot.core.number import Number
from bot.core.panel import open_panel
from bot.core.preview import utf16_length
from bot.core.revocation import Revocation
from bot.core.risk import Assessment, Level, Reason
from bot.locales import rule
from tests.builders import NOW, a_decision, an_action, an_approval
from tests.channels.telegram.conftest import READER

ANA = "person:ana"
HANDLE = "h" * 22
REASONS = tuple(Reason(floor_class=None, text="⚠" * 90) for _ in range(9))


def crowded() -> Approval:
    """As much on one card as there can be, and rules just short enough to be offered."""
    command = "npm test -- " + "x" * 370
    action = an_action(
        title=command,
        preview=command,
        params={"command": command},
        cwd="/" + "d" * 90,
        reason="why " * 500,
    )
    risk = Assessment(level=Level.CRITICAL, reasons=REASONS)
    return an_approval(action=action, risk=risk, agent="a" * 12, copies=40)


def shown(approval: Approval, face: Face) -> str:
    message = card(approval, face, HANDLE, READER)
    assert utf16_length(message.text) <= 4096
    for row in message.markup.inline_keyboard if message.markup else ():
        assert all(len((one.callback_data or "").encode()) <= 64 for one in row)
    return message.text


@pytest.mark.parametrize("scope", [Scope.SESSION, Scope.ALWAYS])
def test_the_fullest_panel_fits_with_every_rule_whole(scope: Scope) -> None:
    approval = crowded()
    panel = open_panel(approval, scope, person=ANA)
    assert [one.breadth for one in panel.extents] == [Breadth.EXACT, Breadth.BEGINS, Breadth.TYPE]

    text = shown(approval, Face(choosing=panel))

    for number, extent in enumerate(panel.extents, start=1):
        choice = replace(panel.choice("AAA"), extent=extent)
        words = rule.rule_text(rule.grant_offered(approval, choice), READER)
        assert f"{number}) {words}" in text


def test_the_second_tap_and_the_stamp_say_the_same_rule_whole() -> None:
    approval = replace(crowded(), number=Number(right=47, offered=(12, 47, 83)))
    panel = open_panel(approval, Scope.ALWAYS, person=ANA)
    choose = Button(verb=Verb.CHOOSE, step=40, letter=panel.mark_of(0))
    asked = press(approval, Face(choosing=panel), choose, person=ANA)
    assert isinstance(asked, Face)
    words = rule.rule_text(rule.grant_offered(approval, asked.confirmed), READER)

    assert words in shown(approval, asked)

    made = a_decision(
        scope=Scope.ALWAYS, grant_id="rule_1", extent=asked.extent, end=asked.end, note="n" * 999
    )
    ended = decided(approval, made, copies=40)
    assert words in shown(ended, Face())
    assert words in shown(ended, Face(revoking=True))
    revoked = replace(ended, revocation=Revocation(by="A" * 99, at=NOW))
    assert words in shown(revoked, Face(revoking=True))


def test_where_no_rule_can_be_printed_the_card_says_so() -> None:
    deploy = an_action(action_type="deploy", params={}, cwd="/" + "d" * 5000)
    approval = an_approval(action=deploy)
    panel = open_panel(approval, Scope.ALWAYS, person=ANA)

    text = shown(approval, Face(choosing=panel))

    assert "The rule is too long to be shown here whole" in text
