"""A cursor stands for one place and nothing else."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import InvalidAsk
from bot.store import cursor


@given(st.integers(0, 2**62), st.text(alphabet="abc_0123", max_size=40))
def test_a_cursor_is_read_as_it_was_made(created_at, id):
    assert cursor.load(cursor.dump(created_at, id)) == (created_at, id)


@given(st.text())
def test_any_other_text_is_refused_or_names_a_place_the_same_way(text):
    with contextlib.suppress(InvalidAsk):
        assert cursor.dump(*cursor.load(text)) == text


@pytest.mark.parametrize("place", [(2**63, "a"), (-(2**70), "a")])
def test_a_place_that_no_row_can_have_is_refused(place):
    with pytest.raises(InvalidAsk):
        cursor.load(cursor.dump(*place))


def test_no_cursor_begins_before_every_row():
    assert cursor.load(None) > (2**62, "appr_f")
