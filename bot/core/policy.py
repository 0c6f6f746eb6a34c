"""Written rules, and the judgement they come to.

The order of judgement: a strict deny that matches denies; else a strict ask that matches asks;
else the first rule that matches, by priority and then by its place, settles it; where it asks, or
no rule matches, a grant may allow – but not where the rule wants certain people, several of them,
a second tap or a reason: a grant gives none of these. An action on the floor asks even where a
rule allows it, unless that rule lifts every class found. An allow rule matches only where all of
it is known to hold. A deny or ask rule of which that is not known asks, and no grant satisfies
it: nothing is ever allowed by fault.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from bot.core.action import Json
from bot.core.approval import Kind
from bot.core.match import Every
from bot.core.routing import Routing
from bot.core.subject import Sight, Subject
from bot.core.truth import Truth

DEFAULT_PRIORITY = 100
_NO_ROUTING = Routing()


class Verdict(StrEnum):
    """What the policy says of a request."""

    ALLOW = "allow"
    DENY = "deny"
    ASK = "ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: what it is about, what it decides, and why.

    `lifts` names the floor classes that an allow rule lifts. `matches` and `does_not_match` are
    its own tests, as they are written: command lines, or requests.
    """

    match: Every = field(default_factory=Every)
    decision: Verdict
    name: str = ""
    because: str = ""
    is_strict: bool = False
    lifts: tuple[str, ...] = ()
    routing: Routing = _NO_ROUTING
    matches: tuple[Json, ...] = ()
    does_not_match: tuple[Json, ...] = ()

    def truth(self, sight: Sight) -> Truth:
        """Return whether the rule is about this request; raises nothing."""
        return self.match.truth(sight, by_proof=self.decision is Verdict.ALLOW)

    def why_not(self, sight: Sight) -> str:
        """Return which condition says that it is not, or why that is unknown."""
        return self.match.why_not(sight, by_proof=self.decision is Verdict.ALLOW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """An ordered list of rules; the policy with the lower priority is judged first."""

    name: str
    priority: float = DEFAULT_PRIORITY
    is_enabled: bool = True
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A rule with its policy's name and its number there, from 1."""

    policy: str
    number: int
    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the rules say of a request, and which of them said so.

    Without a rule none of them settled it. `is_strict` says that no grant satisfies this ask.
    `lifted` are the floor classes found that the rule lifts. `doubt` says why the rule could not
    be evaluated; `held` why an ask is not the allow that the rule says.
    """

    verdict: Verdict
    policy: str | None = None
    number: int | None = None
    name: str = ""
    because: str = ""
    is_strict: bool = False
    lifted: tuple[str, ...] = ()
    routing: Routing = _NO_ROUTING
    doubt: str | None = None
    held: str | None = None


UNSETTLED = Judgement(verdict=Verdict.ASK)  # no rule says anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What one rule says of a request: whether it matches (None: unknown), and if not, why."""

    policy: str
    number: int
    name: str
    decision: Verdict
    truth: Truth
    why_not: str | None


def placed_rules(policies: Iterable[Policy]) -> tuple[Placed, ...]:
    """Return the rules of all enabled policies in the order in which they are judged."""
    enabled = [policy for policy in policies if policy.is_enabled]
    return tuple(
        Placed(policy=policy.name, number=number, rule=rule)
        for policy in sorted(enabled, key=lambda policy: policy.priority)
        for number, rule in enumerate(policy.rules, 1)
    )


def judge(policies: Iterable[Policy], subject: Subject) -> Judgement:
    """Return what the policies say of a request, looking at rule after rule."""
    placed = placed_rules(policies)
    return judged(
        (one for one in placed if one.rule.is_strict),
        (one for one in placed if not one.rule.is_strict),
        Sight(subject),
    )


def judged(strict: Iterable[Placed], plain: Iterable[Placed], sight: Sight) -> Judgement:
    """Return the judgement of strict rules and of others, both in their order.

    Rules that are False for the request may be left out.
    """
    asking: Placed | None = None
    unknown: Placed | None = None
    for placed in strict:
        truth = placed.rule.truth(sight)
        if truth is None:
            unknown = unknown or placed
        elif truth and placed.rule.decision is Verdict.DENY:
            return _judgement(placed, Verdict.DENY)
        elif truth:
            asking = asking or placed
    if asking is not None:
        return _judgement(asking, Verdict.ASK, is_strict=True)
    if unknown is not None:
        return _unknown(unknown, sight)
    for placed in plain:
        truth = placed.rule.truth(sight)
        if truth:
            return _settled(placed, sight.subject)
        if truth is None and placed.rule.decision is not Verdict.ALLOW:
            return _unknown(placed, sight)
    return UNSETTLED


def explain(policies: Iterable[Policy], subject: Subject) -> tuple[Explanation, ...]:
    """Return what each rule says of a request, in the order in which they stand."""
    sight = Sight(subject)
    return tuple(_explained(placed, sight) for placed in placed_rules(policies))


def _explained(placed: Placed, sight: Sight) -> Explanation:
    truth = placed.rule.truth(sight)
    return Explanation(
        policy=placed.policy,
        number=placed.number,
        name=placed.rule.name,
        decision=placed.rule.decision,
        truth=truth,
        why_not=None if truth else placed.rule.why_not(sight),
    )


def _settled(placed: Placed, subject: Subject) -> Judgement:
    rule = placed.rule
    if rule.decision is not Verdict.ALLOW:
        is_strict = rule.decision is Verdict.ASK and rule.routing.needs_person
        return _judgement(placed, rule.decision, is_strict=is_strict)
    if subject.kind is Kind.QUESTION:
        return _judgement(placed, Verdict.ASK, held="A rule cannot answer a question.")
    missing = ", ".join(name for name in subject.floor if name not in rule.lifts)
    if missing:
        held = f"The rule does not lift {missing}."
        return _judgement(placed, Verdict.ASK, is_strict=True, held=held)
    return _judgement(placed, Verdict.ALLOW, lifted=subject.floor)


def _unknown(placed: Placed, sight: Sight) -> Judgement:
    doubt = f"could not be evaluated: {placed.rule.why_not(sight)}"
    return _judgement(placed, Verdict.ASK, is_strict=True, doubt=doubt)


def _judgement(
    placed: Placed,
    verdict: Verdict,
    *,
    is_strict: bool = False,
    lifted: tuple[str, ...] = (),
    doubt: str | None = None,
    held: str | None = None,
) -> Judgement:
    rule = placed.rule
    return Judgement(
        verdict=verdict,
        policy=placed.policy,
        number=placed.number,
        name=rule.name,
        because=rule.because,
        is_strict=is_strict,
        lifted=lifted,
        routing=rule.routing,
        doubt=doubt,
        held=held,
    )
