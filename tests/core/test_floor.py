"""The floor by classes of programs: clouds, databases, package managers, containers, and so on."""

from pathlib import Path

import pytest

from bot.core.risk import FLOOR_CLASSES, Level
from tests.core.test_risk import HERE, command

DATA = Path(__file__).parent / "data" / "floor.txt"


def rows():
    """Yield each line of the data with the class it stands under."""
    under = ""
    for line in DATA.read_text("utf-8").splitlines():
        if line.startswith("## "):
            under = line[3:]
        elif line and not line.startswith("#"):
            yield under, line.replace("\\n", "\n")


ROWS = list(rows())
ORDINARY = [line for under, line in ROWS if under == "ordinary"]
FLOOR = [row for row in ROWS if row[0] != "ordinary"]


def test_the_data_has_hundreds_of_lines_and_nearly_every_class():
    assert len(FLOOR) > 600
    assert len(ORDINARY) > 180
    assert {under for under, _ in FLOOR} <= set(FLOOR_CLASSES)
    assert len({under for under, _ in FLOOR}) >= 17


def test_each_line_is_on_the_floor_in_its_class():
    missed = [row for row in FLOOR if row[0] not in command(row[1]).floor]

    assert missed == []


def test_each_line_is_loud_and_says_why():
    for _, line in FLOOR:
        found = command(line)

        assert found.level.rank >= Level.HIGH.rank
        assert found.reasons


def test_what_is_ordinary_is_not_on_the_floor():
    assert [line for line in ORDINARY if command(line).floor] == []


@pytest.mark.parametrize("around", ["sudo {}", "timeout 5 {}", "bash -c '{}'", "true && {}"])
def test_a_wrapper_hides_nothing_of_it(around):
    wrapped = [row for row in FLOOR if not set("'|;<") & set(row[1]) and "$(" not in row[1]]
    missed = [
        (under, line)
        for under, line in wrapped
        if not line.startswith("cd ") and under not in command(around.format(line)).floor
    ]

    assert missed == []


@pytest.mark.parametrize(
    ("cwd", "line", "floor_class"),
    [
        ("/home/ana/.ssh", "cat config", "touches-credentials"),
        ("/home/ana/.ssh", "cat ./config", "touches-credentials"),
        ("/home/ana/.ssh", "cat *", "touches-credentials"),
        ("/home/ana/.aws", "cp config /tmp/x", "touches-credentials"),
        ("/home/ana", "cat .ssh/config", "touches-credentials"),
        ("/home/ana", "cd .ssh && cat config", "touches-credentials"),
        (HERE, "cd ~/.ssh && cat config", "touches-credentials"),
        (HERE, "cd ~; cd .ssh; cat known_hosts", "touches-credentials"),
        (None, "cd ~/.aws && cat config", "touches-credentials"),
        (HERE, "cd ../.kube && cat config", "touches-credentials"),
        ("/", "rm -rf .", "deletes-everything"),
        ("/", "rm -rf *", "deletes-everything"),
        ("/", "rm -rf etc", "deletes-everything"),
        ("/", "rm -rf ./usr", "deletes-everything"),
        (HERE, "cd / && rm -rf .", "deletes-everything"),
        (HERE, "cd / && rm -rf *", "deletes-everything"),
        (HERE, "cd /; cd home; rm -rf ana", "deletes-everything"),
        (HERE, "cd ~ && rm -rf .", "deletes-everything"),
        (HERE, "cd && rm -rf *", "deletes-everything"),
        (HERE, "rm -rf ..", "deletes-everything"),
        (HERE, "rm -rf ../..", "deletes-everything"),
        ("/home/ana/shop/src", "rm -rf ..", "deletes-outside"),
        ("/srv/app/x", "rm -rf ..", "deletes-outside"),
        (HERE, "cd src && rm -rf ../..", "deletes-everything"),
        ("/", "find . -delete", "deletes-everything"),
        ("/home", "mv ana /tmp/x", "deletes-everything"),
        (HERE, "cd /etc && cp x hosts", "touches-start-up"),
        ("/etc", "sed -i s/a/b/ hosts", "touches-start-up"),
        ("/etc", "echo x > hosts", "touches-start-up"),
        (HERE, "cd .git && echo x > hooks/pre-commit", "touches-start-up"),
        (f"{HERE}/.git/hooks", "cp ../../x pre-commit", "touches-start-up"),
        (HERE, "cd ~ && echo x >> .bashrc", "touches-start-up"),
        ("/usr/local", "cp x bin/git", "touches-start-up"),
        (HERE, "cd .claude && rm settings.json", "touches-gate"),
        (f"{HERE}/.claude", "mv settings.json x", "touches-gate"),
        ("/home/ana", "rm -r .claude", "touches-gate"),
        ("/home/ana/.codex", "sed -i d config.toml", "touches-gate"),
        (HERE, "pushd ~/.claude && truncate -s 0 settings.json", "touches-gate"),
        ("/home/ana", "docker run -v .:/h alpine", "reaches-host"),
        ("/home/ana", "docker run -v ./.ssh:/h alpine", "touches-credentials"),
    ],
)
def test_a_path_is_seen_from_the_working_directory_and_from_where_a_cd_went(
    cwd, line, floor_class
):
    assert floor_class in command(line, cwd=cwd).floor


@pytest.mark.parametrize(
    ("cwd", "line"),
    [
        (HERE, "cd src && cat config"),
        (HERE, "cat config"),
        (HERE, "cd src && rm -rf build"),
        (HERE, "cd docs && cat hosts && cp a b"),
        (HERE, "cd src/etc && cp x hosts"),
        ("/etc/nginx", "cat nginx.conf"),
        ("/etc", "grep -rn x ."),
        (HERE, "git commit -m restore"),
        (HERE, "git restore --staged a.py"),
        (HERE, "docker run -v .:/app -v ./data:/data node npm test"),
        ("/srv/app", "mv a b && mv dist/x.js dist/y.js"),
        (None, "cat config && cp a b"),
    ],
)
def test_what_only_sounds_like_it_is_ordinary_where_it_stands(cwd, line):
    assert command(line, cwd=cwd).floor == ()


def test_where_a_cd_goes_is_lost_where_it_cannot_be_followed():
    assert "deletes-outside" in command("cd - && rm -rf x").floor
    assert "deletes-outside" in command("cd $X && rm -rf x").floor
    assert "deletes-everything" in command("cd - ; cd / ; rm -rf *").floor
