"""Codes that let a browser in: how they follow, are typed, and end; and when one may be mailed."""

from collections import Counter
from datetime import timedelta

import pytest

from bot.core.device import (
    CODE_LIFE,
    MOST_TRIES,
    OpenCode,
    code_from,
    code_in,
    is_same_code,
)
from tests.builders import NOW

SECRET = b"a secret of the tests"


def a_code(**changes) -> OpenCode:
    return OpenCode(**{"nonce": "n", "expires_at": NOW + CODE_LIFE, **changes})


def test_a_code_follows_from_the_secret_the_address_and_the_nonce():
    code = code_from(SECRET, address="ana@example.org", nonce="n")

    assert code == code_from(SECRET, address="ana@example.org", nonce="n")
    assert len(code) == 6
    assert code.isdigit()
    assert code != code_from(b"another", address="ana@example.org", nonce="n")
    assert code != code_from(SECRET, address="ben@example.org", nonce="n")
    assert code != code_from(SECRET, address="ana@example.org", nonce="m")


def test_codes_are_spread_evenly():
    firsts = Counter(code_from(SECRET, address="a", nonce=str(n))[0] for n in range(5000))

    assert set(firsts) == set("0123456789")
    assert max(firsts.values()) < 2 * min(firsts.values())


@pytest.mark.parametrize(
    "typed",
    ["123456", " 123 456 ", "123-456", "123\u00a0456", "１２３４５６", "12.34.56", "123–456"],
)
def test_a_code_is_read_however_it_is_typed(typed):
    assert code_in(typed) == "123456"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "six digits"])
def test_what_is_no_code_is_none(typed):
    assert code_in(typed) is None


@pytest.mark.parametrize(
    ("changes", "is_open"),
    [
        ({}, True),
        ({"expires_at": NOW}, False),
        ({"tries": MOST_TRIES - 1}, True),
        ({"tries": MOST_TRIES}, False),
        ({"used_at": NOW}, False),
    ],
)
def test_a_code_is_open_in_its_time_for_some_tries_and_once(changes, is_open):
    assert a_code(**changes).is_open(NOW) is is_open


def test_the_next_mail_is_an_hour_after_the_last():
    hour = timedelta(hours=1)

    assert a_code().next_mail(NOW) is None
    assert a_code(mailed_at=NOW).next_mail(NOW) == NOW + hour
    assert a_code(mailed_at=NOW).next_mail(NOW + hour) is None


def test_codes_are_compared_whole():
    assert is_same_code("123456", "123456")
    assert not is_same_code("123456", "123457")
    assert not is_same_code("123456", "12345")
