"""Which asks of hooks a request is held open for: what nobody holds, nobody would act on."""

from collections import Counter


class Holds:
    """How many hooks' requests are held for an approval; others who only watch don't count."""

    def __init__(self) -> None:
        self._held: Counter[str] = Counter()

    def begin(self, approval_id: str) -> None:
        """Count one more."""
        self._held[approval_id] += 1

    def end(self, approval_id: str) -> None:
        """Count one less."""
        self._held[approval_id] -= 1
        if not self._held[approval_id]:
            del self._held[approval_id]

    def is_held(self, approval_id: str) -> bool:
        """Tell whether a hook's request is held for it."""
        return approval_id in self._held
