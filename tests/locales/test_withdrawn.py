"""Why an ask was taken back is told in each reader's language, where the words are the gate's."""

from datetime import UTC

import pytest

from bot.core.approval import withdrawn
from bot.gate.calls import AT_TERMINAL
from bot.locales import translator
from bot.locales.audience import Audience
from bot.locales.withdrawn import why_withdrawn
from tests.builders import NOW, an_approval
from web.hooks.words import went_on

CHINESE = Audience(language="zh_CN", translator=translator("zh_CN"), timezone=UTC)
ENGLISH = Audience(translator=translator("en"), timezone=UTC)


def told(reason: str | None, audience: Audience = CHINESE) -> str:
    return why_withdrawn(withdrawn(an_approval(), at=NOW, reason=reason), audience)


@pytest.mark.parametrize(
    "reason", [AT_TERMINAL, *map(went_on, ("Stop", "BeforeAgent", "SessionEnd"))]
)
def test_a_reason_that_hooks_give_is_told_in_chinese(reason: str):
    assert told(reason).isascii() is False
    assert told(reason, ENGLISH) == reason


def test_of_two_reasons_each_is_told():
    assert told("nobody answered in time; the terminal asks") == "没有人及时回答; 由终端询问"


@pytest.mark.parametrize("reason", ["no longer needed", "the terminal asks; rm -rf /", "Approve"])
def test_an_agents_own_words_stay_as_they_are(reason: str):
    assert told(reason) == reason


def test_where_nobody_said_why_nothing_is_told():
    assert told(None) == ""
