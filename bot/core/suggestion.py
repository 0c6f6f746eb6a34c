"""Rules that the history suggests: what people approved again and again, and never denied.

They are offered, never applied. Only a command that can be proven gets one: word for word, or by
its leading words where several share those and may be granted by them. Nothing of the floor gets
one, nothing that a rule asks about strictly, and nothing that was ever denied anywhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from bot.core.action import Json
from bot.core.backtest import Answer, Backtest, Past, backtest
from bot.core.command_rule import BeginsWith, CommandTest, Is
from bot.core.field import Equal, Exists, FieldTest
from bot.core.leading import leading_words
from bot.core.match import Command, Every, Field
from bot.core.policy import Policy, Rule, Verdict
from bot.core.policy_document import document_of_rule
from bot.core.policy_index import PolicyIndex
from bot.core.shell import Program, read_script
from bot.core.subject import Subject

ENOUGH: Final = 5  # approvals of the same command, or of commands that begin alike
_LONGEST_NAME: Final = 200

_SHOWN: Final = 5  # commands that a rule by leading words has for its tests

_Place: TypeAlias = tuple[str, str, str | None]  # agent, action, directory


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
    refused = [
        (command, program)
        for command in {
            command
            for past in pasts
            if past.answer in {Answer.DENIED, Answer.REPLACED}
            for command in past.subject.commands
        }
        for program in read_script(command).programs
    ]
    approved: dict[_Place, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    index = PolicyIndex(policies)
    for past in pasts:
        seen = past.subject
        if past.answer is Answer.APPROVED and _may_be_allowed(past) and _is_open(index, seen):
            approved[seen.agent, seen.action, seen.cwd][seen.commands[0]] += 1
    offered = [
        _suggestion(place, test, commands, pasts)
        for place, counts in approved.items()
        for test, commands in _tests(counts)
        if sum(commands.values()) >= after and not _is_refused(test, refused)
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


def _tests(counts: Mapping[str, int]) -> Iterator[tuple[CommandTest, dict[str, int]]]:
    """Yield what rules could ask for, with the commands that it stands for and their counts.

    Several commands that share leading words stand for those; each other for itself.
    """
    sharing: dict[tuple[str, ...], dict[str, int]] = defaultdict(dict)
    for command, count in counts.items():
        words = read_script(command).plain or ()
        sharing[leading_words(words) or (command,)][command] = count
    for words, commands in sharing.items():
        if len(commands) > 1:
            yield BeginsWith(words=words), commands
        else:
            (command,) = commands
            yield Is(text=command, words=read_script(command).plain), commands


def _is_refused(test: CommandTest, refused: Iterable[tuple[str, Program]]) -> bool:
    """Tell whether a program that people refused is what the test asks for, or may be."""
    return any(test.seen(command, program) is not False for command, program in refused)


def _suggestion(
    place: _Place, test: CommandTest, commands: Mapping[str, int], history: Iterable[Past]
) -> Suggestion:
    agent, action, cwd = place
    here: FieldTest = Exists(operand=False) if cwd is None else Equal(operand=cwd)
    count = sum(commands.values())
    if isinstance(test, BeginsWith):
        words = " ".join(test.words)
        name, others = f"commands that begin with {words}", f"{words}-other"
        because = f"People approved such commands {count} times, and never denied one."
    else:
        (words,) = commands
        name, others = words, f"{words} --more"
        because = f"People approved it {count} times, and never denied it."
    rule = Rule(
        name=f"suggested: {name}"[:_LONGEST_NAME],
        match=Every(
            conditions=(
                Field(path=("action",), tests=(Equal(operand=action),)),
                Field(path=("agent",), tests=(Equal(operand=agent),)),
                Field(path=("cwd",), tests=(here,)),
                Command(tests=(test,), is_action_named=True),
            )
        ),
        decision=Verdict.ALLOW,
        because=because,
        matches=tuple(sorted(commands, key=lambda one: -commands[one])[:_SHOWN]),
        does_not_match=(f"{words}; rm -rf .", others),
    )
    index = PolicyIndex([Policy(name="suggested", rules=(rule,))])
    return Suggestion(rule=rule, count=count, backtest=backtest(index, history))
