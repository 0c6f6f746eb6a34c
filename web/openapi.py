"""OpenAPI 3.1 from the very models that validate, and a page made from it."""

import re
from collections.abc import Iterable
from typing import Any, Final

from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from web.operation import Nothing, Operation, operation_of

DOCUMENT: Final[web.AppKey[dict[str, Any]]] = web.AppKey("openapi")
_PARAMETER: Final = re.compile(r"{(\w+)}")
_COMPONENTS: Final = "#/components/schemas/{model}"
_REFUSALS: Final = {
    400: "The body is not JSON, or something needed is not configured",
    401: "No key, or a wrong one",
    403: "This key may not do that",
    404: "There is no such thing, or it is another key's",
    408: "The body came too slowly",
    409: "It stands otherwise: it has ended, was claimed, or its idempotency key was used",
    410: "It ran out before this came",
    413: "The body is too large",
    422: "Something in the request does not fit; its place is named",
    502: "Telegram refused",
    503: "The gate cannot take this now, or (`outcome_unknown`) can't tell whether it did",
    507: "There is no room left to keep this; nothing was decided",
}
_REFUSAL_SCHEMA: Final = {
    "type": "object",
    "required": ["detail", "code"],
    "properties": {
        "detail": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "object"}}]},
        "code": {"type": "string"},
    },
}


def describe(routes: Iterable[web.AbstractRouteDef], *, version: str) -> dict[str, Any]:
    """Return the OpenAPI document of every route that has a contract."""
    found = [
        (route, contract)
        for route in routes
        if isinstance(route, web.RouteDef) and (contract := operation_of(route.handler))
    ]
    inputs = {model for _, contract in found for model in (contract.body, contract.query)}
    answers = {contract.answer for _, contract in found}
    named, definitions = models_json_schema(
        [
            *((model, "validation") for model in sorted(inputs, key=_name)),
            *((model, "serialization") for model in sorted(answers, key=_name)),
        ],
        ref_template=_COMPONENTS,
    )
    schemas: dict[str, Any] = {"Refusal": _REFUSAL_SCHEMA, **definitions.get("$defs", {})}
    paths: dict[str, Any] = {}
    for route, contract in found:
        body = named[(contract.body, "validation")]
        answer = named[(contract.answer, "serialization")]
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(
            route, contract, body, answer
        )
    return {
        "openapi": "3.1.0",
        "info": {"title": "ok2run", "version": version},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"key": []}],
    }


def _name(model: type[BaseModel]) -> str:
    return model.__name__


def _operation(route: web.RouteDef, contract: Operation, body: Any, answer: Any) -> dict[str, Any]:
    media = "text/event-stream" if contract.streams else "application/json"
    refuses = {*contract.refuses} | ({403} if contract.right else set())
    if not contract.is_open:
        refuses.add(401)
    if contract.body is not Nothing:
        refuses |= {400, 408}
    if contract.query is not Nothing:
        refuses.add(422)
    described: dict[str, Any] = {
        "operationId": f"{getattr(route.handler, '__module__', '').split('.')[-1]}"
        f"_{getattr(route.handler, '__name__', '')}_{route.path.split('/')[2]}",
        "summary": contract.summary,
        "description": _scope(contract),
        "parameters": [*_path_parameters(route.path), *_query_parameters(contract.query)],
        "responses": {
            "200": {
                "description": "Done",
                "content": {media: {"schema": {"type": "string"} if contract.streams else answer}},
            },
            **{
                str(status): {
                    "description": _REFUSALS[status],
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}
                    },
                }
                for status in sorted(refuses)
            },
        },
    }
    if contract.is_open:
        described["security"] = []
    if contract.body is not Nothing:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": body}},
        }
    return described


def _scope(contract: Operation) -> str:
    if contract.is_open:
        return "Takes no key."
    scope = f"the scope {contract.right}" if contract.right else "any key"
    return f"Takes {scope}."


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PARAMETER.findall(path)
    ]


def _query_parameters(query: type[BaseModel]) -> list[dict[str, Any]]:
    schema = query.model_json_schema()
    return [
        {"name": name, "in": "query", "required": False, "schema": described}
        for name, described in schema.get("properties", {}).items()
    ]


async def document(request: web.Request) -> web.Response:
    """Serve the OpenAPI document."""
    return web.json_response(request.app[DOCUMENT])
