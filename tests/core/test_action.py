"""The digest stands for exactly what was asked."""

import hashlib
import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from bot.core.action import canonical_json, digest_of
from bot.core.errors import InvalidAsk
from tests.builders import an_action


def test_the_digest_is_sha256_of_canonical_json():
    action = an_action(params={"b": 1, "a": [True, None, 1.5, "é"]}, cwd=None)
    text = json.dumps(
        {
            "action_type": "Bash",
            "cwd": None,
            "override": None,
            "params": {"a": [True, None, 1.5, "é"], "b": 1},
            "preview": "git push origin main",
            "title": "git push origin main",
        },
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    )

    assert digest_of(action) == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"action_type": "bash"},
        {"title": "git push origin main "},
        {"preview": "git push origin mаin"},
        {"params": {"a": 1}},
        {"cwd": "/srv/shop/"},
        {"cwd": None},
        {"cwd": ""},
    ],
)
def test_any_change_of_what_runs_changes_the_digest(change):
    assert digest_of(an_action(**change)) != digest_of(an_action())


def test_a_replacement_has_a_digest_of_its_own():
    assert digest_of(an_action(), override="ls") != digest_of(an_action())
    assert digest_of(an_action(), override="") != digest_of(an_action())


def test_what_only_helps_the_reader_is_not_in_it():
    helped = an_action(context={"a": 1}, reason="because", language="sh")

    assert digest_of(helped) == digest_of(an_action())


@given(st.dictionaries(st.text(), st.integers(-(2**53) + 1, 2**53 - 1), max_size=5))
def test_the_order_of_names_does_not_matter(params):
    backwards = dict(reversed(params.items()))

    assert digest_of(an_action(params=params)) == digest_of(an_action(params=backwards))


_NAMES = st.text(st.characters(codec="utf-8"), max_size=3)
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
)


@given(_VALUES)
def test_the_canonical_form_is_that_of_rfc_8785(value):
    assert canonical_json(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "value", [{"\U0001f600": 1, "\ufb33": 2}, {"é": 1.0}, [1e21, -0.0], ("a",)]
)
def test_where_encoders_differ_the_standard_wins(value):
    assert canonical_json(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [2**53, float("nan"), float("inf"), "\ud800"])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(InvalidAsk, match="canonical"):
        canonical_json({"x": value})
