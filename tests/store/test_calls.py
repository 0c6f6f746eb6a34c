"""Calls and turns come back by key and session; what a hook's ask says is kept with it."""

from datetime import timedelta

from bot.core.approval import Outcome, decided, reported
from bot.core.decision import Code
from bot.core.terms import Terms
from bot.core.typed import Sort, Wanted
from bot.gate.call import Call, Kept
from bot.store.once import ASK_KEPT
from tests.builders import NOW, a_decision, a_question, an_action, an_approval
from tests.store.kit import adding, unit

CALL = Call(tool="1" * 64, attempt="2" * 64)
OTHER = Call(tool="3" * 64, attempt="4" * 64)


async def add(store, approval, call=CALL):
    await store.write(unit(lambda tx: tx.calls.add(approval, call)))
    return Kept(approval_id=approval.id, call=call)


async def of_session(store, approval):
    return await store.read(lambda tx: tx.calls.of_session(approval.key_id, approval.session_id))


async def test_calls_come_back_by_key_and_session_oldest_first(store):
    later = await add(store, an_approval(created_at=NOW + timedelta(seconds=1)), OTHER)
    first = await add(store, an_approval())
    await add(store, an_approval(key_id="b" * 12))
    await add(store, an_approval(session_id="s2"))

    assert await of_session(store, an_approval()) == (first, later)


async def test_a_session_of_any_name_keeps_its_calls(store):
    approval = an_approval(session_id="ü\n" * 5_000)

    kept = await add(store, approval)

    assert await of_session(store, approval) == (kept,)


async def test_a_call_is_known_by_what_runs_in_its_place(store):
    approval = an_approval()
    await add(store, approval)

    await store.write(unit(lambda tx: tx.calls.change(approval.id, OTHER.tool)))

    (kept,) = await of_session(store, approval)
    assert kept.call == Call(tool=OTHER.tool, attempt=CALL.attempt)


async def test_what_waits_and_was_asked_for_before_comes_oldest_first(store):
    decided_one = decided(an_approval(), a_decision())
    waiting = [an_approval(created_at=NOW + timedelta(seconds=n)) for n in (2, 1, 5)]
    for approval in (decided_one, *waiting):
        await store.write(adding(approval))
        await add(store, approval)

    found = await store.read(
        lambda tx: tx.calls.waiting(before=NOW + timedelta(seconds=5), limit=9)
    )
    first = await store.read(
        lambda tx: tx.calls.waiting(before=NOW + timedelta(seconds=5), limit=1)
    )

    assert found == (waiting[1].id, waiting[0].id)
    assert first == (waiting[1].id,)


async def test_what_is_forgotten_is_gone(store):
    approval = an_approval()
    await add(store, approval)

    await store.write(unit(lambda tx: tx.calls.forget(approval.id)))

    assert await of_session(store, approval) == ()


async def test_calls_and_turns_past_their_time_are_purged(store):
    approval = an_approval()
    await add(store, approval)
    await store.write(unit(lambda tx: tx.turns.begin("a" * 12, "s1", NOW)))

    late = NOW + ASK_KEPT + timedelta(seconds=1)
    await store.write(unit(lambda tx: tx.retention.purge(late)))

    assert await of_session(store, approval) == ()
    assert await store.read(lambda tx: tx.turns.begun("a" * 12, "s1")) is None


async def test_a_turn_begins_anew_and_ends(store):
    async def begun(key_id="a" * 12):
        return await store.read(lambda tx: tx.turns.begun(key_id, "s1"))

    later = NOW + timedelta(minutes=5)
    for at in (NOW, later):
        await store.write(unit(lambda tx, at=at: tx.turns.begin("a" * 12, "s1", at)))
    assert (await begun(), await begun("b" * 12)) == (later, None)

    await store.write(unit(lambda tx: tx.turns.end("a" * 12, "s1")))

    assert await begun() is None


async def test_terms_come_back_with_their_approval(store):
    terms = Terms(stops=True, notes=True, session_rules=("any Bash ☂",))
    approval = an_approval(action=an_action(terms=terms))
    await store.write(adding(approval))

    assert await store.read(lambda tx: tx.approvals.get(approval.id)) == approval


async def test_what_a_form_wants_comes_back_with_its_question(store):
    wanted = Wanted(sort=Sort.NUMBER, least=0.5)
    approval = an_approval(questions=(a_question(wanted=wanted), a_question("A")))
    await store.write(adding(approval))

    assert await store.read(lambda tx: tx.approvals.get(approval.id)) == approval


async def test_a_stop_and_how_long_it_ran_come_back(store):
    stopped, ran = an_approval(), an_approval()
    denial = a_decision(approved=False, code=Code.DENY, stop=True)
    stopped = decided(stopped, denial)
    outcome = Outcome(reported_at=NOW, took=timedelta(milliseconds=116))
    ran = reported(decided(ran, a_decision()), outcome)
    for approval in (stopped, ran):
        await store.write(adding(approval))

    for approval in (stopped, ran):
        assert await store.read(lambda tx, id=approval.id: tx.approvals.get(id)) == approval
