"""The checker itself: it accepts a sound run, and finds every fault that is put into one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.approval import Approval, State
from bot.core.decision import Code
from tests.builders import NOW, a_card, an_action
from tests.faults.checker import check
from tests.faults.history import Claim
from tests.faults.sound import (
    ANA,
    APPROVALS,
    APPROVED,
    BY_ANA,
    EXPIRED,
    GRANT,
    GRANTED,
    LATER,
    PENDING,
    RECEIVED,
    STRANGER,
    Run,
    a_run,
    asked,
    chain,
    claim_of,
    message_of,
    read_of,
    records_of,
)


def without(run: Run, id: str) -> Run:
    """The approval is gone, and nobody's audit tells of it."""
    history, kept = run
    left = [one for one in kept.approvals if one.id != id]
    entries, head = chain(*[record for one in left for record in records_of(one)])
    cards = tuple(card for card in kept.cards if card.approval_id != id)
    kept = replace(kept, approvals=tuple(left), entries=entries, head=head, cards=cards)
    return history, kept


def instead(run: Run, changed: Approval, **kept_changes: object) -> Run:
    """The approval is another now, and its audit tells the same."""
    history, kept = run
    approvals = tuple(changed if one.id == changed.id else one for one in kept.approvals)
    entries, head = chain(*[record for one in approvals for record in records_of(one)])
    changes = {"approvals": approvals, "entries": entries, "head": head, **kept_changes}
    return history, replace(kept, **changes)


def seen(run: Run, **changes: object) -> Run:
    return replace(run[0], **changes), run[1]


def stored(run: Run, **changes: object) -> Run:
    return run[0], replace(run[1], **changes)


def reshown(run: Run, number: int, **changes: object) -> Run:
    messages = tuple(
        replace(one, **changes) if one.number == number else one for one in run[0].messages
    )
    return seen(run, messages=messages)


def broken_link(run: Run) -> Run:
    entries = run[1].entries
    forged = replace(entries[1], record=replace(entries[1].record, actor="b"))
    return stored(run, entries=(entries[0], forged, *entries[2:]))


def ended_twice_in_the_audit(run: Run) -> Run:
    again = records_of(APPROVED)[1]
    entries, head = chain(*[entry.record for entry in run[1].entries], again)
    return stored(run, entries=entries, head=head)


def told_twice(run: Run) -> Run:
    other = Claim(id=APPROVED.id, state=State.APPROVED, who=f"person:telegram-{ANA}")
    return seen(run, claims=(*run[0].claims, other))


def asked_again(run: Run) -> Run:
    twin = replace(PENDING, id="appr_twin")
    entries, head = chain(*[entry.record for entry in run[1].entries], *records_of(twin))
    card = a_card(twin, message="20", handle="handle-twin")
    run = stored(
        run,
        approvals=(*APPROVALS, twin),
        entries=entries,
        head=head,
        cards=(*run[1].cards, card),
    )
    message = replace(message_of(20, twin), handle="handle-twin")
    return seen(run, messages=(*run[0].messages, message))


def tapped_orphan(run: Run) -> Run:
    """A second message of an ended approval was tapped, and kept its buttons."""
    orphan = replace(
        run[0].messages[0], number=99, text="🟡 claude: approved", labels=("✅ Approve",)
    )
    tap = replace(run[0].presses[2], message=99)
    return seen(
        run, messages=(*run[0].messages, orphan), presses=(*run[0].presses[:2], tap), starts=(NOW,)
    )


def claimed_twice_in_the_audit(run: Run) -> Run:
    records = [entry.record for entry in run[1].entries]
    entries, head = chain(*records, claim_of(APPROVED, "rcpt_2"))
    return stored(run, entries=entries, head=head)


def received(run: Run, **changes: str) -> Run:
    return seen(run, receipts=(*run[0].receipts, replace(RECEIVED, **changes)))


