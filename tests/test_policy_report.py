"""Texts of the policy tools."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.action import Json
from bot.policy_report import as_toml, counted

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(values)
def test_what_is_written_as_toml_is_read_as_the_same(value: Json):
    assert tomllib.loads(f"value = {as_toml(value)}") == {"value": value}


@pytest.mark.parametrize(
    ("count", "noun", "words"),
    [
        (0, "rule", "0 rules"),
        (1, "rule", "1 rule"),
        (1, "policy", "1 policy"),
        (2, "policy", "2 policies"),
        (1_234, "test", "1,234 tests"),
    ],
)
def test_numbers_go_with_their_nouns(count: int, noun: str, words: str):
    assert counted(count, noun) == words
