"""What of people's preferences decides in which language and zone they are spoken to."""

from dataclasses import dataclass
from datetime import tzinfo

from bot.core.preference import Preferences
from bot.locales import language_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """The operator's language and zone, for people of whom nothing else is known."""

    language: str
    timezone: tzinfo

    def language_for(self, preferences: Preferences | None, *heard: str | None) -> str:
        """Return a language: the chosen one, else the first of these tags that there is.

        Then comes what a channel said of the person before, and the usual one last.
        """
        known = preferences or Preferences()
        tags = (known.language, *heard, known.heard_language)
        found = (language_of(tag) for tag in tags if tag is not None)
        return next((language for language in found if language is not None), self.language)

    def timezone_for(self, preferences: Preferences | None) -> tzinfo:
        """Return the person's own zone, or the usual one."""
        return (preferences or Preferences()).zone or self.timezone
