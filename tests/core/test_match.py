"""Conditions hold, do not hold, or are unknown; and say why."""

import pytest

from bot.core.approval import Kind
from bot.core.command_rule import BeginsWith, Is
from bot.core.fault import Faults, Place
from bot.core.field import LevelBound, Order
from bot.core.match import Every
from bot.core.match_document import read_match
from bot.core.risk import Level
from bot.core.shell import Program
from bot.core.subject import Sight, Subject
from bot.core.truth import every, negated, some
from tests.core.random_policy import Broken


def match(document: object) -> Every:
    faults = Faults()
    made = read_match(document, Place(within="match"), faults)
    assert not faults.found, [str(fault) for fault in faults.found]
    assert read_match(made.table(), Place(), faults) == made
    return made


def subject(**changes: object) -> Subject:
    default = {"action": "Bash", "agent": "ci", "is_shell": True, "is_alone": True}
    return Subject(**(default | changes))


def truth(document: object, *, by_proof: bool = False, **changes: object) -> bool | None:
    return match(document).truth(Sight(subject(**changes)), by_proof=by_proof)


def why_not(document: object, *, by_proof: bool = False, **changes: object) -> str:
    return match(document).why_not(Sight(subject(**changes)), by_proof=by_proof)


def test_unknown_is_neither():
    assert [every([]), every([True, None]), every([None, False])] == [True, None, False]
    assert [some([]), some([False, None]), some([None, True])] == [False, None, True]
    assert [negated(True), negated(False), negated(None)] == [False, True, None]


@pytest.mark.parametrize(
    ("tests", "value", "wanted"),
    [
        (1, 1, True),
        (1, 1.0, True),
        (1.0, 1, True),
        (1, "1", False),
        ("1", 1, False),
        (1, True, False),
        (True, True, True),
        (True, 1, False),
        (False, 0, False),
        (None, None, True),
        (None, 0, False),
        ("a", ["a"], False),
        ({"equals": "a"}, {"a": 1}, False),
        ({"in": [1, "a", None]}, "a", True),
        ({"in": [1, "a", None]}, None, True),
        ({"in": [1, "a"]}, True, False),
        ({"lt": 5}, 4, True),
        ({"lt": 5}, 5, False),
        ({"lte": 5}, 5, True),
        ({"gt": 5}, 5, False),
        ({"gte": 5}, 5.0, True),
        ({"gte": 5, "lt": 10}, 7, True),
        ({"gte": 5, "lt": 10}, 10, False),
        ({"gte": 5}, 10**400, True),
        ({"gte": 5}, float("inf"), True),
        ({"gte": 5}, float("nan"), None),
        ({"gte": 5}, "7", None),
        ({"gte": 5}, True, None),
        ({"gte": 5}, None, None),
        ({"glob": "a*"}, "ab", True),
        ({"regex": "^a"}, "ba", False),
        ({"regex": "^a"}, 5, None),
        ({"regex": "^a"}, "x" * 70_000, None),
        ({"exists": True}, None, True),
        ({"exists": False}, 1, False),
        ({"any": [{"gte": 5}, "many"]}, "many", True),
        ({"any": [{"gte": 5}, "many"]}, "few", None),
        ({"any": [{"gte": 5}, "many"]}, 4, False),
        ({"not": "a"}, "b", True),
        ({"not": {"gte": 5}}, "b", None),
        ({"not": {"gte": 5, "lt": 7}}, 7, True),
    ],
)
def test_what_a_value_is_asked(tests, value, wanted):
    assert truth({"params.a": tests}, params={"a": value}) is wanted
    assert truth({"context.a.b": tests}, context={"a": {"b": value}}) is wanted


@pytest.mark.parametrize(
    "tests", ["a", {"in": ["a"]}, {"gte": 1}, {"glob": "*"}, {"regex": ""}, {"not": "a"}]
)
def test_what_is_not_there_is_unknown(tests):
    assert truth({"params.a": tests}) is None
    assert truth({"params.a.b": tests}, params={"a": "text"}) is None
    assert truth({"params.a.0": tests}, params={"a": ["a"]}) is None
    assert why_not({"params.a": tests}) == "params.a is not there"


def test_exists_says_that_a_rule_is_about_what_is_there_alone():
    assert truth({"params.a": {"exists": True, "gte": 1000}}) is False
    assert truth({"params.a": {"exists": True, "gte": 1000}}, params={"a": 1000}) is True
    assert truth({"params.a": {"exists": False}}) is True


