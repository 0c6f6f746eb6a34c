"""Codex's config.toml: only the trust in the gate's hooks comes and goes."""

import tomllib

import pytest
from hypothesis import given, settings

from ok2run.connect.jsonc import Malformed
from ok2run.connect.tables import with_tables, without_tables
from tests.client.connect.files import toml

QUICK = settings(deadline=None, max_examples=40)
STATE = ("hooks", "state")
KEY = "/home/ana/.codex/hooks.json:permission_request:0:0"
TRUST = {KEY: {"trusted_hash": "sha256:1a4d"}}


def parsed(text: str) -> dict[str, object]:
    return tomllib.loads(text.removeprefix("\ufeff"))


@QUICK
@given(before=toml())
def test_what_is_added_can_be_taken_out_again(before: str):
    after = with_tables(before, STATE, TRUST)

    assert parsed(after)["hooks"]["state"][KEY] == TRUST[KEY]  # type: ignore[index, call-overload]
    back = without_tables(after, STATE, (KEY,))
    assert back.rstrip() == before.rstrip()
    assert parsed(back) == parsed(before)


@QUICK
@given(before=toml())
def test_adding_twice_is_adding_once(before: str):
    once = with_tables(before, STATE, TRUST)

    assert with_tables(once, STATE, TRUST) == once


@QUICK
@given(before=toml())
def test_every_line_of_others_stays(before: str):
    after = with_tables(before, STATE, TRUST)

    assert after.startswith(before)


def test_a_new_hash_takes_the_old_ones_place():
    before = with_tables("a = 1\n", STATE, {KEY: {"trusted_hash": "sha256:old"}})

    after = with_tables(before, STATE, TRUST)

    assert after == f'a = 1\n\n[hooks.state."{KEY}"]\ntrusted_hash = "sha256:1a4d"\n'


def test_what_stands_around_a_table_stays():
    text = (
        f"[hooks.state.'{KEY}'] # trusted\ntrusted_hash = 'x'\n# about b\n\n[b]\nc = 1\n"
        "[hooks.state.'/other:stop:0:0']\ntrusted_hash = 'y'\n"
    )

    assert without_tables(text, STATE, (KEY,)) == (
        "# about b\n\n[b]\nc = 1\n[hooks.state.'/other:stop:0:0']\ntrusted_hash = 'y'\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "a = ",
        "hooks = { other = 1 }\n",
        "hooks = 1\n",
        f"[hooks]\nstate = {{ '{KEY}' = {{ trusted_hash = 'x' }} }}\n",
    ],
)
def test_a_file_that_cannot_take_it_is_refused(text: str):
    with pytest.raises(Malformed):
        with_tables(text, STATE, TRUST)
