"""Texts and their entities, checked as Telegram checks them; where Telegram repairs, this refuses.

Lengths are UTF-16 code units, counted after parsing. Telegram strips NUL and other control
characters without a word and cuts overlapping entities apart; here both are refused, so that a
test sees what a reader would have lost. Links, mentions and commands are not detected in
outgoing text.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram.refusal import Refusal, bad

Entity = dict[str, Any]

MAX_ENTITIES = 100  # further ones are dropped without a word

_STYLES = {"bold", "italic", "underline", "strikethrough", "spoiler"}
_QUOTES = {"blockquote", "expandable_blockquote"}
_CODES = {"pre", "code"}
_REQUIRED: dict[str, set[str]] = {
    "text_link": {"url"},
    "text_mention": {"user"},
    "custom_emoji": {"custom_emoji_id"},
    "date_time": {"unix_time"},
}
_OPTIONAL: dict[str, set[str]] = {"pre": {"language"}, "date_time": {"date_time_format"}}
_FOUND = {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"}
_KNOWN = _STYLES | _QUOTES | _CODES | _FOUND | set(_REQUIRED)
_DATE_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")
_STRIPPED = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f]")


def utf16_length(text: str) -> int:
    """Count UTF-16 code units, the unit of every length and offset of the Bot API."""
    return len(text.encode("utf-16-le")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    """Cut a piece by UTF-16 offset and length."""
    return text.encode("utf-16-le")[offset * 2 : (offset + length) * 2].decode("utf-16-le")


def format_text(
    text: str, *, parse_mode: str, entities: Any, limit: int, too_long: str
) -> tuple[str, list[Entity]]:
    """Return the text as readers see it, trimmed, with its entities; the text may be empty."""
    refuse_control_characters(text)
    if parse_mode:
        if parse_mode.lower() != "html":
            raise bad("unsupported parse_mode")
        text, found = parse_html(text)
    else:
        found = check_entities(text, entities)
    text, found = _trim(text, found)
    if utf16_length(text) > limit:
        raise bad(too_long)
    check_nesting(found)
    return text, found[:MAX_ENTITIES]


def refuse_control_characters(text: str) -> None:
    """Refuse what Telegram would strip: NUL and the other control characters."""
    if found := _STRIPPED.search(text):
        raise bad(f"text holds U+{ord(found[0]):04X}, which Telegram strips in silence")


def check_entities(text: str, entities: Any) -> list[Entity]:
    """Check kind, fields and bounds of each entity; return them in Telegram's order."""
    if entities is None:
        return []
    if not isinstance(entities, list):
        raise bad("can't parse entities: expected an Array of MessageEntity")
    units = text.encode("utf-16-le")
    checked = [_check_entity(units, entity) for entity in entities]
    return sorted(checked, key=lambda entity: (entity["offset"], -entity["length"]))


def _check_entity(units: bytes, entity: Any) -> Entity:
    if not isinstance(entity, dict):
        raise bad("can't parse MessageEntity: expected an Object")
    kind = entity.get("type")
    if kind not in _KNOWN:
        raise bad(f"can't parse MessageEntity: unsupported type {kind!r}")
    fields = {name for name, value in entity.items() if value is not None}
    fields -= {"type", "offset", "length"}
    required, optional = _REQUIRED.get(kind, set()), _OPTIONAL.get(kind, set())
    if missing := required - fields:
        raise bad(f"can't parse MessageEntity: {kind} lacks {min(missing)!r}")
    if strange := fields - required - optional:
        raise bad(f"can't parse MessageEntity: {kind} has no {min(strange)!r}")
    _check_bounds(units, entity.get("offset"), entity.get("length"))
    if kind == "date_time":
        check_date_time(entity["unix_time"], entity.get("date_time_format", ""))
    return {name: value for name, value in entity.items() if value is not None}


def _check_bounds(units: bytes, offset: Any, length: Any) -> None:
    if type(offset) is not int or offset < 0:
        raise bad("can't parse MessageEntity: receive an entity with incorrect offset")
    if type(length) is not int or length <= 0:
        raise bad("can't parse MessageEntity: receive an entity with incorrect length")
    total = len(units) // 2
    if offset >= total:
        raise bad(
            f"entity begins after the end of the text at UTF-16 offset {offset} "
            f"(the text has {total})"
        )
    if offset + length > total:
        raise bad(
            f"entity beginning at UTF-16 offset {offset} ends after the end of the text "
            f"at UTF-16 offset {offset + length}"
        )
    for edge, word in ((offset, "begins"), (offset + length, "ends")):
        if edge < total and 0xDC <= units[edge * 2 + 1] <= 0xDF:
            raise bad(f"entity {word} in a middle of a UTF-16 symbol at UTF-16 offset {edge}")


def check_date_time(unix_time: Any, date_time_format: Any) -> None:
    """Check the two fields of a date_time entity."""
    if type(unix_time) is not int or unix_time < 0:
        raise bad('can\'t parse MessageEntity: field "unix_time" must be a Unix time')
    if not isinstance(date_time_format, str) or not _DATE_TIME_FORMAT.fullmatch(date_time_format):
        raise bad("can't parse MessageEntity: invalid date-time format specified")


