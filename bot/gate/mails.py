"""What a mail takes from the gate while it is written: the token of its link, kept as a hash."""

from bot.gate.channel import Target
from bot.gate.mail_link import new_link
from bot.gate.ports import Clock, Ids, Store
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction


class Mails:
    """What the channel for mails calls."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    async def new_token(self, approval_id: str, address: Target) -> str:
        """Return the token of a new link, the only time it is seen, once its hash is durable.

        Each sending of a mail takes one of its own; earlier ones stay good. Raises Busy.
        """
        token = self._ids.token()
        now = self._clock.now()

        def work(tx: Transaction) -> Steps[Done[None]]:
            yield from new_link(tx, token=token, approval_id=approval_id, address=address, now=now)
            return Done(value=None)

        await self._store.write(work)
        return token
