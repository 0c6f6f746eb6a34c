"""A command line as it is read: words, pipes, redirections, and what runs inside."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.command_line import read
from tests.core.shell_strings import some_plain_string, some_string

SEED = 20_261_121
DATA = Path(__file__).parent / "data"


@pytest.mark.parametrize(
    ("line", "commands"),
    [
        ("git status", [["git", "status"]]),
        ("a && b || c; d & e\nf", [["a"], ["b"], ["c"], ["d"], ["e"], ["f"]]),
        ("echo 'a b' \"c $d\" e\\ f", [["echo", "a b", "c $d", "e f"]]),
        ("r''m \"\" x", [["rm", "", "x"]]),
        ("a b\\\nc", [["a", "bc"]]),
        ('a "b\\\nc\\x\\""', [["a", 'bc\\x"']]),
        ("a # b; c\nd#e", [["a"], ["d#e"]]),
        ("a # b", [["a"]]),
        ("(a; b) | c", [["a"], ["b"], ["c"]]),
        ("a $(b (c)) d", [["b"], ["c"], ["a", "$()", "d"]]),
        ('a `b` "`c`"', [["b"], ["c"], ["a", "$()", "$()"]]),
        ("a $'b' $c ${d}", [["a", "b", "$c", "${d}"]]),
        ("a $'\\x72m' -$'c' $\"d\"", [["a", "rm", "-c", "d"]]),
        ("a) b", [["a"], ["b"]]),
        (
            "a $(case b in c) d;; (e) f;; esac) g",
            [["case", "b", "in", "c"], ["d"], ["e"], ["f"], ["esac"], ["a", "$()", "g"]],
        ),
        (
            'a "$( (case b in c) (d);; esac) | e\nf)" g',
            [["case", "b", "in", "c"], ["d"], ["esac"], ["e"], ["f"], ["a", "$()", "g"]],
        ),
        (
            "$(case b in (c) (d);; esac) e",
            [["case", "b", "in"], ["c"], ["d"], ["esac"], ["$()", "e"]],
        ),
        (
            "$(if case b in\nc) d; esac; then e; fi) f",
            [
                ["if", "case", "b", "in"],
                ["c"],
                ["d"],
                ["esac"],
                ["then", "e"],
                ["fi"],
                ["$()", "f"],
            ],
        ),
    ],
)
def test_words_and_commands_are_read_as_a_shell_reads_them(line, commands):
    reading = read(line)

    assert [command.words for command in reading.commands] == commands
    assert not reading.is_doubtful


def test_redirections_are_no_words():
    (command,) = read("a <b >c 2>>d &>e <<<'f g' h 2>&1").commands

    assert command.words == ["a", "h"]
    assert command.reads == ["b"]
    assert command.writes == ["c", "d", "e", "1"]
    assert command.body == ["f g"]


def test_a_pipe_is_followed_back():
    commands = read("a | b |& c; d").commands

    assert [command.source and command.source.first for command in commands] == [
        None,
        "a",
        "b",
        None,
    ]


def test_a_here_document_is_no_command_but_what_runs_in_it_is():
    cat, inner, after = read("cat <<E >f\nDon't $(x y)\nE\nls").commands

    assert inner.words == ["x", "y"]
    assert (cat.words, cat.writes, cat.body) == (["cat"], ["f"], ["Don't $(x y)"])
    assert cat.inner == [inner]
    assert after.words == ["ls"]
    assert read("cat <<E\nopen").commands[0].body == ["open"]


@pytest.mark.parametrize("line", ["a 'b", 'a "b', "a $(b", "a `b", "a\\", "$(" * 99, "$'"])
def test_what_does_not_end_is_doubtful(line):
    assert read(line).is_doubtful


@pytest.mark.parametrize("line", ["a $'\\''; b #'", "a $'\\''", "a $'\\xff'", "a $'\\q'"])
def test_what_shells_do_not_quote_alike_is_doubtful(line):
    assert read(line).is_doubtful


def corpora() -> list[str]:
    """Return what is kept to try readers with: hostile lines and everyday ones."""
    bypasses = json.loads((DATA / "shell_bypass.json").read_text("utf-8"))
    tricks = (DATA / "shell_tricks.txt").read_text("utf-8").splitlines()
    everyday = (DATA / "transcript.txt").read_text("utf-8").splitlines()
    return [*(line for lines in bypasses.values() for line in lines), *tricks, *everyday]


def test_a_line_that_is_read_at_once_reads_the_same_token_by_token():
    chance = random.Random(SEED)
    lines = [*corpora(), *(some_string(chance) for _ in range(1_000))]
    lines += [some_plain_string(chance) for _ in range(1_000)]

    for line in lines:
        assert read(line) == read(f"\n{line}"), line  # a line end is never read at once


@given(st.text(st.sampled_from("ab1=~{}!*?[]#'\"\\$`<>&|;() \t\r\n\v\f\x1c\x85\xa0\u2028\u3000é")))
def test_any_text_that_is_read_at_once_reads_the_same_token_by_token(text):
    assert read(text) == read(f"\n{text}")