def check_nesting(entities: list[Entity]) -> None:
    """Refuse entities that cross or that may not hold one another."""
    for index, outer in enumerate(entities):
        end = outer["offset"] + outer["length"]
        for inner in entities[index + 1 :]:
            if inner["offset"] >= end:
                break
            kinds = (outer["type"], inner["type"])
            if inner["offset"] + inner["length"] > end:
                raise bad(f"can't parse entities: {kinds[0]} and {kinds[1]} overlap in part")
            same = (inner["offset"], inner["length"]) == (outer["offset"], outer["length"])
            if not (_may_hold(*kinds) or (same and _may_hold(*reversed(kinds)))):
                raise bad(f"can't parse entities: {kinds[1]} can't be nested in {kinds[0]}")


def _may_hold(outer: str, inner: str) -> bool:
    if outer in _CODES or outer == inner:
        return False
    if inner in _CODES:
        return outer in _QUOTES
    if inner in _QUOTES:
        return outer in _STYLES
    return outer in _STYLES | _QUOTES or inner in _STYLES


def _trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    text = text.rstrip()
    total = utf16_length(text)
    kept = [
        {**entity, "length": min(entity["length"], total - entity["offset"])}
        for entity in entities
        if entity["offset"] < total
    ]
    first = kept[0]["offset"] if kept else total
    lead = min(len(text) - len(text.lstrip(" \n")), first)
    return text[lead:], [{**entity, "offset": entity["offset"] - lead} for entity in kept]


_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9-]*)(?P<rest>[^<>]*)>")
_ATTRIBUTE = re.compile(
    r"""\s+([a-zA-Z][a-zA-Z0-9-]*)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?(?=\s|$)"""
)
_REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});")
_PLAIN_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
}


@dataclass(slots=True)
class _Open:
    name: str
    offset: int
    fields: Entity


@dataclass(slots=True)
class _Reading:
    text: str = ""
    length: int = 0
    entities: list[Entity] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)

    def add(self, piece: str) -> None:
        piece = _REFERENCE.sub(lambda found: html.unescape(found[0]), piece)
        self.text += piece
        self.length += utf16_length(piece)


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Read Telegram's HTML style; unknown, crossed and unclosed tags are refused."""
    reading = _Reading()
    position = 0
    while (mark := source.find("<", position)) >= 0:
        reading.add(source[position:mark])
        at = len(source[:mark].encode())
        tag = _TAG.match(source, mark)
        if tag is None:
            raise _unparsable(f"Unsupported or unclosed start tag at byte offset {at}")
        if tag["end"]:
            _close(reading, tag["name"].lower(), at)
        else:
            fields = _tag_fields(tag["name"].lower(), tag["rest"], at, reading)
            reading.stack.append(_Open(tag["name"].lower(), reading.length, fields))
        position = tag.end()
    reading.add(source[position:])
    if reading.stack:
        name = reading.stack[-1].name
        raise _unparsable(f'Can\'t find end tag corresponding to start tag "{name}"')
    entities = sorted(reading.entities, key=lambda one: (one["offset"], -one["length"]))
    return reading.text, entities


def _close(reading: _Reading, name: str, at: int) -> None:
    if not reading.stack:
        raise _unparsable(f"Unexpected end tag at byte offset {at}")
    opened = reading.stack.pop()
    if opened.name != name:
        raise _unparsable(
            f"Unmatched end tag at byte offset {at}, "
            f'expected "</{opened.name}>", found "</{name}>"'
        )
    length = reading.length - opened.offset
    if length and opened.fields:
        place = {"offset": opened.offset, "length": length}
        reading.entities.append({"type": opened.fields["type"], **place, **opened.fields})


def _tag_fields(name: str, rest: str, at: int, reading: _Reading) -> Entity:
    attributes = _attributes(rest, at)
    if name == "code" and reading.stack and reading.stack[-1].name == "pre":
        language = attributes.get("class", "").removeprefix("language-")
        if language:
            reading.stack[-1].fields["language"] = language
        return {}
    if name in _PLAIN_TAGS:
        return {"type": _PLAIN_TAGS[name]}
    if name == "blockquote":
        kind = "expandable_blockquote" if "expandable" in attributes else "blockquote"
        return {"type": kind}
    if name == "a":
        return {"type": "text_link", "url": attributes["href"]} if "href" in attributes else {}
    if name == "span":
        if attributes.get("class") != "tg-spoiler":
            raise _unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
        return {"type": "spoiler"}
    if name == "tg-emoji" and attributes.get("emoji-id"):
        return {"type": "custom_emoji", "custom_emoji_id": attributes["emoji-id"]}
    if name == "tg-time" and attributes.get("unix", "").isdigit():
        fields: Entity = {"type": "date_time", "unix_time": int(attributes["unix"])}
        if "format" in attributes:
            fields["date_time_format"] = attributes["format"]
        check_date_time(fields["unix_time"], attributes.get("format", ""))
        return fields
    raise _unparsable(f'Unsupported start tag "{name}" at byte offset {at}')


def _attributes(rest: str, at: int) -> dict[str, str]:
    found, position, rest = {}, 0, rest.rstrip()
    while position < len(rest):
        attribute = _ATTRIBUTE.match(rest, position)
        if attribute is None:
            raise _unparsable(f"Unclosed start tag at byte offset {at}")
        value = (attribute[2] or "").strip("\"'")
        found[attribute[1].lower()] = html.unescape(value)
        position = attribute.end()
    return found


def _unparsable(cause: str) -> Refusal:
    return bad(f"can't parse entities: {cause}")
