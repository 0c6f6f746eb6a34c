"""/pending: what waits for an answer, in one list of a person's own."""

from bot.gate.queue import QueueKind


class PendingKind(QueueKind):
    """All that waits; in a group, what is asked there."""
