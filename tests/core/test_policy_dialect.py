"""AgentGate's rules mean here what they meant there, where that was safe."""

import pytest

from bot.core.policy import Verdict, judge
from bot.core.policy_document import document_of, read_policy
from bot.core.risk import Level
from bot.core.subject import Subject
from tests.core.policy_text import read, said


def verdict(match: object, decision: str = "auto_approve", **changes: object) -> str:
    reading = read({"match": match, "decision": decision})
    assert not reading.faults, [str(fault) for fault in reading.faults]
    again = read_policy(document_of(reading.policies[0]))
    assert again.policies == reading.policies
    return judge(reading.policies, Subject(**({"action": "pay"} | changes))).verdict


@pytest.mark.parametrize(
    ("decision", "wanted"),
    [
        ("auto_approve", Verdict.ALLOW),
        ("auto_deny", Verdict.DENY),
        ("route_to_human", Verdict.ASK),
        ("route_to_agent", Verdict.ASK),
    ],
)
def test_decisions_are_told_in_our_words(decision, wanted):
    assert verdict({"action": "pay"}, decision) is wanted
    assert verdict({}, decision) is wanted
    assert verdict([], decision) is wanted


@pytest.mark.parametrize(
    ("match", "changes"),
    [
        ({"action": {"$in": ["pay", "refund"]}}, {}),
        ({"action": {"$regex": "^p"}}, {}),
        ({"urgency": "high"}, {"urgency": Level.HIGH}),
        ({"status": "pending"}, {}),
        ({"status": {"$in": ["pending", "denied"]}}, {}),
        ({"params.amount": {"$lt": 5, "$gt": 3}}, {"params": {"amount": 4}}),
        ({"context.user.role": "admin"}, {"context": {"user": {"role": "admin"}}}),
        ({"amount": {"$lte": 4, "$gte": 4}}, {"params": {"amount": 4}}),
        ({"amount": 4}, {"context": {"amount": 4}}),
        (
            {"user.role": "admin", "amount": 4},
            {"params": {"amount": 4, "user": {"role": "admin"}}},
        ),
        ({"agent": "x", "command": {"$regex": "ls"}}, {"params": {"agent": "x", "command": "ls"}}),
    ],
)
def test_paths_and_operators_are_read(match, changes):
    assert verdict(match, **changes) is Verdict.ALLOW
    assert verdict(match, **changes, floor=("sends-data",)) is Verdict.ASK


@pytest.mark.parametrize(
    ("match", "changes"),
    [
        ({"action": "refund"}, {"params": {"action": "refund"}}),
        ({"urgency": "low"}, {"params": {"urgency": "low"}}),
        ({"status": "approved"}, {"params": {"status": "approved"}}),
        ({"status": {"$in": ["approved"]}}, {}),
        ({"amount": 4}, {"params": {"amount": 5}, "context": {"amount": 4}}),
        ({"amount": 4}, {"params": {"amount": "4"}}),
        ({"amount": {"$lt": 5, "$gt": 3}}, {"params": {"amount": 2}}),
    ],
)
def test_what_an_agent_sends_stands_in_for_nothing(match, changes):
    assert verdict(match, **changes) is Verdict.ASK
    assert verdict(match, "auto_deny", **changes) is Verdict.ASK


def test_what_is_not_there_asks():
    assert verdict({"amount": {"$gt": 5}}, "auto_deny") is Verdict.ASK


def test_routing_is_kept_where_somebody_is_asked():
    channels = ["slack:#ops", "#ops", 5]
    routed = {"match": {}, "approvers": ["ana"], "channels": channels, "requireReason": True}

    asking = read(routed | {"decision": "route_to_human"})
    denying = read(routed | {"decision": "auto_deny", "approvers": [], "channels": "x"})
    nowhere = read({"match": {}, "decision": "route_to_agent", "channels": ["#ops"]})
    web = read({"match": {}, "decision": "route_to_agent", "channels": ["web"]})

    routing = asking.policies[0].rules[0].routing
    assert (routing.approvers, routing.channels) == (("ana",), ("slack:#ops",))
    assert routing.require_reason
    assert [str(one) for one in asking.warnings] == [
        'policy "shop", rule 1, channels: what is not written type:target is left out.'
    ]
    assert not denying.faults
    assert (web.policies[0].rules[0].routing.channels, web.warnings) == (("web",), ())
    assert nowhere.policies[0].rules[0].routing.channels == ()


def test_faults_are_told_as_in_our_form():
    approve = {"decision": "auto_approve"}

    assert said(approve | {"match": {5: 5}}) == ['policy "shop", rule 1, match: must be a table.']
    assert said(approve | {"match": 5}) == ['policy "shop", rule 1, match: must be a table.']
    assert said(approve | {"match": {"action": {"$eq": 1}}})[0].startswith(
        'policy "shop", rule 1, match.action.$eq: is not an operator;'
    )
    assert said(approve | {"match": {"status": {"$regex": "p"}}})[0].startswith(
        'policy "shop", rule 1, match.status: is not a key of match;'
    )
    assert said({"decision": ["auto_approve"], "match": {}})[0].startswith(
        'policy "shop", rule 1, decision: must be one of'
    )
