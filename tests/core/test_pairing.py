"""What people may write for a pairing code."""

import pytest

from bot.core.pairing import ALPHABET, code_from, code_in, shown_code
from bot.core.people import Role
from bot.ids import RandomIds


@pytest.mark.parametrize(
    "text", ["ABCD2345", "abcd2345", "ABCD-2345", " ab cd 23 45 ", "Abcd–2345", "ABCD_2345"]
)
def test_a_code_is_read_however_it_is_written(text: str):
    assert code_in(text) == "ABCD2345"


@pytest.mark.parametrize("text", ["", "ABCD234", "ABCD23456", "r_0123456789", "ÄBCD2345", "hello"])
def test_what_nobody_meant_as_a_code_is_none(text: str):
    assert code_in(text) is None


def test_a_mistyped_code_is_an_attempt_all_the_same():
    assert code_in("OI10-OI10") == "OI10OI10"


def test_a_shown_code_reads_back():
    assert shown_code("ABCD2345") == "ABCD-2345"
    assert code_in(shown_code("ABCD2345")) == "ABCD2345"


def test_codes_are_made_of_what_is_not_taken_for_another():
    codes = [code_from(RandomIds().token()) for _ in range(500)]

    assert set("".join(codes)) == set(ALPHABET)
    assert not set("01OI") & set(ALPHABET)
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 8 for code in codes)


def test_a_role_includes_those_below_it():
    assert Role.OWNER.includes(Role.VIEWER)
    assert Role.APPROVER.includes(Role.APPROVER)
    assert not Role.VIEWER.includes(Role.APPROVER)
