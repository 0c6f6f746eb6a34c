"""What a command line runs: every program is found or doubted, and plain means plain."""

import json
from pathlib import Path

import pytest

from bot.core.shell import Program, plain_words, read_script

CORPUS = json.loads((Path(__file__).parent / "data" / "shell_bypass.json").read_text())
STRINGS = [line for lines in CORPUS.values() for line in lines]
PLAIN_THEMSELVES = {
    "git diff --no-index --output=PWN /dev/null evil/git",
    "GIT STATUS",
    "git statusx",
}


def programs_of(text: str) -> list[tuple[str | None, ...]]:
    return [program.words for program in read_script(text).programs]


def doubts_of(text: str) -> str:
    return " ".join(read_script(text).doubts)


@pytest.mark.parametrize("line", STRINGS)
def test_no_known_bypass_passes_for_a_plain_command(line):
    words = plain_words(line)

    assert words != ("git", "status")
    assert words == (tuple(line.split(" ")) if line in PLAIN_THEMSELVES else None)


@pytest.mark.parametrize("line", [line for line in STRINGS if "touch PWN" in line])
def test_what_a_known_bypass_runs_is_said_or_doubted(line):
    script = read_script(line)

    assert ("touch", "PWN") in [program.words for program in script.programs] or script.doubts


@pytest.mark.parametrize("line", CORPUS["redirection"])
def test_what_a_known_bypass_writes_is_said(line):
    assert "PWN" in [file for program in read_script(line).programs for file in program.writes]


@pytest.mark.parametrize(
    "line",
    [
        "git status",
        "npm test",
        "ls",
        "make CC=gcc-12 build",
        "git log --oneline -n 5 main..HEAD",
        "docker ps -a",
        "uv pip list",
        "echo hello",
        "find . -name x.py",
        "cat a/b.txt @x %y a:b a,b +x",
        "g++ -o a a.cc",
        "7z l x.7z",
    ],
)
def test_plain_commands_are_their_words(line):
    assert plain_words(line) == tuple(line.split(" "))


@pytest.mark.parametrize(
    "line",
    [
        "",
        " ",
        " git status",
        "git status ",
        "git  status",
        "git\tstatus",
        "git status\n",
        "git status;",
        "git 'status'",
        "git $x",
        "git sta*",
        "git ~",
        "git {a,b}",
        "git a!",
        "git #x",
        "git a\\b",
        "git ⅼog",
        "A=1 git status",
        "A=1",
        "git =x",
        "./git status",
        "bin/git status",
        "-x y",
        "+x y",
        ".hidden",
        "%1",
        "@x",
        "123",
        "sudo git status",
        "timeout 5 git status",
        "env git status",
        "time git status",
        "xargs git",
        "find . -exec rm +",
        "docker run x",
        "npm exec x",
        "uv run pytest",
        "parallel git",
        "sh x",
        "BASH -c ls",
        "bash.exe -c ls",
        "python x.py",
        "python3.12 -m pytest",
        "node x.js",
        "awk x",
        "perl5.36 x",
        "cd src",
        "export A=1",
        "export",
        "set -e",
        "source x",
        ". x",
        ":",
        "eval ls",
        "exec ls",
        "trap x EXIT",
        "if",
        "then x",
        "function x",
        "coproc x",
        "git " + "x" * 509,
    ],
)
def test_anything_else_is_not_plain(line):
    assert plain_words(line) is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a; b && c || d & e | f\ng", ["a", "b", "c", "d", "e", "f", "g"]),
        ("(a; { b; }); ! c", ["a", "b", "c"]),
        ("if a; then b; elif c; then d; else e; fi", ["a", "b", "c", "d", "e"]),
        ("while a; do b; done; until c; do d; done", ["a", "b", "c", "d"]),
        ("case x in y) a;; z) b;; esac", ["a", "b"]),
        ('a "$(b `c`)" <(d) > >(e)', ["a", "b", "c", "d", "e"]),
        ("a ${x:-$(b)} $((1 + $(c)))", ["a", "b", "c"]),
        ("a <<E\n$(b) $(c)\nE\nd", ["a", "b", "c", "d"]),
        ("a <<'E'\n$(b)\nE", ["a"]),
        ("a <<E | b > f && c\nx\nE", ["a", "b", "c"]),
        ("bash <<E\na; b\nE", ["bash", "a", "b"]),
        ("bash <<E\nE\na", ["bash", "a"]),
        ("bash -s <<< 'a; b'", ["bash", "a", "b"]),
        ("sh -c 'a; sh -c b'", ["sh", "a", "sh", "b"]),
        ("sudo -u x timeout -k 1 5 nice -n 3 a b", ["sudo", "timeout", "nice", "a"]),
        ("git -c alias.x='!a b' x", ["git", "a"]),
        ("git rebase --exec 'a b' main", ["git", "a"]),
        ("git rebase -x a", ["git", "a"]),
        ("git rebase --exec=a", ["git", "a"]),
        ("git submodule foreach 'a; b'", ["git", "a", "b"]),
        ("[ -f x ] && a; [[ x == y* ]] || b", ["[", "a", "[[", "b"]),
        ("coproc a; ! time b", ["coproc", "a", "time", "b"]),
        ("exec 3>&- 4<&0; a", ["exec", "a"]),
        ("for ((i = 0; i < 1; i++)); do a; done; b ${x:1:2} ${y[@]} ${z[0]}", ["a", "b"]),
    ],
)
def test_every_program_is_found_wherever_it_stands(line, words):
    assert [given[0] for given in programs_of(line) if given] == words


