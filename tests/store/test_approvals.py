"""Approvals come back as they went in; one end wins; listings go page by page."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from bot.core.approval import Outcome, State, decided, expired, leading, reported, withdrawn
from bot.core.decision import Code, Scope
from bot.core.end import End
from bot.core.errors import InvalidAsk
from bot.core.extent import Breadth, Extent
from bot.core.question import Answer, Option
from bot.core.risk import Assessment, Level, Reason
from bot.gate.approval_tables import Met
from bot.store.document import dump_decision, load_decision
from tests.builders import NOW, a_decision, a_grant, a_question, an_action, an_approval
from tests.store.kit import unit

UGLY = (
    "é 漢字 👩\u200d👩\u200d👧 \u202e reversed \x1b[31m \ufeff "
    "'; DROP TABLE approvals;-- \\ \" {x} :y $1"
)


async def added(store, *approvals):
    for approval in approvals:
        await store.write(unit(lambda tx, each=approval: tx.approvals.add(each)))


async def get(store, id):
    return await store.read(lambda tx: tx.approvals.get(id))


async def finish(store, ended):
    return await store.write(unit(lambda tx: tx.approvals.finish(ended)))


async def listing(store, **wanted):
    everything = {"key_id": None, "state": None, "session_id": None, "limit": 50, "cursor": None}
    return await store.read(lambda tx: tx.approvals.listing(**{**everything, **wanted}))


@pytest.mark.parametrize(
    "approval",
    [
        an_approval(),
        an_approval(
            agent=UGLY,
            session_id=UGLY,
            action=an_action(
                action_type=UGLY,
                title=UGLY,
                preview=UGLY,
                params={UGLY: [1, 1.5, None, True, {"deep": [UGLY]}], "big": 2**53 - 1},
                cwd=UGLY,
                context={"host": UGLY},
                reason=UGLY,
                language="sh",
            ),
            risk=Assessment(
                level=Level.CRITICAL,
                reasons=(
                    Reason(floor_class="deletes", text=UGLY),
                    Reason(floor_class=None, text=""),
                ),
                floor=("deletes", "network-code"),
            ),
        ),
        an_approval(action=an_action(cwd=None)),
        an_approval(action=an_action(cwd="")),
        an_approval(session_id="", created_at=NOW + timedelta(milliseconds=1)),
        an_approval(
            questions=(
                a_question("A", "B", multiple=True, header=UGLY),
                a_question(text=UGLY),
                a_question(options=(Option(label=UGLY, description=UGLY),), allow_custom=False),
            )
        ),
    ],
)
async def test_an_approval_comes_back_as_it_went_in(store, approval):
    await added(store, approval)

    assert await get(store, approval.id) == approval


@pytest.mark.parametrize(
    "ended",
    [
        decided(
            an_approval(),
            a_decision(
                code=Code.ALWAYS, scope=Scope.ALWAYS, grant_id="rule_1", note=UGLY, rule=UGLY
            ),
        ),
        decided(an_approval(), a_decision(code=Code.REPLACED, override=UGLY)),
        decided(an_approval(), a_decision(approved=False, code=Code.DENY, note=UGLY)),
        decided(
            an_approval(questions=(a_question("A"), a_question())),
            a_decision(answers=(Answer(letters=("A",)), Answer(custom=UGLY))),
        ),
        expired(an_approval(), at=NOW + timedelta(hours=1)),
        withdrawn(an_approval(), at=NOW, reason=UGLY),
    ],
)
async def test_an_end_comes_back_whole(store, ended):
    pending = replace(
        ended, state=State.PENDING, ended_at=None, end_reason=None, decision=None, revision=0
    )
    await added(store, pending)

    assert await finish(store, ended)

    assert await get(store, ended.id) == ended


async def test_what_is_not_there_is_none(store):
    assert await get(store, "appr_none") is None


async def test_an_approval_may_be_added_with_its_end(store):
    approved = decided(an_approval(), a_decision())
    await added(store, approved)

    assert await get(store, approved.id) == approved


async def test_of_many_ends_at_once_exactly_one_is_kept(store):
    approval = an_approval()
    await added(store, approval)
    ends = [
        *(decided(approval, a_decision(by=f"person {n}")) for n in range(20)),
        *(
            decided(approval, a_decision(approved=False, code=Code.DENY, by=f"person {n}"))
            for n in range(20)
        ),
        expired(approval, at=NOW),
        withdrawn(approval, at=NOW),
    ]

    won = await asyncio.gather(*(finish(store, ended) for ended in ends))

    assert won.count(True) == 1
    assert await get(store, approval.id) == ends[won.index(True)]


async def test_a_final_end_never_changes(store):
    approval = an_approval()
    await added(store, approval)
    approved = decided(approval, a_decision())
    await finish(store, approved)

    assert not await finish(store, expired(approval, at=NOW + timedelta(hours=2)))

    assert await get(store, approval.id) == approved


async def test_an_outcome_is_kept_once(store):
    approval = an_approval()
    approved = decided(approval, a_decision())
    await added(store, approved)
    first = Outcome(exit_code=-1, summary=UGLY, reported_at=NOW + timedelta(minutes=2))
    second = Outcome(exit_code=0, reported_at=NOW + timedelta(minutes=3))

    kept = [
        await store.write(
            unit(lambda tx, each=outcome: tx.approvals.report(approval.id, each, revision=2))
        )
        for outcome in (first, second)
    ]

    assert kept == [True, False]
    assert await get(store, approval.id) == reported(approved, first)


async def test_what_was_not_approved_takes_no_outcome(store):
    approval = an_approval()
    await added(store, approval)
    outcome = Outcome(exit_code=0, reported_at=NOW)

    assert not await store.write(
        unit(lambda tx: tx.approvals.report(approval.id, outcome, revision=1))
    )


async def test_a_short_code_is_taken_while_its_approval_is_pending(store):
    approval = an_approval(short_code="kqmrz")

    async def add(approval):
        return await store.write(unit(lambda tx: tx.approvals.add(approval)))

    assert await add(approval) == Met(alike=0, grants=False)
    assert await add(an_approval(short_code="kqmrz")) is None
    await finish(store, expired(approval, at=NOW))
    assert await add(an_approval(short_code="kqmrz")) is not None
    assert await add(decided(an_approval(short_code="kqmrz"), a_decision())) is not None


async def test_what_waits_is_listed_oldest_first(store):
    late, early, ended = (
        an_approval(created_at=NOW + timedelta(minutes=minutes)) for minutes in (2, 1, 0)
    )
    await added(store, late, early, ended)
    await finish(store, expired(ended, at=NOW))

    assert await store.read(lambda tx: tx.approvals.shown(limit=10)) == (early, late)
    assert await store.read(lambda tx: tx.approvals.shown(limit=1)) == (early,)


async def test_the_overdue_are_those_whose_deadline_has_come(store):
    first, second, third = (
        an_approval(expires_at=NOW + timedelta(minutes=minutes)) for minutes in (1, 2, 3)
    )
    await added(store, third, second, first)

    def overdue(now, limit=10):
        return store.read(lambda tx: tx.approvals.overdue(now, limit=limit))

    assert await overdue(first.expires_at - timedelta(milliseconds=1)) == ()
    assert await overdue(second.expires_at) == (first, second)
    assert await overdue(second.expires_at, limit=1) == (first,)
    await finish(store, expired(first, at=NOW))
    assert await overdue(second.expires_at) == (second,)


async def test_the_next_deadline_is_the_earliest_of_what_is_pending(store):
    def next_deadline():
        return store.read(lambda tx: tx.approvals.next_deadline())

    assert await next_deadline() is None
    first, second = (
        an_approval(expires_at=NOW + timedelta(minutes=minutes)) for minutes in (1, 2)
    )
    await added(store, second, first)
    assert await next_deadline() == first.expires_at
    await finish(store, expired(first, at=NOW))
    assert await next_deadline() == second.expires_at


async def test_a_listing_goes_page_by_page_newest_first_and_misses_nothing(store):
    # Five to an instant, so that pages end in the middle of one.
    approvals = [an_approval(created_at=NOW + timedelta(milliseconds=n // 5)) for n in range(23)]
    await added(store, *approvals)

    pages = [await listing(store, limit=4)]
    while pages[-1].cursor is not None:
        pages.append(await listing(store, limit=4, cursor=pages[-1].cursor))

    items = [item for page in pages for item in page.items]
    assert items == sorted(approvals, key=lambda each: (each.created_at, each.id), reverse=True)
    assert [len(page.items) for page in pages] == [4, 4, 4, 4, 4, 3]


async def test_a_page_that_is_just_full_is_the_last(store):
    await added(store, *(an_approval() for _ in range(4)))

    page = await listing(store, limit=4)

    assert len(page.items) == 4
    assert page.cursor is None


async def test_what_is_asked_meanwhile_does_not_move_the_pages(store):
    first = [an_approval(created_at=NOW + timedelta(minutes=n)) for n in range(4)]
    await added(store, *first)
    page = await listing(store, limit=2)
    await added(store, an_approval(created_at=NOW + timedelta(hours=1)))

    rest = await listing(store, limit=2, cursor=page.cursor)

    assert [*page.items, *rest.items] == first[::-1]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, "abcdef"),
        ({"key_id": "a" * 12}, "abc"),
        ({"key_id": "none"}, ""),
        ({"state": State.PENDING}, "abde"),
        ({"state": State.EXPIRED}, "cf"),
        ({"state": State.PENDING, "key_id": "b" * 12}, "de"),
        ({"session_id": "s1"}, "acdf"),
        ({"session_id": "s1", "key_id": "a" * 12}, "ac"),
        ({"session_id": "s1", "state": State.EXPIRED}, "cf"),
        ({"session_id": "s1", "state": State.EXPIRED, "key_id": "b" * 12}, "f"),
        ({"session_id": "none"}, ""),
    ],
)
async def test_a_listing_takes_filters_together(store, wanted, expected):
    rows = {}
    for n, (name, key, session_id) in enumerate(
        [
            ("a", "a", "s1"),
            ("b", "a", ""),
            ("c", "a", "s1"),
            ("d", "b", "s1"),
            ("e", "b", "s2"),
            ("f", "b", "s1"),
        ]
    ):
        approval = an_approval(
            key_id=key * 12, session_id=session_id, created_at=NOW - timedelta(minutes=n)
        )
        rows[approval.id] = name
        await added(store, approval)
        if name in "cf":
            await finish(store, expired(approval, at=NOW))

    whole = await listing(store, **wanted)
    halves = [await listing(store, limit=1, **wanted)]
    while halves[-1].cursor is not None:
        halves.append(await listing(store, limit=1, cursor=halves[-1].cursor, **wanted))

    assert "".join(rows[item.id] for item in whole.items) == expected
    assert tuple(item for half in halves for item in half.items) == whole.items


@pytest.mark.parametrize(
    "cursor", ["", "x", "!!!", "MTIz", "é", "YS5i", "LTk5OTk5OTk5OTk5OTk5OTk5OTk5LmE", "\x00"]
)
async def test_a_cursor_that_is_not_from_here_is_refused(store, cursor):
    with pytest.raises(InvalidAsk) as raised:
        await listing(store, cursor=cursor)

    assert raised.value.place == ("cursor",)


async def test_names_at_any_length_are_kept_and_found(store):
    # Random words, since what repeats is packed small enough for an index.
    session_id = "".join(str(uuid4()) for _ in range(3000))
    wanted, other = (
        an_approval(
            session_id=session_id + end,
            action=an_action(action_type=session_id + end, cwd=session_id + end),
        )
        for end in "ab"
    )

    await added(store, wanted, other)

    page = await store.read(
        lambda tx: tx.approvals.listing(
            key_id=None, state=None, session_id=wanted.session_id, limit=10, cursor=None
        )
    )
    assert [each.id for each in page.items] == [wanted.id]


@pytest.mark.parametrize("breadth", Breadth)
async def test_a_decision_keeps_what_it_granted(store, breadth):
    approval = an_approval()
    await added(store, approval)
    granted = {"extent": Extent(breadth=breadth, text=UGLY, more="GET"), "end": End.HOUR}
    ended = decided(approval, a_decision(scope=Scope.ALWAYS, until=NOW, **granted))

    await finish(store, ended)

    assert await get(store, approval.id) == ended


def test_a_decision_of_the_first_schema_can_be_read():
    decision = a_decision(scope=Scope.ALWAYS)
    kept = json.loads(dump_decision(decision))
    for name in ("extent", "end", "until"):
        del kept[name]

    assert load_decision(json.dumps(kept)) == decision


# Alike asks that share a card


async def test_a_new_one_is_told_how_many_like_it_wait(store):
    async def add(**changes):
        approval = an_approval(**changes)
        return (await store.write(unit(lambda tx: tx.approvals.add(approval)))).alike

    assert [await add() for _ in range(3)] == [0, 1, 2]
    assert await add(key_id="b" * 12) == 0
    assert await add(session_id="s2") == 0
    assert await add(action=an_action(preview="git push")) == 0
    assert await add(copy_of="somebody") == 3
    assert await add() == 3


async def test_a_new_one_is_told_of_grants_for_its_key_and_type(store):
    async def meets(**changes):
        approval = an_approval(**changes)
        return (await store.write(unit(lambda tx: tx.approvals.add(approval)))).grants

    assert not await meets()
    grant = await store.write(unit(lambda tx: tx.grants.make(a_grant())))
    assert await meets()
    assert not await meets(key_id="b" * 12)
    assert not await meets(action=an_action(action_type="Edit"))
    await store.write(unit(lambda tx: tx.grants.revoke(grant.id, NOW)))
    assert not await meets()


async def test_one_that_joins_is_a_copy_from_then_on(store):
    leader, other = an_approval(), an_approval()
    await added(store, leader, other)

    await store.write(unit(lambda tx: tx.approvals.join(other.id, leader.id)))

    assert (await get(store, other.id)).copy_of == leader.id
    assert await store.read(lambda tx: tx.approvals.shown(limit=10)) == (leader,)


async def test_how_a_card_is_shared_comes_back(store):
    leader = an_approval(copies=3)
    copy = an_approval(copy_of=leader.id, created_at=NOW + timedelta(seconds=1))
    await added(store, leader, copy)

    assert await get(store, leader.id) == leader
    assert await get(store, copy.id) == copy
    assert await store.read(lambda tx: tx.approvals.copies(leader.id)) == (copy,)
    assert await store.read(lambda tx: tx.approvals.shown(limit=10)) == (leader,)
    ended = decided(leader, a_decision(), copies=1)
    assert await finish(store, ended)
    assert await get(store, leader.id) == ended


async def test_only_what_is_pending_and_unchanged_comes_to_lead(store):
    leader = an_approval()
    await added(store, leader)
    after = leading(leader, copies=1)

    assert await store.write(unit(lambda tx: tx.approvals.lead(after)))
    assert not await store.write(unit(lambda tx: tx.approvals.lead(after)))
    assert await get(store, leader.id) == after
    await finish(store, expired(after, at=NOW))
    again = leading(after, copies=2)
    assert not await store.write(unit(lambda tx: tx.approvals.lead(again)))


async def test_copies_follow_another_leader_and_what_has_ended_stays(store):
    leader = an_approval(copies=3)
    copies = [
        an_approval(copy_of=leader.id, created_at=NOW + timedelta(seconds=n)) for n in range(3)
    ]
    await added(store, leader, *copies)
    await finish(store, expired(copies[1], at=NOW))
    after = leading(copies[0], copies=1)

    def work(tx):
        assert (yield from tx.approvals.lead(after))
        yield from tx.approvals.follow(after.id, before=leader.id)

    await store.write(unit(work))

    assert [(await get(store, one.id)).copy_of for one in copies] == [None, leader.id, after.id]


async def test_leaders_are_those_that_can_take_one_more(store):
    asked = an_approval()
    latest = an_approval(created_at=NOW + timedelta(seconds=1), copies=1)
    others = [
        an_approval(key_id="b" * 12),
        an_approval(session_id="s2"),
        an_approval(action=an_action(preview="git push")),
        an_approval(copy_of=asked.id),
        an_approval(copies=2),
    ]
    await added(store, asked, latest, *others)
    over = an_approval()
    await added(store, over)
    await finish(store, expired(over, at=NOW))

    new = an_approval()

    def found(limit):
        return store.read(lambda tx: tx.approvals.leaders(new, full=2, limit=limit))

    assert await found(10) == (latest, asked)
    assert await found(1) == (latest,)
    await added(store, new)
    assert await found(10) == (latest, asked)
