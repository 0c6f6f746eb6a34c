"""No command gets past a grant that a button can make, but what the grant's words say.

The check knows the words alone: exactly this text, or plain words of which the first ones are
these and the others come from a short alphabet of what is harmless.
"""

import json
import random
import re
from collections import Counter
from pathlib import Path

import pytest

from bot.core.extent import Breadth, Extent, extents_of, extents_to_offer
from tests.builders import an_action

BASES = (
    "npm test", "npm test -- --watch=false", "npm run build", "npm run lint", "pnpm test",
    "yarn test", "pytest", "pytest -q tests", "cargo test", "cargo check", "cargo clippy",
    "go test ./...", "go vet ./...", "go build ./...", "make test", "make lint", "tsc --noEmit",
    "ruff check", "ruff check src", "mypy src", "eslint src", "ls", "ls -la src", "pwd",
    "git status", "git diff", "python -m pytest", "cat README.md", "grep -rn TODO src",
)  # fmt: skip
CORPUS = [
    command
    for commands in json.loads(
        (Path(__file__).parent / "data" / "shell_bypass.json").read_text("utf-8")
    ).values()
    for command in commands
]
# What a granted command may consist of, whatever its program; and what it never holds.
PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,=-]+(?: [A-Za-z0-9_./:@%+,=-]+)*", re.ASCII)
REFUSED = re.compile(
    r"--?(?:exec|toolexec|vettool|config|prefix|script-shell|rootdir|basetemp|plugin|fix|write"
    r"|install-types|python-executable|manifest-path|target-dir|rulesdir|require|loader|eval"
    r"|globalSetup|outdir|outDir|output|overlay|ldflags|modfile|file|directory)\b"
    r"|/|@|\+|[A-Za-z]:|\w+=|(?:.*/)?\.\.(?:/|$)"
)
OTHERWISE = re.compile(r"-(?:C|o|f|c|w|I)(?:=|$)")
# Letters after one dash are harmless where a program only lists.
LISTING = re.compile(r"-[A-Za-z1]+")
PIECES = (
    ";", "&&", "||", "|", "&", "\n", "\r", "\r\n", "\t", " ", "  ", "\\\n", "\\", "$", "`", "'",
    '"',
    "$(touch PWN)", "`touch PWN`", "${IFS}", "$IFS", "<(touch PWN)", ">(touch PWN)", "> PWN",
    ">> PWN", "2> PWN", "< /etc/passwd", "<<EOF", "<<< x", "{touch,PWN}", "*", "?", "[a]", "~",
    "#x",
    "!", "!!", "touch PWN", "; touch PWN", "&& touch PWN", "| sh", "-- touch", "sh -c", "env",
    "sudo",
    "A=1", "PATH=.", "LD_PRELOAD=./x.so", "--exec=touch", "-exec touch", "-c x", "--config=x",
    "--config x", "--prefix=x", "--prefix /tmp", "-C /tmp", "-p evil", "-o PWN", "--fix",
    "--write",
    "--output=PWN", "--script-shell=./x", "--eval=x", "SHELL=./x", "deploy", "publish", "../x",
    "/x",
    "--", "-v", "src", "tests/a.py", "@x", "+nightly", "\x00", "\x1b", "\u00a0", "\u2028",
    "\u202e",
    "\u200b", "\ufeff", "\u0430", "\uff1b", "\U000e0041", "é", "=", ":", "%", ",", ".", "..",
    "a//b",
    "-toolexec=x", "-vettool=x", "--rootdir=/", "--basetemp=x", "--install-types", "-W error::x.Y",
)  # fmt: skip


def shell(command):
    return an_action(title="Bash", preview=command, params={"command": command})


GRANTS = {extent for base in BASES for extent in extents_to_offer(shell(base))[:-1]}


def says(extent, command):
    """Tell whether the words of a grant have this command in them."""
    if extent.breadth is Breadth.EXACT:
        return command.encode("utf-8", "surrogatepass") == extent.text.encode()
    if extent.breadth is not Breadth.BEGINS or not PLAIN.fullmatch(command):
        return False
    words, leading = command.split(" "), extent.text.split(" ")
    rest = words[len(leading) :]
    if leading == ["ls"]:
        rest = [word for word in rest if not LISTING.fullmatch(word)]
    return words[: len(leading)] == leading and not any(
        REFUSED.match(word) or OTHERWISE.match(word) for word in rest
    )


def passes(command):
    """The grants that let a command pass though their words do not say so."""
    within = extents_of(shell(command))
    return [extent for extent in GRANTS if extent in within and not says(extent, command)]


def variants(count, seed):
    """Commands with pieces put in, doubled, swapped, cut or spelt otherwise."""
    chance = random.Random(seed)
    for _ in range(count):
        command = chance.choice(BASES if chance.random() < 0.8 else CORPUS)
        for _ in range(chance.randint(1, 4)):
            at = chance.randint(0, len(command))
            kind = chance.randrange(8)
            piece = chance.choice(PIECES)
            if kind < 3:
                command = command[:at] + piece + command[at:]
            elif kind == 3:
                command = f"{command} {piece}"
            elif kind == 4:
                command = f"{piece} {command}"
            elif kind == 5:
                command = command[:at] + command[at + chance.randint(0, 2) :]
            elif kind == 6:
                command = command[:at] + command[at:].swapcase()
            else:
                command = f"{command}{piece}{chance.choice(BASES)}"
        yield command


def test_the_buttons_make_grants_of_both_kinds():
    kinds = Counter(extent.breadth for extent in GRANTS)

    assert kinds[Breadth.EXACT] == len(BASES)
    assert kinds[Breadth.BEGINS] >= 15


@pytest.mark.parametrize("base", BASES)
def test_each_command_is_covered_by_its_own_grants(base):
    assert all(extent in extents_of(shell(base)) for extent in extents_to_offer(shell(base)))


@pytest.mark.parametrize("command", CORPUS)
def test_no_known_bypass_is_covered(command):
    assert not any(extent in GRANTS for extent in extents_of(shell(command)))


@pytest.mark.parametrize("base", BASES)
def test_no_known_bypass_of_another_command_is_covered(base):
    for command in CORPUS:
        assert passes(command.replace("git status", base)) == []


@pytest.mark.parametrize(
    ("count", "seed"),
    [
        (3_000, 1),
        pytest.param(300_000, 2, marks=(pytest.mark.full, pytest.mark.timeout(3_600))),
    ],
)
def test_no_fuzzed_command_is_covered_beyond_the_words(count, seed):
    seen = 0
    for command in variants(count, seed):
        assert passes(command) == [], command
        seen += 1

    assert seen == count


def test_the_check_itself_sees_a_grant_that_is_too_wide():
    begins = Extent(breadth=Breadth.BEGINS, text="npm test")
    assert begins in GRANTS

    assert says(begins, "npm test -- unit")
    for command in (
        "npm tests",
        "npm test; ls",
        "npm test --prefix=x",
        "npm test ../x",
        "x npm test",
    ):
        assert not says(begins, command)
