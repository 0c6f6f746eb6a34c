"""What the bot says about a person's own settings, and what they have just changed."""

from datetime import datetime
from typing import Final

from aiogram.utils.formatting import Code, Text

from bot.channels.telegram.text import Reader, fill, line_code, lines
from bot.core.preference import InvalidPreference, Preferences, Quiet, QuietMode
from bot.locales import LANGUAGES, N_, language_of
from bot.locales.wish import COMMANDS, Change, change_to

SETTINGS: Final = "settings"
NAMES: Final = frozenset({*COMMANDS, SETTINGS})
_UNDO: Final = {
    "language": "/language auto",
    "timezone": "/timezone auto",
    "quiet": "/quiet off",
}
_QUIET: Final = {
    QuietMode.SILENT: N_("🌙 Quiet hours: {start}–{end}. What is not high risk makes no sound."),
    QuietMode.HELD: N_("🌙 Quiet hours: {start}–{end}. What is not high risk comes after them."),
}
_WORDS_LIMIT: Final = 100


def change_in(name: str, words: str) -> Change | None:
    """Return what a command changes; None where it only reads. Raises InvalidPreference."""
    return change_to(name, words) if name in COMMANDS else None


def settings(preferences: Preferences, reader: Reader, now: datetime) -> Text:
    """Return everything that a person can set, as it holds now, and how to change it."""
    return lines(
        [
            Text(reader.gettext("⚙️ Your settings")),
            *(_standing(name, preferences, reader, now) for name in ("language", "timezone")),
            _standing("quiet", preferences, reader, now),
            Text(""),
            fill(
                reader.gettext("Change them with {language}, {timezone} and {quiet}."),
                language=Code("/language zh"),
                timezone=Code("/timezone Berlin"),
                quiet=Code("/quiet 22:00-07:00 held"),
            ),
        ]
    )


def told(
    name: str, preferences: Preferences, reader: Reader, now: datetime, *, is_changed: bool
) -> Text:
    """Return how one setting stands now, and how to undo or change it."""
    parts = [_standing(name, preferences, reader, now)]
    if name == "quiet" and preferences.quiet is not None and preferences.timezone is None:
        template = reader.gettext("The hours are those of {zone}; {command} sets another zone.")
        zone = line_code(str(reader.timezone), limit=_WORDS_LIMIT)
        parts.append(fill(template, zone=zone, command=Code("/timezone Berlin")))
    if is_changed and not _is_undone(name, preferences):
        parts.append(fill(reader.gettext("{command} undoes this."), command=Code(_UNDO[name])))
    elif not is_changed:
        parts.append(_how_to(name, reader))
    return lines(parts)


def refused(error: InvalidPreference, reader: Reader) -> Text:
    """Return why a setting was not taken, with the person's own words as code."""
    values = {name: line_code(text, limit=_WORDS_LIMIT) for name, text in error.values.items()}
    return fill(reader.gettext(error.template), **values)


def _standing(name: str, preferences: Preferences, reader: Reader, now: datetime) -> Text:
    if name == "language":
        return _language(preferences, reader)
    if name == "timezone":
        return _timezone(preferences, reader, now)
    return Text(_quiet(preferences.quiet, reader))


def _language(preferences: Preferences, reader: Reader) -> Text:
    if preferences.language is not None:
        template = reader.gettext("🌐 Language: {language}")
    elif preferences.heard_language and language_of(preferences.heard_language):
        template = reader.gettext("🌐 Language: {language}, as your Telegram is set")
    else:
        template = reader.gettext("🌐 Language: {language}, the usual one here")
    return Text(template.format(language=LANGUAGES[reader.language]))


def _timezone(preferences: Preferences, reader: Reader, now: datetime) -> Text:
    if preferences.timezone is not None:
        template = reader.gettext("🕒 Time zone: {zone}; it is {time} there.")
    else:
        template = reader.gettext("🕒 Time zone: {zone}, the usual one here; it is {time} there.")
    zone = line_code(preferences.timezone or str(reader.timezone), limit=_WORDS_LIMIT)
    return fill(template, zone=zone, time=f"{now.astimezone(reader.timezone):%H:%M}")


def _quiet(quiet: Quiet | None, reader: Reader) -> str:
    if quiet is None:
        return reader.gettext("🌙 Quiet hours: none")
    return reader.gettext(_QUIET[quiet.mode]).format(
        start=_clock(quiet.from_minute), end=_clock(quiet.to_minute)
    )


def _how_to(name: str, reader: Reader) -> Text:
    examples = {
        "language": ("/language en", "/language zh", "/language auto"),
        "timezone": ("/timezone Berlin", "/timezone +02:00", "/timezone auto"),
        "quiet": ("/quiet 22:00-07:00", "/quiet 22:00-07:00 held", "/quiet off"),
    }
    one, two, three = map(Code, examples[name])
    return fill(reader.gettext("Write {one}, {two} or {three}."), one=one, two=two, three=three)


def _is_undone(name: str, preferences: Preferences) -> bool:
    return getattr(preferences, name) is None


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
