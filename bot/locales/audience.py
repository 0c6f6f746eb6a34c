"""For whom a text is written, whatever shows it."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.core.errors import GateError
from bot.locales import ENGLISH, Translator


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """People's language, by its code, and the zone of times that stand as text."""

    language: str = ENGLISH
    translator: Translator
    timezone: tzinfo

    def gettext(self, message: str) -> str:
        """Return the message in their language."""
        return self.translator.gettext(message) if message else ""

    def ngettext(self, one: str, many: str, n: int) -> str:
        """Return the message for n things in their language."""
        return self.translator.ngettext(one, many, n)

    def refusal(self, error: GateError) -> str:
        """Return in their language why the gate refuses."""
        template = self.gettext(error.template)
        return template.format_map(error.values) if error.values else template

    def clock(self, instant: datetime, *, near: datetime | None = None) -> str:
        """Return the time of day, with its date where that is not the day of `near`."""
        local = instant.astimezone(self.timezone)
        same_day = near is None or near.astimezone(self.timezone).date() == local.date()
        zone = " UTC" if local.tzname() == "UTC" else ""
        return f"{local:%H:%M}{zone}" if same_day else f"{local:%Y-%m-%d %H:%M}{zone}"

    def full(self, instant: datetime) -> str:
        """Return date, time and zone."""
        return f"{instant.astimezone(self.timezone):%Y-%m-%d %H:%M:%S %Z}"
