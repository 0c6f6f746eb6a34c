"""Random policies and requests, odd ones too, out of few names, so that they meet."""

from collections.abc import Mapping

from hypothesis import strategies as st

from bot.core.approval import Kind
from bot.core.policy import Policy
from bot.core.policy_document import read_policy
from bot.core.risk import FLOOR_CLASSES, Level
from bot.core.subject import Subject

LEVELS = [level.value for level in Level]
TEXTS = ["Bash", "Write", "ci", "s1", "/srv/shop", "/srv/../etc", "web", "prod", "x" * 3_000, ""]
NUMBERS = [0, 1, 1.0, -3, 5, 5.5, 10**30, float("inf"), float("nan")]
VALUES = [*TEXTS, *NUMBERS, True, False, None, [], [1], {}, {"a": 1}, "\ud800", "é\n", "//a"]
COMMANDS = [
    "git status",
    "git push",
    "git -C sub push",
    "git $VERB",
    "$PROGRAM push",
    "sudo git push",
    "/usr/bin/git push",
    "env git status; rm -rf x",
    "npm run test > out.txt",
    "npm run $TASK",
    "echo 'a",
    "echo $(git push)",
    "X=1 npm test",
    "",
    "#",
]
WORDS = ["git", "npm", "status", "push", "run", "test", "rm", "sudo"]

texts = st.sampled_from([text for text in TEXTS if text and len(text) < 100])
finite = st.sampled_from([0, 1, 1.0, -3, 5, 5.5, 10**30])
scalars = texts | finite | st.booleans() | st.none()
patterns = st.sampled_from(["*", "B*", "/srv/*", "/srv/**", "**/etc", "?i", "[a-z]*", "nothing"])
regexes = st.sampled_from(["", "^B", "i$", "srv", r"\d", "(a|aa)+$", "[ab]*a[ab]{150}c", "(?i)X"])


def field_tests(operands: st.SearchStrategy[object], *, levels: bool) -> st.SearchStrategy[object]:
    bounds = operands if levels else finite
    operators = {
        "equals": operands,
        "in": st.lists(operands, min_size=1, max_size=3),
        "glob": patterns,
        "regex": regexes,
        "exists": st.booleans(),
        **(dict.fromkeys(("lt", "lte", "gt", "gte"), bounds)),
    }

    def combined(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
        tests = st.fixed_dictionaries(
            {},
            optional={**operators, "any": st.lists(inner, min_size=1, max_size=2), "not": inner},
        ).filter(bool)
        return operands | tests.filter(lambda table: len(table) < 4)

    simple = st.fixed_dictionaries({}, optional=operators).filter(lambda table: 0 < len(table) < 3)
    return combined(operands | simple)


words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3)
simple_commands = st.sampled_from([one for one in COMMANDS if one]) | st.fixed_dictionaries(
    {},
    optional={
        "equals": st.sampled_from(["git push", "git status", "a && b"]),
        "begins_with": words,
        "runs": st.sampled_from(WORDS),
        "writes": st.sampled_from(["*.txt", "**", "/etc/*"]),
    },
).filter(bool)
commands = simple_commands | st.fixed_dictionaries(
    {},
    optional={
        "any": st.lists(simple_commands, min_size=1, max_size=3),
        "not": simple_commands,
        "begins_with": words,
    },
).filter(bool)

FIELDS: Mapping[str, st.SearchStrategy[object]] = {
    "kind": st.sampled_from(["action", "question"]),
    "urgency": field_tests(st.sampled_from(LEVELS), levels=True),
    "risk": field_tests(st.sampled_from(LEVELS), levels=True),
    "params.a": field_tests(scalars, levels=False),
    "params.b.c": field_tests(scalars, levels=False),
    "context.a": field_tests(scalars, levels=False),
    "command": commands,
    **{
        key: texts
        | st.fixed_dictionaries({"in": st.lists(texts, min_size=1)})
        | st.fixed_dictionaries({"glob": patterns})
        | st.fixed_dictionaries({"not": st.fixed_dictionaries({"regex": regexes})})
        | st.fixed_dictionaries({"exists": st.booleans()})
        for key in ("action", "agent", "session", "cwd", "channel")
    },
}
simple_matches = st.fixed_dictionaries({}, optional=dict(FIELDS)).map(
    lambda table: dict(list(table.items())[:3])
)
matches = st.builds(
    lambda table, more: {**table, **more},
    simple_matches,
    st.fixed_dictionaries(
        {},
        optional={
            "any": st.lists(simple_matches, min_size=1, max_size=3),
            "all": st.lists(simple_matches, min_size=1, max_size=2),
            "not": simple_matches,
        },
    )
    | st.just({}),
)
few = st.fixed_dictionaries({}, optional=dict(FIELDS)).map(
    lambda table: dict(list(table.items())[:1])
)
rules = st.one_of(
    st.fixed_dictionaries(
        {"match": few | matches, "decision": st.just("allow")},
        optional={"lifts": st.lists(st.sampled_from(FLOOR_CLASSES[:2]), min_size=1, unique=True)},
    ),
    st.fixed_dictionaries(
        {"match": few | matches, "decision": st.sampled_from(["deny", "ask"])},
        optional={"strict": st.booleans()},
    ),
)


def as_policy(document: dict[str, object]) -> Policy:
    """The policy of a document that has no fault."""
    reading = read_policy(document)
    assert not reading.faults, [str(fault) for fault in reading.faults]
    return reading.policies[0]


policies = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(["a", "b"]),
            "priority": st.integers(0, 2),
            "enabled": st.sampled_from([True, True, True, False]),
            "rules": st.lists(rules, max_size=5),
        }
    ).map(as_policy),
    max_size=3,
)

values = st.sampled_from(VALUES)
objects = st.dictionaries(st.sampled_from(["a", "b", "command"]), values, max_size=2) | st.just(
    {"b": {"c": 5}}
)
subjects = st.builds(
    Subject,
    action=st.sampled_from(["Bash", "Write", ""]),
    kind=st.sampled_from(Kind),
    agent=st.sampled_from(["ci", "Bash", "", "\ud800"]),
    session=st.sampled_from(["s1", "", "/srv/shop"]),
    cwd=st.sampled_from(["/srv/shop", "/srv/../etc", "//srv", None, "x" * 70_000]),
    urgency=st.sampled_from(Level),
    risk=st.sampled_from(Level),
    floor=st.lists(st.sampled_from(FLOOR_CLASSES[:3]), max_size=2, unique=True).map(tuple),
    channel=st.sampled_from(["web", None]),
    params=objects,
    context=objects,
    commands=st.lists(st.sampled_from(COMMANDS), max_size=2, unique=True).map(tuple),
    is_shell=st.booleans(),
    is_alone=st.booleans(),
)
