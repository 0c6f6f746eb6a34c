"""What a new ask comes to by rule and grant, and the cards that it is owed, at once or later."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.approval import Approval, Kind
from bot.core.audit import Record
from bot.core.brake import Brake
from bot.core.decision import Code, Decision, Via
from bot.core.grant import Grant, covering
from bot.core.policy import Judgement, Verdict
from bot.gate.book import title_of
from bot.gate.channel import EMAIL, Card, CardKind, Target
from bot.gate.debt import post_of
from bot.gate.digest import held_back
from bot.gate.ports import Ids
from bot.gate.steps import Steps
from bot.gate.tables import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """Ids drawn beforehand, so that the transaction can be run again."""

    short_codes: tuple[str, ...]
    cards: tuple[tuple[str, str, str], ...]
    digests: tuple[tuple[str, str], ...] = ()

    @classmethod
    def draw(cls, ids: Ids, *, short_codes: tuple[str, ...], cards: int) -> "Fresh":
        """Draw what so many cards need besides the codes.

        Each takes an id, a handle, a delivery, and an id and a handle for its chat's digest.
        """
        return cls(
            short_codes=short_codes,
            cards=tuple((ids.other(), ids.handle(), ids.other()) for _ in range(cards)),
            digests=tuple((ids.other(), ids.handle()) for _ in range(cards)),
        )


def addressed(
    tx: Transaction, approval: Approval, targets: Sequence[Target]
) -> Steps[tuple[Approval, Sequence[Target]]]:
    """Return whom a rule's names mean now, and where cards go: to them, and where many meet."""
    ruling, routing = approval.ruling, approval.routing
    if ruling is None or not routing.approvers:
        return approval, targets
    people = yield from tx.people.named(routing.approvers)
    named = tuple(person.id for person, _ in people)
    theirs = [target for _, reached in people for target in reached]
    kept = []
    for target in targets:
        if target in theirs or (yield from tx.people.by_address(target)) is None:
            kept.append(target)
    channels = {name.partition(":")[0] for name in routing.channels}
    kept += [
        target
        for target in theirs
        if target not in kept and (not channels or target.channel in channels)
    ]
    return replace(approval, ruling=replace(ruling, named=named)), kept


def grant_used(tx: Transaction, approval: Approval, now: datetime) -> Steps[Grant | None]:
    """Use the first grant that covers it; one that ended meanwhile counts no use, and asks."""
    is_settled = not approval.is_pending or approval.kind is Kind.QUESTION
    if is_settled or approval.always_asks:
        return None
    candidates = yield from tx.grants.candidates(approval, now)
    for grant in covering(candidates, approval, now):
        used = yield from tx.grants.used(grant.id, now)
        if used is not None:
            return used
    return None


def owe_cards(
    tx: Transaction,
    approval: Approval,
    targets: Sequence[Target],
    fresh: Fresh,
    now: datetime,
    brake: Brake,
) -> Steps[None]:
    """Save the cards, and owe them, or have the digest of a burst show them.

    A copy's is owed only once it needs one of its own. Of those that fall due together the oldest
    asks go first, within their risk.
    """
    drawn = zip(targets, fresh.cards, fresh.digests, strict=False)
    for target, (card_id, handle, delivery_id), (digest_id, digest_handle) in drawn:
        card = Card(
            id=card_id,
            approval_id=approval.id,
            kind=CardKind.CARD,
            target=target,
            handle=handle,
        )
        yield from tx.cards.add(card)
        if approval.copy_of is not None:
            continue
        # A burst of mails is gathered when they are sent (`bot.gate.mail_list`).
        is_listed = target.channel != EMAIL and (
            yield from held_back(
                tx, approval, card, id=digest_id, handle=digest_handle, now=now, brake=brake
            )
        )
        if not is_listed:
            delivery = post_of(card, approval, now, id=delivery_id)
            yield from tx.outbox.owe(replace(delivery, created_at=approval.created_at))


def decision_by(grant: Grant, now: datetime) -> Decision:
    """Return the decision that a grant makes."""
    return Decision(
        approved=True,
        code=grant.code,
        by=grant.made_by,
        via=Via.GRANT,
        at=now,
        scope=grant.scope,
        grant_id=grant.id,
        extent=grant.extent,
        end=grant.end,
        until=grant.expires_at,
    )


def decision_of(judgement: Judgement, now: datetime) -> Decision:
    """Return the decision that a rule makes."""
    is_allowed = judgement.verdict is Verdict.ALLOW
    return Decision(
        approved=is_allowed,
        code=Code.ONCE if is_allowed else Code.DENY,
        by=title_of(judgement),
        via=Via.RULE,
        at=now,
        note=judgement.because or None,
        rule=title_of(judgement),
    )


def ruled_record(approval: Approval, judgement: Judgement) -> Record:
    """Return the entry of an end that a rule made."""
    return Record(
        kind=f"approval.{approval.state}",
        at=approval.ended_at or approval.created_at,
        actor=f"rule:{title_of(judgement)}",
        approval_id=approval.id,
        facts={
            "via": Via.RULE,
            "policy": judgement.policy,
            "number": judgement.number,
            "lifted": list(judgement.lifted),
        },
    )


def granted_record(approval: Approval, grant: Grant, now: datetime) -> Record:
    """Return the entry of an end that a grant made."""
    return Record(
        kind="approval.approved",
        at=now,
        actor=f"grant:{grant.id}",
        approval_id=approval.id,
        facts={
            "via": Via.GRANT,
            "code": grant.code,
            "scope": grant.scope,
            "use": grant.uses,
            "uses_left": grant.uses_left,
            "digest": approval.digest,
        },
    )