FAULTS: dict[str, tuple[str, Callable[[Run], Run]]] = {
    "a create is lost": ("lost_create", lambda run: without(run, PENDING.id)),
    "another action is kept": (
        "lost_create",
        lambda run: instead(run, replace(PENDING, action=an_action(title="pending", cwd="/"))),
    ),
    "an ask that was refused is kept": (
        "kept_though_refused",
        lambda run: seen(
            run,
            creates=tuple(
                replace(each, not_before=NOW + timedelta(milliseconds=1))
                for each in run[0].creates
            ),
        ),
    ),
    "a retry made a second approval": ("asked_once", asked_again),
    "an ask leads to another approval": (
        "asked_once",
        lambda run: stored(run, asks=(("pending", APPROVED.id), *run[1].asks[2:])),
    ),
    "a decision is lost": ("changed_end", lambda run: instead(run, asked("approved"))),
    "a decision changed": (
        "changed_end",
        lambda run: instead(run, replace(APPROVED, decision=replace(BY_ANA, code=Code.NOTE))),
    ),
    "an end was withdrawn from sight": (
        "pending_again",
        lambda run: seen(
            run,
            reads=(
                *run[0].reads,
                read_of(asked("approved"), began=LATER + timedelta(seconds=1)),
            ),
        ),
    ),
    "two were told that they decided": ("decided_twice", told_twice),
    "the winner was told, and another stands": (
        "decided_twice",
        lambda run: instead(
            run,
            replace(APPROVED, decision=replace(BY_ANA, approver_id=f"person:telegram-{STRANGER}")),
        ),
    ),
    "a late tap was told another result": (
        "told_otherwise",
        lambda run: seen(
            run,
            presses=(
                *run[0].presses[:2],
                replace(run[0].presses[2], shown="Already denied by Ana, 12:01."),
            ),
        ),
    ),
    "an outcome is lost": (
        "lost_report",
        lambda run: instead(run, replace(APPROVED, outcome=None)),
    ),
    "a claim is lost": (
        "claimed_wrongly",
        lambda run: instead(run, replace(APPROVED, claimed_at=None)),
    ),
    "two receipts were given": ("claimed_wrongly", lambda run: received(run, receipt="rcpt_2")),
    "another receipt was given than is kept": (
        "claimed_wrongly",
        lambda run: seen(run, receipts=(replace(RECEIVED, receipt="rcpt_2"),)),
    ),
    "the audit has two claims": ("claimed_wrongly", claimed_twice_in_the_audit),
    "what nobody approved was claimed": (
        "claimed_wrongly",
        lambda run: received(
            instead(run, replace(PENDING, claimed_at=LATER)), id=PENDING.id, digest=PENDING.digest
        ),
    ),
    "something else was claimed": (
        "claimed_wrongly",
        lambda run: received(run, digest=PENDING.digest),
    ),
    "another key claimed": ("claimed_wrongly", lambda run: received(run, who="key:b")),
    "an audit entry was changed": ("broken_chain", broken_link),
    "the audit lacks its last entry": (
        "broken_chain",
        lambda run: stored(run, entries=run[1].entries[:-1]),
    ),
    "the audit has two ends": ("broken_chain", ended_twice_in_the_audit),
    "a confirmed tap is not kept": (
        "lost_update",
        lambda run: stored(run, updates=frozenset({2, 3})),
    ),
    "a stranger decided": (
        "decided_by_nobody",
        lambda run: instead(
            run,
            replace(APPROVED, decision=replace(BY_ANA, approver_id=f"person:telegram-{STRANGER}")),
        ),
    ),
    "approved without a decision": (
        "decided_by_nobody",
        lambda run: instead(run, replace(APPROVED, decision=None)),
    ),
    "decided after the deadline": (
        "decided_by_nobody",
        lambda run: instead(run, replace(APPROVED, expires_at=NOW + timedelta(seconds=1))),
    ),
    "expired too early": (
        "decided_by_nobody",
        lambda run: instead(run, replace(EXPIRED, ended_at=LATER)),
    ),
    "pending past its deadline": (
        "decided_by_nobody",
        lambda run: seen(run, over=NOW + timedelta(hours=2)),
    ),
    "a grant reached another directory": (
        "beyond_grant",
        lambda run: stored(run, grants=(replace(GRANT, cwd="/elsewhere"),)),
    ),
    "a grant reached another session": (
        "beyond_grant",
        lambda run: instead(run, replace(GRANTED, session_id="s2")),
    ),
    "a use of a grant is not counted": (
        "beyond_grant",
        lambda run: stored(run, grants=(replace(GRANT, uses=0),)),
    ),
    "approved by a grant that is not there": (
        "beyond_grant",
        lambda run: stored(run, grants=()),
    ),
    "a card says approved, and it is not": (
        "wrong_card",
        lambda run: reshown(run, 11, text="✅ Approved by Ana\npending", labels=()),
    ),
    "a card keeps its buttons": (
        "wrong_card",
        lambda run: reshown(run, 12, labels=("✅ Approve",)),
    ),
    "a card is not stamped": (
        "wrong_card",
        lambda run: reshown(run, 12, text="🟡 claude: expired", labels=()),
    ),
    "a pending card lost its buttons": ("wrong_card", lambda run: reshown(run, 11, labels=())),
    "a card names another person": (
        "wrong_card",
        lambda run: reshown(run, 10, text="✅ Approved by Ben\napproved"),
    ),
    "a card shows another action": (
        "wrong_card",
        lambda run: reshown(run, 11, text="🟡 claude: rm -rf /"),
    ),
    "a card was sent before its commit": (
        "wrong_card",
        lambda run: reshown(run, 11, handle="handle-of-nothing"),
    ),
    "a card that was tapped stayed wrong": ("wrong_card", tapped_orphan),
    "a pending approval has no card": (
        "unasked",
        lambda run: seen(run, messages=tuple(m for m in run[0].messages if m.number != 11)),
    ),
    "decided in Telegram, and never shown there": (
        "unasked",
        lambda run: seen(run, messages=run[0].messages[1:]),
    ),
    "a card came twice without a restart": (
        "asked_too_often",
        lambda run: seen(
            run,
            messages=(
                *run[0].messages,
                replace(run[0].messages[1], number=98, posted_at=LATER),
            ),
            starts=(),
        ),
    ),
    "a delivery is still owed": ("still_owed", lambda run: stored(run, owed=("an edit",))),
    "the daemon logged an error": ("still_owed", lambda run: seen(run, errors=("a traceback",))),
}


def test_a_sound_run_is_accepted() -> None:
    assert check(*a_run()) == []


def test_a_card_that_came_again_after_a_crash_is_accepted() -> None:
    history, kept = a_run()
    again = replace(
        history.messages[0], number=98, text="🟡 claude: approved", labels=("✅ Approve",)
    )
    history = replace(history, messages=(*history.messages, again))

    assert check(history, kept) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_run_is_rejected_when(fault: str) -> None:
    rule, put_in = FAULTS[fault]

    wrong = check(*put_in(a_run()))

    assert rule in {words.partition(":")[0] for words in wrong}, wrong
