"""Compares what was seen from outside with what the gate has kept: no clock, no database, no loop.

Each rule yields a sentence for each thing that must not be; a sound run yields none.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.core.action import digest_of
from bot.core.approval import Approval, Kind, State
from bot.core.audit import Entry, milliseconds, verify
from bot.core.decision import Scope, Via
from bot.core.grant import reaches
from bot.core.receipt import approved_digest
from tests.faults.evidence import Evidence
from tests.faults.history import History, Kept, Message

GRACE = timedelta(seconds=5)

_ENDS = {f"approval.{state}" for state in State if state.is_final}
_STAMPS = {
    "✅ Approved": State.APPROVED,
    "✏️ Approved": State.APPROVED,
    "💬 Answered": State.APPROVED,
    "❌ Denied": State.DENIED,
    "⌛ Expired": State.EXPIRED,
    "🚪 Withdrawn": State.WITHDRAWN,
}
# What it tells those who come later.
_LOST = {
    "Already approved by": State.APPROVED,
    "Already answered by": State.APPROVED,
    "Already denied by": State.DENIED,
    "Expired at": State.EXPIRED,
}


Rule: TypeAlias = Callable[[Evidence], Iterator[str]]


def check(history: History, kept: Kept) -> list[str]:
    """Return what is wrong, a sentence each."""
    evidence = Evidence(history, kept)
    return [f"{rule.__name__}: {words}" for rule in RULES for words in rule(evidence)]


def duplicates(history: History, kept: Kept) -> int:
    """Return how many cards came once more than they had to."""
    copies = Evidence(history, kept).copies.values()
    return sum(len(messages) - 1 for messages in copies)


def lost_create(evidence: Evidence) -> Iterator[str]:
    """What was acknowledged is there, as it was."""
    for create in evidence.history.creates:
        approval = evidence.approvals.get(create.id)
        if approval is None:
            yield f"{create.key} was taken as {create.id}, and is gone"
        elif approval.digest != create.digest:
            yield f"{create.id} was taken with another digest"
    for approval in evidence.kept.approvals:
        if approval.digest != digest_of(approval.action):
            yield f"the digest of {approval.id} is not that of its action"


def kept_though_refused(evidence: Evidence) -> Iterator[str]:
    """Of what was refused as not kept nothing was."""
    for create in evidence.history.creates:
        approval = evidence.approvals.get(create.id)
        if approval is None or create.not_before is None:
            continue
        if milliseconds(approval.created_at) < milliseconds(create.not_before):
            yield f"{create.id} was refused until {create.not_before}, and was there before"


def asked_once(evidence: Evidence) -> Iterator[str]:
    """However often an ask was sent, there is one approval, and everybody was told that one."""
    ids = dict(evidence.kept.asks)
    for create in evidence.history.creates:
        if ids.get(create.key) != create.id:
            yield f"{create.key} was taken as {create.id}, and is now {ids.get(create.key)}"
    titles = Counter(approval.action.title for approval in evidence.kept.approvals)
    yield from (f"{title} is there {n} times" for title, n in titles.items() if n > 1)
    for key, id in evidence.kept.asks:
        if id not in evidence.approvals:
            yield f"the ask {key} leads to {id}, which is gone"


def changed_end(evidence: Evidence) -> Iterator[str]:
    """An end that anybody saw is the end now, with the same decision."""
    for read in evidence.history.reads:
        approval = evidence.approvals.get(read.id)
        if approval is None:
            yield f"{read.id} was read, and is gone"
        elif read.state.is_final and _end_of(approval) != (
            read.state,
            read.by,
            read.code,
            read.via,
            read.at,
        ):
            yield f"{read.id} was read as {read}, and is now {_end_of(approval)}"


def pending_again(evidence: Evidence) -> Iterator[str]:
    """Nobody who asks after an end was seen is told that it is pending."""
    seen: dict[str, datetime] = {}
    for read in evidence.history.reads:
        if read.state.is_final:
            seen[read.id] = min(seen.get(read.id, read.ended), read.ended)
    for read in evidence.history.reads:
        if not read.state.is_final and read.id in seen and read.began > seen[read.id]:
            yield f"{read.id} was pending at {read.began}, after its end was seen"


def decided_twice(evidence: Evidence) -> Iterator[str]:
    """Of all who ended an approval one was told so, and it was they who did."""
    for id, count in Counter(claim.id for claim in evidence.claims).items():
        if count > 1:
            yield f"{count} were told that they ended {id}"
    for claim in evidence.claims:
        approval = evidence.approvals.get(claim.id)
        if approval is None:
            yield f"{claim.who} ended {claim.id}, which is gone"
            continue
        decision = approval.decision
        who, scope = f"key:{approval.key_id}", Scope.ONCE
        if decision is not None:
            who, scope = decision.approver_id or decision.by, decision.scope
        if (approval.state, who, scope) != (claim.state, claim.who, claim.scope):
            yield f"{claim} was told so, but it is {approval.state} by {who}, {scope}"


def told_otherwise(evidence: Evidence) -> Iterator[str]:
    """Those who tapped too late were told the one result."""
    for press in evidence.history.presses:
        approval = evidence.approval_of(press.handle)
        for words, state in _LOST.items():
            if (press.shown or "").startswith(words) and approval is not None:
                name = approval.decision.by if approval.decision is not None else ""
                if approval.state is not state or name not in (press.shown or ""):
                    yield f"a tap on {approval.id} was answered {press.shown!r}"


def lost_report(evidence: Evidence) -> Iterator[str]:
    """Outcomes that were taken are there."""
    for report in evidence.history.reports:
        approval = evidence.approvals.get(report.id)
        outcome = approval.outcome if approval is not None else None
        if outcome is None or outcome.exit_code != report.exit_code:
            yield f"the outcome of {report.id} is {outcome}"


def claimed_wrongly(evidence: Evidence) -> Iterator[str]:
    """A receipt was given for what was approved alone, once, to who asked; and it is kept."""
    given: dict[str, set[str]] = {}
    for received in evidence.history.receipts:
        given.setdefault(received.id, set()).add(received.receipt)
        approval = evidence.approvals.get(received.id)
        if approval is None or approval.claimed_at is None:
            yield f"the claim of {received.id} is lost"
        elif approval.state is not State.APPROVED or approval.kind is not Kind.ACTION:
            yield f"{received.id} was claimed, and is {approval.kind} {approval.state}"
        elif received.digest != approved_digest(approval):
            yield f"{received.id} was claimed for something else than was approved"
        elif received.who != f"key:{approval.key_id}":
            yield f"{received.id} was claimed by {received.who}"
    for approval in evidence.kept.approvals:
        entries = evidence.entries_of.get(approval.id, ())
        kept = [e.record.facts for e in entries if e.record.kind == "approval.claimed"]
        if len(kept) != (approval.claimed_at is not None):
            yield f"{approval.id} was claimed {len(kept)} times, at {approval.claimed_at}"
        receipts = given.get(approval.id, set())
        if receipts and receipts != {facts["receipt"] for facts in kept}:
            yield f"{sorted(receipts)} were given of {approval.id}, and kept is {kept}"


def broken_chain(evidence: Evidence) -> Iterator[str]:
    """The audit chain verifies, and has just one beginning and one end for each approval."""
    broken = verify(evidence.kept.entries, end=evidence.kept.head)
    if broken is not None:
        yield f"at {broken.seq} {broken.fault}"
    for approval in evidence.kept.approvals:
        kinds = Counter(entry.record.kind for entry in evidence.entries_of.get(approval.id, ()))
        ends = {kind: count for kind, count in kinds.items() if kind in _ENDS}
        wanted = {} if approval.is_pending else {f"approval.{approval.state}": 1}
        if ends != wanted or kinds["approval.asked"] != 1:
            yield f"{approval.id} is {approval.state}, and the audit has {dict(kinds)}"


def lost_update(evidence: Evidence) -> Iterator[str]:
    """A tap or a reply that Telegram holds as confirmed is in the database."""
    for press in evidence.history.presses:
        if press.confirmed and press.update not in evidence.kept.updates:
            yield f"update {press.update} of {press.person} was confirmed, and is not there"
        if press.shown and press.update not in evidence.kept.updates:
            yield f"update {press.update} was answered {press.shown!r}, and is not there"


def decided_by_nobody(evidence: Evidence) -> Iterator[str]:
    """Only approvers, deciding keys and grants that reach so far have decided, and in time."""
    people = {f"person:telegram-{id}" for id in evidence.history.approvers}
    keys = {claim.who for claim in evidence.history.claims}
    for approval in evidence.kept.approvals:
        decision = approval.decision
        if approval.state in {State.APPROVED, State.DENIED} and decision is None:
            yield f"{approval.id} is {approval.state} by nobody"
        if decision is None or decision.via is Via.GRANT:
            continue
        allowed = people if decision.via is Via.TELEGRAM else keys
        if decision.approver_id not in allowed:
            yield f"{approval.id} was decided by {decision.approver_id} via {decision.via}"
        if decision.at >= approval.expires_at:
            yield f"{approval.id} was decided after its deadline"
    for approval in evidence.kept.approvals:
        if approval.state is State.EXPIRED and approval.ended_at is not None:
            if approval.ended_at < approval.expires_at:
                yield f"{approval.id} expired before its deadline"
        elif approval.is_pending and approval.expires_at + GRACE < evidence.history.over:
            yield f"{approval.id} is pending since its deadline at {approval.expires_at}"


def beyond_grant(evidence: Evidence) -> Iterator[str]:
    """What a grant has approved it covers, since it was made; its uses are counted."""
    grants = {grant.id: grant for grant in evidence.kept.grants}
    uses: Counter[str] = Counter()
    for approval in evidence.kept.approvals:
        decision = approval.decision
        if decision is None or decision.grant_id is None:
            continue
        grant = grants.get(decision.grant_id)
        if grant is None:
            yield f"{approval.id} was approved by a grant that is not there"
        elif decision.via is Via.GRANT:
            uses[grant.id] += 1
            if not reaches(grant, approval) or decision.at < grant.made_at:
                yield f"{approval.id} was approved by {grant.id}, which does not cover it"
        elif decision.scope is not grant.scope or grant.action_type != approval.action.action_type:
            yield f"{approval.id} made {grant.id}, which is another"
    for grant in grants.values():
        if grant.uses != uses[grant.id]:
            yield f"{grant.id} counts {grant.uses} uses of {uses[grant.id]}"


def wrong_card(evidence: Evidence) -> Iterator[str]:
    """Every card tells the truth.

    A message whose number was lost with the process can't be edited: it may keep its buttons, but
    not once somebody has tapped it, since the tap tells the gate of it.
    """
    tapped = {(p.chat, p.message) for p in evidence.history.presses if p.confirmed and p.handle}
    for message in evidence.history.messages:
        approval = evidence.approval_of(message.handle)
        where = f"message {message.number} in {message.chat}"
        if approval is None:
            yield f"{where} shows what was never kept: {message.text[:60]!r}"
            continue
        stamped = next((s for words, s in _STAMPS.items() if message.text.startswith(words)), None)
        place = (message.chat, message.number)
        if approval.action.title not in message.text:
            yield f"{where} shows something else than {approval.id}: {message.text[:60]!r}"
        if stamped is not None and stamped is not approval.state:
            yield f"{where} says {stamped}, and {approval.id} is {approval.state}"
        elif place in evidence.known_messages or place in tapped:
            if approval.is_pending and not message.labels:
                yield f"{where} has no buttons, and {approval.id} is pending"
            elif not approval.is_pending and (_asking(message) or stamped is None):
                yield f"{where} is not stamped, and {approval.id} is {approval.state}"
            elif stamped and approval.decision and approval.decision.by not in message.text:
                yield f"{where} does not name {approval.decision.by}"


def _asking(message: Message) -> tuple[str, ...]:
    """Return its buttons but for the one that takes a grant back."""
    return tuple(label for label in message.labels if "evoke" not in label)


def unasked(evidence: Evidence) -> Iterator[str]:
    """What waits, or was decided by a tap, stands in every chat where it was to be asked."""
    for approval in evidence.kept.approvals:
        decision = approval.decision
        chats = _asked_in(evidence.entries_of.get(approval.id, ()))
        if decision is not None and decision.via is Via.TELEGRAM:
            here = [chat for chat in chats if evidence.copies.get((approval.id, chat))]
            if not here:
                yield f"{approval.id} was decided in Telegram, and stands in no chat"
        elif approval.is_pending:
            for chat in chats:
                known = evidence.copies.get((approval.id, chat), ())
                if not any((m.chat, m.number) in evidence.known_messages for m in known):
                    yield f"{approval.id} is pending, and has no card in {chat}"


def asked_too_often(evidence: Evidence) -> Iterator[str]:
    """A card comes again only where the process began anew in between."""
    for (id, chat), messages in evidence.copies.items():
        instants = [message.posted_at for message in messages]
        begun = [at for at in evidence.history.starts if min(instants) <= at <= max(instants)]
        if len(messages) > 1 + len(begun):
            yield f"{id} came {len(messages)} times to {chat}, with {len(begun)} starts between"


def still_owed(evidence: Evidence) -> Iterator[str]:
    """Nothing is left in the outbox, and nobody has logged a fault."""
    yield from evidence.kept.owed
    yield from evidence.history.errors


RULES: tuple[Rule, ...] = (
    lost_create,
    kept_though_refused,
    asked_once,
    changed_end,
    pending_again,
    decided_twice,
    told_otherwise,
    lost_report,
    claimed_wrongly,
    broken_chain,
    lost_update,
    decided_by_nobody,
    beyond_grant,
    wrong_card,
    unasked,
    asked_too_often,
    still_owed,
)


def _end_of(approval: Approval) -> tuple[State, str | None, str | None, str | None, int | None]:
    decision = approval.decision
    if decision is None:
        return approval.state, None, None, None, None
    at = milliseconds(decision.at) // 1000
    return approval.state, decision.by, decision.code, decision.via, at


def _asked_in(entries: Iterable[Entry]) -> list[int]:
    for entry in entries:
        if entry.record.kind == "approval.asked":
            asked = entry.record.facts["asked"]
            assert isinstance(asked, list)
            return [int(str(target).removeprefix("telegram:")) for target in asked]
    return []
