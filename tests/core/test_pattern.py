"""Patterns fit what they say, and never take long about it."""

import random
import time

import pytest

from bot.core.pattern import LONGEST, BadPattern, Pattern, PatternSet, glob, regex

LONG = 65_000


@pytest.mark.parametrize(
    ("pattern", "fits", "others"),
    [
        ("*.py", ["a.py", ".py"], ["src/a.py", "a.pyc", "a.py\n"]),
        ("**/*.py", ["a.py", "src/a.py", "/x/y/a.py"], ["a.pyc"]),
        ("/srv/*", ["/srv/a", "/srv/"], ["/srv", "/srv/a/b", "x/srv/a"]),
        ("/srv/**", ["/srv/a", "/srv/a/b"], ["/srv", "/srvx/a"]),
        ("a**z", ["az", "a/b/z"], ["a/b"]),
        ("mcp__*", ["mcp__files"], ["mcp_files", "xmcp__files"]),
        ("?.txt", ["a.txt", "é.txt"], [".txt", "ab.txt", "/.txt"]),
        ("[a-c]x", ["bx"], ["dx", "-x"]),
        ("[!a]x", ["bx"], ["ax", "/x"]),
        ("[^]x", ["^x"], ["ax"]),
        (r"[\d]", ["d", "\\"], ["5"]),
        ("[", ["["], ["]"]),
        ("a.b+(c)|$", ["a.b+(c)|$"], ["axb+(c)|$", "a.b"]),
        ("é\x00*", ["é\x00", "é\x00a"], ["é"]),
        ("https://*.example.com/**", ["https://a.example.com/b/c"], ["https://a.b/example.com/"]),
    ],
)
def test_a_glob_fits_whole_texts(pattern, fits, others):
    made = glob(pattern)

    assert [made.truth(text) for text in fits] == [True] * len(fits)
    assert [made.truth(text) for text in others] == [False] * len(others)


def test_a_regex_searches_unless_it_is_anchored():
    assert regex("b").truth("abc") is True
    assert regex("^b").truth("abc") is False
    assert regex("a$").truth("a\n") is False
    assert regex("").truth("") is True


@pytest.mark.parametrize("text", ["/srv/../etc", "/srv/..", "../srv/a", "/srv//a", "/srv/./a"])
def test_a_path_that_may_lead_elsewhere_is_unknown_to_a_glob_from_the_root(text):
    assert glob("/srv/**").truth(text) is None


def test_other_globs_know_what_no_path_leads_back_through():
    assert glob("src/**").truth("src/../x") is None
    assert glob("src/**").truth("src//x") is True
    assert glob("https://**").truth("https://example.com/a") is True
    assert glob("*..*").truth("a..b") is True
    assert regex("^/srv/").truth("/srv/../x") is True


@pytest.mark.parametrize("value", [None, 5, True, ["a"], {}, "\ud800", "x" * 70_000, "é" * 40_000])
def test_what_is_no_text_or_too_long_is_unknown(value):
    assert regex("x").truth(value) is None


def test_a_larger_program_takes_shorter_texts():
    small, large = regex("abc"), regex("(?:a?){300}b")

    assert small.longest > large.longest
    assert large.truth("a" * (large.longest + 1)) is None
    assert large.truth("a" * large.longest) is False


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(?=a)b", r"no expression of RE2: invalid perl operator: \(\?="),
        (r"(a)\1", "no expression of RE2: invalid escape"),
        ("(", "no expression of RE2: missing"),
        ("a{1001}", "no expression of RE2: invalid repetition size"),
        ("\ud800", "no expression of RE2"),
        (r"\pL{20}x", "makes a program of"),
        (r"(\pL{100}){9}", "no expression of RE2: pattern too large"),
        ("x" * (LONGEST + 1), "longer than"),
    ],
)
def test_a_pattern_that_cannot_be_taken_says_why(pattern, said):
    with pytest.raises(BadPattern, match=said):
        regex(pattern)


def test_patterns_are_equal_where_they_are_written_alike():
    assert regex("a+") == regex("a+")
    assert regex("a") != glob("a")


