"""What the message says while mails do not go out, and once they do."""

from datetime import timedelta

from bot.channels.telegram.mail_trouble import leaf
from bot.gate.mail_trouble import MailTrouble
from tests.builders import NOW
from tests.channels.telegram.conftest import READER


def said(**changes: object) -> str:
    fields = {"address": "", "fault": "connection refused", "since": NOW, **changes}
    return leaf(MailTrouble(**fields), READER).text.render()[0]


def test_a_servers_trouble_says_that_cards_here_are_not_affected():
    assert said() == (
        "⚠ Mail can't be sent since 12:00 UTC: connection refused\n"
        "Cards in Telegram are not affected. Mails that wait go out later."
    )


def test_an_addresss_trouble_says_which():
    assert said(address="ana@example.org").startswith(
        "⚠ Mails to ana@example.org are refused since 12:00 UTC: connection refused\n"
    )


def test_the_end_of_it_stands_first():
    assert said(over=NOW + timedelta(minutes=5)).startswith("✅ Mail goes out again, 12:05 UTC\n")
