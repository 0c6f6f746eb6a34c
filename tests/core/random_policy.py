"""Random policies and requests, odd ones too, out of few names, so that they meet."""

from collections.abc import Iterator, Mapping
from random import Random

from bot.core.approval import Kind
from bot.core.policy import Policy
from bot.core.policy_document import read_policy
from bot.core.risk import FLOOR_CLASSES, Level
from bot.core.subject import Subject

LEVELS = [level.value for level in Level]
TEXTS = ["Bash", "Write", "ci", "s1", "/srv/shop", "/srv/shop/a.py", "srv/a", "web", "a" * 300]
ODD_TEXTS = [
    "",
    "\ud800",
    "é\n",
    "//srv/shop",
    "/srv/../etc",
    "srv/../x",
    "a" * 1_000,
    "x" * 3_000,
    "x" * 70_000,
]
NUMBERS = [0, 1, 1.0, 2, -3, 5, 5.5, 7, 10**30]
ODD = [float("inf"), float("-inf"), float("nan"), [], [1], {}, {"a": 1}, *ODD_TEXTS]
COMMANDS = [
    "git status",
    "git push",
    "git status -s",
    "git -C sub push",
    "git $VERB",
    "git status $MORE",
    "$PROGRAM push",
    "sudo git push",
    "/usr/bin/git push",
    "env git status; rm -rf x",
    "npm run test > out.txt",
    "npm run $TASK",
    "npm run --silent test",
    "rm x > $FILE",
    "echo 'a",
    "echo $(git push)",
    "X=1 npm test",
    "",
    "#",
]
PREFIXES = [
    ["git"], ["git", "status"], ["git", "push"], ["npm", "run"], ["npm", "run", "test"],
    ["npm"], ["rm"], ["sudo"], ["sudo", "git"], ["echo"],
]  # fmt: skip
GLOBS = ["*", "B*", "/srv/*", "/srv/**", "**/a.py", "srv/*", "?1", "[a-z]*", "nothing", "*.txt"]
REGEXES = ["", "^B", "h$", "srv", r"\d", "(a|aa)+$", "[ab]*a[ab]{150}c", "(?i)BASH", r"\pL\pL"]
TEXT_KEYS = ["action", "agent", "session", "cwd", "channel"]
OPEN_KEYS = ["params.a", "params.b.c", "context.a"]

Document = dict[str, object]


class Broken(Mapping[str, object]):
    """What no request can carry: it fails when it is looked at."""

    def __getitem__(self, key: str) -> object:
        raise RuntimeError

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError

    def __len__(self) -> int:
        return 1


def a_scalar(random: Random) -> object:
    return random.choice([*TEXTS, *NUMBERS, *NUMBERS, True, False, None])


def an_operator(random: Random, key: str, depth: int) -> tuple[str, object]:
    operand = {"urgency": LEVELS, "risk": LEVELS, "kind": ["action", "question"]}.get(
        key, TEXTS if key in TEXT_KEYS else None
    )

    def one() -> object:
        return a_scalar(random) if operand is None else random.choice(operand)

    operators = ["equals", "in", "in", "glob", "regex", "exists"]
    if key in {"urgency", "risk"} or key in OPEN_KEYS:
        operators += ["lt", "lte", "gt", "gte"] * 2
    if depth:
        operators += ["any", "not"]
    operator = random.choice(operators)
    if operator in {"lt", "lte", "gt", "gte"}:
        return operator, one() if operand else random.choice(NUMBERS)
    operands = {
        "equals": one,
        "in": lambda: [one() for _ in range(random.randint(1, 3))],
        "glob": lambda: random.choice(GLOBS),
        "regex": lambda: random.choice(REGEXES),
        "exists": lambda: random.random() < 0.7,
        "any": lambda: [some_tests(random, key, depth - 1) for _ in range(random.randint(1, 2))],
        "not": lambda: some_tests(random, key, depth - 1),
    }
    return operator, operands[operator]()


