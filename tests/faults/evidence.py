"""What was seen and what was kept, with the ways from the one to the other."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from bot.core.approval import Approval, State
from bot.core.audit import Entry
from bot.core.decision import Scope
from bot.gate.channel import Card, CardKind
from tests.faults.history import Claim, History, Kept, Message, Press

# What the bot tells the person whose tap has ended an approval.
_WON = {
    "Approved for the rest of this session.": (State.APPROVED, Scope.SESSION),
    "Approved from now on.": (State.APPROVED, Scope.ALWAYS),
    "Approved.": (State.APPROVED, Scope.ONCE),
    "Answered.": (State.APPROVED, Scope.ONCE),
    "Denied.": (State.DENIED, Scope.ONCE),
}


class Evidence:
    """Both sides, with the ways from one to the other."""

    def __init__(self, history: History, kept: Kept) -> None:
        self.history = history
        self.kept = kept

    @cached_property
    def approvals(self) -> Mapping[str, Approval]:
        return {approval.id: approval for approval in self.kept.approvals}

    @cached_property
    def by_handle(self) -> Mapping[str, Card]:
        return {card.handle: card for card in self.kept.cards if card.kind is CardKind.CARD}

    @cached_property
    def known_messages(self) -> frozenset[tuple[int, int]]:
        """The messages that the gate knows to be cards."""
        return frozenset(
            (int(card.target.address), int(card.message))
            for card in self.kept.cards
            if card.message is not None
        )

    @cached_property
    def copies(self) -> Mapping[tuple[str, int], list[Message]]:
        """The messages that show an approval, by its id and the chat."""
        found: dict[tuple[str, int], list[Message]] = defaultdict(list)
        for message in self.history.messages:
            card = self.by_handle.get(message.handle)
            if card is not None:
                found[card.approval_id, message.chat].append(message)
        return found

    @cached_property
    def entries_of(self) -> Mapping[str, list[Entry]]:
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.kept.entries:
            if entry.record.approval_id is not None:
                found[entry.record.approval_id].append(entry)
        return found

    def approval_of(self, handle: str | None) -> Approval | None:
        card = self.by_handle.get(handle or "")
        return None if card is None else self.approvals.get(card.approval_id)

    @cached_property
    def claims(self) -> list[Claim]:
        """Everybody who was told to have ended an approval, those who tapped among them."""
        taps = (_claim(press, self.approval_of(press.handle)) for press in self.history.presses)
        return [*self.history.claims, *(claim for claim in taps if claim is not None)]


def _claim(press: Press, approval: Approval | None) -> Claim | None:
    if approval is None or press.shown is None:
        return None
    for words, (state, scope) in _WON.items():
        if press.shown.startswith(words):
            who = f"person:telegram-{press.person}"
            return Claim(id=approval.id, state=state, who=who, scope=scope)
    return None
