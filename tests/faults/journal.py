"""What those outside see, written down as they see it; only the daemon is killed, so in memory."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.clock import SystemClock
from bot.core.approval import State
from bot.core.decision import Scope
from tests.fakes.telegram import Card, FakeTelegram, Tap
from tests.faults.history import (
    Claim,
    Create,
    History,
    Message,
    Press,
    Read,
    Received,
    Report,
)

CLOCK = SystemClock()


@dataclass(kw_only=True)
class Journal:
    """The run so far. `flying` counts requests without an answer by what they are."""

    approvers: frozenset[int]
    creates: list[Create] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    receipts: list[Received] = field(default_factory=list)
    taps: list[tuple[int, Card, Tap]] = field(default_factory=list)
    replies: list[tuple[int, Card]] = field(default_factory=list)
    starts: list[datetime] = field(default_factory=list)
    flying: Counter[str] = field(default_factory=Counter)
    acknowledged: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    broken: int = 0
    stopping: bool = False

    @contextmanager
    def flight(self, what: str) -> Iterator[None]:
        """Count a request that is under way."""
        self.flying[what] += 1
        try:
            yield
        finally:
            self.flying[what] -= 1

    def created(
        self,
        key: str,
        answer: Mapping[str, Any],
        began: datetime,
        *,
        not_before: datetime | None = None,
    ) -> None:
        """Keep what an ask was answered."""
        self.acknowledged["creates"] += 1
        id, digest = answer["approval_id"], answer["digest"]
        self.creates.append(Create(key=key, id=id, digest=digest, not_before=not_before))
        self.read(answer["approval_id"], answer, began)

    def read(self, id: str, answer: Mapping[str, Any], began: datetime) -> None:
        """Keep how an approval stood."""
        decision = answer.get("decision") or {}
        self.reads.append(
            Read(
                id=id,
                state=State(answer["status"]),
                by=decision.get("by"),
                code=decision.get("code"),
                via=decision.get("via"),
                at=decision.get("at"),
                began=began,
                ended=CLOCK.now(),
            )
        )

    def claimed(self, id: str, state: State, who: str, scope: Scope = Scope.ONCE) -> None:
        """Keep that somebody was told to have ended it."""
        self.claims.append(Claim(id=id, state=state, who=who, scope=scope))

    def reported(self, id: str, exit_code: int) -> None:
        """Keep that an outcome was taken."""
        self.acknowledged["outcomes"] += 1
        self.reports.append(Report(id=id, exit_code=exit_code))

    def received(self, id: str, receipt: str, digest: str, who: str) -> None:
        """Keep that a receipt was given."""
        self.acknowledged["receipts"] += 1
        self.receipts.append(Received(id=id, receipt=receipt, digest=digest, who=who))

    def history(self, telegram: FakeTelegram, *, errors: tuple[str, ...]) -> History:
        """Return it all, with the chats as they are now."""
        return History(
            approvers=self.approvers,
            creates=tuple(self.creates),
            reads=tuple(self.reads),
            claims=tuple(self.claims),
            reports=tuple(self.reports),
            receipts=tuple(self.receipts),
            presses=tuple(self._presses(telegram)),
            messages=tuple(cards_in(telegram, self.approvers)),
            starts=tuple(self.starts),
            errors=errors,
            over=CLOCK.now(),
        )

    def _presses(self, telegram: FakeTelegram) -> Iterator[Press]:
        for person, card, tap in self.taps:
            assert tap.update_id is not None
            yield Press(
                update=tap.update_id,
                person=person,
                chat=card.chat_id,
                message=card.message_id,
                confirmed=tap.update_id in telegram.confirmed,
                handle=handle_in(tap.data),
                shown=tap.shown,
            )
        for person, card in self.replies:
            assert card.update_id is not None
            yield Press(
                update=card.update_id,
                person=person,
                chat=card.chat_id,
                message=card.message_id,
                confirmed=card.update_id in telegram.confirmed,
            )


def cards_in(telegram: FakeTelegram, chats: frozenset[int]) -> Iterator[Message]:
    """Return the messages that came with buttons, as they are now."""
    for chat in chats:
        for card in telegram.messages(chat):
            rows = card.history[0].buttons if card.history else card.buttons
            data = [button["callback_data"] for row in rows for button in row if _sends(button)]
            if data:
                yield Message(
                    chat=chat,
                    number=card.message_id,
                    handle=handle_in(data[0]),
                    text=card.text,
                    labels=tuple(card.labels),
                    posted_at=card.at,
                )


def handle_in(data: str) -> str:
    """Return the secret in a button's data."""
    return data.split(".")[2]


def _sends(button: Mapping[str, Any]) -> bool:
    return "callback_data" in button
