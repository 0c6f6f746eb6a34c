"""The approval and its life.

Theory of operation
-------------------
An approval is the record of one ask, from submission to its end. It is a value: every function
here takes one and returns another, and none knows a clock, a database or a channel. Its state is
the only thing that moves, by the table below; a missing cell is an error and changes nothing. The
four ends are final, including their metadata: no function leads out of them, and the store writes
an end only where the row is still pending, so that of all taps, links, keys, timers and processes
that race, one wins and the others read what it wrote.

Silence is not consent: no event but APPROVE, which carries somebody's decision or a grant that
somebody made, leads to APPROVED. Time leads to EXPIRED, an agent that goes away to WITHDRAWN.

`revision` counts what a card would show differently; a channel that rendered revision n and finds
n + 1 stored renders again. So cards need no messages of their own to become true.

Alike asks that are pending in one session share one card (`bot.core.alike`). The one whose card it
is leads, the others are its copies; each keeps its own deadline and comes to an end of its own.
Where a leader ends alone, its oldest pending copy leads the rest: nothing pending is without a
card.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.core.action import Action
from bot.core.decision import Choice, Decision, Scope
from bot.core.errors import IllegalTransition, InvalidAsk, ReasonMissing
from bot.core.extent import extents_to_offer
from bot.core.number import Number
from bot.core.question import Question
from bot.core.revocation import Revocation
from bot.core.risk import Assessment
from bot.core.routing import Routing, Silence
from bot.core.ruling import Ruling
from bot.core.vote import Vote, with_vote

DEFAULT_LIFE: Final = timedelta(hours=1)
LONGEST_LIFE: Final = timedelta(days=7)
_UTC_OFFSET: Final = timedelta(0)
_USUAL_ROUTING: Final = Routing()


class Kind(StrEnum):
    """What is asked: leave for an action, or answers to questions."""

    ACTION = "action"
    QUESTION = "question"


class State(StrEnum):
    """Where an approval is in its life."""

    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"

    @property
    def is_final(self) -> bool:
        """Tell whether nothing can change it any more."""
        return not TRANSITIONS[self]


class Event(StrEnum):
    """What can happen to an approval."""

    APPROVE = "approve"
    DENY = "deny"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"


TRANSITIONS: Final[dict[State, dict[Event, State]]] = {
    State.PENDING: {
        Event.APPROVE: State.APPROVED,
        Event.DENY: State.DENIED,
        Event.EXPIRE: State.EXPIRED,
        Event.WITHDRAW: State.WITHDRAWN,
    },
    State.APPROVED: {},
    State.DENIED: {},
    State.EXPIRED: {},
    State.WITHDRAWN: {},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an approved action, as its agent reported it; `took` where it told that."""

    exit_code: int | None = None
    summary: str | None = None
    reported_at: datetime
    took: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The record of one ask. Instants are aware UTC; `digest` is 64 hex digits.

    `copy_of` is the id of the approval whose card shows this one too. `copies` counts those that
    its own card shows besides it: while it is pending those that are, then those that its decision
    was for. `number` is what its agent shows and a person picks, where approving takes that.
    `revocation` came after its end: of the grant that its decision made. `crowded` says that too
    much waited of its key for one tap to approve it, `repeats` counts the asks that its denial was
    for as well. `due_at` is when people are to be reminded, or further ones asked, next, and
    `reminded` how often they were. `queued_until` is when those asked hear of it first, where all
    of them have quiet hours.
    """

    id: str
    short_code: str
    kind: Kind
    key_id: str
    agent: str
    session_id: str
    action: Action
    questions: tuple[Question, ...] = ()
    digest: str
    risk: Assessment
    state: State = State.PENDING
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    end_reason: str | None = None
    decision: Decision | None = None
    outcome: Outcome | None = None
    ruling: Ruling | None = None
    votes: tuple[Vote, ...] = ()
    revision: int = 0
    copy_of: str | None = None
    copies: int = 0
    number: Number | None = None
    revocation: Revocation | None = None
    crowded: bool = False
    repeats: int = 0
    due_at: datetime | None = None
    reminded: int = 0
    queued_until: datetime | None = None
    claimed_at: datetime | None = None

    def __post_init__(self) -> None:
        for instant in (self.created_at, self.expires_at, self.ended_at):
            if instant is not None and instant.utcoffset() != _UTC_OFFSET:
                raise ValueError("core: an approval's instants are aware UTC")
        if (self.kind is Kind.QUESTION) != bool(self.questions):
            raise ValueError("core: questions and only questions carry questions")
        if self.copies < 0 or (self.copies and self.copy_of is not None):
            raise ValueError("core: a copy has no copies")

    @property
    def is_pending(self) -> bool:
        """Tell whether somebody can still decide it."""
        return self.state is State.PENDING

    @property
    def routing(self) -> Routing:
        """How people are asked."""
        return self.ruling.routing if self.ruling is not None else _USUAL_ROUTING

    @property
    def is_shared(self) -> bool:
        """Tell whether it may take more than one person; the first answer ends a question."""
        return self.kind is Kind.ACTION and self.routing.is_shared

    @property
    def has_grant_to_revoke(self) -> bool:
        """Tell whether its decision made a grant that was not taken back by a person."""
        decision = self.decision
        return decision is not None and decision.made_grant and self.revocation is None

    @property
    def always_asks(self) -> bool:
        """Tell whether no grant lets it pass, so that it takes no standing approval."""
        is_strict = self.ruling is not None and self.ruling.is_strict
        return self.risk.is_floor or is_strict or self.is_shared or self._stands_alone

    @property
    def _stands_alone(self) -> bool:
        terms = self.action.terms
        return terms is not None and not terms.stands

    @property
    def silence(self) -> Silence:
        """What becomes of it where nobody answers; who asks by a hook may have a terminal."""
        terms = self.action.terms
        if terms is None:
            return self.routing.silence
        return Silence.DENY if terms.refuses else Silence.HAND_BACK

    @property
    def may_stop(self) -> bool:
        """Tell whether a denial may stop its agent as well."""
        terms = self.action.terms
        return terms is not None and terms.stops

    @property
    def may_replace(self) -> bool:
        """Tell whether its agent can run something else instead."""
        terms = self.action.terms
        return terms is None or terms.replaces

    @property
    def loses_notes(self) -> bool:
        """Tell whether a note beside an approval does not reach its agent."""
        terms = self.action.terms
        return terms is not None and not terms.notes


def _moved(approval: Approval, event: Event, at: datetime, **changes: object) -> Approval:
    state = TRANSITIONS[approval.state].get(event)
    if state is None:
        raise IllegalTransition(f"The approval is {approval.state}; it takes no {event}.")
    return replace(
        approval,
        state=state,
        ended_at=at,
        revision=approval.revision + 1,
        **changes,  # type: ignore[arg-type]  # callers here pass fields of Approval
    )


def decided(
    approval: Approval, decision: Decision, *, copies: int = 0, reason: str | None = None
) -> Approval:
    """Return the approval with this decision, which is for so many copies too.

    `reason` is the gate's own, where the decision was not what the person chose.

    Raises IllegalTransition unless it is pending.
    """
    event = Event.APPROVE if decision.approved else Event.DENY
    return _moved(
        approval, event, decision.at, decision=decision, copies=copies, end_reason=reason
    )


def leading(approval: Approval, *, copies: int) -> Approval:
    """Return the approval as the one whose card shows so many copies besides it.

    Raises IllegalTransition unless it is pending.
    """
    if not approval.is_pending:
        raise IllegalTransition(f"The approval is {approval.state}; it leads no others.")
    return replace(approval, copy_of=None, copies=copies, revision=approval.revision + 1)


def voted(approval: Approval, vote: Vote) -> Approval:
    """Return the pending approval with one more person's answer; raises IllegalTransition."""
    if not approval.is_pending:
        raise IllegalTransition(f"The approval is {approval.state}; it takes no vote.")
    votes = with_vote(approval.votes, vote)
    return replace(approval, votes=votes, revision=approval.revision + 1)


