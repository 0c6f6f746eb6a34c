"""For whom a mail is written: the language and zone of the person at the address."""

from bot.gate.channel import Target
from bot.gate.preference import PeoplePreferences
from bot.locales import translator
from bot.locales.audience import Audience
from bot.locales.preferred import Usual


class Readers:
    """Makes the reader at an address from what is preferred there, else what is usual."""

    def __init__(self, preferences: PeoplePreferences, usual: Usual) -> None:
        self._preferences = preferences
        self._usual = usual

    async def at(self, target: Target) -> Audience:
        """Return who reads what is sent to an address. Raises Busy."""
        preferences = await self._preferences.at(target)
        language = self._usual.language_for(preferences)
        return Audience(
            language=language,
            translator=translator(language),
            timezone=self._usual.timezone_for(preferences),
        )
