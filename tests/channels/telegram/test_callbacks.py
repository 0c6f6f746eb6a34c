import string
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.callbacks import pack, unpack
from bot.core.card import Button, Verb
from bot.core.question import LETTERS

HANDLE = "AbCdEfGhIjKlMnOpQrSt_-"

verbs = st.sampled_from(list(Verb))
handles = st.text(string.ascii_letters + string.digits + "-_", min_size=22, max_size=22)
buttons = st.builds(
    Button,
    verb=verbs,
    step=st.integers(0, 99),
    letter=st.text(LETTERS, max_size=4),
)


@given(handles, buttons)
def test_what_was_packed_is_unpacked_the_same(handle: str, button: Button) -> None:
    data = pack(handle, button)

    assert unpack(data) == (handle, button)
    assert len(data.encode()) <= 64


@given(st.one_of(st.text(max_size=80), st.binary(max_size=80), st.none(), st.integers()))
def test_anything_else_is_nothing_and_raises_nothing(data: object) -> None:
    found = unpack(data)

    assert found is None or pack(*found) == data


@pytest.mark.full
def test_no_forged_payload_raises_or_reads_as_another() -> None:
    chance = Random(1)
    alphabet = string.printable + "٣é🙂\ud800"
    for _ in range(200_000):
        data = list(pack(HANDLE, Button(verb=Verb.PICK, step=1, letter="B")))
        for _ in range(chance.randrange(1, 4)):
            data[chance.randrange(len(data))] = chance.choice(alphabet)
        text = "".join(data[: chance.randrange(20, len(data) + 1)])

        found = unpack(text)

        assert found is None or pack(*found) == text


@given(handles, buttons, st.integers(0, 63), st.characters())
def test_a_changed_character_never_makes_two_readings(
    handle: str, button: Button, place: int, character: str
) -> None:
    data = pack(handle, button)
    changed = data[:place] + character + data[place + 1 :]

    found = unpack(changed)

    assert found is None or pack(*found) == changed


def test_a_line_end_behind_the_data_is_not_overlooked() -> None:
    assert unpack(pack(HANDLE, Button(verb=Verb.APPROVE)) + "\n") is None


def test_digits_of_other_scripts_are_no_digits() -> None:
    assert unpack(f"1.o.{HANDLE}.٣A") is None


def test_a_count_of_two_digits_is_kept_and_has_one_spelling() -> None:
    button = Button(verb=Verb.APPROVE, step=49)

    assert unpack(pack(HANDLE, button)) == (HANDLE, button)
    assert unpack(f"1.a.{HANDLE}.07") is None
    assert unpack(f"1.a.{HANDLE}.100") is None
