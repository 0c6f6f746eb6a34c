"""What the policy tools say to a person: the texts of explain, backtest and suggest."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from bot.core.action import Action, Json
from bot.core.backtest import Answer, Backtest, Difference
from bot.core.policy import Explanation, Judgement, Policy, Verdict, explain
from bot.core.policy_index import PolicyIndex
from bot.core.preview import one_line
from bot.core.subject import Subject
from bot.core.suggestion import Suggestion

_WIDTH: Final = 100  # of what is shown of a command
_REASON: Final = 70  # of what is shown of why a rule does not match
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_OF_RULE: Final = {
    Verdict.ALLOW: "would be allowed",
    Verdict.DENY: "would be denied",
    Verdict.ASK: "would ask",
}
_OF_PERSON: Final = {
    Answer.APPROVED: "approved",
    Answer.DENIED: "denied",
    Answer.REPLACED: "replaced by another command",
    Answer.UNANSWERED: "left unanswered",
}


def counted(count: int, noun: str) -> str:
    """Return a number with its noun, which takes an s in the plural."""
    if noun.endswith("y") and count != 1:
        return f"{count:,} {noun[:-1]}ies"
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def size_of(policies: Sequence[Policy]) -> str:
    """Return how many policies, rules and tests there are, in words."""
    rules = [rule for policy in policies for rule in policy.rules]
    tests = sum(len(rule.matches) + len(rule.does_not_match) for rule in rules)
    return ", ".join(
        counted(count, noun)
        for count, noun in ((len(policies), "policy"), (len(rules), "rule"), (tests, "test"))
    )


def explained(policies: Sequence[Policy], subject: Subject) -> Iterator[str]:
    """Yield the lines that say what the policies say of a request, and why."""
    judgement = PolicyIndex(policies).judge(subject)
    yield f"{_OF_RULE[judgement.verdict].capitalize()}: {_decider(judgement)}"
    if judgement.because and not judgement.doubt:
        yield f"  Because: {_line(judgement.because)}"
    if judgement.doubt:
        yield f"  The rule {_line(judgement.doubt)}."
    if judgement.held:
        yield f"  {judgement.held}"
    if judgement.verdict is Verdict.ASK:
        yield f"  {_grants(judgement, subject)}"
    if judgement.lifted:
        yield f"  The rule lifts {', '.join(judgement.lifted)}."
    yield f"  Risk: {subject.risk.value}. On the floor: {', '.join(subject.floor) or 'nothing'}."
    yield from _each_rule(explain(policies, subject), judgement)


def _decider(judgement: Judgement) -> str:
    if judgement.policy is None:
        return "no rule settles it, so a person is asked."
    return f"{_rule(judgement)}."


def _rule(judgement: Judgement) -> str:
    name = f' "{_line(judgement.name)}"' if judgement.name else ""
    return f'rule {judgement.number}{name} of policy "{_line(judgement.policy or "")}"'


def _grants(judgement: Judgement, subject: Subject) -> str:
    if subject.floor:
        return "No grant allows it: it is on the floor."
    if judgement.is_strict:
        return "No grant allows it."
    return "A grant may allow it."


def _each_rule(found: Iterable[Explanation], judgement: Judgement) -> Iterator[str]:
    rows = [
        (str(one.number), one.decision.value, _line(one.name), _said(one, judgement), one.policy)
        for one in found
    ]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    policy: str | None = None
    for number, decision, name, said, of_policy in rows:
        if of_policy != policy:
            policy = of_policy
            yield ""
            yield f'Policy "{_line(policy)}":'
        yield (f"  {number:>{widths[0]}}  {decision:<{widths[1]}}  {name:<{widths[2]}}  {said}")


def _said(one: Explanation, judgement: Judgement) -> str:
    is_decider = (one.policy, one.number) == (judgement.policy, judgement.number)
    if one.truth:
        return "matches, and decides" if is_decider else "matches"
    why = _line(one.why_not or "")
    why = why if len(why) <= _REASON else f"{why[:_REASON]}…"
    if one.truth is None:
        return f"can't be told, and decides: {why}" if is_decider else f"can't be told: {why}"
    return f"no: {why}"


def backtested(result: Backtest, *, shown: int) -> Iterator[str]:
    """Yield the lines that say what a policy would have done; at most `shown` differences."""
    if not result.judged:
        yield "There is no history yet: nobody has decided anything here."
        return
    yield (
        f"Of {counted(result.judged, 'request')} that people decided or left unanswered, it would "
        f"have allowed {result.allowed:,}, denied {result.denied:,}, asked {result.asked:,}."
    )
    if not result.differences:
        yield "Nothing of it differs from what people decided."
        return
    verb = "differs" if result.differing == 1 else "differ"
    yield f"{result.differing:,} of them {verb} from what people decided:"
    for difference in result.differences[:shown]:
        yield from _difference(difference)
    if len(result.differences) > shown:
        more = sum(difference.count for difference in result.differences[shown:])
        yield f"  … and {more:,} more; --show tells how many are shown."


def _difference(difference: Difference) -> Iterator[str]:
    approval, judgement = difference.approval, difference.judgement
    times = f", {difference.count:,} times" if difference.count > 1 else ""
    yield (
        f"  {_OF_RULE[judgement.verdict]}, was {_OF_PERSON[difference.answer]}{times}: "
        f"{said_of(approval.action)}"
    )
    yield f"    {approval.id}, by {_rule(judgement)}"


def said_of(action: Action) -> str:
    """Return an action in one line, fit for a terminal, without secrets."""
    text = action.preview or action.title
    return one_line(f"{action.action_type}: {text}", limit=_WIDTH)


def suggested(found: Sequence[Suggestion], *, after: int) -> Iterator[str]:
    """Yield rules to think about as a part of a TOML file, with what speaks for them."""
    if not found:
        yield (
            f"# Nothing to suggest: no command was approved {after} times and never denied, that "
            "no rule settles and that can be proven."
        )
        return
    yield "# Read each of them, and put what you want at the end of your policy file. Then run"
    yield "#   ok2run policy check FILE"
    for one in found:
        yield ""
        result = one.backtest
        unanswered = f", {result.differing:,} of them left unanswered" if result.differing else ""
        yield (
            f"# would have allowed {result.allowed:,} of {counted(result.judged, 'request')}"
            f"{unanswered}; people denied none of them"
        )
        yield "[[policy.rule]]"
        for key, value in one.document().items():
            yield f"{key} = {as_toml(value)}"


def as_toml(value: Json) -> str:
    """Return a value of JSON, without null, as it is written in TOML."""
    if isinstance(value, dict):
        pairs = (
            f"{key if _BARE.fullmatch(key) else as_toml(key)} = {as_toml(item)}"
            for key, item in value.items()
        )
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(as_toml, value))}]"
    # TOML takes JSON's escapes in texts, but for pairs of surrogates, and wants DEL escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _line(text: str) -> str:
    return one_line(text, limit=2 * _WIDTH)
