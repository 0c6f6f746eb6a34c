"""What people do in a chat: they press buttons and write; and what they are told there."""

from collections.abc import Callable
from functools import partial

from bot.core.card import Button
from bot.core.offer import OfferVerb
from bot.core.spoken import Spoken
from bot.gate import delivered
from bot.gate.channel import Delivery, Target, Task, Update
from bot.gate.debt import AT_ONCE
from bot.gate.decide import FreshGrant
from bot.gate.events import Owed
from bot.gate.offer import answer_code, press_offer
from bot.gate.ports import Clock, Ids, Store
from bot.gate.press import FreshCard, Person, Place, Reaction, press_button
from bot.gate.reply import answer_words
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction


class Chat:
    """Presses and words, for every channel that has a chat."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, fresh_grant: Callable[[], FreshGrant]
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._fresh_grant = fresh_grant

    async def press(
        self,
        handle: str,
        button: Button,
        *,
        person: Person,
        place: Place,
        update: Update,
    ) -> Reaction:
        """Do what a press on a card means; return after it is durable. Raises Busy."""
        return await self._store.write(
            partial(
                press_button,
                handle=handle,
                button=button,
                person=person,
                place=place,
                update=update,
                now=self._clock.now(),
                fresh=self._fresh_card(),
            )
        )

    async def answer_words(
        self, text: str, *, said: str | None, person: Person, place: Place, update: Update
    ) -> Reaction:
        """Take a reply, which is the message `said`, to a card; return after it is durable.

        Raises Busy.
        """
        return await self._store.write(
            partial(
                answer_words,
                text=text,
                said=said,
                person=person,
                place=place,
                update=update,
                now=self._clock.now(),
                fresh=self._fresh_card(),
            )
        )

    async def press_offer(
        self, handle: str, verb: OfferVerb, *, person: Person, place: Place, update: Update
    ) -> Reaction:
        """Do what a press on an offer means; return after it is durable. Raises Busy."""
        return await self._store.write(
            partial(
                press_offer,
                handle=handle,
                verb=verb,
                person=person,
                place=place,
                update=update,
                now=self._clock.now(),
                fresh=self._fresh_card(),
            )
        )

    async def answer_code(
        self, spoken: Spoken, *, person: Person, place: Place, update: Update
    ) -> Reaction:
        """Follow a yes or no with a code; return after it is durable. Raises Busy."""
        return await self._store.write(
            partial(
                answer_code,
                spoken=spoken,
                person=person,
                place=place,
                update=update,
                now=self._clock.now(),
                fresh=self._fresh_card(),
            )
        )

    async def say(self, target: Target, body: str, *, update: Update) -> None:
        """Answer an update with a message, once; `body` is the channel's own."""
        now = self._clock.now()
        delivery = Delivery(
            id=self._ids.other(),
            task=Task.SAY,
            target=target,
            body=body,
            priority=AT_ONCE,
            created_at=now,
            due_at=now,
        )

        def work(tx: Transaction) -> Steps[Done[None]]:
            if not (yield from tx.updates.first_sight(update, now)):
                return Done(value=None)
            yield from tx.outbox.owe(delivery)
            return Done(value=None, events=(Owed(due_at=now),))

        await self._store.write(work)

    async def show_again(self, target: Target) -> None:
        """Send a target the pending cards it never got, as one that was blocked meanwhile."""
        now, mark, handle = self._clock.now(), self._ids.other(), self._ids.handle()
        await self._store.write(
            partial(delivered.owe_unposted, target=target, now=now, mark=mark, handle=handle)
        )

    def _fresh_card(self) -> FreshCard:
        return FreshCard(
            id=self._ids.other(),
            handle=self._ids.handle(),
            delivery_id=self._ids.other(),
            grant=self._fresh_grant(),
        )
