"""The index judges as the rules do, one after the other."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.policy import judge
from bot.core.policy_index import PolicyIndex
from bot.core.subject import Subject
from tests.core.random_policy import Broken, a_subject, as_policy, some_policies

AGENTS = ("a", "b", "c")
randoms = st.randoms(use_true_random=True)


def compare(random: Random) -> None:
    policies = some_policies(random)
    index = PolicyIndex(policies)
    for _ in range(8):
        subject = a_subject(random)

        assert index.judge(subject) == judge(policies, subject)


@settings(deadline=None, max_examples=300, derandomize=True)
@given(randoms)
def test_the_index_comes_to_the_same_judgement(random):
    compare(random)


@pytest.mark.full
@pytest.mark.timeout(3_600)
@settings(deadline=None, max_examples=5_000)
@given(randoms)
def test_the_index_comes_to_the_same_judgement_very_often(random):
    compare(random)


def test_many_alternatives_are_judged_all_the_same():
    agents = [{"agent": agent} for agent in AGENTS]
    either = {"any": agents, "all": [{"any": agents}, {"any": agents}]}
    policy = as_policy(
        {
            "name": "a",
            "rules": [{"match": either, "decision": "deny"}, {"match": {}, "decision": "allow"}],
        }
    )
    index = PolicyIndex([policy])

    for agent in (*AGENTS, "d", ""):
        subject = Subject(action="Bash", agent=agent)
        assert index.judge(subject) == judge([policy], subject)


def test_what_fails_in_the_index_is_left_to_the_rules():
    rules = [
        {"match": {"params.a": 1}, "decision": "allow"},
        {"match": {"command": {"runs": "git"}, "params.a": 1}, "decision": "allow"},
        {"match": {"command": {"runs": "git"}, "params.a": 1}, "decision": "deny"},
    ]
    policy = as_policy({"name": "a", "rules": rules})
    broken = Subject(action="Bash", params=Broken(), commands=(5,))

    found = PolicyIndex([policy]).judge(broken)

    assert found == judge([policy], broken)
    assert found.doubt is not None
    assert found.doubt.startswith("could not be evaluated: command may fit")


def test_an_option_before_a_word_is_not_passed_over():
    rule = {"match": {"command": {"begins_with": ["ls", "src"]}}, "decision": "deny"}
    policy = as_policy({"name": "a", "rules": [rule]})

    for command, verdict in (("ls src", "deny"), ("ls -w src", "ask"), ("ls -w x", "ask")):
        subject = Subject(action="Bash", commands=(command,))
        found = PolicyIndex([policy]).judge(subject)
        assert found == judge([policy], subject)
        assert found.verdict == verdict
        assert (found.doubt is not None) == (command == "ls -w src")


@pytest.mark.parametrize("is_strict", [False, True])
def test_an_index_is_empty_only_where_no_rule_is_in_force(is_strict):
    rule = {"match": {}, "decision": "deny", "strict": is_strict}
    policy = as_policy({"name": "a", "rules": [rule]})

    assert PolicyIndex(()).is_empty
    assert PolicyIndex([replace(policy, rules=())]).is_empty
    assert PolicyIndex([replace(policy, is_enabled=False)]).is_empty
    assert not PolicyIndex([policy]).is_empty
