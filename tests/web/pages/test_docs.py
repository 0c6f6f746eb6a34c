"""The page about the HTTP interface."""

from tests.web.pages.reader import Markup, Reader
from web.pages.docs import type_words


async def test_every_route_and_object_is_described(stranger: Reader):
    document = await (await stranger.world.client.get("/openapi.json")).json()

    text = Markup(await stranger.get("/docs")).text

    for path, methods in document["paths"].items():
        for method, described in methods.items():
            assert f"{method.upper()} {path}" in text
            assert described["summary"] in text
            assert described["description"] in text
    for name, schema in document["components"]["schemas"].items():
        assert name in text
        assert all(field in text for field in schema.get("properties", {}))


async def test_every_link_on_it_leads_somewhere(stranger: Reader):
    elements = Markup(await stranger.get("/docs")).elements
    ids = {given["id"] for _, given in elements if "id" in given}

    links = {given["href"][1:] for _, given in elements if given.get("href", "").startswith("#")}

    assert links
    assert links <= ids


def test_types_are_told_in_words():
    assert type_words({"type": "string", "maxLength": 64}) == "string, at most 64 characters"
    assert type_words({"anyOf": [{"type": "string"}, {"type": "null"}]}) == "string or null"
    assert type_words({"enum": ["a", "b"]}) == "a | b"
    assert type_words({"type": "array", "items": {"$ref": "#/x/Thing"}}) == "list of Thing"
    assert type_words({}) == "any"
