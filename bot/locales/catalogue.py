"""The catalogues: what the code says is found, compared with what is translated, and written.

Found are the calls of gettext and its kin, the texts marked by `N_`, the sentences of refusals
that people meet, and the tables of bot.core, which knows no languages and shows in English.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

from bot.core.redaction import KINDS
from bot.core.risk import REASON_TEXTS
from bot.locales import DIRECTORY, DOMAIN, ENGLISH, LANGUAGES

ROOT: Final = DIRECTORY.parent.parent
TRANSLATED: Final = tuple(code for code in LANGUAGES if code != ENGLISH)
# Refusals that a tap, a reply, a command or a page can meet; programs get them in English.
_REFUSALS: Final = (
    *("InvalidAsk", "ReasonMissing", "CardOutdated", "InvalidPreference"),
    *("NotAnApprover", "NotAskedHere", "MayOnlyLook", "NumberMissing", "LastOwner"),
)
_KEYWORDS: Final = {
    "bot/core": dict.fromkeys(_REFUSALS, None),
    "bot/gate": dict(DEFAULT_KEYWORDS) | dict.fromkeys(_REFUSALS, None),
    "bot/channels": dict(DEFAULT_KEYWORDS),
    "bot/locales": dict(DEFAULT_KEYWORDS) | dict.fromkeys(_REFUSALS, None),
    "web/pages": dict(DEFAULT_KEYWORDS) | dict.fromkeys(_REFUSALS, None),
}
_METHODS: Final = [("**.py", "python"), ("**.html", "jinja2")]
_OPTIONS: Final = {"**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
_TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "bot/core/risk.py": REASON_TEXTS,
    "bot/core/redaction.py": tuple(dict.fromkeys(kind.name for kind in KINDS)),
}
_PLACEHOLDER: Final = re.compile(r"\{\w*\}|%\(\w+\)[sd]")
# A file's date would change with every run.
_WRITTEN: Final = datetime(2026, 1, 1, tzinfo=UTC)


def extracted(language: str) -> Catalog:
    """Return every message of the code, untranslated, as a catalogue of this language."""
    found = _empty(language)
    for folder, keywords in _KEYWORDS.items():
        for file, _, message, comments, context in extract_from_dir(
            ROOT / folder,
            method_map=_METHODS,
            options_map=_OPTIONS,
            keywords=keywords,
            comment_tags=("For translators:",),
            strip_comment_tags=True,
        ):
            found.add(
                message, None, [(f"{folder}/{file}", 0)], auto_comments=comments, context=context
            )
    for file, texts in _TABLES.items():
        for text in texts:
            found.add(text, None, [(file, 0)])
    return found


def po_file(language: str) -> Path:
    """Return where people translate."""
    return DIRECTORY / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def mo_file(language: str) -> Path:
    """Return what the program reads."""
    return po_file(language).with_suffix(".mo")


def kept(language: str) -> Catalog:
    """Return the catalogue as it is kept; an empty one where there is none yet."""
    if not po_file(language).exists():
        return _empty(language)
    with po_file(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def update(language: str) -> None:
    """Bring the files of a language up to date with the code; what is translated stays.

    What the code says no more goes; nothing is guessed for what is new.
    """
    catalogue = kept(language)
    catalogue.update(extracted(language), no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    catalogue.creation_date = catalogue.revision_date = _WRITTEN
    catalogue.header_comment = f"# {LANGUAGES[language]}"
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = "ok2run"
    po_file(language).parent.mkdir(parents=True, exist_ok=True)
    with po_file(language).open("wb") as file:
        write_po(
            file,
            catalogue,
            width=98,
            include_lineno=False,
            sort_by_file=True,
            ignore_obsolete=True,
        )
    with mo_file(language).open("wb") as file:
        write_mo(file, kept(language))


def _compiled_messages(language: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return what the program reads; its header, which names Babel's version, aside."""
    if not mo_file(language).exists():
        return {}
    with mo_file(language).open("rb") as file:
        compiled = read_mo(file)
    return {_strings(message.id): _strings(message.string) for message in compiled if message.id}


def faults(language: str, catalogue: Catalog | None = None) -> list[str]:
    """Return what is wrong with a catalogue, a line each; nothing where it is complete.

    Without one it is the kept one.
    """
    return [*_faults(language, kept(language) if catalogue is None else catalogue)]


def _faults(language: str, catalogue: Catalog) -> Iterator[str]:
    wanted = extracted(language)
    for message in wanted:
        if not message.id:
            continue
        found = catalogue.get(message.id, message.context)
        if found is None or not all(_strings(found.string)):
            places = ", ".join(dict.fromkeys(file for file, _ in message.locations))
            yield f"{language}: not translated: {_named(message)} ({places})"
        elif found.fuzzy:
            yield f"{language}: fuzzy: {_named(message)}"
        elif placeholders(message.id) != placeholders(found.string):
            yield f"{language}: other placeholders: {_named(message)}"
    for message in catalogue:
        if message.id and wanted.get(message.id, message.context) is None:
            yield f"{language}: not used any more: {_named(message)}"
    if _compiled_messages(language) != {
        _strings(message.id): _strings(message.string) for message in catalogue if message.id
    }:
        yield f"{language}: the .mo is not that of the .po"


def placeholders(texts: object) -> frozenset[str]:
    """Return the places that a message fills in; of a plural, those of its last form."""
    return frozenset(_PLACEHOLDER.findall(_strings(texts)[-1]))


def _strings(texts: object) -> tuple[str, ...]:
    if isinstance(texts, (list, tuple)):
        return tuple(str(text) for text in texts) or ("",)
    return (str(texts or ""),)


def _named(message: Message) -> str:
    return " | ".join(map(repr, _strings(message.id)))


def _empty(language: str) -> Catalog:
    return Catalog(
        locale=language,
        domain=DOMAIN,
        project="ok2run",
        version="1",
        creation_date=_WRITTEN,
        revision_date=_WRITTEN,
        charset="utf-8",
        fuzzy=False,
    )