def expired(approval: Approval, *, at: datetime, reason: str | None = None) -> Approval:
    """Return the approval ended unanswered, by time or for a reason of the gate's own.

    Raises IllegalTransition unless it is pending.
    """
    return _moved(approval, Event.EXPIRE, at, end_reason=reason, copies=0)


def withdrawn(approval: Approval, *, at: datetime, reason: str | None = None) -> Approval:
    """Return the approval taken back by its agent; raises IllegalTransition unless pending."""
    return _moved(approval, Event.WITHDRAW, at, end_reason=reason, copies=0)


def reported(approval: Approval, outcome: Outcome) -> Approval:
    """Return the approved action with what became of it.

    Raises IllegalTransition where it was not approved, or was reported before.
    """
    if approval.state is not State.APPROVED or approval.kind is not Kind.ACTION:
        raise IllegalTransition("Only an approved action has an outcome.")
    if approval.outcome is not None:
        raise IllegalTransition("The outcome was reported before; it stays as it is.")
    return replace(approval, outcome=outcome, revision=approval.revision + 1)


def checked_choice(approval: Approval, choice: Choice) -> Choice:
    """Return the choice where it fits the approval; raises InvalidAsk where it does not.

    A question is approved by its answers, one a question; it takes no scope and no replacement.
    What always asks takes no standing approval, a session's needs a session, and it covers only
    what the card offers to cover. What several people decide is approved as it stands. Where the
    rule wants a reason, approving takes a note. An agent that asks by a hook is told only what its
    hook can carry.
    """
    if choice.stop and not approval.may_stop:
        raise InvalidAsk("This agent can't be stopped from here; deny it.", place=("stop",))
    if choice.override is not None and not approval.may_replace:
        raise InvalidAsk("This agent runs what it asked for, or nothing.", place=("override",))
    is_explained = choice.answers or (choice.note or "").strip()
    if choice.approve and approval.routing.require_reason and not is_explained:
        raise ReasonMissing("Approving this takes a reason: say why, in a note.", place=("note",))
    if approval.is_shared and choice.override is not None:
        raise InvalidAsk(
            "Several people decide this; it takes no replacement.", place=("override",)
        )
    if approval.kind is Kind.QUESTION:
        if choice.approve and len(choice.answers) != len(approval.questions):
            wanted = {"n": str(len(approval.questions))}
            raise InvalidAsk("This asks for {n} answer(s).", place=("answers",), values=wanted)
        if choice.scope is not Scope.ONCE or choice.override is not None:
            raise InvalidAsk("A question is answered once, by its answers.", place=("scope",))
        return choice
    if choice.answers:
        raise InvalidAsk("An action takes no answers.", place=("answers",))
    if choice.scope is not Scope.ONCE and approval.always_asks:
        raise InvalidAsk("This kind always asks; it can only be approved once.", place=("scope",))
    if choice.scope is Scope.SESSION and not approval.session_id:
        raise InvalidAsk("The agent named no session; approve once.", place=("scope",))
    if choice.extent is not None and choice.extent not in extents_to_offer(approval.action):
        raise InvalidAsk("This action offers no such extent; see its scopes.", place=("extent",))
    return choice
