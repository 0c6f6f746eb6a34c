"""What files hold is known by their names, however those are written."""

import pytest

from bot.core.path import is_credential, is_gate, is_start_up
from bot.core.risk_file import may_name_files


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        ".ENV",
        "config/Prod.PEM",
        "Library/Keychains",
        "C:\\Users\\Ana\\NTUSER.DAT",
        "/home/ana/überall/.SSH",
        ".\u017f\u017fh",  # two long s, which file systems of some machines take for s
        "id_rsa\n",
    ],
)
def test_a_credential_is_known_in_letters_of_any_case(path: str):
    assert is_credential(path)


@pytest.mark.parametrize("path", ["", "env", "environment", "/srv/x.env", "docs/übersicht.md"])
def test_what_only_resembles_a_credential_is_none(path: str):
    assert not is_credential(path)


def test_a_name_counts_at_the_beginning_and_behind_a_separator_alone():
    assert is_start_up(".bashrc")
    assert is_start_up("/etc/hosts")
    assert not is_start_up("x.bashrc")
    assert not is_start_up("srv/etc/hosts")
    assert is_gate(".mcp.json")
    assert not is_gate("x.mcp.json")


@pytest.mark.parametrize("depth", [1, 400])
def test_a_line_may_name_files_by_where_it_runs(depth: int):
    below = "/long" * depth

    assert may_name_files("cat config", f"/home/ana/.ssh{below}")
    assert not may_name_files("cat config", f"/home/ana/shop{below}")