def test_a_set_names_all_that_may_fit():
    texts = ["/srv/a", "/srv/../a", "/srv//a", "b/../a", "b", "", "x" * 600, "\ud800", "é" * 1_500]
    patterns: list[Pattern] = [
        *map(glob, ["/srv/*", "b/**", "*", "b"]),
        *map(regex, ["a$", "^b", "", "(?:a?){900}a{99}"]),
    ]
    every = PatternSet(patterns)

    for text in texts:
        hits = every.hits(text)
        for at, pattern in enumerate(patterns):
            assert pattern.truth(text) is False or hits is None or at in hits


def test_a_set_that_is_asked_too_much_gives_no_answer():
    every = PatternSet([regex("a"), regex("b")])

    assert every.hits("x" * 3_000) is None
    assert every.hits("é" * 1_500) is None
    assert every.hits("\ud800") is None
    assert PatternSet([regex(r"(?i)(.{0,200}x){2}z") for _ in range(30)] * 100).hits("x") is None


def evil_patterns() -> list[str]:
    """200 patterns that others choke on: nested, overlapping, counted, long, wide."""
    chance = random.Random(4)
    known = [
        r"^(a+)+$", r"^(a|aa)+$", r"^(a|a?)+$", r"^(.*a){20}$", r"(x+x+)+y", r"^(([a-z])+.)+[A-Z]",
        r"^([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}", r"(.*)*(.*)*(.*)*z",
        r"\s*\s*\s*\s*\s*$", r"(?:a?){500}a{500}", r"[ab]*a[ab]{400}c", r"((a{30}){30})b",
        r"(?i)(.{0,500}x){2}", r"\pL+\pN+\pL{30}x", r"^(\w+\s?)*$", r"(a*)*(b*)*(c*)*d",
        r"a{1000}", r"(a{1,1000}){1,1000}", r"((((a*)*)*)*)*b", r"^(?:(?:x|y)*x(?:x|y){300}){2}z",
        r"(?:.|\n)*(?:.|\n)*=", r"(\d+)*\.(\d+)*$", r"^(a?){60}a{60}$", r"(?s).*.*.*.*.*.*.*x",
        r"(a)\1+", r"(?<=a+)b", r"(?=(a+))a*b", r"^(?>a+)+$", r"(" * 200 + ")" * 200, r"[" * 500,
    ]  # fmt: skip
    atoms = [
        "a",
        "a?",
        "a*",
        "(a|aa)",
        "(a|b|ab)",
        "[ab]",
        ".",
        r"\w",
        "(a*)",
        r"(?:\s|.)",
        r"\pL",
    ]
    ends = ["+", "*", "?", "{1,30}", "{20}", "{0,200}", "{500}", "+?", "*?"]
    while len(known) < 200:
        pattern = "".join(chance.choice(atoms) for _ in range(chance.randint(1, 5)))
        for _ in range(chance.randint(1, 3)):
            pattern = f"({pattern}){chance.choice(ends)}"
        known.append(chance.choice(["", "^"]) + pattern + chance.choice(["", "$", "c$", "[^a]"]))
    return known


def test_evil_patterns_are_refused_or_answered():
    chance = random.Random(5)
    subjects = [
        "a" * LONG,
        "a" * 30 + "!",
        "ab" * (LONG // 2),
        "".join(chance.choice("ab") for _ in range(LONG)),
        "".join(chance.choice("xy") for _ in range(LONG)),
        "a b\n" * (LONG // 4),
        "é" * (LONG // 2),
        "1" * LONG + ".",
    ]
    refused, slowest = 0, (0.0, "")
    for written in evil_patterns():
        try:
            pattern = regex(written)
        except BadPattern:
            refused += 1
            continue
        for subject in subjects:
            for text in (subject, subject[: pattern.longest], subject[: pattern.longest // 2]):
                began = time.perf_counter()
                truth = pattern.truth(text)
                slowest = max(slowest, (time.perf_counter() - began, written))

                assert truth in {True, False, None}
                assert (truth is None) == pattern.is_doubtful(text)
    assert 5 < refused < 150
    print(f"\n{refused} of 200 refused; slowest answer {slowest[0] * 1e3:.1f} ms: {slowest[1]}")
