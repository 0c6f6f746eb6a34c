"""Rules that cannot do what they seem to are warned of."""

import pytest

from bot.core.policy_warning import warnings_of
from tests.core.policy_text import read, rule


def warned(*rules: dict[str, object]) -> list[str]:
    return [str(warning) for warning in read(*rules).warnings]


def hides(earlier: dict[str, object], later: dict[str, object]) -> bool:
    found = warned(earlier, later)
    place, hidden = 'policy "shop", rule {}', "{}: never decides: {} matches all that it matches."
    first, second = place.format(1), place.format(2)
    assert found in ([], [hidden.format(second, first)], [hidden.format(first, second)])
    return bool(found)


@pytest.mark.parametrize(
    ("earlier", "later", "is_hidden"),
    [
        ({}, {"agent": "a"}, True),
        ({"agent": "a"}, {"agent": "a", "cwd": "/"}, True),
        ({"agent": "a", "cwd": "/"}, {"agent": "a"}, False),
        ({"agent": "a"}, {"agent": "b"}, False),
        ({"agent": "a"}, {"cwd": "a"}, False),
        ({"agent": {"in": ["a", "b"]}}, {"agent": "b"}, True),
        ({"agent": {"in": ["a", "b"]}}, {"agent": {"in": ["b", "a"]}}, True),
        ({"agent": {"in": ["a", "b"]}}, {"agent": {"in": ["b", "c"]}}, False),
        ({"agent": "b"}, {"agent": {"in": ["b"]}}, True),
        ({"agent": {"glob": "a*"}}, {"agent": "ab"}, True),
        ({"agent": {"glob": "a*"}}, {"agent": {"glob": "a*"}, "cwd": "/"}, True),
        ({"agent": {"glob": "a*"}}, {"agent": {"glob": "ab*"}}, False),
        ({"context.n": True}, {"context.n": 1}, False),
        ({"context.n": {"gte": 5}}, {"context.n": {"gte": 5, "lt": 9}}, True),
        ({"context.n": {"gte": 5}}, {"context.n": {"gt": 5}}, True),
        ({"context.n": {"gt": 5}}, {"context.n": {"gte": 5}}, False),
        ({"context.n": {"lt": 5}}, {"context.n": {"lt": 4}}, True),
        ({"context.n": {"lt": 5}}, {"context.n": {"lte": 5}}, False),
        ({"context.n": {"lte": 5}}, {"context.n": {"lt": 5}}, True),
        ({"context.n": {"lt": 5}}, {"context.n": {"gt": 4}}, False),
        ({"context.n": {"gte": 5}}, {"context.n": {"regex": "5"}}, False),
        ({"risk": {"gte": "high"}}, {"risk": {"gte": "critical"}}, True),
        ({"risk": {"gte": "high"}}, {"risk": {"lte": "high"}}, False),
        ({"not": {"agent": "a"}}, {"not": {"agent": "a"}, "cwd": "/"}, True),
        ({"any": [{"agent": "a"}]}, {"agent": "a"}, False),
        ({"command": {"begins_with": ["ls"]}}, {"command": {"begins_with": ["ls", "x"]}}, True),
        ({"command": {"begins_with": ["git", "log"]}}, {"command": {"runs": "git"}}, False),
        ({"command": {"runs": ["git", "ls"]}}, {"command": {"begins_with": ["git"]}}, True),
        ({"command": {"runs": "git"}}, {"command": {"runs": "git"}, "cwd": "/"}, True),
        ({"command": {"begins_with": ["npm"]}}, {"command": "npm test"}, True),
        ({"command": {"begins_with": ["npm"]}}, {"command": "npm test; ls"}, False),
        ({"command": {"begins_with": ["npm"]}}, {"agent": "a"}, False),
        ({"command": "npm test"}, {"action": "make", "command": "npm test"}, False),
    ],
)  # fmt: skip
def test_a_rule_that_an_earlier_one_hides_is_warned_of(earlier, later, is_hidden):
    assert hides(rule(match=earlier), rule(match=later)) is is_hidden


def test_strict_rules_hide_others_wherever_they_stand():
    named = rule(match={"agent": "a"})

    assert hides(named, rule(strict=True))
    assert hides(named | {"strict": True}, rule(strict=True, decision="deny"))
    assert not hides(named | {"strict": True}, rule())


def test_what_is_proven_does_not_hide_what_is_only_seen():
    match = {"command": {"runs": "git"}}

    assert not hides(rule(match=match, decision="allow"), rule(match=match, decision="deny"))
    assert not hides(rule(match=match, decision="deny"), rule(match=match, decision="allow"))
    assert hides(rule(decision="deny"), rule(match=match, decision="allow"))


def test_a_rule_that_asks_about_everything_is_warned_of():
    sentence = (
        'policy "shop", rule 1: asks about any action without params.amount too; name the action, '
        "or add exists = true to be silent about the others."
    )

    assert warned(rule(match={"params.amount": {"gte": 5}, "params.b": 1})) == [sentence]
    assert warned(rule(match={"params.amount": {"gte": 5}, "action": "pay"})) == []
    assert warned(rule(match={"params.amount": {"gte": 5, "exists": True}})) == []
    assert warned(rule(match={"params.amount": {"gte": 5}}, decision="allow")) == []


def test_an_allow_that_can_never_be_proven_is_warned_of():
    match = {"command": "cd x && npm test"}

    assert warned(rule(match=match, decision="allow")) == [
        'policy "shop", rule 1: never allows: its command is not one command of plain words, of '
        "which alone it can be proven what runs."
    ]
    assert warned(rule(match=match)) == []


@pytest.mark.parametrize(
    "given", [{"remind": "15m"}, {"escalate": {"after": "15m", "channels": ["telegram"]}}]
)
def test_reminders_and_escalation_are_acted_on_so_nothing_is_warned_of(given):
    assert warned(rule(decision="ask", **given)) == []


@pytest.mark.parametrize("confirm", ["tap", "number"])
def test_a_way_of_asking_that_is_acted_on_is_not_warned_of(confirm):
    assert warned(rule(decision="ask", confirm=confirm, quorum=2, silence="hand_back")) == []


def test_a_command_taken_as_a_text_is_warned_of():
    match = {"action": "Bash", "any": [{"params.command": {"regex": "^git status"}}]}

    assert warned(rule(match=match, decision="allow")) == [
        'policy "shop", rule 1: takes params.command as a mere text, and allows whatever a shell '
        "makes of the rest of it; write command, which takes proof."
    ]
    assert warned(rule(match=match, decision="deny")) == []
    assert warned(rule(match={"params.command": "git status"}, decision="allow")) == []


def test_too_many_rules_are_not_compared():
    rules = [rule(match={"agent": {"glob": f"{n}*"}}) for n in range(400)]

    assert warned(*rules)[-1].endswith(
        "was not compared with earlier rules, nor were those after it."
    )
    assert warnings_of([]) == ()
