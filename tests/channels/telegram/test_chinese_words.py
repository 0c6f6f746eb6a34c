"""Offers for words, reminders, first words and the menu are Chinese."""

import pytest

from bot.channels.telegram import offer as offers
from bot.channels.telegram import welcome
from bot.channels.telegram.command_table import TABLE
from bot.channels.telegram.commands import help_text
from bot.channels.telegram.reminder import over, reminder
from bot.core import offer as words_offer
from bot.core.approval import Approval
from bot.core.approval import decided as ended_by
from bot.core.people import Approver, Role
from bot.core.risk import Assessment, Level
from bot.gate.pairing import Entrance, Paired
from tests.builders import a_decision, an_action, an_approval
from tests.channels.telegram.test_chinese import CHINESE, HANDLE, SHARED, english_on
from tests.channels.telegram.test_chinese_sheets import APPROVAL, ENDED, HIGH, left_in

RISKS = (Assessment(level=Level.NORMAL), Assessment(level=Level.CRITICAL))
COMMAND = an_action(action_type="Bash", params={"command": "git push"})


@pytest.mark.parametrize("step", words_offer.Step)
@pytest.mark.parametrize("words", ["no", "rm -rf ~ —x", "TOKEN=hunter2-hunter2 git push"])
def test_every_offer_for_words_is_chinese(step: words_offer.Step, words: str):
    offer = words_offer.Offer(words=words, writer="p", step=step, shown=1)
    for risk in RISKS:
        for changes in ({}, {"ruling": SHARED}, {"copies": 1}):
            approval = an_approval(agent="小克", action=COMMAND, risk=risk, **changes)
            for one in (approval, ended_by(approval, a_decision(by="安娜"))):
                assert english_on(offers.offer_message(one, offer, HANDLE, CHINESE)) == set()


@pytest.mark.parametrize("approval", [APPROVAL, HIGH, *ENDED])
def test_reminders_are_chinese(approval: Approval):
    assert english_on(reminder(approval, CHINESE)) == set()
    assert english_on(over(approval, CHINESE)) == set()


def test_first_words_are_chinese():
    said = [welcome.stranger("1", CHINESE), welcome.not_here(CHINESE)]
    for role in Role:
        person = Approver(id="p", name="安娜", role=role)
        said += [
            welcome.hello("安娜", role, CHINESE),
            help_text(role, CHINESE),
            *(
                welcome.let_in(
                    Paired(entrance=entrance, person=person, is_first_run=is_first), CHINESE
                )
                for entrance in Entrance
                for is_first in (True, False)
            ),
        ]

    for text in said:
        words, entities = text.render()
        assert left_in(words, entities) == set()


def test_the_menu_of_commands_is_chinese():
    for entry in TABLE:
        summary = CHINESE.gettext(entry.summary)

        assert left_in(summary) == set()
        assert summary != entry.summary
        assert len(summary) <= 256
