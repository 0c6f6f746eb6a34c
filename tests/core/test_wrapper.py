"""What a program runs by its arguments: followed by the table, guessed where it can't be."""

import pytest

from bot.core.shell import read_script
from bot.core.wrapper import inner_of, name_of


def run_by(line: str) -> list[str]:
    """Return what the first program of a line runs, and the scripts it gives to a shell."""
    inner = inner_of([None if word == "?" else word for word in line.split(" ")])
    assert inner is not None
    assert not inner.doubts, inner.doubts
    return [" ".join(word or "?" for word in run.words) for run in inner.runs] + list(
        inner.scripts
    )


@pytest.mark.parametrize(
    ("line", "inner"),
    [
        ("timeout 5 a b", "a b"),
        ("timeout -s KILL -k5 --foreground 5 a", "a"),
        ("timeout --signal=9 --kill-a 3 5 a -x", "a -x"),
        ("/usr/bin/timeout.exe -- 5 a", "a"),
        ("nice -n 5 a", "a"),
        ("nice -5 a", "a"),
        ("nohup a", "a"),
        ("env -i -u X A=1 B= a b", "a b"),
        ("env - a", "a"),
        ("env -- A=1 a", "a"),
        ("sudo -nu root A=1 a", "a"),
        ("sudo -u root -- a -u b", "a -u b"),
        ("xargs -0 -n1 a b", "a b ?"),
        ("xargs -I{} a {} b", "a ? b"),
        ("xargs -i a {}", "a ?"),
        ("xargs --replace=X a aXb", "a ?"),
        ("ionice -c 2 -n 7 a", "a"),
        ("chrt -f 10 a", "a"),
        ("taskset -c 0,1 a", "a"),
        ("flock -w 5 f a", "a"),
        ("watch -n 2 a b", "a b"),
        ("strace -f -o x a", "a"),
        ("unbuffer a", "a"),
        ("ssh -p 22 host a b", "a b"),
        ("docker run --rm -it -v /:/x image a", "a"),
        ("docker compose -f x exec -T web a", "a"),
        ("kubectl exec -it pod -- a b", "a b"),
        ("npx -y a b", "a b"),
        ("pnpm dlx a", "a"),
        ("npm --silent exec -- a", "a"),
        ("uv run --with x a", "a"),
        ("uv tool run a", "a"),
        ("uvx --from x a", "a"),
        ("pipx run a", "a"),
        ("poetry run a", "a"),
        ("busybox a b", "a b"),
        ("chroot / a", "a"),
        ("nsenter -t 1 -m a", "a"),
        ("systemd-run --user a", "a"),
        ("entr -r a", "a"),
        ("command a", "a"),
        ("command - a", "- a"),
        ("exec -a x a", "a"),
        ("builtin a", "a"),
        ("find . -name x -exec a {} ;", "a ?"),
        ("find . -execdir a b +", "a b"),
        ("fd x -x a", "a"),
    ],
)
def test_a_wrapper_is_followed_to_what_it_runs(line, inner):
    assert run_by(line) == [inner]


@pytest.mark.parametrize(
    "line",
    [
        "command -v a",
        "sudo -l a",
        "timeout --help a",
        "ionice -p 12",
        "xargs",
        "trap",
        "trap - EXIT",
        "trap -p",
        "bash --version",
        "ssh host",
    ],
)
def test_a_wrapper_may_run_nothing(line):
    assert run_by(line) == []


@pytest.mark.parametrize("line", ["ls", "docker ps", "npm test", "find . -name x", "uv pip list"])
def test_what_runs_nothing_else_is_no_wrapper(line):
    assert inner_of(line.split(" ")) is None


@pytest.mark.parametrize(
    ("words", "script"),
    [
        (["su", "-c", "a b", "user"], "a b"),
        (["su", "-", "user", "--command=a"], "a"),
        (["script", "-q", "-c", "a", "f"], "a"),
        (["flock", "f", "-c", "a b"], "a b"),
        (["npx", "-c", "a b"], "a b"),
        (["env", "-S", "a b"], "a b"),
        (["sh", "-c", "a", "b"], "a"),
        (["bash", "-e", "-o", "pipefail", "-c", "a"], "a"),
        (["bash", "--norc", "+x", "-c", "--", "a"], "a"),
        (["eval", "a", "b"], "a b"),
        (["trap", "--", "a", "EXIT"], "a"),
    ],
)
def test_a_script_is_found_where_it_stands(words, script):
    inner = inner_of(words)

    assert inner is not None
    assert inner.scripts == (script,)
    assert inner.doubts == ()


@pytest.mark.parametrize(
    ("words", "doubt"),
    [
        (["timeout", "--unknown", "5", "rm"], "not certain"),
        (["timeout", "-Z", "5", "rm"], "not certain"),
        (["timeout", None, "rm"], "not certain"),
        (["docker", None, "run", "x", "rm"], "not certain"),
        (["ssh", "host", None, "rm"], "not certain"),
        (["ssh", "host", "a", None], "not certain"),
        (["sh", None, "rm"], "not certain"),
        (["coproc", "rm"], "not certain"),
        (["parallel", "-j4", "rm"], "not certain"),
        (["find", *(["-exec", "a", ";"] * 40)], "not certain"),
        (["find", "-exec", *(["a"] * 99)], "not certain"),
        (["flock", "f", "--odd", "rm"], "not certain"),
        (["su", "-c", None], "not known before"),
        (["su", "-c"], "not known before"),
        (["eval", None], "not known before"),
        (["trap", None, "EXIT"], "not known before"),
        (["bash", "-c"], "not known before"),
        (["bash", "--rcfile", "x"], "not known before"),
        (["bash", "-lc", "a"], "start-up files"),
        (["bash", "--login"], "start-up files"),
        (["fish", "-c", "a"], "rules of its own"),
        (["bash", "x.sh"], "from a file"),
        (["source", "x.sh"], "from a file"),
    ],
)
def test_what_cannot_be_followed_is_doubted(words, doubt):
    inner = inner_of(words)

    assert inner is not None
    assert doubt in " ".join(inner.doubts)


def test_every_later_word_may_be_the_program_of_a_wrapper_that_is_not_followed():
    script = read_script("timeout --odd 5 sh -c 'rm -rf x'")

    assert [program.words[0] for program in script.programs] == [
        "timeout",
        "rm",
        "5",
        "sh",
        "rm -rf x",
    ]


def test_an_entry_point_runs_with_the_arguments():
    inner = inner_of(["docker", "run", "--entrypoint", "sh", "image", "-x"])

    assert inner is not None
    assert ("sh", "-x") in [run.words for run in inner.runs]


def test_a_word_with_blanks_is_read_as_a_script_too():
    assert ("rm", "x") in [program.words for program in read_script("sudo -s 'rm x'").programs]


@pytest.mark.parametrize(
    ("word", "name"), [("/usr/bin/Git", "git"), ("C:\\x\\sh.EXE", "sh"), ("a", "a"), ("", "")]
)
def test_a_program_is_named_by_the_end_of_its_path(word, name):
    assert name_of(word) == name


def test_no_words_run_nothing():
    assert inner_of([]) is None
