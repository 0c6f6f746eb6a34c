"""Policies are read with all their faults at once, and written as they were read."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.policy import DEFAULT_PRIORITY, Policy
from bot.core.policy_document import document_of, read_policies, read_policy
from bot.core.routing import Confirm, Escalation, Routing, Silence
from tests.core.policy_text import read, rule, said
from tests.core.random_policy import some_policies

GIT = {
    "match": {"action": "Bash", "command": {"begins_with": ["git", "status"]}},
    "decision": "allow",
    "because": "reads only",
    "matches": ["git status", "git status --short"],
    "does_not_match": ["git status; rm -rf .", "git push"],
}
MONEY = {
    "match": {"params.amount": {"gte": 1000, "lt": 10000}, "agent": {"in": ["shop-bot"]}},
    "decision": "ask",
    "approvers": ["ana", "ben"],
    "quorum": 2,
    "confirm": "tap",
    "strict": True,
}
FULL = {
    "match": {},
    "decision": "ask",
    "approvers": ["ana", "ben", "cy"],
    "quorum": 2,
    "deny_threshold": 3,
    "channels": ["telegram", "email:ops@example.com"],
    "expires_in": "2h",
    "remind": [90, "15m", "1h"],
    "escalate": {"after": "30m", "approvers": ["dee"], "channels": ["web"]},
    "require_reason": True,
    "confirm": "number",
    "silence": "hand back",
}


def test_a_file_of_policies_is_read():
    document = {"policy": [{"name": "git", "priority": 10, "rule": [GIT]}, {"name": "empty"}]}

    reading = read_policies(document)

    assert not reading.faults
    git, empty = reading.policies
    assert (git.name, git.priority, git.is_enabled, len(git.rules)) == ("git", 10, True, 1)
    assert git.rules[0].because == "reads only"
    assert (empty.priority, empty.rules) == (DEFAULT_PRIORITY, ())
    assert read_policies({}).policies == ()
    assert read_policies({"policies": [{"name": "a"}]}).policies == (Policy(name="a"),)


def test_routing_is_read_and_written():
    reading = read(FULL)

    assert reading.policies[0].rules[0].routing == Routing(
        approvers=("ana", "ben", "cy"),
        quorum=2,
        deny_threshold=3,
        channels=("telegram", "email:ops@example.com"),
        expires_in=timedelta(hours=2),
        remind=(timedelta(seconds=90), timedelta(minutes=15), timedelta(hours=1)),
        escalate=Escalation(after=timedelta(minutes=30), approvers=("dee",), channels=("web",)),
        require_reason=True,
        confirm=Confirm.NUMBER,
        silence=Silence.HAND_BACK,
    )
    written = document_of(reading.policies[0])["rules"][0]
    assert written == FULL | {"remind": ["90s", "15m", "1h"], "silence": "hand_back"}


@pytest.mark.parametrize(
    ("value", "seconds", "written"),
    [
        (90.5, 90.5, 90.5),
        ("60s", 60, "1m"),
        ("7d", 604_800, "7d"),
        (1, 1, "1s"),
        ("36 h", 129_600, "36h"),
    ],
)
def test_durations_are_seconds_or_have_a_unit(value, seconds, written):
    reading = read(rule(remind=value, escalate={"after": value, "approvers": ["a"]}))

    policy = reading.policies[0]
    assert policy.rules[0].routing.remind == (timedelta(seconds=seconds),)
    assert document_of(policy)["rules"][0]["remind"] == [written]
    assert document_of(policy)["rules"][0]["escalate"] == {"after": written, "approvers": ["a"]}


@settings(deadline=None, max_examples=100)
@given(st.randoms(use_true_random=True))
def test_what_is_written_is_read_as_the_same(random: Random):
    for policy in some_policies(random):
        reading = read_policy(document_of(policy))

        assert reading.policies == (policy,)


def test_a_whole_policy_is_written_as_it_was_read():
    document = {
        "name": "shop",
        "priority": 5,
        "enabled": False,
        "rules": [
            GIT | {"name": "git", "lifts": ["sends-data"]},
            MONEY | {"escalate": {"after": "1m", "channels": ["web"]}},
        ],
    }

    assert document_of(read_policy(document).policies[0]) == document


def test_all_faults_are_told_at_once_and_nothing_is_loaded():
    reading = read_policies(
        {
            "policy": [
                {"name": "a", "rule": [rule(match={"params.amount": {"gte": "x"}}), GIT]},
                {"name": "b", "rule": [rule(decision="maybe", quorum=0)]},
                {"name": "a", "priority": "high", "colour": 1},
            ],
            "rules": [],
        }
    )

    assert reading.policies == ()
    assert [str(fault) for fault in reading.faults] == [
        "rules: is not a key of a policy file; it holds [[policy]] tables.",
        'policy "a", rule 1, match.params.amount.gte: must be a number.',
        'policy "b", rule 1, decision: must be one of allow, deny, ask.',
        'policy "b", rule 1, quorum: must be a whole number from 1.',
        'policy "a", colour: is not a key of a policy; there are name, priority, enabled, rules.',
        'policy "a", priority: must be a number; the lower is judged first.',
        'policy "a": is the name of more than one policy.',
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"decision": None}, "decision: must be one of allow, deny, ask."),
        ({"colour": "red"}, "colour: is not a key of a rule; there are match, decision,"),
        ({"because": 5}, "because: must be a text."),
        ({"name": " "}, "name: must be a text."),
        ({"strict": "yes"}, "strict: must be true or false."),
        ({"decision": "allow", "strict": True}, "strict: goes with ask and deny;"),
        ({"lifts": ["sends-data"]}, "lifts: goes with allow: a rule that asks lifts nothing."),
        ({"decision": "allow", "lifts": ["fire"]}, "lifts.1: is no class of the floor; there are"),
        ({"decision": "allow", "lifts": []}, "lifts: must be a list with at least one item."),
        (
            {"decision": "deny", "quorum": 2},
            "quorum: goes with ask: nobody is asked by this rule.",
        ),
        ({"quorum": True}, "quorum: must be a whole number from 1."),
        ({"quorum": 3, "approvers": ["a", "b"]}, "quorum: is 3, but only 2 may decide."),
        (
            {"deny_threshold": 2, "approvers": ["a"]},
            "deny_threshold: is 2, but only 1 may decide.",
        ),
        ({"approvers": "ana"}, "approvers: must be a list with at least one item."),
        ({"approvers": ["a", "a"]}, "approvers: names something twice."),
        ({"channels": ["#ops"]}, "channels.1: must be a channel (telegram, email, web,"),
        ({"channels": ["slack:"]}, "channels.1: must be a channel"),
        ({"expires_in": "8d"}, 'expires_in: must be seconds, or such as "15m", "1h"; up to "7d".'),
        ({"expires_in": 0}, "expires_in: must be seconds"),
        ({"expires_in": float("nan")}, "expires_in: must be seconds"),
        ({"expires_in": -(10**400)}, "expires_in: must be seconds"),
        ({"expires_in": True}, "expires_in: must be seconds"),
        ({"expires_in": "soon"}, "expires_in: must be seconds"),
        ({"remind": []}, "remind: must be a list with at least one item."),
        ({"remind": ["2m", 60]}, "remind: must rise."),
        ({"remind": "1h", "expires_in": "1h"}, "remind: comes after the ask has expired."),
        ({"escalate": {"after": "1m"}}, "escalate: names nobody; give approvers or channels."),
        ({"escalate": {"after": "1m", "channels": ["web"], "to": 1}}, "escalate.to: is not a key"),
        ({"escalate": {"channels": ["web"]}}, "escalate.after: must be seconds"),
        (
            {"escalate": {"after": "2m", "channels": ["web"]}, "expires_in": "1m"},
            "escalate: comes after the ask has expired.",
        ),
        ({"confirm": "twice"}, "confirm: must be one of tap, number."),
        ({"silence": "approve"}, "silence: must be one of deny, hand_back."),
        ({"silence": 5}, "silence: must be one of deny, hand_back."),
        ({"matches": "ls"}, "matches: must be a list with at least one item."),
        ({"matches": ["ls"]}, "matches.1: is a command line, but the rule has no command;"),
        ({"matches": [{"tool": "x"}]}, "matches.1.tool: is not a key of a request;"),
    ],
)
def test_a_faulty_rule_says_where(changes, sentence):
    found = said(rule(**changes))

    assert found[0].startswith(f'policy "shop", rule 1, {sentence}'), found


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (5, "policy 1: must be a table."),
        ({"rules": []}, "policy 1, name: must be a text."),
        ({"name": "x" * 201}, f'policy "{"x" * 200}", name: is longer than 200 characters.'),
        ({"name": "a\0b"}, 'policy "a�b", name: has a character in it that no text has'),
        ({"name": "a\ud800b"}, 'policy "a�b", name: has a character in it that no text has'),
        ({"name": "a", "rules": {}}, 'policy "a", rules: must be a list of rules.'),
        ({"name": "a", "rules": [5]}, 'policy "a", rule 1: must be a table.'),
        ({"name": "a", "rules": [{"decision": "ask"}]}, 'policy "a", rule 1, match: is missing;'),
        ({"name": "a", "rules": [], "rule": []}, 'policy "a": has both rule and rules;'),
        ({"name": "a", "priority": True}, 'policy "a", priority: must be a number;'),
        ({"name": "a", "priority": float("inf")}, 'policy "a", priority: must be a number;'),
        ({"name": "a", "enabled": 1}, 'policy "a", enabled: must be true or false.'),
    ],
)
def test_a_faulty_policy_says_where(document, sentence):
    assert str(read_policy(document).faults[0]).startswith(sentence)


def test_a_faulty_file_says_where():
    assert [str(fault) for fault in read_policies([]).faults] == ["must be a table."]
    assert [str(fault) for fault in read_policies({"policy": {}}).faults] == [
        "policy: must be a list of policies."
    ]


def test_a_rule_that_fails_its_own_tests_is_not_loaded():
    command = {"match": {"command": {"begins_with": ["git", "push"]}}}

    assert said(GIT | {"does_not_match": ["git status -s"]}) == [
        'policy "shop", rule 1, does_not_match.1: matches.'
    ]
    assert said(GIT | {"matches": ["git status", "git  status"]}) == [
        'policy "shop", rule 1, matches.2: does not match: command is not one command of plain '
        "words."
    ]
    assert said(rule(**command, matches=["ls"])) == [
        'policy "shop", rule 1, matches.1: does not match: command does not fit '
        '{"begins_with": ["git", "push"]}.'
    ]
    assert said(rule(**command, does_not_match=["git $VERB"])) == [
        'policy "shop", rule 1, does_not_match.1: would be asked about: command may fit '
        '{"begins_with": ["git", "push"]}, which cannot be told before it runs.'
    ]


def test_a_command_line_tests_what_the_rule_says_of_commands():
    for action in ("make", {"in": ["make"]}, {"glob": "B*"}, {"in": ["Bash"], "not": "x"}):
        match = {"action": action, "agent": "ci", "all": [{"command": "npm test"}]}
        assert not said(rule(match=match, matches=["npm test"], does_not_match=["ls"]))
    either = {"any": [{"command": "ls"}, {"command": {"runs": "npm"}}]}
    assert not said(rule(match=either, decision="allow", matches=["ls", "npm test"]))


def test_a_request_tests_the_whole_rule():
    request = {
        "action_type": "pay",
        "params": {"amount": 5_000},
        "agent": "shop-bot",
        "session_id": "s1",
        "cwd": "/srv",
        "channel": "web",
        "urgency": "high",
        "risk": "critical",
        "kind": "action",
        "context": {"branch": "main"},
        "title": "Pay",
        "preview": "5000",
        "language": None,
    }
    whole = {"session": "s1", "cwd": "/srv", "channel": "web", "urgency": "high"}
    whole |= {"risk": "critical", "kind": "action", "context.branch": "main"}

    assert not said(
        MONEY | {"matches": [request], "does_not_match": [request | {"params": {"amount": 5}}]}
    )
    assert not said(rule(match=whole, matches=[request]))
    assert said(MONEY | {"does_not_match": [{"action": "pay", "agent": "shop-bot"}]}) == [
        'policy "shop", rule 1, does_not_match.1: would be asked about: params.amount is not '
        "there."
    ]


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


def spoilt(document: object, random: Random, piece: object) -> object:
    """The document with a piece of something else somewhere in it."""
    if isinstance(document, dict) and document and random.random() < 0.9:
        key = random.choice(list(document))
        if random.random() < 0.1:
            return {**document, random.choice(["", "match", "$in", "params.", "any", 5]): piece}
        return {**document, key: spoilt(document[key], random, piece)}
    if isinstance(document, list) and document and random.random() < 0.9:
        at = random.randrange(len(document))
        return [*document[:at], spoilt(document[at], random, piece), *document[at + 1 :]]
    return piece


@settings(deadline=None, max_examples=200, derandomize=True)
@given(st.randoms(use_true_random=True), junk)
def test_whatever_is_written_is_read_or_told_as_a_fault(random, piece):
    known = [document_of(policy) for policy in some_policies(random)]
    known.append({"name": "full", "rules": [FULL, GIT, MONEY]})
    known.append({"name": "other", "rules": [{"match": {"amount": 5}, "decision": "auto_deny"}]})
    for document in known:
        for reading in (
            read_policy(spoilt(document, random, piece)),
            read_policies({"policy": spoilt([document], random, piece)}),
        ):
            assert not (reading.policies and reading.faults)
            assert all(str(fault).endswith(".") for fault in (*reading.faults, *reading.warnings))


def test_great_numbers_are_numbers():
    great = 10**400
    reading = read(
        rule(match={"params.a": {"gte": great, "equals": great}, "action": "a"}), priority=great
    )

    assert reading.policies[0].priority == great
    assert not reading.faults


def test_the_form_changes_by_addition_only():
    (rule_fault,) = said(rule(colour=1))
    (match_fault,) = said(rule(match={"colour": 1}))
    (operator_fault,) = said(rule(match={"action": {"like": 1}}))
    (command_fault,) = said(rule(match={"command": {"like": 1}}))
    (request_fault,) = said(rule(matches=[{"action": "a", "colour": 1}]))

    assert listed(rule_fault) >= {
        *("match", "decision", "because", "name", "strict", "lifts", "matches", "does_not_match"),
        *("approvers", "quorum", "deny_threshold", "channels", "expires_in", "remind", "escalate"),
        *("require_reason", "confirm", "silence"),
    }
    assert listed(match_fault) >= {
        *("action", "kind", "agent", "session", "cwd", "urgency", "risk", "channel", "params.*"),
        *("context.*", "command"),
    }
    assert listed(operator_fault) >= {
        *("equals", "in", "glob", "regex", "lt", "lte", "gt", "gte", "exists", "any", "not"),
    }
    assert listed(command_fault) >= {"equals", "begins_with", "runs", "writes", "any", "not"}
    assert listed(request_fault) >= {
        *("action", "title", "preview", "agent", "session", "cwd", "channel", "language", "kind"),
        *("urgency", "risk", "params", "context"),
    }


def listed(fault: str) -> set[str]:
    """The names that a fault offers."""
    return set(fault.rpartition("there are ")[2].removesuffix(".").split(", "))
