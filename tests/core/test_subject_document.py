"""A request is read with all its faults at once."""

import pytest

from bot.core.fault import Faults, Place
from bot.core.risk import Level
from bot.core.subject_document import read_subject


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (5, "must be a table."),
        ({}, "names no action."),
        ({"action": "a", "cwd": 5}, "cwd: must be a text."),
        ({"action": "a", "params": []}, "params: must be a table."),
        ({"action": "a", "urgency": "soon"}, "urgency: must be one of low, normal,"),
        ({"action": "a", "kind": 5}, "kind: must be one of action, question."),
    ],
)
def test_a_faulty_request_says_where(document, sentence):
    faults = Faults()

    read_subject(document, Place(), faults)

    assert str(faults.found[0]).startswith(sentence)


def test_a_requests_risk_is_assessed_unless_it_is_given():
    wipe = {"action": "Bash", "params": {"command": "rm -rf /"}}

    seen = read_subject(wipe, Place(), Faults())
    given_risk = read_subject(wipe | {"risk": "low"}, Place(), Faults())

    assert (seen.risk, "deletes-everything" in seen.floor) == (Level.CRITICAL, True)
    assert (given_risk.risk, given_risk.floor) == (Level.LOW, seen.floor)
