"""The words people read: English stands in the code, other languages in gettext catalogues."""

import gettext
from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeAlias

Translator: TypeAlias = gettext.NullTranslations

DOMAIN: Final = "ok2run"
DIRECTORY: Final = Path(__file__).parent
ENGLISH: Final = "en"
# Every language there is, by its own name; the code is that of its catalogue's folder.
LANGUAGES: Final[Mapping[str, str]] = {ENGLISH: "English", "zh_CN": "简体中文"}
_NAMES: Final[Mapping[str, str]] = {
    "english": ENGLISH,
    "chinese": "zh_CN",
    "中文": "zh_CN",
    "简体中文": "zh_CN",
    "汉语": "zh_CN",
}


def language_of(tag: str) -> str | None:
    """Return the language that serves readers of a tag (`zh`, `zh-hans`, `en-GB`), or None.

    The names that languages have for themselves are taken for tags too.
    """
    plain = tag.strip().lower()
    if plain in _NAMES:
        return _NAMES[plain]
    first = plain.replace("-", "_").partition("_")[0]
    return next((code for code in LANGUAGES if code.partition("_")[0] == first), None)


def translator(language: str | None) -> Translator:
    """Return the translations into a language by its code or tag; English where there are none."""
    code = language_of(language) if language else None
    if code is None or code == ENGLISH:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, DIRECTORY, languages=[code], fallback=True)


def languages() -> tuple[str, ...]:
    """Return the languages that there are translations into, besides English, by name."""
    found = DIRECTORY.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")
    return tuple(sorted(path.parent.parent.name for path in found))


def N_(message: str) -> str:  # noqa: N802  the name that catalogue tools look for
    """Mark a constant for translation, and return it as it is."""
    return message