@pytest.mark.parametrize("key", ["session", "cwd", "channel", "agent", "action"])
def test_empty_fields_are_not_there(key):
    absent = {"cwd": None, "channel": None}.get(key, "")

    assert truth({key: "x"}, **{key: absent}) is None
    assert truth({key: {"exists": True}}, **{key: absent}) is False
    assert truth({key: "x"}, **{key: "x"}) is True


def test_levels_are_ordered():
    assert LevelBound(order=Order.LESS, operand=Level.HIGH).doubt("low") is None
    assert truth({"risk": {"gte": "high"}}, risk=Level.CRITICAL) is True
    assert truth({"risk": {"lt": "high"}}, risk=Level.HIGH) is False
    assert truth({"urgency": {"in": ["low", "normal"]}}, urgency=Level.LOW) is True
    assert truth({"kind": "question"}, kind=Kind.QUESTION) is True


def test_matches_are_combined():
    either = {"any": [{"agent": "ci"}, {"agent": "bot", "cwd": "/srv"}]}

    assert truth(either) is True
    assert truth(either, agent="bot") is None
    assert truth(either, agent="bot", cwd="/x") is False
    assert truth({"all": [{"agent": "ci"}, {"action": "Write"}]}) is False
    assert truth({"not": {"agent": "ci"}}) is False
    assert truth({"not": {"cwd": "/srv"}}) is None
    assert truth({"not": {}}) is False
    assert truth({}) is True


@pytest.mark.parametrize(
    ("document", "changes", "said"),
    [
        ({"cwd": "/x", "agent": "bot"}, {}, 'agent does not fit "bot"'),
        ({"params.a": {"gte": 5}}, {"params": {"a": "7"}}, "params.a is not a number"),
        (
            {"params.a": {"any": [1, {"lt": 5}]}},
            {"params": {"a": "7"}},
            "params.a is not a number",
        ),
        ({"params.a": {"glob": "*"}}, {"params": {"a": 7}}, "params.a is not a text"),
        (
            {"params.a": {"not": {"glob": "/srv/*"}}},
            {"params": {"a": "/srv/.."}},
            "params.a is too long for the pattern, or a path that may lead elsewhere",
        ),
        (
            {"any": [{"agent": "bot"}, {"agent": "dog"}]},
            {},
            'agent does not fit "bot"; agent does not fit "dog"',
        ),
        ({"any": [{"agent": "bot"}, {"cwd": "/"}]}, {}, "cwd is not there"),
        ({"all": [{"agent": "ci"}, {"cwd": "/"}]}, {}, "cwd is not there"),
        ({"not": {"agent": "ci"}}, {}, 'not {"agent": "ci"} does not hold'),
        ({"not": {"cwd": "/"}}, {}, "cwd is not there"),
        ({"agent": "x" * 200}, {}, f'agent does not fit "{"x" * 119}…'),
        ({"params.a": {"exists": True}}, {}, 'params.a does not fit {"exists": true}'),
        ({"command": "ls"}, {}, "there is no command"),
        ({"command": "ls"}, {"commands": ("pwd",)}, 'command does not fit "ls"'),
        (
            {"command": "ls"},
            {"commands": ("echo 'a",)},
            'command may fit "ls", which cannot be told before it runs',
        ),
    ],
)
def test_it_says_why_not(document, changes, said):
    assert why_not(document, **changes) == said


def test_what_fails_is_unknown():
    broken = {"params": Broken(), "commands": (5,)}

    for by_proof in (True, False):
        assert truth({"params.a": 1}, by_proof=by_proof, **broken) is None
        assert truth({"command": "ls"}, by_proof=by_proof, **broken) is None
    assert why_not({"params.a": 1}, **broken) == "params.a could not be read"


GIT = {"command": {"begins_with": ["git", "push"]}}


