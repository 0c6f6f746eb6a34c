"""What may go wrong between an agent and its gate; every message says what to do next."""

TYPE_CHECKING = False  # as in the package itself

if TYPE_CHECKING:
    from ok2run.decision import Decision

BUSY = frozenset({429, 500, 502, 503, 504})


class GateError(Exception):
    """Anything that keeps the gate's leave from being had; nothing may run on any of them."""


class Misconfigured(GateError):
    """A setting cannot be used; the message says which, and what to do."""


class GateUnreachable(GateError):
    """No gate answered: nothing listens there, the way is cut, or what answered is no gate."""

    def __init__(self, sentence: str, *, temporary: bool = True) -> None:
        super().__init__(sentence)
        self.temporary = temporary


class Refused(GateError):
    """The gate did not take the call; the message is its own sentence."""

    def __init__(
        self, sentence: str, *, status: int, code: str | None, retry_after: float | None
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.retry_after = retry_after

    @property
    def temporary(self) -> bool:
        """Whether the same call may go through a little later."""
        return self.status in BUSY


class Denied(GateError):
    """A person or a rule said no; `reason` is their words, empty where they gave none."""

    def __init__(
        self, sentence: str, *, reason: str = "", decision: "Decision | None" = None
    ) -> None:
        super().__init__(sentence)
        self.reason = reason
        self.decision = decision


class NotClaimed(Denied):
    """It was approved, but the gate gives no leave for exactly this; ask again."""


class Expired(GateError):
    """Nobody approved in time: `status` is expired, withdrawn, or pending where it still waits."""

    def __init__(self, sentence: str, *, id: str, status: str) -> None:
        super().__init__(sentence)
        self.id = id
        self.status = status
