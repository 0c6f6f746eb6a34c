"""The life cycle: the table, its ends, and a machine that walks it at random."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from bot.core.action import digest_of
from bot.core.approval import (
    TRANSITIONS,
    Approval,
    Event,
    Kind,
    Outcome,
    State,
    checked_choice,
    decided,
    expired,
    reported,
    withdrawn,
)
from bot.core.decision import Choice, Code, Scope
from bot.core.errors import IllegalTransition, InvalidAsk
from bot.core.question import Answer
from bot.core.risk import Assessment, Level
from tests.builders import NOW, a_choice, a_decision, a_question, an_action, an_approval

LATER = NOW + timedelta(minutes=5)


def moved(approval: Approval, event: Event, at: datetime = LATER) -> Approval:
    match event:
        case Event.APPROVE:
            return decided(approval, a_decision(at=at))
        case Event.DENY:
            return decided(approval, a_decision(approved=False, code=Code.DENY, at=at))
        case Event.EXPIRE:
            return expired(approval, at=at)
        case Event.WITHDRAW:
            return withdrawn(approval, at=at, reason="answered at the terminal")


def test_every_state_has_a_row_and_only_pending_leads_anywhere():
    assert set(TRANSITIONS) == set(State)
    assert [state for state in State if not state.is_final] == [State.PENDING]
    assert set(TRANSITIONS[State.PENDING]) == set(Event)


@pytest.mark.parametrize("event", Event)
def test_an_event_ends_a_pending_approval(event):
    ended = moved(an_approval(), event)

    assert ended.state is TRANSITIONS[State.PENDING][event]
    assert ended.ended_at == LATER
    assert ended.revision == 1
    assert not ended.is_pending


@pytest.mark.parametrize("first", Event)
@pytest.mark.parametrize("second", Event)
def test_what_has_ended_takes_no_event_and_nothing_moves(first, second):
    ended = moved(an_approval(), first)
    before = replace(ended)

    with pytest.raises(IllegalTransition):
        moved(ended, second, LATER + timedelta(minutes=1))

    assert ended == before


def test_only_an_approval_event_leads_to_approved():
    leading = {
        event
        for row in TRANSITIONS.values()
        for event, state in row.items()
        if state is State.APPROVED
    }

    assert leading == {Event.APPROVE}


def test_an_outcome_is_kept_once_and_only_for_an_approved_action():
    outcome = Outcome(exit_code=0, summary="done", reported_at=LATER)
    approved = moved(an_approval(), Event.APPROVE)

    once = reported(approved, outcome)

    assert once.outcome == outcome
    assert once.revision == approved.revision + 1
    with pytest.raises(IllegalTransition):
        reported(once, outcome)
    for other in (an_approval(), moved(an_approval(), Event.DENY)):
        with pytest.raises(IllegalTransition):
            reported(other, outcome)


def test_an_instant_that_is_not_utc_is_a_fault_of_the_program():
    with pytest.raises(ValueError, match="aware UTC"):
        an_approval(created_at=datetime(2026, 11, 20, 12, 0))  # noqa: DTZ001
    with pytest.raises(ValueError, match="aware UTC"):
        an_approval(created_at=NOW.astimezone(timezone(timedelta(hours=1))))
    assert an_approval(created_at=NOW.astimezone(UTC)).created_at == NOW


def test_only_questions_carry_questions():
    with pytest.raises(ValueError, match="questions"):
        an_approval(kind=Kind.QUESTION)
    with pytest.raises(ValueError, match="questions"):
        an_approval(questions=(a_question("A"),), kind=Kind.ACTION)


class TestCheckedChoice:
    question = an_approval(questions=(a_question("A", "B"),))

    def test_a_question_wants_an_answer_each(self):
        with pytest.raises(InvalidAsk):
            checked_choice(self.question, a_choice())
        answered = a_choice(answers=(Answer(letters=("A",)),))
        assert checked_choice(self.question, answered) is answered

    def test_a_question_may_be_declined_without_an_answer(self):
        declined = a_choice(approve=False)
        assert checked_choice(self.question, declined) is declined

    @pytest.mark.parametrize("more", [{"scope": Scope.ALWAYS}, {"override": "ls"}])
    def test_a_question_takes_no_scope_and_no_replacement(self, more):
        with pytest.raises(InvalidAsk):
            checked_choice(self.question, a_choice(answers=(Answer(letters=("A",)),), **more))

    def test_an_action_takes_no_answers(self):
        with pytest.raises(InvalidAsk):
            checked_choice(an_approval(), a_choice(answers=(Answer(letters=("A",)),)))

    @pytest.mark.parametrize("scope", [Scope.SESSION, Scope.ALWAYS])
    def test_the_floor_takes_no_standing_approval(self, scope):
        floor = Assessment(level=Level.HIGH, floor=("deletes",))
        with pytest.raises(InvalidAsk, match="always asks"):
            checked_choice(an_approval(risk=floor), a_choice(scope=scope))

    def test_session_needs_a_session(self):
        with pytest.raises(InvalidAsk, match="session"):
            checked_choice(an_approval(session_id=""), a_choice(scope=Scope.SESSION))
        fits = a_choice(scope=Scope.SESSION)
        assert checked_choice(an_approval(), fits) is fits


class LifeCycle(RuleBasedStateMachine):
    """Any order of events: the first end stays, to the last field."""

    approvals = Bundle("approvals")

    def __init__(self) -> None:
        super().__init__()
        self.ends: dict[str, Approval] = {}
        self.current: dict[str, Approval] = {}

    @rule(target=approvals, n=st.integers(0, 999), is_question=st.booleans())
    def ask(self, n, is_question):
        id = f"appr_{n:032x}"
        if id in self.current:
            return multiple()
        questions = (a_question("A", "B"),) if is_question else ()
        self.current[id] = an_approval(id=id, questions=questions)
        return id

    @rule(id=approvals, event=st.sampled_from(Event), minutes=st.integers(0, 120))
    def happen(self, id, event, minutes):
        before = self.current[id]
        try:
            after = moved(before, event, NOW + timedelta(minutes=minutes))
        except IllegalTransition:
            assert id in self.ends
            assert self.current[id] == self.ends[id]
        else:
            assert id not in self.ends
            self.current[id] = self.ends[id] = after

    @rule(id=approvals, exit_code=st.integers(0, 255))
    def report(self, id, exit_code):
        before = self.current[id]
        outcome = Outcome(exit_code=exit_code, reported_at=LATER)
        try:
            after = reported(before, outcome)
        except IllegalTransition:
            assert (
                before.state is not State.APPROVED
                or before.outcome is not None
                or before.kind is Kind.QUESTION
            )
        else:
            assert after.state is before.state is State.APPROVED
            assert after.decision == before.decision
            self.current[id] = self.ends[id] = after

    @invariant()
    def what_is_approved_was_decided_by_somebody(self):
        for approval in self.current.values():
            if approval.state is State.APPROVED:
                assert approval.decision is not None
                assert approval.decision.approved
                assert approval.decision.by
            else:
                assert approval.decision is None or not approval.decision.approved

    @invariant()
    def what_was_asked_never_changes(self):
        for approval in self.current.values():
            assert approval.digest == digest_of(approval.action)
            assert approval.action == an_action()
            assert approval.revision == (not approval.is_pending) + bool(approval.outcome)


LifeCycle.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestLifeCycle = LifeCycle.TestCase


def test_a_choice_has_the_old_code_that_says_the_same():
    answers = (Answer(letters=("B",)),)
    assert Choice(approve=True).code == "1"
    assert Choice(approve=True, scope=Scope.SESSION).code == "2"
    assert Choice(approve=False, note="no").code == "3"
    assert Choice(approve=True, note="careful").code == "4"
    assert Choice(approve=True, answers=answers).code == "4"
    assert Choice(approve=True, override="ls", note="x").code == "5"
    assert Choice(approve=True, scope=Scope.ALWAYS).code == "6"


@pytest.mark.parametrize(
    "fields",
    [
        {"approve": False, "override": "ls"},
        {"approve": False, "answers": (Answer(letters=("A",)),)},
        {"approve": False, "scope": Scope.ALWAYS},
        {"approve": True, "override": "ls", "scope": Scope.SESSION},
    ],
)
def test_a_choice_that_contradicts_itself_is_refused(fields):
    with pytest.raises(InvalidAsk):
        Choice(**fields)
