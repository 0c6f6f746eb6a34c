"""What rules would have said of the history."""

from datetime import timedelta

import pytest

from bot.core.approval import Approval, decided, expired, withdrawn
from bot.core.backtest import Answer, Backtest, Past, backtest, past_of
from bot.core.decision import Code, Via
from bot.core.policy import Verdict
from bot.core.policy_document import read_policy
from bot.core.policy_index import PolicyIndex
from bot.core.risk import Assessment, Level
from tests.builders import NOW, a_decision, a_question, an_action, an_approval


def asked(command: str, **changes: object) -> Approval:
    action = an_action(title="Bash", preview=command, params={"command": command})
    return an_approval(**{"action": action, **changes})


def approved(command: str, **changes: object) -> Approval:
    return decided(asked(command), a_decision(**changes))


def denied(command: str) -> Approval:
    return approved(command, approved=False, code=Code.DENY)


def unanswered(command: str) -> Approval:
    return expired(asked(command), at=NOW + timedelta(hours=1))


def replaced(command: str) -> Approval:
    return approved(command, override="ls", code=Code.REPLACED)


def pasts(*approvals: Approval, agent: str = "claude") -> list[Past]:
    return [past for one in approvals if (past := past_of(one, agent=agent)) is not None]


def tried(decision: str, *approvals: Approval, command: str = "make deploy") -> Backtest:
    """Backtest one rule about one command."""
    rule = {"match": {"agent": "claude", "command": command}, "decision": decision}
    reading = read_policy({"name": "p", "rules": [rule]})
    assert reading.faults == ()
    return backtest(PolicyIndex(reading.policies), pasts(*approvals))


@pytest.mark.parametrize(
    ("approval", "answer"),
    [
        (approved("ls"), Answer.APPROVED),
        (denied("ls"), Answer.DENIED),
        (replaced("rm x"), Answer.REPLACED),
        (unanswered("ls"), Answer.UNANSWERED),
        (asked("ls"), None),
        (expired(asked("ls"), at=NOW, reason="the gate was paused"), None),
        (withdrawn(asked("ls"), at=NOW), None),
        (approved("ls", via=Via.GRANT), None),
        (approved("ls", via=Via.RULE), None),
    ],
)
def test_only_what_people_decided_or_let_expire_is_history(
    approval: Approval, answer: Answer | None
):
    past = past_of(approval, agent="claude")

    assert (past and past.answer) == answer


def test_the_history_is_judged_by_the_dangers_that_are_seen_today():
    kept = asked("git push --force origin main", risk=Assessment(level=Level.LOW))
    urgent = asked("make deploy", risk=Assessment(level=Level.CRITICAL))

    one, other = pasts(*(decided(each, a_decision()) for each in (kept, urgent)))

    assert (one.subject.risk, one.subject.floor) == (Level.HIGH, ("rewrites-history",))
    assert (other.subject.risk, other.subject.floor) == (Level.CRITICAL, ())
    assert one.subject.agent == "claude"


def test_verdicts_are_counted():
    found = tried(
        "allow", approved("make deploy"), approved("make deploy"), approved("ls"), denied("ls")
    )

    assert (found.allowed, found.denied, found.asked) == (2, 0, 2)
    assert (found.judged, found.differing, found.differences) == (4, 0, ())


def test_what_a_rule_allows_and_people_did_not_is_told_worst_first_and_once():
    found = tried(
        "allow",
        unanswered("make deploy"),
        replaced("make deploy"),
        denied("make deploy"),
        approved("make deploy"),
        denied("make deploy"),
    )

    assert [(each.answer, each.count) for each in found.differences] == [
        (Answer.DENIED, 2),
        (Answer.REPLACED, 1),
        (Answer.UNANSWERED, 1),
    ]
    assert found.differing == 4
    assert found.differences[0].judgement.verdict is Verdict.ALLOW


def test_what_a_rule_denies_and_people_approved_is_told():
    found = tried(
        "deny",
        replaced("make deploy"),
        approved("make deploy"),
        denied("make deploy"),
        unanswered("make deploy"),
    )

    assert found.denied == 4
    assert [each.answer for each in found.differences] == [Answer.APPROVED, Answer.REPLACED]


def test_an_ask_differs_from_nothing():
    found = tried("ask", approved("make deploy"), denied("make deploy"))

    assert (found.asked, found.differences) == (2, ())


def test_a_question_is_asked_whatever_a_rule_allows():
    question = an_approval(questions=(a_question("A", "B"),))
    index = PolicyIndex(
        read_policy({"name": "p", "rules": [{"match": {}, "decision": "allow"}]}).policies
    )

    found = backtest(index, pasts(decided(question, a_decision())))

    assert (found.allowed, found.asked) == (0, 1)
