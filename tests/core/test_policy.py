"""Rules are judged in their order, and nothing is allowed by fault."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.action import Action
from bot.core.approval import Kind
from bot.core.policy import Judgement, Policy, Rule, Verdict, explain, judge
from bot.core.policy_document import read_policy
from bot.core.policy_index import PolicyIndex
from bot.core.risk import Level, assess
from bot.core.routing import Confirm, Routing, Silence
from bot.core.subject import Subject, subject_of
from tests.builders import a_question, an_action, an_approval
from tests.core.plain_reading import allows
from tests.core.random_policy import a_subject, as_policy, some_policies

SHELL = {"action": "Bash", "is_shell": True, "is_alone": True, "commands": ("npm test",)}
ALLOW = {"match": {"action": "Bash"}, "decision": "allow"}
DENY = {"match": {"action": "Bash"}, "decision": "deny"}
ASK = {"match": {"action": "Bash"}, "decision": "ask"}
UNKNOWN = {"match": {"params.amount": {"gte": 5}}}


def policy(*rules: dict[str, object], **changes: object) -> Policy:
    return as_policy({"name": "shop", "rules": list(rules), **changes})


def decided(*rules: dict[str, object], **changes: object) -> Judgement:
    subject = Subject(**(SHELL | changes))
    found = judge([policy(*rules)], subject)
    assert PolicyIndex([policy(*rules)]).judge(subject) == found
    return found


def test_without_a_rule_it_asks_and_a_grant_may_allow():
    assert decided() == Judgement(verdict=Verdict.ASK)
    assert decided({**ALLOW, "match": {"action": "Write"}}) == Judgement(verdict=Verdict.ASK)


@pytest.mark.parametrize(
    ("rules", "verdict", "number"),
    [
        ([ALLOW, DENY], "allow", 1),
        ([DENY, ALLOW], "deny", 1),
        ([ASK, ALLOW], "ask", 1),
        ([ALLOW, DENY | {"strict": True}], "deny", 2),
        ([ALLOW, ASK | {"strict": True}], "ask", 2),
        ([ASK | {"strict": True}, DENY | {"strict": True}], "deny", 2),
        ([DENY, ASK | {"strict": True}], "ask", 2),
        ([UNKNOWN | {"decision": "allow"}, ALLOW], "allow", 2),
        ([UNKNOWN | {"decision": "deny"}, ALLOW], "ask", 1),
        ([UNKNOWN | {"decision": "ask"}, DENY], "ask", 1),
        ([ALLOW, UNKNOWN | {"decision": "deny"}], "allow", 1),
        ([ALLOW, UNKNOWN | {"decision": "deny", "strict": True}], "ask", 2),
        ([UNKNOWN | {"decision": "ask", "strict": True}, DENY], "ask", 1),
        ([UNKNOWN | {"decision": "ask", "strict": True}, DENY | {"strict": True}], "deny", 2),
        ([UNKNOWN | {"decision": "deny", "strict": True}, ASK | {"strict": True}], "ask", 2),
    ],
)
def test_rules_are_judged_in_order(rules, verdict, number):
    found = decided(*rules)

    assert (found.verdict, found.number, found.policy) == (verdict, number, "shop")


def test_the_lower_priority_is_judged_first_and_disabled_policies_never():
    later = policy(ALLOW, name="later", priority=20)
    first = policy(DENY, name="first", priority=-1.5)
    off = policy(DENY | {"strict": True}, name="off", enabled=False)

    assert judge([later, off, first], Subject(**SHELL)).policy == "first"
    assert judge([later, off], Subject(**SHELL)).verdict is Verdict.ALLOW


def test_the_rule_that_decides_is_named():
    found = decided(DENY | {"name": "no shell", "because": "This host is production."})

    assert (found.name, found.because) == ("no shell", "This host is production.")


def test_strict_asks_and_doubts_take_no_grant():
    assert not decided(ASK).is_strict
    assert decided(ASK | {"strict": True}).is_strict
    doubtful = decided(UNKNOWN | {"decision": "deny"})
    assert doubtful.is_strict
    assert doubtful.doubt == "could not be evaluated: params.amount is not there"


def test_an_ask_says_how_people_are_asked():
    found = decided(ASK | {"approvers": ["ana", "ben"], "quorum": 2})

    assert found.routing == Routing(approvers=("ana", "ben"), quorum=2)


def test_the_floor_asks_unless_every_class_is_lifted_by_name():
    floor = {"floor": ("rewrites-history", "sends-data")}

    held = decided(ALLOW | {"lifts": ["rewrites-history"]}, **floor)
    lifted = decided(ALLOW | {"lifts": ["sends-data", "rewrites-history"]}, **floor)

    assert held.verdict is Verdict.ASK
    assert held.is_strict
    assert held.held == "The rule does not lift sends-data."
    assert lifted.verdict is Verdict.ALLOW
    assert lifted.lifted == ("rewrites-history", "sends-data")
    assert decided(ALLOW | {"lifts": ["sends-data"]}).lifted == ()
    assert decided(DENY, **floor).verdict is Verdict.DENY


def test_a_question_is_never_answered_by_a_rule():
    asked = {"kind": Kind.QUESTION}

    assert decided(ALLOW, **asked).verdict is Verdict.ASK
    assert decided(ALLOW, **asked).held == "A rule cannot answer a question."
    assert decided(DENY, **asked).verdict is Verdict.DENY
    assert decided(ALLOW | {"match": {"kind": "action"}}, **asked).number is None


def test_each_rule_explains_itself():
    rules = [ALLOW | {"name": "shell"}, DENY | {"match": {"agent": "bot"}}, {**ASK, **UNKNOWN}]

    found = explain([policy(*rules)], Subject(**SHELL, agent="ci"))

    assert [(one.number, one.decision, one.truth, one.why_not) for one in found] == [
        (1, "allow", True, None),
        (2, "deny", False, 'agent does not fit "bot"'),
        (3, "ask", None, "params.amount is not there"),
    ]
    assert found[0].name == "shell"


def test_a_rule_sees_the_approval_by_its_key():
    approval = an_approval(agent="calls itself ana", action=an_action(context={"branch": "x"}))

    seen = subject_of(approval, agent="claude", urgency=Level.HIGH, channel="web")

    assert (seen.action, seen.agent, seen.session, seen.cwd) == (
        "Bash",
        "claude",
        "s1",
        "/srv/shop",
    )
    assert (seen.urgency, seen.risk, seen.channel) == (Level.HIGH, Level.NORMAL, "web")
    assert (seen.commands, seen.is_shell, seen.is_alone) == (("git push origin main",), True, True)
    assert (seen.params, seen.context) == (approval.action.params, {"branch": "x"})
    asked = subject_of(an_approval(questions=(a_question("a"),)), agent="claude")
    assert asked.kind is Kind.QUESTION


@pytest.mark.parametrize(
    ("params", "is_alone"),
    [
        ({"command": "ls", "description": "list", "timeout": 5}, True),
        ({"command": ["ls", "-l"]}, True),
        ({"command": ["ls", 5]}, False),
        ({"command": 5}, False),
        ({"command": None}, False),
        ({"command": {"command": "ls"}}, False),
        ({"command": "ls", "env": {"PATH": "/opt"}}, False),
        ({"command": "ls", "stdin": "x"}, False),
        ({"command": "ls", "description": ["x"] * 3_000}, False),
    ],
)
def test_what_stands_beside_a_command_is_seen(params, is_alone):
    action = Action(action_type="Bash", title="List", params=params)

    seen = subject_of(an_approval(action=action, risk=assess(action)), agent="ci")

    assert seen.is_alone is is_alone


@pytest.mark.parametrize(("language", "is_alone"), [("bash", True), ("Python", False)])
def test_a_text_in_another_language_is_no_command_of_a_shell(language, is_alone):
    action = Action(action_type="Bash", title="List", preview="ls", language=language)

    seen = subject_of(an_approval(action=action, risk=assess(action)), agent="ci")

    assert seen.is_alone is is_alone


def never_by_fault(random: Random) -> None:
    policies = some_policies(random)
    for _ in range(8):
        subject = a_subject(random)

        assert (judge(policies, subject).verdict is Verdict.ALLOW) == allows(policies, subject)
        for one in explain(policies, subject):
            assert (one.why_not is None) == (one.truth is True)


@settings(deadline=None, max_examples=200, derandomize=True)
@given(st.randoms(use_true_random=True))
def test_nothing_is_allowed_by_fault(random):
    never_by_fault(random)


@pytest.mark.full
@settings(deadline=None, max_examples=5_000)
@given(st.randoms(use_true_random=True))
def test_nothing_is_allowed_by_fault_very_often(random):
    never_by_fault(random)


def test_no_operator_allows_what_it_cannot_see():
    tests = [{"gte": 1}, {"lt": 9}, {"glob": "**"}, {"regex": ""}, {"in": [1]}, {"equals": 1}]
    tests += [{"not": test} for test in tests] + [{"any": [test]} for test in tests]
    for test in tests:
        rule = {"match": {"params.a": test}, "decision": "allow"}
        assert read_policy({"name": "a", "rules": [rule]}).policies
        assert decided(rule).verdict is Verdict.ASK


@pytest.mark.parametrize(
    ("routing", "is_strict"),
    [
        (Routing(), False),
        (Routing(channels=("telegram",), silence=Silence.HAND_BACK), False),
        (Routing(approvers=("ana",)), True),
        (Routing(quorum=2), True),
        (Routing(confirm=Confirm.TAP), True),
        (Routing(confirm=Confirm.NUMBER), True),
        (Routing(require_reason=True), True),
    ],
)
def test_an_ask_that_wants_more_than_a_tap_is_satisfied_by_no_grant(routing, is_strict):
    policy = Policy(name="a", rules=(Rule(decision=Verdict.ASK, routing=routing),))

    found = judge([policy], Subject(**SHELL))

    assert (found.verdict, found.is_strict) == (Verdict.ASK, is_strict)


def test_an_allow_rule_is_none_the_stricter_for_its_routing():
    routing = Routing(require_reason=True)
    policy = Policy(name="a", rules=(Rule(decision=Verdict.ALLOW, routing=routing),))

    assert judge([policy], Subject(**SHELL)).verdict is Verdict.ALLOW
