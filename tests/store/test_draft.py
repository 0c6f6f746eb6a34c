"""A file that is there whole, or not at all."""

import resource
from contextlib import contextmanager

import pytest

from bot.store.draft import Draft
from bot.store.transfer import TransferError


@contextmanager
def files_of_at_most(size):
    """Let the disk take no longer files."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))


def test_it_has_its_name_only_once_it_is_published(tmp_path):
    path = tmp_path / "gate.jsonl"

    with Draft(path) as draft:
        draft.write(b"no")
        draft.restart()
        draft.write(b"yes")
        assert not path.exists()
        draft.publish()

    assert path.read_bytes() == b"yes"
    assert [*tmp_path.iterdir()] == [path]


def test_what_is_not_published_leaves_nothing(tmp_path):
    with Draft(tmp_path / "gate.jsonl") as draft:
        draft.write(b"no")

    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("size", [100_000, 10])
def test_a_disk_that_does_not_take_it_is_told_and_left_as_it_was(tmp_path, size):
    def write():
        with Draft(tmp_path / "gate.jsonl") as draft, files_of_at_most(10):
            draft.write(b"x" * size)
            draft.write(b"x" * size)
            draft.publish()

    with pytest.raises(TransferError, match=r"gate\.jsonl can't be written: File too large"):
        write()

    assert [*tmp_path.iterdir()] == []


def test_where_there_are_no_links_it_gets_its_name_all_the_same_and_takes_none(tmp_path):
    path = tmp_path / "gate.jsonl"
    with Draft(path) as draft:
        draft.write(b"yes")
        draft._file.flush()
        draft._name_without_link()
        with pytest.raises(TransferError, match="is there already"):
            draft._name_without_link()

    assert path.read_bytes() == b"yes"
    assert [*tmp_path.iterdir()] == [path]
