"""Rules that the history suggests."""

from dataclasses import replace

import pytest

from bot.core.approval import Approval, decided
from bot.core.backtest import Answer, past_of
from bot.core.policy import Verdict
from bot.core.policy_document import read_policy
from bot.core.routing import Routing
from bot.core.ruling import Ruling
from bot.core.suggestion import Suggestion, suggest
from tests.builders import a_decision, an_action
from tests.core.test_backtest import approved, asked, denied, pasts, replaced, unanswered

DEPLOY = "make deploy"


def suggested(*approvals: Approval, after: int = 3, agent: str = "claude") -> list[Suggestion]:
    return list(suggest(pasts(*approvals, agent=agent), after=after))


def test_what_was_approved_often_and_never_denied_is_offered_word_for_word():
    (offered,) = suggested(*[approved(DEPLOY)] * 3, approved("ls"), unanswered(DEPLOY))

    assert offered.count == 3
    assert offered.document() == {
        "name": "suggested: make deploy",
        "match": {
            "action": "Bash",
            "agent": "claude",
            "cwd": "/srv/shop",
            "command": "make deploy",
        },
        "decision": "allow",
        "because": "People approved it 3 times, and never denied it.",
        "matches": ["make deploy"],
        "does_not_match": ["make deploy; rm -rf .", "make deploy --more"],
    }


def test_its_backtest_says_what_else_it_would_have_allowed():
    (offered,) = suggested(*[approved(DEPLOY)] * 3, approved("ls"), unanswered(DEPLOY))

    assert (offered.backtest.allowed, offered.backtest.asked) == (4, 1)
    assert [each.answer for each in offered.backtest.differences] == [Answer.UNANSWERED]


@pytest.mark.parametrize("cwd", ["/srv/shop", None, "", 'a "b"\n\\'])
def test_its_document_read_again_is_the_same_rule_and_passes_its_own_tests(cwd: str | None):
    action = an_action(preview=DEPLOY, params={"command": DEPLOY}, cwd=cwd)
    (offered,) = suggested(*[decided(asked(DEPLOY, action=action), a_decision())] * 3)

    reading = read_policy({"name": "p", "rules": [offered.document()]})

    assert reading.faults == ()
    assert reading.policies[0].rules == (offered.rule,)
    assert (offered.backtest.allowed, offered.backtest.differences) == (3, ())


TESTS = ("npm test -- src/cart", "npm test -- src/tax", "npm test")


def test_commands_that_begin_alike_are_offered_by_their_leading_words():
    (offered,) = suggested(*[approved(each) for each in TESTS], approved("npm ci"))

    document = offered.document()
    assert offered.count == 3
    assert document["name"] == "suggested: commands that begin with npm test"
    assert document["match"]["command"] == {"begins_with": ["npm", "test"]}
    assert document["because"] == "People approved such commands 3 times, and never denied one."
    assert document["matches"] == list(TESTS)
    assert document["does_not_match"] == ["npm test; rm -rf .", "npm test-other"]
    reading = read_policy({"name": "p", "rules": [document]})
    assert (reading.faults, reading.policies[0].rules) == ((), (offered.rule,))
    assert (offered.backtest.allowed, offered.backtest.asked) == (3, 1)


@pytest.mark.parametrize(
    "refused", ["npm test -- src/admin", "cd admin && npm test", "timeout 5 npm test", "npm $X"]
)
def test_one_denial_of_what_begins_so_is_enough_for_none(refused: str):
    assert suggested(*[approved(each) for each in TESTS], denied(refused)) == []


def test_words_that_may_not_be_granted_by_their_beginning_are_offered_word_for_word():
    found = suggested(*[approved("git fetch origin")] * 3, *[approved("git fetch fork")] * 3)

    assert [each.rule.matches for each in found] == [("git fetch origin",), ("git fetch fork",)]


def test_the_most_frequent_comes_first():
    found = suggested(*[approved("make one")] * 3, *[approved("make two")] * 4)

    assert [each.rule.matches for each in found] == [("make two",), ("make one",)]


@pytest.mark.parametrize("other", [denied(DEPLOY), replaced(DEPLOY)])
def test_one_denial_or_replacement_is_enough_for_none(other: Approval):
    assert suggested(*[approved(DEPLOY)] * 9, other) == []


def test_a_denial_in_another_directory_counts_too():
    elsewhere = an_action(preview=DEPLOY, params={"command": DEPLOY}, cwd="/srv/other")
    refused = replace(denied(DEPLOY), action=elsewhere)

    assert suggested(*[approved(DEPLOY)] * 9, refused) == []


def test_few_approvals_are_not_enough():
    assert suggested(approved(DEPLOY), approved(DEPLOY)) == []
    assert len(suggested(approved(DEPLOY), approved(DEPLOY), after=2)) == 1


def test_approvals_of_different_agents_and_directories_are_not_added_up():
    elsewhere = an_action(preview=DEPLOY, params={"command": DEPLOY}, cwd="/srv/other")
    there = decided(asked(DEPLOY, action=elsewhere), a_decision())
    others = past_of(approved(DEPLOY), agent="codex")
    assert others is not None

    found = suggest([*pasts(*[approved(DEPLOY)] * 2, there), others], after=3)

    assert found == ()


@pytest.mark.parametrize(
    "command",
    [
        "git push --force-with-lease origin fix",
        "rm -rf ~",
        "npm publish",
        "cat .env",
        'git commit -m "a b"',
        "make a && make b",
        "pytest -p evil",
        "python deploy.py",
        "bash deploy.sh",
    ],
)
def test_nothing_of_the_floor_and_nothing_that_cannot_be_proven_is_offered(command: str):
    assert suggested(*[approved(command)] * 9) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"params": {"command": DEPLOY, "env": {"PATH": "bin"}}},
        {"params": {"command": "make other"}},
        {"action_type": "deploy", "preview": ""},
        {"action_type": "Read", "preview": "", "params": {"file_path": "a.py"}},
    ],
)
def test_what_no_command_rule_could_allow_is_not_offered(changes: dict[str, object]):
    action = an_action(**{"preview": DEPLOY, "params": {"command": DEPLOY}, **changes})

    assert suggested(*[decided(asked(DEPLOY, action=action), a_decision())] * 9) == []


def test_an_agent_whose_key_is_gone_gets_none():
    assert suggested(*[approved(DEPLOY)] * 9, agent="") == []


def test_what_an_operator_asks_about_strictly_is_not_offered():
    ruling = Ruling(rule="p, rule 1", because="", is_strict=True, routing=Routing())
    strict = decided(asked(DEPLOY, ruling=ruling), a_decision())

    assert suggested(*[strict] * 9) == []


@pytest.mark.parametrize("decision", [verdict.value for verdict in Verdict])
def test_what_a_rule_settles_already_is_not_offered(decision: str):
    rule = {"match": {"command": DEPLOY}, "decision": decision}
    policies = read_policy({"name": "p", "rules": [rule]}).policies

    assert suggest(pasts(*[approved(DEPLOY)] * 9), policies=policies) == ()
    assert len(suggest(pasts(*[approved(DEPLOY)] * 9))) == 1
