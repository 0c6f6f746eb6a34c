"""The OpenAPI document describes what is served, and nothing it allows is answered with 5xx."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from aiohttp import ClientSession
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.daemon import Daemon
from tests.world import ADMIN_KEY, AGENT_KEY, ORDINARY
from web.app import API, OPEN
from web.operation import operation_of

EXAMPLES = 25
OPEN_OPERATION = ("GET", "/v1/receipts/key")
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)


async def asked(daemon: Daemon) -> list[str]:
    """Ask a few times, so that generated calls meet real approvals too."""
    headers = {"Authorization": f"Bearer {AGENT_KEY}"}
    found = []
    async with ClientSession(headers=headers) as session:
        for body in (ORDINARY, {**ORDINARY, "options": ["A", "B"]}, ORDINARY):
            async with session.post(f"{daemon.url}/v1/approvals", json=body) as answer:
                found.append((await answer.json())["approval_id"])
    return found


def call_everything(url: str, key: str, known: list[str]) -> int:
    """Call every operation with generated requests; return how many calls that were."""
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
    return sum(call_often(result.ok(), key, known) for result in schema.get_all_operations())


def call_often(operation: Any, key: str, known: list[str]) -> int:
    """Call one operation; a stream is asked for unknown approvals only, since others stay open."""
    ids = [] if operation.path.endswith("/events") else known
    calls = 0

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), id=st.sampled_from([None, *ids]))
    def check(case: Any, id: str | None) -> None:
        nonlocal calls
        if id is not None and "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = id
        if "wait" in (case.query or {}):
            case.query["wait"] = 0
        response = case.call(headers={"Authorization": f"Bearer {key}"}, timeout=20)
        calls += 1
        case.validate_response(response, checks=CHECKS)

    check()
    return calls


@pytest.mark.parametrize("key", [AGENT_KEY, ADMIN_KEY])
async def test_generated_calls_get_described_answers_and_no_5xx(
    tmp_path: Path, database_url: str, key: str
):
    settings = {"APPROVAL_API_KEY": AGENT_KEY, "ADMIN_API_KEY": ADMIN_KEY}
    async with Daemon(tmp_path, database_url=database_url, **settings) as daemon:
        known = await asked(daemon)

        calls = await asyncio.to_thread(call_everything, daemon.url, key, known)

        assert calls >= EXAMPLES * len(API) // 2


async def test_every_route_of_v1_is_described(world):
    document = await (await world.call("GET", "/openapi.json", key=None)).json()

    described = {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    }
    served = {(route.method, route.path) for route in API}
    assert described == served | {OPEN_OPERATION}
    assert document["openapi"] == "3.1.0"
    is_open = {(route.method, route.path) for route in OPEN if operation_of(route.handler)}
    assert is_open == {OPEN_OPERATION}
    assert document["paths"][OPEN_OPERATION[1]]["get"]["security"] == []


async def test_the_document_names_every_field_of_an_ask(world):
    document = await (await world.call("GET", "/openapi.json", key=None)).json()

    fields = document["components"]["schemas"]["AskBody"]["properties"]

    assert {*ORDINARY, "channel", "target", "options", "questions", "params"} <= set(fields)
