"""The halt that there may be, what it holds, what is not offered again, and words looked for."""

from datetime import timedelta

from bot.core.approval import decided
from bot.core.halt import Halt, HaltKind
from bot.core.risk import Assessment, Level
from tests.builders import NOW, a_decision, an_action, an_approval
from tests.store.kit import adding, unit

HOUR = timedelta(hours=1)
PAUSE = Halt(kind=HaltKind.PAUSE, by="Ana", identity="person:a", since=NOW)
SNOOZE = Halt(kind=HaltKind.SNOOZE, by="Ben", identity="person:b", since=NOW, until=NOW + HOUR)


async def test_there_is_one_halt_and_the_last_stands(store):
    await store.write(unit(lambda tx: tx.halts.put(PAUSE)))
    await store.write(unit(lambda tx: tx.halts.put(SNOOZE)))

    assert await store.read(lambda tx: tx.halts.current(NOW)) == SNOOZE
    assert await store.read(lambda tx: tx.halts.current(NOW + HOUR)) is None
    assert await store.read(lambda tx: tx.halts.kept()) == SNOOZE
    assert await store.write(unit(lambda tx: tx.halts.remove()))
    assert not await store.write(unit(lambda tx: tx.halts.remove()))


async def test_a_new_approval_meets_the_halt_only_while_it_lasts(store):
    await store.write(unit(lambda tx: tx.halts.put(SNOOZE)))

    met = await store.write(unit(lambda tx: tx.approvals.add(an_approval())))
    later = await store.write(
        unit(lambda tx: tx.approvals.add(an_approval(created_at=NOW + HOUR)))
    )

    assert met.halt
    assert not later.halt


async def test_what_is_held_comes_back_the_dangerous_first_then_the_oldest(store):
    made = []
    for minutes, level in ((0, Level.LOW), (1, Level.HIGH), (2, Level.LOW), (3, Level.HIGH)):
        approval = an_approval(
            created_at=NOW + timedelta(minutes=minutes), risk=Assessment(level=level)
        )
        await store.write(adding(approval))
        await store.write(
            unit(
                lambda tx, one=approval: tx.held.add(
                    one, urgency=Level.LOW, channel=None, address="x"
                )
            )
        )
        made.append(approval.id)

    held = await store.read(lambda tx: tx.held.next(limit=10))

    assert [one.approval.id for one in held] == [made[place] for place in (1, 3, 0, 2)]
    assert (held[0].urgency, held[0].channel, held[0].address) == (Level.LOW, None, "x")
    assert await store.read(lambda tx: tx.held.count()) == 4
    assert await store.write(unit(lambda tx: tx.held.drop(made[0])))
    assert not await store.write(unit(lambda tx: tx.held.drop(made[0])))
    assert not await store.read(lambda tx: tx.held.has(made[0]))
    assert len(await store.read(lambda tx: tx.held.next(limit=2))) == 2


async def test_a_dismissal_is_kept_once(store):
    for _ in range(2):
        await store.write(
            unit(lambda tx: tx.dismissals.add("f" * 64, name="ls", identity="person:a", at=NOW))
        )

    assert await store.read(lambda tx: tx.dismissals.all()) == frozenset({"f" * 64})


async def found(store, words, *, skip=0, limit=10):
    ended = await store.read(lambda tx: tx.approvals.ended(words=words, skip=skip, limit=limit))
    return [one.action.title for one in ended]


async def end(store, title, *, minutes=0, note=None, **action):
    approval = an_approval(action=an_action(title=title, **action))
    await store.write(adding(approval))
    at = NOW + timedelta(minutes=minutes)
    ended = decided(approval, a_decision(at=at, note=note))
    assert await store.write(unit(lambda tx: tx.approvals.finish(ended)))


async def test_what_has_ended_comes_the_latest_first_in_pages(store):
    for number in range(5):
        await end(store, f"{number}", minutes=number)
    await store.write(adding(an_approval()))

    assert await found(store, "") == ["4", "3", "2", "1", "0"]
    assert await found(store, "", skip=2, limit=2) == ["2", "1"]
    assert await found(store, "bash", skip=3) == ["1", "0"]


async def test_words_are_found_whatever_their_case_and_signs_stand_for_themselves(store):
    await end(store, "ÄRGER 100%", preview="make äpfel", note="Nein, DANKE")
    await end(store, "a_b!c", preview="other", minutes=1)

    assert await found(store, "ärger") == ["ÄRGER 100%"]
    assert await found(store, "ÄPFEL") == ["ÄRGER 100%"]
    assert await found(store, "nein, danke") == ["ÄRGER 100%"]
    assert await found(store, "0%") == ["ÄRGER 100%"]
    assert await found(store, "a_b!C") == ["a_b!c"]
    assert await found(store, "axb") == []
    assert await found(store, "CLAUDE") == ["a_b!c", "ÄRGER 100%"]


async def test_what_a_rule_ended_at_once_is_found_too(store):
    ended = decided(an_approval(action=an_action(title="ruled")), a_decision(note="reads only"))
    await store.write(adding(ended))

    assert await found(store, "reads only") == ["ruled"]
