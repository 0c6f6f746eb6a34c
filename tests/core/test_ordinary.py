"""What a written rule allows by leading words is no more than these words are called."""

import pytest

from bot.core.ordinary import unusual_word
from bot.core.policy import Policy, Rule, Verdict, judge
from bot.core.policy_index import PolicyIndex
from tests.core.test_match import match, truth, why_not
from tests.core.test_policy import SHELL, Subject


def allowed(words: list[str], command: str) -> bool:
    return truth({"command": {"begins_with": words}}, by_proof=True, commands=(command,)) is True


UNUSUAL = """
npm test: -- --reporter=./evil; -- --reporter ./evil; -- --config evil.js; -- -r ./x; -- ../evil;
    -- /abs/evil; --workspace ../x; -- --setupFilesAfterEnv=./x; -- --import=./x; --prefix=/x
npm run build: -- --outDir=/x; -- deploy
pytest: -p evil; -pevil; -c file; --rootdir=/x; --rootdir /x; --html=../x; --ds=evil; ../evil;
    --import-mode=importlib; --cov-report=html:/x; --junitxml=/x; -W error::evil.X; @file; a//b
jest: --config x; --reporters ./x; --globalSetup=./x
eslint: --fix; -c x; --rulesdir x; --resolve-plugins-relative-to x; --format ./x; -f ./x
tsc --noEmit: -p x; --project x; --outDir x; false
cargo clippy: --fix; --config x; -- -C linker=x
cargo test: --config x; --profile evil; --target evil.json; --timings=html; --target-dir=/x
go test: -exec ./x; -toolexec=./x; -vettool ./x; -o /x; -coverprofile=/x; -outputdir=/x; ../evil;
    -trace=/x; -args -x; -mod=mod
go vet: -vettool ./x; -vettool=./x
gofmt -l: -w .; -r x; -cpuprofile x
make test: -f x; -C ../x; SHELL=./x; --eval=x; deploy; --file=x; -I/x
gradle test: -I x; -b x; --init-script x; publish
mvn test: -f x; -Dexec=x; deploy
ruff check: --config x; --config=x; --output-file=/x; --cache-dir=/x; --add-noqa; --watch
ruff format --check: --config x
mypy: --config-file x; --plugins x; --cache-dir=/x; --shadow-file a b; --html-report /x; /evil
black --check: --config x; -c x
prettier --check: --plugin x; --write; --config x
dotnet test: --settings x; -p:x=y
staticcheck: -debug.cpuprofile=/x
"""
ROWS = [
    (row.partition(":")[0].split(), f"{row.partition(':')[0]} {words.strip()}")
    for row in UNUSUAL.strip().replace("\n    ", " ").split("\n")
    for words in row.partition(": ")[2].split(";")
    if words.strip()
]


@pytest.mark.parametrize(("words", "command"), ROWS)
def test_an_option_that_no_one_thought_of_is_not_allowed(words, command):
    assert not allowed(words, command)


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (["ls"], "ls -l /var/log"),
        (["npm", "test"], "npm test -- src/cart --watch=false"),
        (["npm", "run", "test:unit"], "npm run test:unit -- --coverage"),
        (["pytest"], "pytest -q --durations 5 tests/a.py::test_b -k fast -n 2"),
        (["go", "test"], "go test -v ./..."),
        (["cargo", "test"], "cargo test -p shop -- --nocapture"),
        (["ruff", "check"], "ruff check --fix src"),
        (["mypy"], "mypy --strict src"),
        (["gofmt", "-l"], "gofmt -l -s src"),
        (["make"], "make test deploy"),
        (["npm"], "npm test -- ../other"),
        (["npm"], "npm install left-pad"),
        (["black"], "black src"),
        (["deploy"], "deploy --to=/srv"),
    ],
)
def test_what_is_usual_is_allowed_and_of_other_programs_nothing_is_claimed(words, command):
    assert allowed(words, command)


def test_what_the_rule_says_itself_is_not_questioned():
    assert allowed(["cargo", "test", "--profile", "ci"], "cargo test --profile ci")
    assert not allowed(["cargo", "test"], "cargo test --profile ci")
    assert truth({"command": "cargo test --profile ci"}, by_proof=True,
                 commands=("cargo test --profile ci",)) is True  # fmt: skip


def test_a_rule_by_the_program_alone_asks_for_the_same():
    document = {"command": {"runs": "pytest"}}

    assert truth(document, by_proof=True, commands=("pytest -q",)) is True
    assert truth(document, by_proof=True, commands=("pytest --html=../x",)) is False


def test_it_is_said_which_word_it_was():
    document = {"command": {"begins_with": ["npm", "test"]}}

    said = why_not(document, by_proof=True, commands=("npm test -- --reporter=./evil",))

    assert said.endswith('without a doubt: "--reporter=./evil" may run or write something else')
    assert unusual_word(("npm", "test"), 2) is None


def test_a_denial_still_sees_the_command_with_such_a_word():
    document = {"command": {"begins_with": ["npm", "test"]}}

    assert truth(document, commands=("npm test -- --reporter=./evil",)) is True


def test_the_index_comes_to_the_same():
    wanted = match({"action": "Bash", "command": {"begins_with": ["npm", "test"]}})
    policy = Policy(name="a", rules=(Rule(match=wanted, decision=Verdict.ALLOW),))
    for command in ("npm test", "npm test -- --reporter=./evil"):
        subject = Subject(**{**SHELL, "commands": (command,)})

        assert PolicyIndex([policy]).judge(subject) == judge([policy], subject)
