"""A file is written whole or not at all, with its mode, through a link."""

from pathlib import Path

import pytest

from ok2run.file import write_whole


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o755])
def test_the_mode_of_what_stood_there_is_kept(mode: int, tmp_path: Path):
    file = tmp_path / "a"
    file.write_bytes(b"old")
    file.chmod(mode)

    write_whole(file, b"new")

    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"new", mode)
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_stays_a_link_and_its_file_is_written(tmp_path: Path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "a").write_bytes(b"old")
    link = tmp_path / "link"
    link.symlink_to("kept/a")

    write_whole(link, b"new", mode=0o600)

    assert link.is_symlink()
    assert (tmp_path / "kept" / "a").read_bytes() == b"new"
    assert (tmp_path / "kept" / "a").stat().st_mode & 0o777 == 0o600


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path):
    (tmp_path / "a").mkdir()

    with pytest.raises(OSError, match="directory"):
        write_whole(tmp_path / "a", b"new")

    assert [path.name for path in tmp_path.iterdir()] == ["a"]
