"""The gate in this process as the tools need it: what `/v1` would answer, without HTTP."""

import asyncio
import base64
import contextlib
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from pydantic import ValidationError

from bot.core.approval import State
from bot.core.errors import Busy, GateError
from bot.core.people import Key, Right
from bot.core.receipt import ALGORITHM
from bot.gate.report import Filter
from bot.gate.service import Gate
from bot.locales.audience import Audience
from ok2run.mcp.gateway import GateFault, Json
from web.api.approvals import ask_of
from web.api.models import AskBody, OutcomeBody
from web.api.views import approval_view, ask_view, listed_view
from web.keys import Spawn

_USUAL_LIMIT: Final = 20


class LocalGateway:
    """This gate with one key; what the key may not do is a GateFault."""

    def __init__(self, gate: Gate, key: Key, *, spawn: Spawn, say: Audience) -> None:
        self._gate = gate
        self._key = key
        self._spawn = spawn
        self._say = say

    @property
    def is_stopping(self) -> bool:
        """Tell whether the gate is going down, and holds nothing any longer."""
        return self._gate.waiters.is_stopped

    async def ask(self, body: Mapping[str, object]) -> Json:
        """Ask; what was asked is taken back where the caller is cancelled meanwhile."""
        self._need(Right.CREATE)
        gate, id = self._gate, self._gate.new_approval_id()
        with _in_words():
            ask = ask_of(AskBody.model_validate(body))
            try:
                approval = await gate.submit(self._key, ask, id=id)
            except asyncio.CancelledError:
                self.withdraw_later(id)
                raise
        return ask_view(approval, now=gate.clock.now())

    async def read(self, id: str) -> Json:
        """Read one approval."""
        self._need(Right.READ)
        with _in_words():
            return approval_view(await self._gate.get(self._key, id), self._say)

    async def wait(self, id: str, seconds: float) -> Json:
        """Read it at its end, or as it stands after so many seconds."""
        self._need(Right.READ)
        with _in_words():
            approval = await self._gate.wait(self._key, id, timedelta(seconds=seconds))
            return approval_view(approval, self._say)

    async def listing(
        self, *, status: str | None, session_id: str | None, limit: int | None
    ) -> Json:
        """Read this key's approvals, newest first."""
        self._need(Right.READ)
        wanted = Filter(
            state=State(status) if status is not None else None,
            session_id=session_id,
            limit=_USUAL_LIMIT if limit is None else limit,
        )
        with _in_words():
            page = await self._gate.listing(self._key, wanted)
        return {
            "approvals": [listed_view(item) for item in page.items],
            "next_cursor": page.cursor,
        }

    async def claim(self, id: str, *, digest: str, nonce: str) -> Json:
        """Claim the receipt for exactly this digest."""
        self._need(Right.CREATE)
        with _in_words():
            claimed = await self._gate.receipts.claim(self._key, id, digest=digest, nonce=nonce)
        kept = claimed.claim
        if kept is None:
            refusal = claimed.refusal
            raise GateFault("It was not claimed." if refusal is None else refusal.sentence)
        return {
            "receipt": json.loads(kept.receipt),
            "signature": kept.signature,
            "key_id": kept.key_id,
        }

    async def receipt_key(self) -> Json:
        """Read the public key that receipts are checked with."""
        signer = await self._gate.receipts.signer()
        public_key = base64.b64encode(signer.public_key).decode("ascii")
        return {"key_id": signer.key_id, "alg": ALGORITHM, "public_key": public_key}

    async def report(self, id: str, *, exit_code: int | None, summary: str | None) -> None:
        """Tell what became of an approved action."""
        with _in_words():
            outcome = OutcomeBody(exit_code=exit_code, summary=summary)
            await self._gate.report(
                self._key, id, exit_code=outcome.exit_code, summary=outcome.summary
            )

    async def withdraw(self, id: str) -> Json:
        """Take an ask back that nobody answered; return it as it is then, perhaps decided."""
        with _in_words():
            approval = await self._gate.withdraw(self._key, id, reason="nobody answered in time")
        return approval_view(approval, self._say)

    def withdraw_later(self, id: str) -> None:
        """Take an ask back without waiting for that."""
        self._spawn(self._withdraw(id))

    def report_later(self, id: str, *, exit_code: int | None, summary: str | None) -> None:
        """Tell what became of an action without waiting for that."""
        self._spawn(self._report(id, exit_code, summary))

    async def _withdraw(self, id: str) -> None:
        with contextlib.suppress(GateError):  # it has ended, or was never taken
            await self._gate.withdraw(self._key, id, reason="the agent went away")

    async def _report(self, id: str, exit_code: int | None, summary: str | None) -> None:
        with contextlib.suppress(GateFault):
            await self.report(id, exit_code=exit_code, summary=summary)

    def _need(self, right: Right) -> None:
        if not self._key.may(right):
            raise GateFault(f"This key has no {right} scope.")


@contextlib.contextmanager
def _in_words() -> Iterator[None]:
    """Turn the gate's refusals, and bodies that do not fit, into a sentence."""
    try:
        yield
    except ValidationError as error:
        faults: list[Any] = error.errors(include_url=False, include_input=False)
        lines = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults]
        raise GateFault("; ".join(lines)) from error
    except GateError as error:
        raise GateFault(error.sentence, temporary=isinstance(error, Busy)) from error
