"""The page about the HTTP interface, made from the OpenAPI document that the routes make."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from web.openapi import DOCUMENT
from web.pages.speech import say_to_whoever

_LIMITS: Final = {
    "minimum": "≥ {}",
    "maximum": "≤ {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {}",
    "maxItems": "at most {}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One field of a body or an answer, or one parameter."""

    name: str
    type: str
    required: bool
    default: str
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """One status that a route may answer with."""

    status: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteView:
    """One route."""

    id: str
    method: str
    path: str
    summary: str
    scope: str
    parameters: tuple[FieldView, ...]
    body: str
    answer: str
    answers: tuple[AnswerView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelView:
    """One JSON object that bodies and answers are made of."""

    name: str
    words: str
    fields: tuple[FieldView, ...]


async def page(request: web.Request) -> web.Response:
    """Show every route, what it takes and what it answers."""
    document = request.app[DOCUMENT]
    schemas = document["components"]["schemas"]
    say = await say_to_whoever(request)
    return say.page(
        "docs.html",
        version=document["info"]["version"],
        routes=[
            _route(method, path, described)
            for path, methods in document["paths"].items()
            for method, described in methods.items()
        ],
        models=[_model(name, schema) for name, schema in schemas.items()],
        known_models=frozenset(schemas),
    )


def _route(method: str, path: str, described: Mapping[str, Any]) -> RouteView:
    body = described.get("requestBody", {}).get("content", {})
    answers = described["responses"]
    return RouteView(
        id=described["operationId"],
        method=method.upper(),
        path=path,
        summary=described["summary"],
        scope=described["description"],
        parameters=tuple(
            _field(one["name"], one["schema"], required=one["required"], place=one["in"])
            for one in described["parameters"]
        ),
        body=_content(body),
        answer=_content(answers["200"]["content"]),
        answers=tuple(
            AnswerView(status=status, words=answer["description"])
            for status, answer in answers.items()
        ),
    )


def _content(content: Mapping[str, Any]) -> str:
    """Return the model's name, or the media type where there is none."""
    for media, described in content.items():
        name = _reference(described["schema"])
        return name or media
    return ""


def _model(name: str, schema: Mapping[str, Any]) -> ModelView:
    required = schema.get("required", ())
    return ModelView(
        name=name,
        words=str(schema.get("description", "")),
        fields=tuple(
            _field(field, described, required=field in required)
            for field, described in schema.get("properties", {}).items()
        ),
    )


def _field(name: str, schema: Mapping[str, Any], *, required: bool, place: str = "") -> FieldView:
    default = schema.get("default")
    return FieldView(
        name=name,
        type=type_words(schema),
        required=required,
        default="" if default is None else str(default),
        place=place,
    )


def type_words(schema: Mapping[str, Any]) -> str:
    """Return a schema's type in a few words: `string, at most 64 characters`."""
    name = _reference(schema)
    if name:
        return name
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(type_words(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    words = str(schema.get("type", "any"))
    if words == "array":
        words = f"list of {type_words(schema.get('items', {}))}"
    limits = [text.format(schema[key]) for key, text in _LIMITS.items() if key in schema]
    return ", ".join([words, *limits])


def _reference(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]
