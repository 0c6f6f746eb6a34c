"""The canary is known exactly, and nothing else is taken for it."""

import pytest

from bot.core.canary import CANARY, WORDS, is_canary
from bot.core.policy import Verdict
from ok2run.connect.canary import WORDS as EXPECTED
from ok2run.connect.canary import command
from tests.builders import an_action

TOKEN = "0123456789abcdef"


def test_what_the_doctor_sends_is_the_canary_and_is_denied():
    assert is_canary(an_action(action_type="Bash", params={"command": command()}))

    assert CANARY.verdict is Verdict.DENY
    assert CANARY.because == WORDS == EXPECTED


@pytest.mark.parametrize(
    ("action_type", "line"),
    [
        ("Write", f"ok2run-canary {TOKEN}"),
        ("Bash", "ok2run-canary"),
        ("Bash", f"ok2run-canary {TOKEN}; rm -rf ."),
        ("Bash", f"ok2run-canary {TOKEN}\n"),
        ("Bash", f" ok2run-canary {TOKEN}"),
        ("Bash", 1),
    ],
)
def test_anything_else_is_judged_as_ever(action_type: str, line: object):
    assert not is_canary(an_action(action_type=action_type, params={"command": line}))
