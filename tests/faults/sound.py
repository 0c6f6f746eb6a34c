"""A sound run in small: an approval of each fate, and all that was seen and kept of them."""

from dataclasses import replace
from datetime import timedelta

from bot.core.approval import Approval, Outcome, State, decided, expired, reported, withdrawn
from bot.core.audit import Entry, Head, Record, append, head_after, milliseconds
from bot.core.decision import Code, Scope, Via
from tests.builders import NOW, a_card, a_decision, a_grant, an_action, an_approval
from tests.faults.history import (
    Claim,
    Create,
    History,
    Kept,
    Message,
    Press,
    Read,
    Received,
    Report,
)

ANA, STRANGER = 1001, 6666
BY_ANA = a_decision(approver_id=f"person:telegram-{ANA}")
GRANT = a_grant(id="rule_1", scope=Scope.SESSION, session_id="s1", uses=1)
KEY = f"key:{'a' * 12}"
LATER = NOW + timedelta(minutes=2)

Run = tuple[History, Kept]


def asked(title: str) -> Approval:
    return replace(an_approval(action=an_action(title=title)), id=f"appr_{title}")


APPROVED = replace(
    reported(
        decided(asked("approved"), BY_ANA), Outcome(exit_code=7, summary=None, reported_at=LATER)
    ),
    claimed_at=LATER,
)
PENDING = asked("pending")
EXPIRED = expired(asked("expired"), at=NOW + timedelta(hours=1))
WITHDRAWN = withdrawn(asked("withdrawn"), at=LATER)
SESSION = decided(
    asked("session"), replace(BY_ANA, code=Code.SESSION, scope=Scope.SESSION, grant_id=GRANT.id)
)
GRANTED = decided(
    asked("granted"),
    a_decision(
        via=Via.GRANT, approver_id=None, scope=Scope.SESSION, code=Code.SESSION, grant_id=GRANT.id
    ),
)
APPROVALS = (APPROVED, PENDING, EXPIRED, WITHDRAWN, SESSION, GRANTED)
# Asked for twice with the one nonce, as after a lost answer.
RECEIVED = Received(id=APPROVED.id, receipt="rcpt_1", digest=APPROVED.digest, who=KEY)
STAMPS = {
    "approved": "✅ Approved by Ana in Telegram, 12:01",
    "expired": "⌛ Expired at 13:00, nobody answered. Denied.",
    "withdrawn": "🚪 Withdrawn at 12:02.",
    "session": "✅ Approved by Ana in Telegram, 12:01",
}


def records_of(approval: Approval) -> list[Record]:
    def record(kind: str) -> Record:
        facts = {"asked": [f"telegram:{ANA}"]}
        return Record(kind=kind, at=NOW, actor="a", approval_id=approval.id, facts=facts)

    ends = [] if approval.is_pending else [record(f"approval.{approval.state}")]
    claims = [] if approval.claimed_at is None else [claim_of(approval)]
    return [record("approval.asked"), *ends, *claims]


def claim_of(approval: Approval, receipt: str = "rcpt_1") -> Record:
    facts = {"receipt": receipt}
    return Record(
        kind="approval.claimed", at=LATER, actor=KEY, approval_id=approval.id, facts=facts
    )


def chain(*records: Record) -> tuple[tuple[Entry, ...], Head]:
    head, entries = Head(), []
    for record in records:
        entries.append(append(head, record))
        head = head_after(entries[-1])
    return tuple(entries), head


def read_of(approval: Approval, **changes: object) -> Read:
    decision = approval.decision
    made: dict[str, object] = {"id": approval.id, "state": approval.state, "began": NOW}
    if decision is not None:
        made |= {"by": decision.by, "code": decision.code, "via": decision.via}
        made["at"] = milliseconds(decision.at) // 1000
    return Read(**{**made, "ended": LATER, **changes})


def message_of(number: int, approval: Approval) -> Message:
    stamp = STAMPS.get(approval.action.title)
    title = f"🟡 claude: {approval.action.title}"
    return Message(
        chat=ANA,
        number=number,
        handle=f"handle-{approval.id}",
        text=f"{stamp}\n{title}" if stamp else title,
        labels=() if stamp else ("✅ Approve", "❌ Deny"),
        posted_at=NOW,
    )


def a_run() -> Run:
    """A sound one, with an approval of each fate."""
    shown = [approval for approval in APPROVALS if approval is not GRANTED]
    cards = tuple(
        a_card(approval, message=str(number), handle=f"handle-{approval.id}")
        for number, approval in enumerate(shown, start=10)
    )
    entries, head = chain(*[record for one in APPROVALS for record in records_of(one)])
    tap = Press(update=1, person=ANA, chat=ANA, message=10, confirmed=True)
    tap = replace(tap, handle=cards[0].handle, shown="Approved. claude goes on.")
    forged = Press(update=2, person=STRANGER, chat=ANA, message=11, confirmed=True)
    forged = replace(forged, handle=cards[1].handle, shown="You are not an approver here.")
    late = replace(tap, update=3, shown="Already approved by Ana, 12:01.")
    history = History(
        approvers=frozenset({ANA}),
        creates=tuple(
            Create(key=one.action.title, id=one.id, digest=one.digest, not_before=NOW)
            for one in APPROVALS
        ),
        reads=(
            read_of(APPROVED, state=State.PENDING, by=None, code=None, via=None, at=None),
            *(read_of(one) for one in APPROVALS),
        ),
        claims=(Claim(id=WITHDRAWN.id, state=State.WITHDRAWN, who=KEY),),
        reports=(Report(id=APPROVED.id, exit_code=7),),
        receipts=(RECEIVED, RECEIVED),
        presses=(tap, forged, late),
        messages=tuple(message_of(number, one) for number, one in enumerate(shown, start=10)),
        starts=(NOW,),
        over=LATER,
    )
    kept = Kept(
        approvals=APPROVALS,
        asks=tuple((one.action.title, one.id) for one in APPROVALS),
        entries=entries,
        head=head,
        updates=frozenset({1, 2, 3}),
        cards=cards,
        grants=(GRANT,),
    )
    return history, kept
