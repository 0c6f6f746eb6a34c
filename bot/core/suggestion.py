"""Rules that the history suggests: what people approved again and again, and never denied.

They are offered, never applied. Only a command that can be proven gets one, word for word; nothing
of the floor, nothing that a rule asks about strictly, and nothing that was ever denied anywhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from bot.core.action import Json
from bot.core.backtest import Answer, Backtest, Past, backtest
from bot.core.command_rule import Is
from bot.core.field import Equal, Exists, FieldTest
from bot.core.match import Command, Every, Field
from bot.core.policy import Policy, Rule, Verdict
from bot.core.policy_document import document_of_rule
from bot.core.policy_index import PolicyIndex
from bot.core.shell import read_script
from bot.core.subject import Subject

ENOUGH: Final = 5  # identical approvals
_LONGEST_NAME: Final = 200

_Key: TypeAlias = tuple[str, str, str | None, str]  # agent, action, directory, command


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A rule to think about, how often people approved what it allows, and its backtest."""

    rule: Rule
    count: int
    backtest: Backtest

    def document(self) -> dict[str, Json]:
        """Return the rule as it is written, with its own tests."""
        return document_of_rule(self.rule)


def suggest(
    history: Iterable[Past], *, policies: Sequence[Policy] = (), after: int = ENOUGH
) -> tuple[Suggestion, ...]:
    """Return rules for what was approved at least `after` times, the most frequent first.

    What one of the policies settles already is left out.
    """
    pasts = tuple(history)
    refused = {
        command
        for past in pasts
        if past.answer in {Answer.DENIED, Answer.REPLACED}
        for command in past.subject.commands
    }
    approved: dict[_Key, list[Past]] = defaultdict(list)
    for past in pasts:
        if past.answer is Answer.APPROVED and _may_be_allowed(past):
            seen = past.subject
            approved[seen.agent, seen.action, seen.cwd, seen.commands[0]].append(past)
    index = PolicyIndex(policies)
    offered = [
        _suggestion(key, len(found), pasts)
        for key, found in approved.items()
        if len(found) >= after and key[-1] not in refused and _is_open(index, found[0].subject)
    ]
    return tuple(sorted(offered, key=lambda one: -one.count))


def _may_be_allowed(past: Past) -> bool:
    """Tell whether a rule could ever allow it, and the floor and its operator let it."""
    subject = past.subject
    if not subject.agent or subject.floor or past.approval.always_asks:
        return False
    if len(subject.commands) != 1 or not (subject.is_alone and subject.is_shell):
        return False
    script = read_script(subject.commands[0])
    return script.plain is not None and not script.doubts


def _is_open(index: PolicyIndex, subject: Subject) -> bool:
    """Tell whether no rule settles it yet."""
    return index.judge(subject).policy is None


def _suggestion(key: _Key, count: int, history: Iterable[Past]) -> Suggestion:
    agent, action, cwd, command = key
    place: FieldTest = Exists(operand=False) if cwd is None else Equal(operand=cwd)
    rule = Rule(
        name=f"suggested: {command}"[:_LONGEST_NAME],
        match=Every(
            conditions=(
                Field(path=("action",), tests=(Equal(operand=action),)),
                Field(path=("agent",), tests=(Equal(operand=agent),)),
                Field(path=("cwd",), tests=(place,)),
                Command(
                    tests=(Is(text=command, words=read_script(command).plain),),
                    is_action_named=True,
                ),
            )
        ),
        decision=Verdict.ALLOW,
        because=f"People approved it {count} times, and never denied it.",
        matches=(command,),
        does_not_match=(f"{command}; rm -rf .", f"{command} --more"),
    )
    index = PolicyIndex([Policy(name="suggested", rules=(rule,))])
    return Suggestion(rule=rule, count=count, backtest=backtest(index, history))