def test_a_program_carries_what_is_around_it():
    assert read_script("X=1 git log $z <in >out 2>&1").programs == (
        Program(
            words=("git", "log", None),
            text="X=1 git log $z",
            assignments=(("X", "1"),),
            reads=("in",),
            writes=("out",),
        ),
    )


def test_a_wrapped_program_says_what_it_runs_under_and_how_it_is_written():
    *_, sudo, git = read_script("cd x; sudo -n A=1 git 'a b' > f").programs

    assert sudo.words == ("sudo", "-n", "A=1", "git", "a b")
    assert git == Program(
        words=("git", "a b"),
        text="git 'a b'",
        wrappers=("sudo",),
        assignments=(("A", "1"),),
        writes=("f",),
    )


def test_assignments_and_loops_are_programs_without_words():
    assert [
        (program.words, program.assignments)
        for program in read_script("A=1 B+=x; for C in 1; do d; done; : ${E:=f}").programs
    ] == [
        ((), (("A", "1"), ("B", "x"))),
        ((), (("C", None),)),
        (("d",), ()),
        ((":", None), ()),
        ((), (("E", None),)),
    ]


@pytest.mark.parametrize(
    ("line", "doubt"),
    [
        ("git 'a", "not read as a shell"),
        ("if a", "not read as a shell"),
        ("a `b \\`c\\``", "not read as a shell"),
        ("then a", "not read as a shell"),
        ("a <<E\nb", "not read as a shell"),
        ("a=(b)c", "not read as a shell"),
        ("a <<E", "not read as a shell"),
        ('a=`b "`c`"`', "not read as a shell"),
        ("gi\\\nt x", "goes on in the next line"),
        ("a" * 17_000, "too long"),
        ("a;" * 5_000, "too long"),
        ("}" * 16_000, "too long"),
        ("(" * 5_000, "too long"),
        ("a; " * 450, "too long"),
        ("echo " + "a " * 400, "too long"),
        ("eval " * 20 + "a", "too long"),
        ("sudo " * 20 + "a", "too long"),
        ("a\rb", "control"),
        ("a\0; b", "control"),
        ("a\x1b[2Kb", "control"),
        ("git\xa0status", "control"),
        ("git\u2003status", "control"),
        ("git status\u202e", "control"),
        ("\ud800", "control"),
        ("$x a", "not known before it runs"),
        ("$(a) b", "not known before it runs"),
        ("g* b", "not known before it runs"),
        ("~/a", "not known before it runs"),
        ("eval $x", "not known before"),
        ("source x", "from a file"),
        ("sh x", "from a file"),
        ("a | sh", "gets as input"),
        ("sh <<E\n$x\nE", "gets as input"),
        ("sh < f", "gets as input"),
        ("sh -c $x", "not certain which word"),
        ("sh -c", "not known before"),
        ("git() { a; }; git status", "a function"),
        ("a $((x))", "counts with names"),
        ("((x = 1))", "counts with names"),
        ("[[ $x -eq 1 ]]", "counts with names"),
        ("a ${x:y}", "counts with names"),
        ("a ${x[y]}", "picks from a list"),
        ("a ${!x}", "picks from a list"),
        ("[ -v $x ]", "counts with names"),
        ("a \"${x:-'$(b)'}\"", "not read as a shell"),
        ("a ${x%$(b)}", "not read as a shell"),
        ("time -p a", "not certain which word"),
        ("time A=1 a", "not certain which word"),
        ("a ${x@P}", "as a prompt"),
        ("for PATH in x; do git status; done", "variable PATH"),
        ("sudo PATH=x a", "variable PATH"),
    ],
)
def test_what_cannot_be_known_is_doubted(line, doubt):
    assert doubt in doubts_of(line)
    assert plain_words(line) is None


@pytest.mark.parametrize(
    "line",
    [
        "git status && npm test 2>&1 | tail -n 5",
        'for f in a b; do cat "$f" > out; done',
        "git commit -m \"$(cat <<'E'\nIt's done (really)\nE\n)\"",
        "cat > x.py <<'E'\nprint(`x`, $(y))\nE",
        "cd src && ls -la || echo 'no; such | thing'",
        "if [ -f x ]; then echo yes; fi",
        'x=$(date +%s); echo "took ${x}s"',
        "python x.py --flag && node y.js",
        "grep -rn 'a|b' src | sort | uniq -c",
        "make -j4 test \\\n  && echo ok",
        "sed -n '1,20p' x.py; sed -i 's/a/b/g' x.py",
        "awk '{print $1}' x | head",
        "find . -name '*.py' -not -path './x/*'",
        "# only a comment\nls",
    ],
)
def test_everyday_lines_are_not_doubted(line):
    assert read_script(line).doubts == ()


def test_programs_are_guessed_where_the_grammar_is_not_followed():
    assert ("rm", "-rf", "x") in programs_of("if true; then rm -rf x")
    assert ("rm", "-rf", "x") in programs_of("A=1 rm -rf x; " + "a;" * 9_000)
    assert ("rm", "-rf", "x") in programs_of("eval " * 20 + "; rm -rf x; eval 'a")


def test_characters_beyond_ascii_are_kept_and_crash_nothing():
    assert programs_of("git commit -m 'né 💚' && é x") == [
        ("git", "commit", "-m", "né 💚"),
        ("é", "x"),
    ]
    assert doubts_of("a=(p${\U000e0061x:=b})")
    assert doubts_of("cat <<é\n$(a)\nà\nb\né")
    assert doubts_of("${\ud800} x")


def test_guesses_and_findings_are_bounded():
    many = read_script("parallel 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15;" * 60)
    pieces = read_script("a; " * 9_000)

    assert len(many.programs) <= 400
    assert len(pieces.programs) <= 400
    assert many.doubts
    assert pieces.doubts
