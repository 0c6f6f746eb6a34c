"""`AsyncGate`: what `Gate` does, with await; a wait costs a connection and no thread."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from typing import Unpack

from ok2run.action import Details
from ok2run.approve import AsyncApproving, Terms, asked
from ok2run.asking import LIFE, Asking, wait_for
from ok2run.config import api_key, environment, gate_url
from ok2run.decision import Answer, Decision, Pending
from ok2run.receipt import Receipt
from ok2run.streams import AsyncWire
from ok2run.tool_call import Leave, tool_call


class AsyncGate:
    """One agent's gate, for asyncio; takes and raises what `Gate` does.

    A wait that is cancelled hangs up at once and leaves the approval pending, unless
    `withdraw_on_cancel` is given.
    """

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        session: str | None = None,
        agent: str | None = None,
        cwd: str | None = None,
        timeout: float = 15,
        patience: float = 30,
        receipt_key: str | None = None,
    ) -> None:
        """Take what `Gate` takes."""
        settings = environment(os.environ)
        self._wire = AsyncWire(
            url or gate_url(settings),
            key or api_key(settings),
            timeout=timeout,
            patience=patience,
        )
        self._asking = Asking(
            self._wire.exchange,
            session=settings.get("APPROVAL_SESSION_ID", "") if session is None else session,
            agent=agent,
            cwd=cwd,
            settings=settings,
            receipt_key=receipt_key,
        )

    async def submit(self, action_type: str, **details: Unpack[Details]) -> Pending:
        """Ask, and return at once; `details` are those of `ok2run.action.Details`."""
        action = self._asking.action(action_type, **details)
        return await self._wire.run(self._asking.submit(action, key=details.get("key")))

    async def wait(self, id: str, timeout: float = LIFE) -> Decision:  # noqa: ASYNC109
        """Wait up to `timeout` seconds for the decision; raises Expired where there is none."""
        return await self._wire.run(self._asking.wait(id, timeout))

    async def request(
        self,
        action_type: str,
        *,
        wait: float = LIFE,
        withdraw_on_cancel: bool = False,
        **details: Unpack[Details],
    ) -> Decision:
        """Ask and wait; returns the decision, approved or denied.

        Raises Expired where nobody decides within `wait` seconds: the ask may be pending still.
        """
        seconds = wait_for(wait, details.get("expires"))
        action = self._asking.action(action_type, **details)
        ask = self._asking.identity(action, key=details.get("key"))
        id = await asked(
            self._wire, ask, withdraw=self._asking.taken_back if withdraw_on_cancel else None
        )
        try:
            return await self.wait(id, seconds)
        except asyncio.CancelledError:
            if withdraw_on_cancel:
                await self._wire.run(self._asking.taken_back(id))
            raise

    async def ask(
        self,
        question: str,
        options: Sequence[str] = (),
        *,
        multiple: bool = False,
        wait: float = LIFE,
        **details: Unpack[Details],
    ) -> Answer:
        """Ask a question and wait for its answer; without options it is answered in words."""
        steps = self._asking.ask(question, options, multiple=multiple, wait=wait, **details)
        return await self._wire.run(steps)

    async def get(self, id: str) -> Decision | Pending:
        """Return how it stands; raises Expired where it ended without an answer."""
        return await self._wire.run(self._asking.get(id))

    async def claim(
        self, id: str, *, override: str | None = None, digest: str | None = None
    ) -> Receipt:
        """Claim the receipt for exactly what was asked here; as `Gate.claim` does."""
        return await self._wire.run(self._asking.claim(id, override=override, digest=digest))

    async def withdraw(self, id: str) -> None:
        """Take an ask back; one that has ended otherwise is Refused."""
        await self._wire.run(self._asking.exchange.withdraw(id))

    async def report(
        self, id: str, *, exit_code: int | None = None, summary: str | None = None
    ) -> None:
        """Tell what became of it, once; the card shows it."""
        await self._wire.run(
            self._asking.exchange.report(id, exit_code=exit_code, summary=summary)
        )

    async def tool_call(
        self,
        name: str,
        arguments: Mapping[str, object],
        *,
        wait: int = LIFE,
        editable: bool = True,
        **details: Unpack[Details],
    ) -> Leave:
        """Ask whether a tool may run, as `Gate.tool_call` does."""
        return await self._wire.run(
            tool_call(self._asking, name, arguments, wait=wait, editable=editable, **details)
        )

    def approve(self, action_type: str, **terms: Unpack[Terms]) -> AsyncApproving:
        """Let a function run only with leave, as `Gate.approve` does; what it returns is awaited.

        A plain function is called on the loop, once it may run.
        """
        return AsyncApproving(self._asking, action_type, terms, wire=self._wire)
