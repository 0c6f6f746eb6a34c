"""A policy file as its operator keeps it: read, faulty, changed, replaced, gone and back."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path

import pytest

from bot.core.policy import Verdict
from bot.policy_file import LARGEST, Loaded, PolicyFile, example_policy, load_policy_file
from tests.daemon import until
from tests.fakes.clock import FakeClock

ALLOW = """\
[[policy]]
name = "{name}"
[[policy.rule]]
match = {{ action = "Read" }}
decision = "allow"
"""
AS_YAML = """\
policy:
  - name: one
    rule:
      - match: {action: Read}
        decision: allow
"""
AS_JSON = (
    '{"policies": [{"name": "one", "rules":'
    ' [{"match": {"action": "Read"}, "decision": "allow"}]}]}'
)


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.toml", ALLOW.format(name="one")),
        ("a.toml", "\ufeff" + ALLOW.format(name="one").replace("\n", "\r\n")),
        ("a.yaml", AS_YAML),
        ("a.yml", AS_YAML),
        ("a.json", AS_JSON),
    ],
)
def test_each_form_says_the_same(tmp_path: Path, name: str, text: str):
    loaded = load_policy_file(written(tmp_path / name, text))

    assert (loaded.faults, loaded.warnings) == ((), ())
    (policy,) = loaded.reading.policies
    assert policy.name == "one"
    assert policy.rules[0].decision is Verdict.ALLOW


def test_all_faults_come_at_once_each_with_its_line_and_no_policy_is_left(tmp_path: Path):
    path = written(
        tmp_path / "a.toml",
        ALLOW.format(name="one")
        + 'priority = 2026-01-01\n[[policy.rule]]\nmatch = {}\ndecision = "perhaps"\n',
    )

    loaded = load_policy_file(path)

    assert loaded.reading.policies == ()
    assert [line.removeprefix(f"{path}:") for line in loaded.faults] == [
        "6: priority is a date or a time; write it as a text, in quotes.",
        '6: policy "one", rule 1, priority: is not a key of a rule; there are match, decision, '
        "because, name, strict, lifts, matches, does_not_match, approvers, quorum, "
        "deny_threshold, channels, expires_in, remind, escalate, require_reason, confirm, "
        "silence.",
        '9: policy "one", rule 2, decision: must be one of allow, deny, ask.',
    ]


def test_a_rule_that_fails_its_own_test_is_a_fault_in_the_line_of_the_test(tmp_path: Path):
    text = ALLOW.format(name="one").replace('{ action = "Read" }', '{ command = "ls" }')
    path = written(tmp_path / "a.toml", text + 'matches = [\n  "ls",\n  "ls -l",\n]\n')

    loaded = load_policy_file(path)

    assert loaded.faults == (
        f'{path}:8: policy "one", rule 1, matches.2: does not match: command does not fit "ls".',
    )


def test_a_warning_has_a_line_as_well(tmp_path: Path):
    twice = ALLOW.format(name="one") + ALLOW.format(name="two")

    loaded = load_policy_file(written(tmp_path / "a.toml", twice))

    assert loaded.faults == ()
    assert len(loaded.reading.policies) == 2
    assert loaded.warnings == (
        f'{tmp_path / "a.toml"}:8: policy "two", rule 1: never decides: policy "one", rule 1 '
        "matches all that it matches.",
    )


def no_file(path: Path) -> None:
    """Leave nothing there."""


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("a.toml", no_file, ": there is no such file."),
        ("a.toml", Path.mkdir, ": is a directory; name a file in it."),
        ("a.toml", os.mkfifo, ": is no file."),
        ("a.txt", Path.touch, ": has to end in one of .toml, .yaml, .yml, .json, to tell how"),
        ("a.toml", Path.touch, ": holds no policy; `ok2run policy example` prints one"),
        ("a.yaml", Path.touch, ": must be a table."),
        ("a.toml", lambda path: path.write_bytes(b"# a\n# \xe9\n"), ":2: is not UTF-8; save"),
        ("a.toml", lambda path: path.write_bytes(b"#" * (LARGEST + 1)), ": is larger than 1 MiB"),
        ("a.toml", lambda path: path.symlink_to(path), ": can't be read: Too many levels of"),
        ("a.toml", lambda path: path.write_text("a ="), ":1: can't be read as TOML: Invalid"),
    ],
)
def test_what_is_no_policy_file_is_one_sentence(
    tmp_path: Path, name: str, make: Callable[[Path], object], said: str
):
    path = tmp_path / name
    make(path)

    loaded = load_policy_file(path)

    assert loaded.reading.policies == ()
    assert len(loaded.faults) == 1
    assert loaded.faults[0].startswith(f"{path}{said}")


def test_the_example_is_package_data_without_fault(tmp_path: Path):
    loaded = load_policy_file(written(tmp_path / "ok2run.toml", example_policy()))

    assert (loaded.faults, loaded.warnings) == ((), ())
    assert resources.files("bot").joinpath("policy_example.toml").is_file()


class Watched:
    """A policy file under watch, and what was told of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = PolicyFile(path)
        self.clock = FakeClock()
        self.told: list[Loaded] = []

    async def look(self, *, times: int = 1) -> None:
        """Let the watch look so many times."""
        for _ in range(times):
            await until(lambda: self.clock._due, wanted="the watch to sleep")
            self.clock.advance(seconds=1)
            await until(lambda: self.clock._due, wanted="the watch to have looked")

    @property
    def names(self) -> list[list[str]]:
        return [[policy.name for policy in each.reading.policies] for each in self.told]


