"""Conditions are read with all their faults at once."""

from datetime import date

import pytest

from tests.core.policy_text import rule, said


@pytest.mark.parametrize(
    ("match", "place", "sentence"),
    [
        ([], "", "must be a table."),
        ({1: 2}, "", "must be a table."),
        ({"params": {"a": 1}}, ".params", 'is written with its names in one key: "params.NAME".'),
        ({"params..a": 1}, ".params..a", "is not a key of match; there are action, kind,"),
        ({"user": "a"}, ".user", "is not a key of match; there are action, kind,"),
        ({"action.name": "a"}, ".action.name", "is not a key of match;"),
        ({"action": 5}, ".action", "must be a text."),
        ({"action": ["a"]}, ".action", "is a list; write { in = [...] } or { any = [...] }."),
        ({"action": {}}, ".action", "asks for nothing; give a value or an operator."),
        ({"action": {"like": "a"}}, ".action.like", "is not an operator; there are equals, in,"),
        ({"action": {"gte": 5}}, ".action.gte", "compares numbers; action is none."),
        ({"action": {"in": "abc"}}, ".action.in", "must be a list with at least one item."),
        ({"action": {"in": [["a"]]}}, ".action.in.1", "must be one value: a text, a number,"),
        ({"params.a": date(2026, 1, 1)}, ".params.a", "must be one value: a text, a number,"),
        ({"action": {"glob": 5}}, ".action.glob", "must be a text."),
        ({"action": {"regex": "("}}, ".action.regex", "is no expression of RE2: missing ): (."),
        ({"action": {"exists": 1}}, ".action.exists", "must be true or false."),
        ({"action": {"any": []}}, ".action.any", "must be a list with at least one item."),
        ({"action": {"not": {"x": 1}}}, ".action.not.x", "is not an operator;"),
        ({"kind": "file"}, ".kind", "must be one of action, question."),
        ({"risk": {"gte": 5}}, ".risk.gte", "must be one of low, normal, high, critical."),
        ({"urgency": {"in": ["urgent"]}}, ".urgency.in.1", "must be one of low, normal,"),
        ({"params.a": {"gte": True}}, ".params.a.gte", "must be a number."),
        ({"params.a": {"gte": float("nan")}}, ".params.a.gte", "must be a finite number."),
        ({"params.a": float("inf")}, ".params.a", "must be a finite number."),
        ({"any": {}}, ".any", "must be a list with at least one item."),
        ({"all": [5]}, ".all.1", "must be a table."),
        ({"not": [{}]}, ".not", "must be a table."),
        ({"command": 5}, ".command", "must be a table."),
        ({"command": ""}, ".command", "must be a text."),
        ({"command": "x" * 10_001}, ".command", "is longer than 10000 characters."),
        ({"command": {}}, ".command", "asks for nothing; give a command or an operator."),
        ({"command": {"regex": "a"}}, ".command.regex", "is not an operator of command; there"),
        ({"command": {"begins_with": "git"}}, ".command.begins_with", 'must be a list of words,'),
        (
            {"command": {"begins_with": ["git push"]}},
            ".command.begins_with",
            'holds "git push" as one word; write begins_with = ["git", "push"].',
        ),
        ({"command": {"runs": ["ls", "rm -r"]}}, ".command.runs", 'holds "rm -r" as one word;'),
        ({"command": {"begins_with": []}}, ".command.begins_with", "must be a list with at"),
        ({"command": {"begins_with": [5]}}, ".command.begins_with.1", "must be a text."),
        ({"command": {"runs": ["a", "a"]}}, ".command.runs", "names something twice."),
        ({"command": {"writes": "x" * 1_001}}, ".command.writes", "is longer than 1000"),
        ({"command": {"any": "ls"}}, ".command.any", "must be a list with at least one item."),
        ({"command": {"not": 5}}, ".command.not", "must be a table."),
    ],
)  # fmt: skip
def test_a_faulty_match_says_where(match, place, sentence):
    found = said(rule(match=match))

    assert len(found) == 1
    assert found[0].startswith(f'policy "shop", rule 1, match{place}: {sentence}')


def test_nesting_has_an_end():
    test: object = {"regex": "a"}
    match: object = {"action": "Bash"}
    command: object = {"runs": "ls"}
    for _ in range(9):
        test, match, command = {"not": test}, {"not": match}, {"not": command}

    for faulty in ({"action": test}, match, {"command": command}):
        (found,) = said(rule(match=faulty))
        assert found.endswith("is nested deeper than 8 times.")
