"""What the tools need of a gate, wherever it runs; answers are those of `/v1`."""

from collections.abc import Mapping
from typing import Protocol, TypeAlias

Json: TypeAlias = dict[str, object]


class GateFault(Exception):
    """The gate did not answer, or said no; the message is a sentence.

    `temporary` tells that the same call may go through a little later.
    """

    def __init__(self, sentence: str, *, temporary: bool = False) -> None:
        super().__init__(sentence)
        self.temporary = temporary


class Gateway(Protocol):
    """One gate with one key; every method that waits raises GateFault."""

    @property
    def is_stopping(self) -> bool:
        """Tell whether the gate is going down, and holds nothing any longer."""

    async def ask(self, body: Mapping[str, object]) -> Json:
        """Ask; what was asked is taken back where the caller is cancelled meanwhile."""

    async def read(self, id: str) -> Json:
        """Read one approval."""

    async def wait(self, id: str, seconds: float) -> Json:
        """Read it at its end, or as it stands after so many seconds or a little earlier."""

    async def listing(
        self, *, status: str | None, session_id: str | None, limit: int | None
    ) -> Json:
        """Read this key's approvals, newest first."""

    async def claim(self, id: str, *, digest: str, nonce: str) -> Json:
        """Claim the receipt for exactly this digest."""

    async def receipt_key(self) -> Json:
        """Read the public key that receipts are checked with."""

    async def report(self, id: str, *, exit_code: int | None, summary: str | None) -> None:
        """Tell what became of an approved action."""

    async def withdraw(self, id: str) -> Json:
        """Take an ask back that nobody answered; return it as it is then, perhaps decided."""

    def withdraw_later(self, id: str) -> None:
        """Take an ask back without waiting, for a caller that is cancelled; faults are let be."""

    def report_later(self, id: str, *, exit_code: int | None, summary: str | None) -> None:
        """Tell what became of an action without waiting; faults are let be."""
