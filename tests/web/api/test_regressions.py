"""Odd requests that once went wrong."""

import gzip
import json

import pytest

from tests.world import AGENT_KEY, ORDINARY, World


@pytest.mark.parametrize("content", [b"{}", b"\x1f\x8b\x08\x00junk"])
async def test_a_body_that_is_not_what_its_encoding_says_is_400(world: World, content: bytes):
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}

    response = await world.call("POST", "/v1/approvals", data=content, headers=headers)

    assert response.status == 400
    assert (await response.json())["code"] in ("bad_request", "malformed_json")


async def test_an_encoded_body_is_read_and_counted_whole(world: World):
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    fits = gzip.compress(json.dumps(ORDINARY).encode())
    bomb = gzip.compress(json.dumps({**ORDINARY, "preview": "x" * 2**22}).encode())

    assert (await world.call("POST", "/v1/approvals", data=fits, headers=headers)).status == 200
    assert (await world.call("POST", "/v1/approvals", data=bomb, headers=headers)).status == 413


async def test_null_is_the_same_as_left_out(world: World):
    optional = ("expires_in_sec", "params", "multiple", "options", "cwd", "urgency", "target")

    await world.ask(**dict.fromkeys(optional))


async def test_a_listing_does_not_carry_whole_texts(world: World):
    await world.ask(title="x" * 100_000)

    listed = await (await world.call("GET", "/v1/approvals", key=AGENT_KEY)).json()

    assert len(listed["approvals"][0]["title"]) == 1000