@asynccontextmanager
async def watched(path: Path, *, is_read: bool = True) -> AsyncIterator[Watched]:
    it = Watched(path)
    if is_read:
        it.file.read()
    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(it.file.watch(it.told.append, it.clock))
        yield it
        watching.cancel()


async def test_a_file_that_stays_as_it_is_is_not_told_again(tmp_path: Path):
    async with watched(written(tmp_path / "a.toml", ALLOW.format(name="one"))) as it:
        await it.look(times=3)
        it.path.touch()
        await it.look(times=3)

        assert it.told == []


async def test_a_file_that_was_not_read_before_is_told(tmp_path: Path):
    path = written(tmp_path / "a.toml", ALLOW.format(name="one"))
    async with watched(path, is_read=False) as it:
        await it.look(times=2)

        assert it.names == [["one"]]


async def test_a_change_is_told_once_it_keeps_still(tmp_path: Path):
    async with watched(written(tmp_path / "a.toml", ALLOW.format(name="one"))) as it:
        written(it.path, "[[policy]]")
        await it.look()
        written(it.path, ALLOW.format(name="three"))
        await it.look()
        assert it.told == []

        await it.look()

        assert it.names == [["three"]]


async def test_a_file_that_an_editor_replaces_is_told(tmp_path: Path):
    async with watched(written(tmp_path / "a.toml", ALLOW.format(name="one"))) as it:
        before = it.path.stat()
        new = written(tmp_path / "new", ALLOW.format(name="two"))
        os.utime(new, ns=(before.st_atime_ns, before.st_mtime_ns))
        new.replace(it.path)

        await it.look(times=2)

        assert it.names == [["two"]]


async def test_a_faulty_file_is_told_with_its_line_and_then_a_good_one(tmp_path: Path):
    async with watched(written(tmp_path / "a.toml", ALLOW.format(name="one"))) as it:
        written(it.path, ALLOW.format(name="one") + "colour = 1\n")
        await it.look(times=2)
        written(it.path, ALLOW.format(name="one"))
        await it.look(times=2)

        assert it.names == [[], ["one"]]
        assert it.told[0].faults[0].startswith(f'{it.path}:6: policy "one", rule 1, colour: is no')
        assert it.told[1].faults == ()


async def test_a_file_that_vanishes_is_a_fault_until_it_is_back(tmp_path: Path):
    async with watched(written(tmp_path / "a.toml", ALLOW.format(name="one"))) as it:
        it.path.unlink()
        await it.look(times=4)
        assert [each.faults for each in it.told] == [
            (f"{it.path}: is gone; put it back, or take away POLICY_FILE.",)
        ]

        written(it.path, ALLOW.format(name="one"))
        await it.look(times=2)

        assert it.names == [[], ["one"]]


async def test_a_file_that_was_missing_at_start_is_told_when_it_comes(tmp_path: Path):
    async with watched(tmp_path / "a.toml") as it:
        await it.look(times=3)
        assert it.told == []

        written(it.path, ALLOW.format(name="one"))
        await it.look(times=2)

        assert it.names == [["one"]]


async def test_a_path_that_cannot_be_looked_at_is_a_fault_and_no_end(tmp_path: Path):
    async with watched(written(tmp_path / "a.toml", ALLOW.format(name="one"))) as it:
        it.path.unlink()
        it.path.symlink_to(it.path)
        await it.look(times=2)
        it.path.unlink()
        written(it.path, ALLOW.format(name="two"))
        await it.look(times=2)

        assert it.names == [[], ["two"]]
        assert "can't be read: Too many levels" in it.told[0].faults[0]
