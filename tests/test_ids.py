"""Ids and codes have the form that they are known by."""

import re

from bot.ids import LETTERS, RandomIds


def test_short_codes_are_five_letters_without_l_and_differ():
    drawn = [code for _ in range(500) for code in RandomIds().short_codes()]

    assert all(re.fullmatch("[a-km-z]{5}", code) for code in drawn)
    assert {letter for code in drawn for letter in code} == set(LETTERS)
    assert len(set(drawn)) > 1_900


def test_an_approvals_id_has_its_form_and_differs_from_every_other():
    drawn = [RandomIds().approval() for _ in range(2_000)]

    assert all(re.fullmatch("appr_[0-9a-f]{32}", id) for id in drawn)
    assert len(set(drawn)) == len(drawn)


def test_what_is_made_later_stands_behind_what_was_made_before():
    began = [RandomIds().other() for _ in range(2_000)]
    times = [id[:12] for id in began]

    assert times == sorted(times)
    assert all(re.fullmatch("[0-9a-f]{32}", id) for id in began)
