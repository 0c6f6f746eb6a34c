"""Setup changes its own lines of `.env`, for its owner alone; others stay as they are."""

import os
from pathlib import Path

import pytest

from bot.env_file import with_values, write_private

NEW = {"TOKEN": "1:new"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"TOKEN=1:new\n"),
        (b"A=1", b"A=1\nTOKEN=1:new\n"),
        (b"A=1\r\nB=2\r\n", b"A=1\r\nB=2\r\nTOKEN=1:new\r\n"),
        (b"A=1\nTOKEN=old # mine\nB=2\n", b"A=1\nTOKEN=1:new\nB=2\n"),
        (b"\n\n export TOKEN='old'\nB=2", b"\n\n TOKEN=1:new\nB=2"),
        (b"TOKEN=one\nA=1\nTOKEN=two\n", b"A=1\nTOKEN=1:new\n"),
        (b"#TOKEN=\nTOKENS=x\n", b"#TOKEN=\nTOKENS=x\nTOKEN=1:new\n"),
        (b'A="two\nlines TOKEN=no"\n', b'A="two\nlines TOKEN=no"\nTOKEN=1:new\n'),
        (b"\xef\xbb\xbfTOKEN=old\n", b"\xef\xbb\xbfTOKEN=1:new\n"),
        (b"# \xff\xfe not UTF-8\n", b"# \xff\xfe not UTF-8\nTOKEN=1:new\n"),
    ],
)
def test_only_the_own_lines_change(before: bytes, after: bytes):
    assert with_values(before, NEW) == after
    assert with_values(after, NEW) == after


def test_nothing_to_set_changes_nothing():
    assert with_values(b"A = 1 \r\n\tB=2", {}) == b"A = 1 \r\n\tB=2"


def test_a_file_is_written_for_its_owner_alone(tmp_path: Path):
    kept = tmp_path / ".env"
    kept.write_bytes(b"A=1\n")
    kept.chmod(0o644)

    write_private(kept, b"A=2\n")

    assert kept.read_bytes() == b"A=2\n"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == [".env"]


def test_a_link_keeps_its_place(tmp_path: Path):
    (tmp_path / "kept").mkdir()
    link = tmp_path / ".env"
    link.symlink_to(tmp_path / "kept" / "gate.env")

    write_private(link, b"A=2\n")

    assert link.is_symlink()
    assert (tmp_path / "kept" / "gate.env").read_bytes() == b"A=2\n"
