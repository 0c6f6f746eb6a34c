"""What a coding agent's hook comes to, and how a dialect reads and answers it.

Theory of operation. A dialect is one agent's way to ask. It reads a hook's JSON into one of three
things, and never touches the gate:

- `Asking`: something is to be approved or answered. The route submits it, holds the request until
  it has ended, and returns `answer(approval)` of one that was approved or denied. Without a
  decision (time up, snoozed, withdrawn, a fault) it returns `unanswered`, which keeps the agent
  from running by itself: nothing here ever allows without a decision.
- `Telling`: something happened at the agent's terminal. The route answers it at once, and lets the
  gate withdraw cards or keep an outcome.
- `Nothing`: the hook is none of the gate's business.

A new dialect takes a module with a class of `Dialect`'s methods, and a line in
`web.hooks.dialects`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

from bot.core.action import Action, Json
from bot.core.approval import Approval
from bot.core.question import Question
from bot.gate.call import Call, Signal
from bot.gate.turn import Turn, Wanted

Hook: TypeAlias = Mapping[str, Json]
Reply: TypeAlias = Mapping[str, Json]

NO_OPINION: Final[Reply] = {}


def _as_it_is(_approval: Approval) -> str | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """An ask, and how its agent is answered.

    `answer` makes the reply of an approval that was approved or denied. `call` tells how the same
    call is known again, `runs` by what, where a person has changed it. Where `unless_ruled` is
    given, people are asked only if a rule speaks of it; else that is the reply.
    """

    action: Action
    session_id: str
    answer: Callable[[Approval], Reply]
    questions: tuple[Question, ...] = ()
    unanswered: Reply = field(default_factory=dict)
    call: Call | None = None
    unless_ruled: Reply | None = None
    runs: Callable[[Approval], str | None] = _as_it_is


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What happened at the agent's terminal, answered at once; `turn` is where its session is."""

    signal: Signal | None = None
    turn: Turn | None = None
    reply: Reply = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """Nothing to ask and nothing to keep."""

    reply: Reply = field(default_factory=dict)


Reading: TypeAlias = Asking | Telling | Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """What the operator set of hooks.

    With `session_rules` Session may make the agent's own session rules too; `turns` is what
    people hear of sessions beside cards.
    """

    session_rules: bool = False
    turns: Wanted = field(default_factory=Wanted)


class Dialect(Protocol):
    """One coding agent's way to ask."""

    @property
    def agent(self) -> str:
        """The name that cards give the agent, where its key has none of its own."""

    def read(self, hook: Hook, manner: Manner) -> Reading:
        """Return what the hook comes to; raises GateError where it can't be taken.

        It may be called in a thread of its own, as long texts take their time.
        """

    def refused(self, hook: Hook) -> Reply:
        """Return the reply where the gate cannot take the hook, as for nobody's answer."""
