"""Which kinds of updates the bot wants; it is known without loading the bot."""

from typing import Final

ALLOWED_UPDATES: Final = ("message", "callback_query")
