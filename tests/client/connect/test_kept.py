"""The file itself: its backup, its mode, links, and what keeps it from being changed."""

import os
import stat
from pathlib import Path

import pytest

from tests.client.connect.kit import Home

BEFORE = (
    b'\xef\xbb\xbf{\r\n\t"permissions": {"allow": ["Read"]}, // mine\r\n\t"a": [1,2]\r\n}\r\n\r\n'
)


@pytest.fixture
def file(home: Home) -> Path:
    path = home.place / ".claude" / "settings.json"
    path.parent.mkdir()
    return path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_file_comes_back_byte_for_byte_and_the_backup_goes(home: Home, file: Path):
    file.write_bytes(BEFORE)
    file.chmod(0o640)

    home.connect("claude-code")
    backup = file.with_name("settings.json.ok2run-backup")
    kept = backup.read_bytes(), mode(backup), mode(file)
    home.connect("claude-code", "--pre-tool-use")
    home.connect("claude-code", "--command")
    second = backup.read_bytes()
    home.connect("claude-code", "--remove")

    assert kept == (BEFORE, 0o640, 0o640)
    assert second == BEFORE
    assert (file.read_bytes(), mode(file)) == (BEFORE, 0o640)
    assert "byte for byte" in home.out
    assert not backup.exists()


def test_what_somebody_changed_since_is_kept_and_so_is_the_backup(home: Home, file: Path):
    file.write_bytes(BEFORE)
    home.connect("claude-code")
    file.write_bytes(file.read_bytes().replace(b'"Read"', b'"Read", "Glob"'))

    home.connect("claude-code", "--remove")

    assert file.read_bytes() == BEFORE.replace(b'"Read"', b'"Read", "Glob"')
    assert file.with_name("settings.json.ok2run-backup").read_bytes() == BEFORE


def test_the_mode_comes_back_where_the_key_was_written(home: Home, file: Path):
    file.write_bytes(BEFORE)
    file.chmod(0o644)
    home.environment.setenv("APPROVAL_API_KEY", "agent-key-0123456789")

    home.connect("claude-code", "--write-key")
    between = mode(file)
    home.connect("claude-code", "--remove")

    assert (between, mode(file)) == (0o600, 0o644)


def test_a_link_stays_one_and_its_file_is_written(home: Home, file: Path):
    real = home.project / "dotfiles.json"
    real.write_bytes(BEFORE)
    file.symlink_to(real)

    home.connect("claude-code")

    assert file.is_symlink()
    assert b"/v1/hooks/claude-code" in real.read_bytes()
    home.connect("claude-code", "--remove")
    assert file.is_symlink()
    assert real.read_bytes() == BEFORE


@pytest.mark.parametrize("content", [b"", b"\n", b"{}", b"{ }\n", b'{"hooks":{}}'])
def test_a_file_that_says_nothing_comes_back_too(content: bytes, home: Home, file: Path):
    file.write_bytes(content)

    assert home.connect("claude-code") == 0
    assert b"PermissionRequest" in file.read_bytes()
    home.connect("claude-code", "--remove")

    assert file.read_bytes() == content


def _a_folder(file: Path) -> None:
    file.mkdir()


def _a_link_to_nothing(file: Path) -> None:
    file.symlink_to("nothing")


def _a_link_to_itself(file: Path) -> None:
    file.symlink_to(file.name)


def _malformed(file: Path) -> None:
    file.write_text('{"a": 1,\n "b" 2}')


def _of_another_shape(file: Path) -> None:
    file.write_text('{"hooks": []}')


def _not_text(file: Path) -> None:
    file.write_bytes(b'{"a": "\xff"}')


def _read_only(file: Path) -> None:
    file.write_text("{}")
    file.chmod(0o444)


def _a_pipe(file: Path) -> None:
    os.mkfifo(file)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_a_folder, "is a folder where a file belongs"),
        (_a_link_to_nothing, "is a link to nothing"),
        (_a_link_to_itself, "settings.json"),
        (_malformed, "line 2, column 6: a colon is missing; put that right first"),
        (_of_another_shape, '"hooks" is not an object'),
        (_not_text, "is not UTF-8 text"),
        (_read_only, "is read-only; make it writable: chmod u+w"),
        (_a_pipe, "is not a file"),
    ],
)
@pytest.mark.parametrize("words", [(), ("--print",), ("--remove",)])
def test_what_cannot_be_changed_is_told_and_left(
    make: "object", said: str, words: tuple[str, ...], home: Home, file: Path
):
    assert callable(make)
    make(file)
    before = {path.name: path.lstat() for path in file.parent.iterdir()}

    code = home.connect("claude-code", *words)

    after = {path.name: path.lstat() for path in file.parent.iterdir()}
    if words == ("--remove",) and make is _of_another_shape:
        assert (code, home.err) == (0, "")
    else:
        assert code == 1
        assert said in home.err
        assert home.out == ""
    assert after.keys() == before.keys()
    assert [one.st_mtime_ns for one in after.values()] == [
        one.st_mtime_ns for one in before.values()
    ]


def test_a_file_in_a_folders_place_is_told(home: Home):
    (home.place / ".claude").write_text("")

    assert home.connect("claude-code") == 1

    assert "a part of its path is a file" in home.err
