"""Whether Telegram still takes the bot's token; what it refuses once stays so until a restart."""

import logging
from collections.abc import Callable
from typing import Final

log = logging.getLogger(__name__)

UNAUTHORIZED: Final = "unauthorized"


class Standing:
    """The bot's standing with Telegram, which every part of it hears of."""

    def __init__(self) -> None:
        self._is_refused = False
        self._listeners: list[Callable[[], object]] = []

    @property
    def is_refused(self) -> bool:
        """Tell whether Telegram refused the token."""
        return self._is_refused

    def on_refused(self, listener: Callable[[], object]) -> None:
        """Call this once the token is refused."""
        self._listeners.append(listener)

    def refuse(self) -> None:
        """Take in that the token was refused; told once, however often it is."""
        if self._is_refused:
            return
        self._is_refused = True
        log.error(
            "telegram: the bot's token is refused (401); put the one in force into "
            "TELEGRAM_BOT_TOKEN and restart; until then Telegram is off",
            extra={"event": "unauthorized"},
        )
        for listener in self._listeners:
            listener()
