"""Texts of policy files: what they say, and in which line."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.fault import Fault, Place
from bot.core.policy_document import read_policies
from bot.policy_file import example_policy
from bot.policy_text import ENDINGS, ending_of, read_text

# A key with a number in it stands in the line of that number.
TOML = '''# l1
l2 = "a # b = [ { "
l3 = "it's"

l5.l5a."l5.b" = 1
l6 = [ # [
  [1, 2],
  { l8 = "x", l8b = { l8c = [ "]", '}' ] } },
  # }
  { l10 = """
l11 = 5
[[policy]]
\\""" ] """"}, { l13 = 1979-05-27 07:32:00 },
]
l15 = \'\'\'
[l16]
\'\'\'
[l18]
l19 = true
[l18."l20 [x]"]
l21 = 1.5
[[l22]]
[[l22]]
  l24 = -1
  [[l22.l25]]
  l26 = "\\u00e9\\""
  [[l22.l25]]
  l28 = inf
  [l22.l29]
  l30 = 0x1F
[l31.l31a]
l32 = [
  "a", "b",

  "c" ]
'''
YAML = """
# l2
l3: "a: b"
l4:
  - l5: |
      l6: text
      l7: text
    l8: 'x'
  - [1,
     {l10: 2}]
"l11: x": null
l12: {l12a: [],
      l13: 3}
"""


def places(lines: dict[tuple[str | int, ...], int]) -> list[tuple[object, int]]:
    return [(path[-1], line) for path, line in lines.items() if isinstance(path[-1], str)]


def numbered(key: object) -> int:
    digits = "".join(sign for sign in str(key).removeprefix("l")[:2] if sign.isdigit())
    return int(digits)


@pytest.mark.parametrize(("text", "ending", "count"), [(TOML, ".toml", 26), (YAML, ".yaml", 9)])
def test_every_key_is_found_in_its_line(text: str, ending: str, count: int):
    read = read_text(text.replace("1979-05-27 07:32:00", "7"), ending)

    assert read.faults == ()
    found = places(read.lines)
    assert len(found) == count
    assert [(key, line) for key, line in found if line != numbered(key)] == []


def test_items_of_lists_are_found_in_their_lines():
    read = read_text(TOML.replace("1979-05-27 07:32:00", "7"), ".toml")

    items = [read.lines[("l31", "l31a", "l32", number)] for number in range(3)]
    nested = [read.lines[("l6", number)] for number in range(4)]
    assert items == [33, 33, 35]
    assert nested == [7, 8, 10, 13]
    assert read.lines[("l22", 1, "l25", 1)] == 27


def values(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the path of every key and item in a document."""
    found: list[tuple[str | int, ...]] = []
    items = value.items() if isinstance(value, dict) else enumerate(value)  # type: ignore[arg-type]
    for name, item in items:
        found.append((*path, name))
        if isinstance(item, dict | list):
            found += values(item, (*path, name))
    return found


def test_no_key_of_the_example_is_without_a_line():
    text = example_policy()
    read = read_text(text, ".toml")
    lines = text.splitlines()

    for path in values(read.document):
        line = lines[read.lines[path] - 1]
        assert isinstance(path[-1], int) or path[-1] in line, path


names = st.text(max_size=100)  # YAML takes a key for one only up to 1,024 characters
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(st.dictionaries(names, documents, max_size=5), st.sampled_from([None, 1, "\t"]))
def test_a_json_file_says_what_json_says_and_has_lines(
    document: dict[str, object], indent: int | str | None
):
    read = read_text(json.dumps(document, indent=indent), ".json")

    assert (read.document, read.faults) == (document, ())
    assert set(values(document)) <= set(read.lines)


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from(list("ab=[]{}\"'#.,:-|>&*!\n\t 01")), max_size=60))
def test_any_text_is_read_or_is_a_fault_with_a_line(text: str):
    for ending in ENDINGS:
        read = read_text(text, ending)

        last = text.count("\n") + 1
        assert all(1 <= line <= last and said.endswith(".") for line, said in read.faults)


@pytest.mark.parametrize(
    ("ending", "text", "line", "said"),
    [
        (".toml", "a = 1\nb = \n", 2, "can't be read as TOML: Invalid value."),
        (".toml", 'a = 1\n\nb = """x\ny', 4, "can't be read as TOML: Unterminated string."),
        (".toml", "a = 1\na = 2", 2, "can't be read as TOML: Cannot overwrite a value."),
        (".toml", "a = 2026-02-31", 1, "can't be read as TOML"),
        (".toml", "a = [\n 5,\n 2026-01-01]", 3, "is a date or a time; write it as a text"),
        (".toml", "a = " + "[" * 5_000, 1, "is nested deeper than 40 times."),
        (".toml", "a = " + "[" * 50 + "]" * 50, 1, "is nested deeper than 40 times."),
        (".yaml", "a: 1\nb: [\n", 3, "can't be read as YAML: expected the node content"),
        (".yaml", "a: 1\nb: 2\na: 3\n", 3, "a stands twice in one table."),
        (".yaml", "a: 1\nb: &x [1]\nc: *x\n", 2, "uses an anchor or an alias"),
        (".yaml", "a: *x\n", 1, "uses an anchor or an alias"),
        (".yaml", "a: 1\nb: !!python/name:os.system\n", 2, "has a tag"),
        (".yaml", "a: !!int 5\n", 1, "has a tag"),
        (".yaml", "a: !x [5]\n", 1, "has a tag"),
        (".yaml", "a: !x {b: 5}\n", 1, "has a tag"),
        (".yaml", "a: !x '5'\n", 1, "has a tag"),
        (".yaml", "!x a: 5\n", 1, "has a tag"),
        (".yaml", "a: 1\n? [1]\n: 2", 2, "has a key that is not a text."),
        (".yaml", "a: 1\n---\nb: 2", 2, "but found another document."),
        (".yaml", "a: 1\nb: \x07", 2, "holds a character that YAML does not allow."),
        (".yaml", "[" * 50, 1, "is nested deeper than 40 times."),
        (".yml", "a:\n\t- b", 2, "cannot start any token."),
        (".json", '{"a": 1,\n"a": 2}', 2, "a stands twice in one table."),
        (".json", '{"a": 1,\n}', 2, "can't be read as JSON"),
        (".json", "[" * 100_000, 1, "is nested deeper than 40 times."),
        (
            ".json",
            "[" + "1" * 5_000 + "]",
            1,
            "can't be read as JSON: a number in it is too long.",
        ),
    ],
)
def test_what_cannot_be_read_is_a_line_and_a_sentence(
    ending: str, text: str, line: int, said: str
):
    read = read_text(text, ending)

    assert len(read.faults) == 1
    assert read.faults[0][0] == line
    assert said in read.faults[0][1]


def test_yaml_says_what_it_looks_like_and_true_is_the_only_word_for_true():
    text = "{a: yes, b: on, c: true, d: 2026-01-01, e: 'true', f: ~, g: 7, h: 1e3, i: 0x1}"

    assert read_text(text, ".yaml").document == {
        "a": "yes",
        "b": "on",
        "c": True,
        "d": "2026-01-01",
        "e": "true",
        "f": None,
        "g": 7,
        "h": 1000.0,
        "i": "0x1",
    }
    assert read_text("", ".yaml").document is None


TWO = """\
[[policy]]
name = 'he said "x", rule 2'
priority = "first"
[[policy.rule]]
decision = "maybe"
match = { command = { any = [
    { begins_with = ["git"] },
    { begins_wth = ["npm"] },
] } }
[[policy.rule]]
decision = "allow"
quorum = 2
[policy.rule.match."params.amount"]
gte = "much"
[[policies]]
[[policies.rules]]
match = {}
decision = "ask"
matches = ["ls"]
colour = "red"
"""


def test_every_fault_of_a_document_is_found_in_the_line_of_its_key():
    read = read_text(TWO, ".toml")

    found = {read.line_of(fault): str(fault) for fault in read_policies(read.document).faults}

    wanted = {
        3: "priority: must be a number",
        5: "decision: must be one of",
        8: "match.command.any.2.begins_wth: is not an operator",
        12: "quorum: goes with ask",
        14: "match.params.amount.gte: must be a number.",
        15: "policy 2, name: must be a text.",
        20: "policy 2, rule 1, colour: is not a key of a rule",
    }
    assert sorted(found) == sorted(wanted)
    for line, said in wanted.items():
        assert said in found[line]


@pytest.mark.parametrize(
    ("within", "keys"),
    [
        ("policy 9", ()),
        ("policy 1, rule 9", ("match",)),
        ("somewhere", ("policy", "9")),
        ("", ("nothing",)),
        ("", ()),
    ],
)
def test_a_place_that_is_not_there_has_the_line_of_what_is_around_it_or_none(
    within: str, keys: tuple[str, ...]
):
    read = read_text(TWO, ".toml")

    line = read.line_of(Fault(place=Place(within=within, keys=keys), sentence="no."))

    assert line in {None, 1, 4, 10}


@pytest.mark.parametrize(
    ("name", "ending"), [("a.toml", ".toml"), ("a.YML", ".yml"), ("a.txt", None), ("toml", None)]
)
def test_the_ending_tells_how_a_file_is_read(name: str, ending: str | None):
    assert ending_of(name) == ending
