"""The words people read: English stands in the code, other languages in gettext catalogues."""

import gettext
from pathlib import Path
from typing import TypeAlias

Translator: TypeAlias = gettext.NullTranslations

_DOMAIN = "ok2run"
_DIRECTORY = Path(__file__).parent


def translator(language: str | None) -> Translator:
    """Return the translations into a language (`zh_CN`, `zh-CN`); English where there are none."""
    if not language:
        return gettext.NullTranslations()
    name = language.replace("-", "_")
    wanted = [name, name.partition("_")[0]]
    return gettext.translation(_DOMAIN, _DIRECTORY, languages=wanted, fallback=True)


def languages() -> tuple[str, ...]:
    """Return the languages that there are translations into, besides English, by name."""
    found = _DIRECTORY.glob(f"*/LC_MESSAGES/{_DOMAIN}.mo")
    return tuple(sorted(path.parent.parent.name for path in found))


def N_(message: str) -> str:  # noqa: N802  the name that catalogue tools look for
    """Mark a constant for translation, and return it as it is."""
    return message
