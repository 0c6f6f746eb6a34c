"""Canonical JSON: the same bytes as the gate's, and as an independent reader's of RFC 8785."""

import json
import struct

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from bot.core.action import Action
from bot.core.action import canonical_json as of_the_gate
from bot.core.action import digest_of as digest_of_the_gate
from ok2run.canonical import LARGEST, canonical_json
from ok2run.digest import digest_of

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers(-LARGEST, LARGEST) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_it_is_what_the_gate_and_an_independent_program_write(value):
    written = canonical_json(value)

    assert written == rfc8785.dumps(value) == of_the_gate(value)


@given(st.binary(min_size=8, max_size=8))
def test_every_bit_pattern_of_a_number_is_written_alike(content):
    (value,) = struct.unpack("<d", content)
    if value != value or value in (float("inf"), float("-inf")):
        with pytest.raises(ValueError, match="no infinity"):
            canonical_json(value)
    else:
        assert canonical_json(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (5e-324, "5e-324"),
        (-5e-324, "-5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740992.0, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e21, "1e+21"),
        (999999999999999700000.0, "999999999999999700000"),
        (0.000001, "0.000001"),
        (9.5e-7, "9.5e-7"),
        (333333333.33333329, "333333333.3333333"),
        (-1424953923781206.2, "-1424953923781206.2"),
    ],
)
def test_numbers_have_the_form_of_ecmascript(value, written):
    assert canonical_json(value) == written.encode()


def test_names_are_in_the_order_of_their_utf_16_units():
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]

    written = canonical_json(dict.fromkeys(names, 0))

    ordered = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(written)) == ordered


@pytest.mark.parametrize(
    "value",
    [
        LARGEST + 1,
        -LARGEST - 1,
        float("nan"),
        float("inf"),
        "\ud800",
        {"\udfff": 1},
        {1: "a"},
        {"a": b"bytes"},
        {"a": {1, 2}},
        object(),
    ],
)
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(ValueError, match=r"\w"):
        canonical_json(value)


def test_what_is_nested_too_deep_is_refused():
    value: list[object] = []
    for _ in range(100_000):
        value = [value]

    with pytest.raises(ValueError, match="too deep"):
        canonical_json(value)


@given(
    st.fixed_dictionaries(
        {"action_type": TEXTS, "title": TEXTS, "preview": TEXTS},
        optional={
            "params": st.dictionaries(TEXTS, VALUES, max_size=3),
            "cwd": st.none() | TEXTS,
        },
    ),
    st.none() | TEXTS,
)
def test_the_digest_is_the_one_that_the_gate_keeps(asked, override):
    digest = digest_of(**asked, override=override)

    assert digest == digest_of_the_gate(Action(**asked), override=override)