@pytest.mark.parametrize(
    ("test", "command", "wanted"),
    [
        ("npm test", "npm test", True),
        ("npm test", "npm  test", None),
        ("npm test", "npm test -s", False),
        ("npm test", "npm test; ls", None),
        ({"begins_with": ["npm", "run"]}, "npm run test", True),
        ({"begins_with": ["npm", "run"]}, "npm runx", False),
        ({"begins_with": ["npm", "run"]}, "npm", False),
        ({"begins_with": ["npm", "run"]}, "npm run $TASK", None),
        ({"begins_with": ["npm", "run"]}, "npm run a | sh", None),
        ({"runs": ["npm", "ls"]}, "ls src", True),
        ({"runs": "ls", "not": {"begins_with": ["ls", "-R"]}}, "ls -R x", False),
        ({"runs": "ls", "not": {"begins_with": ["ls", "-R"]}}, "ls x", True),
        ({"any": ["pwd", {"runs": "ls"}]}, "pwd", True),
        ({"any": ["pwd", {"runs": "ls"}]}, "cat x", False),
        ({"runs": "git", "not": {"begins_with": ["git", "push"]}}, "git log", True),
        ({"runs": "git", "not": {"begins_with": ["git", "push"]}}, "git --bare push", False),
        ({"runs": "echo", "not": {"writes": "**"}}, "echo a", True),
        ({"runs": "echo", "not": {"writes": "**"}}, "echo a > b", None),
    ],
)
def test_a_command_is_allowed_by_proof(test, command, wanted):
    assert truth({"command": test}, by_proof=True, commands=(command,)) is wanted


def test_a_proof_is_of_one_command_and_nothing_beside():
    wanted = {"command": "npm test"}
    proven = {"by_proof": True, "commands": ("npm test",)}

    assert truth(wanted, **proven) is True
    for changes, said in (
        ({"is_alone": False}, "something beside the command could change what runs"),
        ({"commands": ("npm test", "ls")}, "there is more than one command"),
        ({"is_shell": False}, "the action is no shell's, and the rule does not name it"),
        ({"commands": ("npm test;",)}, "command is not one command of plain words"),
    ):
        assert truth(wanted, **(proven | changes)) is None
        assert why_not(wanted, **(proven | changes)) == said
    assert truth(wanted, by_proof=True) is False


@pytest.mark.parametrize(
    ("command", "allowed", "refused"),
    [
        ("git log", True, True),
        ("git push", False, False),
        ("git --bare push", None, None),
        ("git log; git push", False, None),
        ("git log; ls", None, True),
    ],
)
def test_an_exception_is_no_way_round(command, allowed, refused):
    document = {"not": GIT}

    assert truth(document, by_proof=True, commands=(command,)) is allowed
    assert truth(document, commands=(command,)) is refused


def test_an_exception_says_why_it_is_unknown():
    document, commands = {"not": GIT}, ("git --bare push",)

    said = why_not(document, by_proof=True, commands=commands)

    assert said.startswith('command may fit {"begins_with": ["git", "push"]}')
    assert why_not(document, commands=("git log; git push",)) == (
        "command is not one command of plain words"
    )
    assert why_not({"not": {"not": GIT}}, commands=("git log; git push",)) == (
        "command is not one command of plain words"
    )


@pytest.mark.parametrize(
    "named", ["make", {"in": ["make", "task"]}, {"equals": "make"}, {"glob": "make"}]
)
def test_a_rule_that_names_the_action_may_prove_what_no_shell_takes(named):
    wanted = {"action": named, "command": "npm test"}

    found = truth(wanted, by_proof=True, action="make", is_shell=False, commands=("npm test",))

    assert found is (None if named == {"glob": "make"} else True)


@pytest.mark.parametrize(
    ("test", "command", "wanted"),
    [
        (GIT["command"], "git push", True),
        (GIT["command"], "git  push origin", True),
        (GIT["command"], "ls && sudo git push", True),
        (GIT["command"], "/usr/bin/git push", True),
        (GIT["command"], "echo $(git push)", True),
        (GIT["command"], "git status", False),
        (GIT["command"], "git", False),
        (GIT["command"], "git commit -m push", False),
        (GIT["command"], "git -C sub push", None),
        (GIT["command"], "git -C $X", None),
        (GIT["command"], "git $VERB", None),
        (GIT["command"], "$PROGRAM push", None),
        (GIT["command"], "echo 'git push", None),
        ("git push", "git 'push'", True),
        ("git push", "git push -f", False),
        ("git push", "git push $MORE", None),
        ("git push", "git $VERB push", None),
        ("a | b", "a | b", True),
        ("a | b", "a | b | c", False),
        ({"runs": "rm"}, "cd x; /bin/rm y", True),
        ({"runs": "sudo"}, "sudo ls", True),
        ({"runs": "rm"}, "/BIN/Rm.exe y", True),
        ({"runs": "Rm"}, "/bin/Rm y", True),
        (GIT["command"], "GIT push", True),
        (GIT["command"], "arch -arm64 git push", True),
        (GIT["command"], "proxychains git push", True),
        ({"runs": ["rm", "dd"]}, "ls rm", False),
        ({"writes": "*.env"}, "echo a > conf/x.env", True),
        ({"writes": "/etc/**"}, "echo a > /etc/../x", None),
        ({"writes": "/etc/**"}, "echo a > $FILE", None),
        ({"writes": "/etc/**"}, "echo a > etc/x", False),
        ({"runs": "echo", "writes": "*"}, "echo a; ls > b", False),
        ({"not": {"runs": "ls"}}, "ls; pwd", True),
        ({"not": {"runs": "ls"}}, "ls; ls", False),
        ({"any": [{"runs": "rm"}, "pwd"]}, "ls; pwd", True),
    ],
)
def test_a_command_is_refused_by_any_sign(test, command, wanted):
    assert truth({"command": test}, commands=(command,)) is wanted


