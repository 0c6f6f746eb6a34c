"""`Gate`: ask a person first, then act; every call blocks until it is answered."""

import os
from collections.abc import Mapping, Sequence
from typing import Unpack

from ok2run.action import Details
from ok2run.approve import Approving, Terms
from ok2run.asking import LIFE, Asking, wait_for
from ok2run.config import api_key, environment, gate_url
from ok2run.decision import Answer, Decision, Pending
from ok2run.receipt import Receipt
from ok2run.streams import AsyncWire
from ok2run.tool_call import Leave, tool_call
from ok2run.wire import Wire


class Gate:
    """One agent's gate. Safe to share between threads.

    It goes on through a restart of the gate; a wait that is interrupted leaves the ask pending.
    Whatever is not a plain decision raises a `GateError`: `GateUnreachable`, `Refused`, `Expired`,
    `Denied`, `Misconfigured`.
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
        """Take what is not given from the environment, else from the file of `ok2run config`.

        `session` names this run of the agent: without one nothing can be approved for a session.
        `agent` is the name on the card; `cwd` is sent with each ask, the working directory where
        it is None. `timeout` is for one answer that is not held, `patience` how long an ask or a
        claim is tried again; both in seconds. `receipt_key` pins the gate's public key, as
        APPROVAL_RECEIPT_KEY does. Raises Misconfigured.
        """
        settings = environment(os.environ)
        url, key = url or gate_url(settings), key or api_key(settings)
        self._wire = Wire(url, key, timeout=timeout, patience=patience)
        self._streams = (url, key, timeout, patience)
        self._asking = Asking(
            self._wire.exchange,
            session=settings.get("APPROVAL_SESSION_ID", "") if session is None else session,
            agent=agent,
            cwd=cwd,
            settings=settings,
            receipt_key=receipt_key,
        )

    def submit(self, action_type: str, **details: Unpack[Details]) -> Pending:
        """Ask, and return at once; `details` are those of `ok2run.action.Details`."""
        action = self._asking.action(action_type, **details)
        return self._wire.run(self._asking.submit(action, key=details.get("key")))

    def wait(self, id: str, timeout: float = LIFE) -> Decision:
        """Wait up to `timeout` seconds for the decision; raises Expired where there is none."""
        return self._wire.run(self._asking.wait(id, timeout))

    def request(
        self, action_type: str, *, wait: float = LIFE, **details: Unpack[Details]
    ) -> Decision:
        """Ask and wait; returns the decision, approved or denied.

        Raises Expired where nobody decides within `wait` seconds: the ask may be pending still.
        """
        pending = self.submit(action_type, **details)
        return self.wait(pending.id, wait_for(wait, details.get("expires")))

    def ask(
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
        return self._wire.run(steps)

    def get(self, id: str) -> Decision | Pending:
        """Return how it stands; raises Expired where it ended without an answer."""
        return self._wire.run(self._asking.get(id))

    def claim(self, id: str, *, override: str | None = None, digest: str | None = None) -> Receipt:
        """Claim the receipt for exactly what was asked here, right before it is run.

        Who runs the person's replacement passes it as `override`; for an ask of another Gate give
        the `digest` of what will run. It is checked with the gate's public key, and valid for a
        minute. Raises NotClaimed.
        """
        return self._wire.run(self._asking.claim(id, override=override, digest=digest))

    def withdraw(self, id: str) -> None:
        """Take an ask back; one that has ended otherwise is Refused."""
        self._wire.withdraw(id)

    def report(self, id: str, *, exit_code: int | None = None, summary: str | None = None) -> None:
        """Tell what became of it, once; the card shows it."""
        self._wire.report(id, exit_code=exit_code, summary=summary)

    def tool_call(
        self,
        name: str,
        arguments: Mapping[str, object],
        *,
        wait: int = LIFE,
        editable: bool = True,
        **details: Unpack[Details],
    ) -> Leave:
        """Ask whether a tool may run, for frameworks; never raises, what is unclear is refused.

        With `editable` the person may put other arguments in place of the agent's.
        """
        return self._wire.run(
            tool_call(self._asking, name, arguments, wait=wait, editable=editable, **details)
        )

    def approve(self, action_type: str, **terms: Unpack[Terms]) -> Approving:
        """Let a function run only with leave; see `ok2run.approve.Terms`.

        The arguments are the params. Instead of running it raises Denied, Expired or
        GateUnreachable. An async function stays one, and does not block its loop.
        """
        url, key, timeout, patience = self._streams
        return Approving(
            self._asking,
            action_type,
            terms,
            wire=self._wire,
            streams=lambda: AsyncWire(url, key, timeout=timeout, patience=patience),
        )
