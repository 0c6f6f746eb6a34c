"""What policies would have said of what people decided, and where the two differ."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from operator import itemgetter
from typing import Final

from bot.core.approval import Approval, State
from bot.core.decision import Via
from bot.core.policy import Judgement, Verdict
from bot.core.policy_index import PolicyIndex
from bot.core.risk import Level, assess
from bot.core.subject import Subject, subject_of

_NOBODY: Final = frozenset({Via.GRANT, Via.RULE})


class Answer(StrEnum):
    """What people made of an approval."""

    APPROVED = "approved"
    DENIED = "denied"
    REPLACED = "replaced"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """An approval of the history, what rules see of it today, and what people made of it."""

    approval: Approval
    subject: Subject
    answer: Answer


def past_of(approval: Approval, *, agent: str) -> Past | None:
    """Return it as part of the history; None where it has not ended, or nobody was asked.

    `agent` is the name of its key, empty where that is not known. Its dangers are found anew, and
    its level is not lowered; its urgency and its channel were not kept.
    """
    answer = _answer(approval)
    if answer is None:
        return None
    found = assess(approval.action)
    risk = replace(found, level=Level.higher(found.level, approval.risk.level))
    subject = subject_of(replace(approval, risk=risk), agent=agent)
    return Past(approval=approval, subject=subject, answer=answer)


def _answer(approval: Approval) -> Answer | None:
    decision = approval.decision
    if decision is None:
        # What ended for a reason of the gate's own, as while it was paused, nobody was asked.
        was_asked = approval.state is State.EXPIRED and approval.end_reason is None
        return Answer.UNANSWERED if was_asked else None
    if decision.via in _NOBODY:
        return None
    if not decision.approved:
        return Answer.DENIED
    return Answer.APPROVED if decision.override is None else Answer.REPLACED


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where a rule and people differ; `count` is how often the very same was asked.

    `approval` is the first of them in the history.
    """

    answer: Answer
    judgement: Judgement
    approval: Approval
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """How many approvals were allowed, denied and asked; of the differences the worst is first."""

    allowed: int = 0
    denied: int = 0
    asked: int = 0
    differences: tuple[Difference, ...] = ()

    @property
    def judged(self) -> int:
        """How many approvals were judged."""
        return self.allowed + self.denied + self.asked

    @property
    def differing(self) -> int:
        """How many of them differ from what people decided."""
        return sum(difference.count for difference in self.differences)


# The worst is 0: what a rule lets through and people did not.
_BADNESS: Final = {
    (Verdict.ALLOW, Answer.DENIED): 0,
    (Verdict.ALLOW, Answer.REPLACED): 1,
    (Verdict.ALLOW, Answer.UNANSWERED): 2,
    (Verdict.DENY, Answer.APPROVED): 3,
    (Verdict.DENY, Answer.REPLACED): 4,
}


class Trial:
    """Policies on trial, given the history part by part, newest first."""

    __slots__ = ("_counts", "_found", "_index")

    def __init__(self, index: PolicyIndex) -> None:
        self._index = index
        self._counts = dict.fromkeys(Verdict, 0)
        self._found: dict[tuple[int, str, str], Difference] = {}

    def add(self, history: Iterable[Past]) -> None:
        """Judge one more part of the history."""
        for past in history:
            judgement = self._index.judge(past.subject)
            self._counts[judgement.verdict] += 1
            badness = _BADNESS.get((judgement.verdict, past.answer))
            if badness is None:
                continue
            key = badness, past.subject.agent, past.approval.digest
            before = self._found.get(key)
            self._found[key] = (
                Difference(answer=past.answer, judgement=judgement, approval=past.approval)
                if before is None
                else replace(before, count=before.count + 1)
            )

    def result(self) -> Backtest:
        """Return what the policies said of all that was added."""
        return Backtest(
            allowed=self._counts[Verdict.ALLOW],
            denied=self._counts[Verdict.DENY],
            asked=self._counts[Verdict.ASK],
            differences=tuple(self._found[key] for key in sorted(self._found, key=itemgetter(0))),
        )


def backtest(index: PolicyIndex, history: Iterable[Past]) -> Backtest:
    """Return what the policies say of all in the history, and where people said otherwise."""
    trial = Trial(index)
    trial.add(history)
    return trial.result()