@pytest.mark.parametrize(
    ("test", "command"),
    [
        ({"begins_with": ["npm", "run"]}, "sudo npm run test"),
        ({"begins_with": ["npm", "run"]}, "A=1 npm run test"),
        ({"begins_with": ["npm", "run"]}, "npm run test & rm x"),
        ({"runs": "ls"}, "/opt/ls src"),
        ({"not": {"runs": "rm"}}, "ls; rm x"),
    ],
)
def test_what_is_only_seen_is_not_proven(test, command):
    assert truth({"command": test}, by_proof=True, commands=(command,)) is not True


@pytest.mark.parametrize(
    ("words", "begins", "is_it"),
    [
        (("git", "push"), True, True),
        (("/bin/git", "push"), True, True),
        (("git", "push", "-f"), True, False),
        (("git", "push", None), True, None),
        (("git", None), None, None),
        ((None, "push"), None, None),
        ((None,), None, None),
        (("git", None, "push"), None, None),
        (("git", None, "status"), None, False),
        (("npm", None, "push"), False, False),
        (("git", "-C", "sub", "push"), None, False),
        (("git", "-C", None), None, False),
        (("git", "-C", "sub", "status"), False, False),
        (("git", "commit", "-m", "push"), False, False),
        (("git",), False, False),
    ],
)
def test_words_that_are_not_known_may_be_any(words, begins, is_it):
    program = Program(words=words, text="written otherwise")
    wanted = ("git", "push")

    assert BeginsWith(words=wanted).seen("", program) is begins
    assert Is(text="git push", words=wanted).seen("", program) is is_it


def test_a_program_that_is_no_word_fits_nothing():
    nameless = Program(words=(), text="A=1", writes=("b",))

    assert BeginsWith(words=("A",)).seen("A=1 > b", nameless) is False
    assert Is(text="A=1", words=None).seen("A=1 > b", nameless) is True
    assert Is(text="A", words=None).seen("A=1 > b", nameless) is False


def test_what_wraps_a_program_is_a_program_too():
    wrapped = Program(words=("git", "push"), text="git push", wrappers=("/bin/sudo", "env"))

    for words in (("git", "push"), ("env", "git"), ("sudo", "env", "git", "push"), ("/bin/sudo",)):
        assert BeginsWith(words=words).seen("", wrapped) is True
    assert BeginsWith(words=("push",)).seen("", wrapped) is False


@pytest.mark.parametrize("named", ["/usr/bin/curl", "curl", "./curl"])
@pytest.mark.parametrize(
    "command",
    ["curl https://x", "/usr/bin/curl https://x", "/opt/bin/curl x", "sudo curl x", "CURL.exe x"],
)
def test_a_refusal_of_a_program_sees_it_wherever_it_lies(named, command):
    assert truth({"command": {"runs": named}}, commands=(command,)) is True
    assert truth({"command": {"begins_with": [named]}}, commands=(command,)) is True


def test_a_refusal_of_one_command_sees_it_by_name_and_by_path():
    document = {"command": "/usr/bin/curl x"}

    assert truth(document, commands=("curl x",)) is True
    assert truth(document, commands=("curl y",)) is False


def test_an_allowed_program_is_exactly_the_one_that_is_named():
    document = {"command": {"runs": "/usr/bin/curl"}}

    assert truth(document, by_proof=True, commands=("curl x",)) is False
    assert truth({"command": {"runs": "curl"}}, by_proof=True, commands=("./curl x",)) is None
    assert truth({"command": {"runs": "curl"}}, by_proof=True, commands=("curl x",)) is True
