"""Strings made by chance, held against a real bash: nothing runs that was not said or doubted."""

import random
import re
import time
from pathlib import Path

import pytest

from bot.core.shell import plain_words, read_script
from bot.core.shell_command import read_commands
from bot.core.shell_tree import NODES
from tests.core.shell_peer import Bash
from tests.core.shell_strings import (
    COMMANDS,
    nasty_strings,
    some_plain_string,
    some_runnable_string,
    some_string,
)

SEED = 20_261_121
DATA = Path(__file__).parent / "data"
ESCAPE = re.compile(r"\\(n|t|r|x0b|x0c)")  # how the tricks' file writes what breaks its lines
ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "x0b": "\x0b", "x0c": "\x0c"}


def read_many(count: int, seed: int) -> None:
    """Read strings made by chance, and print the slowest."""
    chance = random.Random(seed)
    slowest, worst = 0.0, ""
    for _ in range(count):
        text = some_string(chance)
        start = time.process_time()
        script = read_script(text)
        took = time.process_time() - start
        if took > slowest:
            slowest, worst = took, text
        assert script.plain is None or " ".join(script.plain) == text, text
        assert script.plain is None or len(script.programs) == 1, text
    print(f"slowest of {count}: {slowest * 1e3:.1f} ms, {worst[:80]!r}")


def test_chance_never_breaks_a_reading_and_plain_is_nothing_but_the_bytes():
    read_many(3_000, SEED)


@pytest.mark.full
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("part", range(10))
def test_chance_never_breaks_a_reading_in_full(part):
    read_many(35_000, SEED + 1 + part)


def test_no_change_of_a_command_passes_for_it():
    chance = random.Random(SEED)
    for _ in range(3_000):
        text = some_string(chance)

        for command in COMMANDS:
            if text != command:
                assert plain_words(text) != tuple(command.split(" ")), text


def unexplained(bash: Bash, text: str) -> list[str]:
    """Return the programs that bash runs, and that were neither said nor put in doubt."""
    script = read_script(text)
    if script.doubts:
        return []
    said = {program.words[0] for program in script.programs if program.words}
    return [words[0] for words in bash.run(text) if words[0] not in said]


def run_many(place: Path, count: int, seed: int) -> None:
    bash, chance = Bash(place), random.Random(seed)
    for _ in range(count):
        make = chance.choice((some_runnable_string, some_runnable_string, some_string))
        text = make(chance)
        if not {"\0", "\ud800"}.isdisjoint(text):
            continue  # no process can be given these
        assert not unexplained(bash, text), text


def test_bash_runs_only_what_is_said_or_doubted(tmp_path):
    run_many(tmp_path, 250, SEED)


@pytest.mark.full
@pytest.mark.timeout(3_600)
def test_bash_runs_only_what_is_said_or_doubted_in_full(tmp_path):
    run_many(tmp_path, 20_000, SEED + 1)


def test_no_trick_of_the_grammar_goes_unnoticed(tmp_path):
    bash = Bash(tmp_path)
    tricks = (DATA / "shell_tricks.txt").read_text().splitlines()

    for trick in tricks:
        text = ESCAPE.sub(lambda match: ESCAPED[match[1]], trick)

        assert not unexplained(bash, text), text


def test_bash_gives_a_plain_command_exactly_its_words(tmp_path):
    bash, chance = Bash(tmp_path), random.Random(SEED)
    lines = list(dict.fromkeys(some_plain_string(chance) for _ in range(800)))
    plain = [line for line in lines if plain_words(line)]
    strange = [line for line in lines if not plain_words(line)]

    logged = bash.run("\n".join(plain))

    assert logged == [list(plain_words(line) or ()) for line in plain]
    assert len(plain) > 200
    assert len(strange) > 20


def test_the_work_of_a_reading_is_bounded():
    slowest, worst = 0.0, ""
    for text in nasty_strings():
        start = time.process_time()
        script = read_script(text)
        took = time.process_time() - start
        slowest, worst = max((slowest, worst), (took, text))

        assert read_commands(text).nodes <= NODES
        assert len(script.programs) <= 400
        assert script.plain is None
        assert len(script.doubts) <= 100
    print(f"slowest: {slowest * 1e3:.1f} ms, {worst[:40]!r}")
