"""Time zones as people name them: by a zone's name, by a city in their language, by an offset."""

import difflib
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from babel.core import Locale, get_global
from babel.dates import get_timezone_location

from bot.core.preference import zone_of
from bot.locales import LANGUAGES

_OFFSET: Final = re.compile(r"(?:utc|gmt)?\s*([+-−])\s*(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)
_MOST_NAMED: Final = 5
_OTHER_FOLDERS: Final = ("posix/", "right/", "SystemV/", "Etc/")
# Large cities that give no zone its name.
_CITIES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("beijing", "shenzhen", "guangzhou", "chengdu", "hangzhou"), "Asia/Shanghai"),
    **dict.fromkeys(("北京", "深圳", "广州", "成都", "杭州", "南京", "武汉"), "Asia/Shanghai"),
    **dict.fromkeys(("mumbai", "delhi", "new_delhi", "bangalore", "bengaluru"), "Asia/Kolkata"),
    **dict.fromkeys(("munich", "hamburg", "frankfurt", "cologne", "leipzig"), "Europe/Berlin"),
    **dict.fromkeys(("san_francisco", "seattle", "san_diego"), "America/Los_Angeles"),
    **dict.fromkeys(("旧金山", "西雅图"), "America/Los_Angeles"),
    **dict.fromkeys(("washington", "boston", "miami", "atlanta"), "America/New_York"),
    **dict.fromkeys(("austin", "dallas", "houston"), "America/Chicago"),
    **dict.fromkeys(("barcelona", "valencia"), "Europe/Madrid"),
    **dict.fromkeys(("milan", "naples", "turin"), "Europe/Rome"),
    **dict.fromkeys(("osaka", "kyoto"), "Asia/Tokyo"),
    **dict.fromkeys(("geneva", "basel", "bern"), "Europe/Zurich"),
    **dict.fromkeys(("edinburgh", "manchester"), "Europe/London"),
    **dict.fromkeys(("canberra",), "Australia/Sydney"),
    **dict.fromkeys(("rio_de_janeiro", "brasilia"), "America/Sao_Paulo"),
    **dict.fromkeys(("saint_petersburg", "st_petersburg"), "Europe/Moscow"),
    **dict.fromkeys(("ankara",), "Europe/Istanbul"),
    **dict.fromkeys(("abu_dhabi",), "Asia/Dubai"),
    **dict.fromkeys(("hanoi",), "Asia/Bangkok"),
}


def zones_called(text: str) -> tuple[str, ...]:
    """Return the zones that a person may mean, by names that `zone_of` knows.

    One is what they mean; several are to be chosen from; none is known. It reads the machine's
    list of zones the first time, which takes a moment.
    """
    wanted = _plain(text)
    by_name = _names()
    if wanted in by_name:
        return (by_name[wanted],)
    offset = _OFFSET.fullmatch(text.strip())
    if offset is not None:
        return _of_offset(*offset.groups())
    if wanted in _CITIES:
        return (_CITIES[wanted],)
    return _cities().get(wanted, ())


def zones_like(text: str) -> tuple[str, ...]:
    """Return a few zones with names or cities like this one, where a person misspelt it."""
    known = _cities()
    close = difflib.get_close_matches(_plain(text), known, n=3, cutoff=0.75)
    return tuple(dict.fromkeys(zone for city in close for zone in known[city]))[:_MOST_NAMED]


@lru_cache(maxsize=1)
def available_zones() -> frozenset[str]:
    """Return the names of the zones that this machine knows."""
    return frozenset(
        name for name in available_timezones() if not name.startswith(_OTHER_FOLDERS[:3])
    )


def _of_offset(sign: str, hours: str, minutes: str | None) -> tuple[str, ...]:
    name = f"UTC{'+' if sign == '+' else '-'}{int(hours):02}:{minutes or '00'}"
    return (name,) if zone_of(name) is not None else ()


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    return {_plain(name): name for name in available_zones()}


@lru_cache(maxsize=1)
def _cities() -> Mapping[str, tuple[str, ...]]:
    """Return the zones of each city that names one, in every language there is."""
    found: dict[str, dict[str, None]] = {}
    aliases = get_global("zone_aliases")
    locales = [Locale.parse(code) for code in LANGUAGES]
    for name in sorted(available_zones(), key=lambda name: (name in aliases, name)):
        if "/" not in name or name.startswith(_OTHER_FOLDERS):
            continue
        cities = {name.rpartition("/")[2]}
        cities |= {get_timezone_location(name, locale, return_city=True) for locale in locales}
        for city in cities:
            found.setdefault(_plain(city), {})[name] = None
    return {city: _apart(tuple(names)) for city, names in found.items()}


def _apart(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return one name of each zone among these: many have an older name beside their own."""
    apart: dict[tuple[object, ...], str] = {}
    for name in names:
        zone = ZoneInfo(name)
        clock = (datetime(2026, month, 1, tzinfo=zone).utcoffset() for month in (1, 4, 7, 10))
        apart.setdefault(tuple(clock), name)
    return tuple(apart.values())[:_MOST_NAMED]


def _plain(name: str) -> str:
    """Return a name as it is compared: without case, accents and ways to write a blank."""
    letters = unicodedata.normalize("NFKD", name.strip().casefold())
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[\s_-]+", "_", kept)
