"""What one mail address is, and what is not one."""

import pytest

from bot.core.mail import is_mail_address, mail_address
from bot.core.routing import Reach, addresses_for, most_cards


@pytest.mark.parametrize(
    "text",
    [
        "ana@example.org",
        "a.b+c_d-e@sub.example.org",
        "o'neil@example.org",
        "ana@localhost",
        f"{'a' * 64}@example.org",
    ],
)
def test_an_ordinary_address_is_one(text: str):
    assert is_mail_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ana",
        "ana@",
        "@example.org",
        "ana@@example.org",
        "ana@example.org ",
        "ana@example.org\n",
        "ana@example.org,ben@example.org",
        "ana@example.org;ben@example.org",
        '"ana ben"@example.org',
        "ana@[127.0.0.1]",
        "ana@example..org",
        ".ana@example.org",
        "ana@-example.org",
        "=?utf-8?q?x?=@example.org",
        "änna@example.org",
        f"{'a' * 65}@example.org",
        f"ana@{'a' * 64}.org",
        "a@" + ".".join(["a" * 60] * 5),
    ],
)
def test_everything_else_is_none(text: str):
    assert not is_mail_address(text)


def test_nobody_has_two_addresses_that_are_one():
    assert mail_address("Ana@Example.ORG") == "ana@example.org"

    reaches = {"email": Reach(allowed=frozenset({"ana@example.org"}))}
    found = addresses_for(reaches, channel="email", address="ANA@example.org")
    assert found == (("email", "ana@example.org"),)


def test_a_person_may_have_several_mail_addresses():
    reaches = {"telegram": Reach(), "email": Reach(allowed=frozenset({"a@b.c", "d@e.f"}))}

    assert most_cards((), reaches) == 0
    assert most_cards(("ana",), reaches) == 4
    assert most_cards(("ana",), {}) == 1
