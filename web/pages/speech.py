"""In which language and zone a page speaks: as its reader prefers, else as their browser asks."""

import logging
from dataclasses import replace
from typing import Final

from aiohttp import web

from bot.core.errors import GateError
from bot.core.preference import Preferences
from bot.locales import ENGLISH, LANGUAGES
from bot.locales.preferred import Usual
from web.keys import GATE
from web.pages.session import SignedIn, signed_in
from web.pages.template import Templates, environment

log = logging.getLogger(__name__)

_LONGEST: Final = 500


class Speech:
    """The templates in every language there is."""

    def __init__(self, usual: Usual) -> None:
        self._usual = usual
        self._templates = {
            language: environment(timezone=usual.timezone, language=language)
            for language in LANGUAGES
        }

    @property
    def english(self) -> Templates:
        """What programs are told, in the usual zone."""
        return self._templates[ENGLISH]

    def to(self, preferences: Preferences | None, accepted: str) -> Templates:
        """Return the templates for a reader whose browser sends this `Accept-Language`."""
        language = self._usual.language_for(preferences, *accepted_tags(accepted))
        zone = self._usual.timezone_for(preferences)
        return replace(self._templates[language], timezone=zone)


SPEECH: Final = web.AppKey("speech", Speech)


async def say_to(request: web.Request, who: SignedIn | None) -> Templates:
    """Return the templates for who is signed in, or for a stranger's browser. Raises Busy."""
    preferences = None
    if who is not None:
        preferences = await request.app[GATE].preferences.of(who.person.id)
    return _templates(request, preferences)


async def say_to_person(request: web.Request, id: str | None) -> Templates:
    """Return the templates for a person, None for nobody who is known. Raises Busy."""
    preferences = None if id is None else await request.app[GATE].preferences.of(id)
    return _templates(request, preferences)


async def say_to_whoever(request: web.Request) -> Templates:
    """Return the templates for whoever asks, though the store may not answer."""
    try:
        return await say_to(request, await signed_in(request))
    except GateError as error:
        log.debug("web: a reader's language is not known: %s", error)
        return _templates(request, None)


def accepted_tags(header: str) -> list[str]:
    """Return the language tags of an `Accept-Language` header, the most wanted first."""
    found = []
    for part in header[:_LONGEST].split(","):
        tag, _, weight = part.partition(";")
        wanted = _weight(weight)
        if tag.strip() and wanted > 0:
            found.append((tag.strip(), wanted))
    return [tag for tag, _ in sorted(found, key=lambda one: -one[1])]


def _weight(text: str) -> float:
    try:
        return float(text.strip().removeprefix("q=")) if text.strip() else 1.0
    except ValueError:
        return 0.0


def _templates(request: web.Request, preferences: Preferences | None) -> Templates:
    accepted = ",".join(request.headers.getall("Accept-Language", ()))
    return request.app[SPEECH].to(preferences, accepted)
