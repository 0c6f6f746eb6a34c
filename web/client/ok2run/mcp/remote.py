"""A gate somewhere else, over its HTTP; every call runs beside the loop."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TypeVar

from ok2run.errors import GateUnreachable, Refused
from ok2run.mcp.beside import beside, start
from ok2run.mcp.gateway import GateFault, Json
from ok2run.wire import Wire

T = TypeVar("T")


class RemoteGateway:
    """One gate with one key, as the tools need it."""

    is_stopping = False

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def ask(self, body: Mapping[str, object]) -> Json:
        """Ask; what was asked is taken back where the caller is cancelled meanwhile."""
        return await self._call(
            lambda: self._wire.create(body),
            abandoned=lambda approval: self._withdraw(str(approval["approval_id"])),
        )

    async def read(self, id: str) -> Json:
        """Read one approval."""
        return await self._call(lambda: self._wire.get(id))

    async def wait(self, id: str, seconds: float) -> Json:
        """Read it at its end, or as it stands after so many seconds."""
        return await self._call(lambda: self._wire.get(id, wait=seconds))

    async def listing(
        self, *, status: str | None, session_id: str | None, limit: int | None
    ) -> Json:
        """Read this key's approvals, newest first."""
        return await self._call(
            lambda: self._wire.list_approvals(status=status, session_id=session_id, limit=limit)
        )

    async def claim(self, id: str, *, digest: str, nonce: str) -> Json:
        """Claim the receipt for exactly this digest."""
        return await self._call(lambda: self._wire.claim(id, digest, nonce))

    async def receipt_key(self) -> Json:
        """Read the public key that receipts are checked with."""
        return await self._call(lambda: self._wire.receipts_key())

    async def report(self, id: str, *, exit_code: int | None, summary: str | None) -> None:
        """Tell what became of an approved action."""
        await self._call(lambda: self._wire.report(id, exit_code=exit_code, summary=summary))

    async def withdraw(self, id: str) -> Json:
        """Take an ask back that nobody answered; return it as it is then, perhaps decided."""
        return await self._call(lambda: self._taken_back(id))

    def withdraw_later(self, id: str) -> None:
        """Take an ask back without waiting; the process ends only after that was tried."""
        start(lambda: self._withdraw(id), ends_with_process=False)

    def report_later(self, id: str, *, exit_code: int | None, summary: str | None) -> None:
        """Tell what became of an action without waiting, as `withdraw_later`."""

        def report() -> None:
            with suppress(GateUnreachable, Refused):
                self._wire.report(id, exit_code=exit_code, summary=summary)

        start(report, ends_with_process=False)

    def _taken_back(self, id: str) -> Json:
        try:
            return self._wire.withdraw(id)
        except Refused as refusal:
            if refusal.temporary:
                raise
            return self._wire.get(id)  # it was decided at the same moment

    def _withdraw(self, id: str) -> None:
        with suppress(GateUnreachable, Refused):
            self._wire.withdraw(id)

    async def _call(
        self, work: Callable[[], T], *, abandoned: Callable[[T], None] | None = None
    ) -> T:
        try:
            return await beside(work, abandoned=abandoned)
        except (GateUnreachable, Refused) as error:
            raise GateFault(str(error), temporary=error.temporary) from error
