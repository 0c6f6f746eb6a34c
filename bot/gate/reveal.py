"""An approver asks to see what a card hides: remembered first, shown after."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.approval import Approval
from bot.core.audit import Record
from bot.core.errors import GateError, NotFound
from bot.core.people import Decider, refusal_to_decide
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Revealed:
    """What became of the wish: the approval as it stands, and why its values stay hidden.

    Those of one that has ended stay so without a refusal: nothing is decided about it any more.
    """

    approval: Approval | None
    refusal: GateError | None = None


def reveal(
    tx: Transaction, *, approval_id: str, decider: Decider, now: datetime
) -> Steps[Done[Revealed]]:
    """Keep who sees the hidden values of a pending approval, or tell why they may not."""
    approval = yield from tx.approvals.get(approval_id)
    if approval is None:
        return Done(value=Revealed(approval=None, refusal=NotFound("approval not found")))
    refusal = refusal_to_decide(approval, decider)
    if refusal is not None:
        record = _record("reveal.refused", approval, decider, now, why=refusal.code)
        return Done(value=Revealed(approval=approval, refusal=refusal), audit=(record,))
    if not approval.is_pending:
        return Done(value=Revealed(approval=approval))
    record = _record("approval.revealed", approval, decider, now, digest=approval.digest)
    return Done(value=Revealed(approval=approval), audit=(record,))


def _record(
    kind: str, approval: Approval, decider: Decider, now: datetime, **facts: str
) -> Record:
    return Record(
        kind=kind,
        at=now,
        actor=decider.identity,
        approval_id=approval.id,
        facts={"by": decider.name, "via": decider.via, **facts},
    )
