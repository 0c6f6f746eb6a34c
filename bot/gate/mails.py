"""What a mail takes from the gate while it is written: the token of its link, kept as a hash."""

from collections.abc import Mapping, Sequence

from bot.gate.channel import Target
from bot.gate.mail_link import new_link
from bot.gate.mailbox_tables import SERVER
from bot.gate.ports import Clock, Ids, Store
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction


class Mails:
    """What the channel for mails calls."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, *, is_on: bool) -> None:
        self.is_on = is_on
        self._store = store
        self._clock = clock
        self._ids = ids

    async def new_tokens(self, approvals: Sequence[str], address: Target) -> Mapping[str, str]:
        """Return the tokens of new links by approvals' ids, once their hashes are durable.

        It is the only time they are seen. Each sending of a mail takes its own; earlier ones stay
        good. Raises Busy.
        """
        tokens = {id: self._ids.token() for id in approvals}
        now = self._clock.now()

        def work(tx: Transaction) -> Steps[Done[None]]:
            for id, token in tokens.items():
                yield from new_link(tx, token=token, approval_id=id, address=address, now=now)
            return Done(value=None)

        await self._store.write(work)
        return tokens

    async def trouble(self) -> str | None:
        """Return in a sentence why mails do not go out, without an address; None where they do."""
        failing = await self._store.read(lambda tx: tx.mailboxes.failing())
        for mailbox in failing:
            if mailbox.address == SERVER:
                return f"mail can't be sent: {mailbox.fault}"
        if not failing:
            return None
        count = len(failing)
        return "mails to one address are refused" if count == 1 else f"{count} addresses refuse"