def some_tests(random: Random, key: str, depth: int = 2) -> object:
    tests = dict(an_operator(random, key, depth) for _ in range(random.choice([1, 1, 1, 2, 3])))
    return tests["equals"] if tests.keys() == {"equals"} else tests


def a_command(random: Random, depth: int = 2) -> object:
    choices = ["equals", "begins_with", "begins_with", "runs", "writes"]
    table: Document = {}
    for _ in range(random.choice([1, 1, 1, 2])):
        operator = random.choice(choices + ["any", "not"] * (depth > 0))
        table[operator] = {
            "equals": lambda: random.choice([one for one in COMMANDS if one]),
            "begins_with": lambda: random.choice(PREFIXES),
            "runs": lambda: random.choice(["git", ["npm", "rm"], "sudo", "echo"]),
            "writes": lambda: random.choice(GLOBS),
            "any": lambda: [a_command(random, depth - 1) for _ in range(random.randint(1, 3))],
            "not": lambda: a_command(random, depth - 1),
        }[operator]()
    return table


def a_match(random: Random, depth: int = 2) -> Document:
    keys = [*TEXT_KEYS, *OPEN_KEYS, *OPEN_KEYS, "urgency", "risk", "kind"] + ["command"] * 5
    match: Document = {}
    for _ in range(random.choice([0, 1, 1, 1, 2, 2, 3])):
        key = random.choice(keys + ["any", "all", "not"] * (depth > 0))
        if key == "command":
            match[key] = a_command(random)
        elif key in {"any", "all"}:
            match[key] = [a_match(random, depth - 1) for _ in range(random.randint(1, 3))]
        elif key == "not":
            match[key] = a_match(random, depth - 1)
        else:
            match[key] = some_tests(random, key)
    return match


def a_rule(random: Random) -> Document:
    decision = random.choice(["allow", "allow", "deny", "ask"])
    rule: Document = {"match": a_match(random), "decision": decision}
    if decision == "allow" and random.random() < 0.3:
        rule["lifts"] = random.sample(FLOOR_CLASSES[:3], 2)
    if decision != "allow" and random.random() < 0.2:
        rule["strict"] = True
    return rule


def as_policy(document: object) -> Policy:
    """The policy of a document that has no fault."""
    reading = read_policy(document)
    assert not reading.faults, [str(fault) for fault in reading.faults]
    return reading.policies[0]


def some_policies(random: Random) -> tuple[Policy, ...]:
    return tuple(
        as_policy(
            {
                "name": f"policy {number}",
                "priority": random.randint(0, 2),
                "enabled": random.random() < 0.9,
                "rules": [a_rule(random) for _ in range(random.randint(0, 6))],
            }
        )
        for number in range(random.randint(1, 3))
    )


def a_value(random: Random) -> object:
    return a_scalar(random) if random.random() < 0.75 else random.choice(ODD)


def an_object(random: Random) -> Document:
    found = {key: a_value(random) for key in ("a", "b") if random.random() < 0.7}
    return found | {"b": {"c": a_value(random)}} if random.random() < 0.6 else found


def a_subject(random: Random) -> Subject:
    commands = random.sample(COMMANDS, random.choice([0, 1, 1, 1, 1, 2]))
    texts = [*TEXTS, *ODD_TEXTS]
    return Subject(
        action=random.choice(["Bash", "Bash", "Write", ""]),
        kind=random.choice([*Kind, Kind.ACTION]),
        agent=random.choice(texts),
        session=random.choice(texts),
        cwd=random.choice([*texts, None]),
        urgency=random.choice(list(Level)),
        risk=random.choice(list(Level)),
        floor=tuple(random.sample(FLOOR_CLASSES[:3], random.choice([0, 0, 1, 2]))),
        channel=random.choice(["web", None]),
        params=an_object(random),
        context=an_object(random),
        commands=tuple(commands),
        is_shell=random.random() < 0.8,
        is_alone=random.random() < 0.8,
    )
