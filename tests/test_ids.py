"""Ids and codes have the form that they are known by."""

import re

from bot.ids import LETTERS, RandomIds


def test_short_codes_are_five_letters_without_l_and_differ():
    drawn = [code for _ in range(500) for code in RandomIds().short_codes()]

    assert all(re.fullmatch("[a-km-z]{5}", code) for code in drawn)
    assert {letter for code in drawn for letter in code} == set(LETTERS)
    assert len(set(drawn)) > 1_900
