"""The policies in force, ready to judge with; swapped whole when they change."""

import logging
from collections.abc import Iterable

from bot.core.approval import Approval
from bot.core.policy import UNSETTLED, Explanation, Judgement, Policy, Verdict, explain
from bot.core.policy_index import PolicyIndex
from bot.core.risk import Level
from bot.core.ruling import Ruling
from bot.core.subject import Subject, subject_of

log = logging.getLogger(__name__)


class PolicyBook:
    """Policies of one source: the database's, or a file's where `is_file`.

    While it is distrusted, people are asked for everything, and no grant satisfies that: what
    could not be read may have been a denial.
    """

    def __init__(self, *, is_file: bool = False) -> None:
        self.is_file = is_file
        self._index = PolicyIndex(())
        self._fault: str | None = None

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The policies in force."""
        return self._index.policies

    @property
    def fault(self) -> str | None:
        """Why the policies are distrusted; None where they are not."""
        return self._fault

    def use(self, policies: Iterable[Policy]) -> None:
        """Judge by these from now on."""
        self._index = PolicyIndex(policies)
        self._fault = None
        rules = sum(len(policy.rules) for policy in self._index.policies)
        log.info("policy: %d rules are in force", rules, extra={"event": "policy_used"})

    def distrust(self, sentence: str) -> None:
        """Ask for everything from now on, and say why on each card."""
        self._fault = sentence
        log.error("policy: %s Everything asks.", sentence, extra={"event": "policy_faulty"})

    def judge(
        self, approval: Approval, *, agent: str, urgency: Level, channel: str | None
    ) -> Judgement:
        """Return what the policies say of a new approval; `agent` is the name of its key."""
        if self._fault is None and self._index.is_empty:
            return UNSETTLED
        return self._judged(subject_of(approval, agent=agent, urgency=urgency, channel=channel))

    def explain(self, subject: Subject) -> tuple[Judgement, tuple[Explanation, ...]]:
        """Return what the policies say of a request, and what each rule says of it."""
        return self._judged(subject), explain(self._index.policies, subject)

    def _judged(self, subject: Subject) -> Judgement:
        if self._fault is None:
            return self._index.judge(subject)
        return Judgement(verdict=Verdict.ASK, policy="policy", is_strict=True, doubt=self._fault)


def title_of(judgement: Judgement) -> str:
    """Return the name under which a judgement's rule is shown: its own, or its policy's."""
    return judgement.name or judgement.policy or ""


def ruling_of(judgement: Judgement) -> Ruling | None:
    """Return what the card says of the rule that has people asked; None where no rule does."""
    if judgement.policy is None:
        return None
    return Ruling(
        rule=title_of(judgement),
        because=judgement.doubt or judgement.held or judgement.because or None,
        is_strict=judgement.is_strict,
        routing=judgement.routing,
    )
