"""Elicitation: a form that an MCP server wants filled in, as a question card; and what was typed.

A form is taken where a card can ask all of it: at most four flat fields. For everything else, and
for a page to be opened, the terminal asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.core.action import Action, Json
from bot.core.approval import Approval
from bot.core.question import LETTERS, MOST_QUESTIONS, Answer, Option, Question
from bot.core.terms import Terms
from bot.core.typed import Sort, Wanted, value_of
from web.hooks.dialect import Hook, Reply
from web.hooks.field import object_in, text_in

ACTION_TYPE: Final = "Elicitation"
_YES: Final = "Yes"
_NO: Final = "No"
_EMPTY: Final = "(leave it empty)"
_ACCEPT: Final = "Accept"
_DECLINE: Final = "Decline"
_FORMATS: Final = {
    "email": Sort.EMAIL,
    "uri": Sort.URI,
    "date": Sort.DATE,
    "date-time": Sort.DATE_TIME,
}
_KNOWN: Final = frozenset(
    {
        "type", "title", "description", "default", "enum", "enumNames", "oneOf", "items",
        "minimum", "maximum", "minLength", "maxLength", "format",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of the form: its name, the question for it, and what its options stand for.

    `values` are by letter; None is to leave the field out.
    """

    name: str
    question: Question
    values: tuple[Json, ...] = ()

    def value(self, answer: Answer) -> tuple[bool, Json]:
        """Return whether the field is filled in, and with what."""
        if answer.custom is not None:
            wanted = self.question.wanted or Wanted()
            return True, value_of(wanted, answer.custom)
        picked = [self.values[LETTERS.index(letter)] for letter in answer.letters]
        if None in picked:
            return False, None
        return True, picked if self.question.multiple else picked[0]


def fields_of(hook: Hook) -> tuple[Field, ...] | None:
    """Return the fields of the form that is wanted; None where no card can ask for it."""
    schema = object_in(hook, "requested_schema")
    if text_in(hook, "mode") not in ("form", "") or schema.get("type") != "object":
        return None
    properties, needed = schema.get("properties", {}), schema.get("required", [])
    if not isinstance(properties, Mapping) or not isinstance(needed, list):
        return None
    if len(properties) > MOST_QUESTIONS:
        return None
    fields = []
    for name, described in properties.items():
        field = _field(name, described, is_needed=name in needed)
        if field is None:
            return None
        fields.append(field)
    return tuple(fields)


def questions_for(hook: Hook, fields: tuple[Field, ...]) -> tuple[Question, ...]:
    """Return the card's questions; a form without fields is one to accept or to decline."""
    if fields:
        return tuple(field.question for field in fields)
    options = (Option(label=_ACCEPT), Option(label=_DECLINE))
    text = text_in(hook, "message") or ACTION_TYPE
    return (Question(text=text, options=options, allow_custom=False),)


def action_of(hook: Hook, cwd: str | None, terms: Terms) -> Action:
    """Return what a card says beside the questions."""
    server, message = text_in(hook, "mcp_server_name"), text_in(hook, "message")
    return Action(
        action_type=ACTION_TYPE,
        title=f"{server}: {message}" if server else message,
        preview=message,
        params={
            "mcp_server_name": server,
            "requested_schema": dict(object_in(hook, "requested_schema")),
        },
        cwd=cwd,
        terms=terms,
    )


def filled_in(fields: tuple[Field, ...], approval: Approval) -> Reply:
    """Return the form as it was filled in, or that it was declined."""
    decision = approval.decision
    if decision is None or not decision.approved:
        return {"action": "decline"}
    if not fields:
        is_accepted = decision.answers[0].letters == (LETTERS[0],)
        return {"action": "accept", "content": {}} if is_accepted else {"action": "decline"}
    content: dict[str, Json] = {}
    for field, answer in zip(fields, decision.answers, strict=True):
        is_filled, value = field.value(answer)
        if is_filled:
            content[field.name] = value
    return {"action": "accept", "content": content}


def _field(name: str, described: Json, *, is_needed: bool) -> Field | None:
    if not isinstance(described, Mapping) or not _KNOWN.issuperset(described):
        return None
    choices = _choices(described)
    if choices is None:
        return None
    wanted = None if choices else _wanted(described)
    if not choices and wanted is None:
        return None
    values: list[Json] = [value for _, value in choices]
    labels = [label for label, _ in choices]
    if not is_needed:
        values.append(None)
        labels.append(_EMPTY)
    if len(labels) > len(LETTERS):
        return None
    title, about = described.get("title"), described.get("description")
    said = [one for one in (title, about) if isinstance(one, str) and one.strip()]
    return Field(
        name=name,
        question=Question(
            text=" – ".join(said) or name,
            header=name,
            options=tuple(Option(label=label) for label in labels),
            multiple=described.get("type") == "array",
            allow_custom=not choices,
            wanted=wanted,
        ),
        values=tuple(values),
    )


def _choices(described: Mapping[str, Json]) -> list[tuple[str, Json]] | None:
    """Return the options' labels and values, none where it is typed; None where it is neither."""
    kind = described.get("type")
    if kind == "boolean":
        return [(_YES, True), (_NO, False)]
    if kind == "array":
        items = described.get("items")
        is_bounded = any(name in described for name in ("minItems", "maxItems"))
        found = _enum(items) if isinstance(items, Mapping) and not is_bounded else None
        return found or None
    if kind not in ("string", "integer", "number"):
        return None
    if {"enum", "oneOf"}.isdisjoint(described):
        return []
    return _enum(described) or None


def _enum(described: Mapping[str, Json]) -> list[tuple[str, Json]] | None:
    titled = described.get("oneOf", described.get("anyOf"))
    if isinstance(titled, list):
        found: list[tuple[str, Json]] = []
        for one in titled:
            if not isinstance(one, Mapping) or not isinstance(one.get("const"), str):
                return None
            found.append((str(one.get("title") or one["const"]), one["const"]))
        return found
    values, names = described.get("enum"), described.get("enumNames")
    if not isinstance(values, list) or not all(isinstance(one, str) and one for one in values):
        return None
    labels = names if isinstance(names, list) and len(names) == len(values) else values
    return [(str(label), value) for label, value in zip(labels, values, strict=True)]


def _wanted(described: Mapping[str, Json]) -> Wanted | None:
    """Return what may be typed; None for what this version cannot check."""
    kind, format_ = described.get("type"), described.get("format")
    if kind in ("integer", "number"):
        least, most = described.get("minimum"), described.get("maximum")
        sort = Sort.INTEGER if kind == "integer" else Sort.NUMBER
    else:
        least, most = described.get("minLength"), described.get("maxLength")
        if format_ is not None and format_ not in _FORMATS:
            return None
        sort = _FORMATS[str(format_)] if format_ is not None else Sort.TEXT
    bounds = [_bound(least), _bound(most)]
    if any(
        given is not None and read is None
        for given, read in zip((least, most), bounds, strict=True)
    ):
        return None
    return Wanted(sort=sort, least=bounds[0], most=bounds[1])


def _bound(value: Json) -> float | None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and isinstance(value, (int, float)) else None
