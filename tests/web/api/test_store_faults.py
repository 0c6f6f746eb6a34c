"""What callers are told while the disk is full, and that nothing is decided by it."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import pytest

from tests.postgres import execute
from tests.world import ORDINARY, World

Fill = Callable[[World], Awaitable[None]]

_NO_ROOM = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
END $$
"""
_REFUSE = "CREATE TRIGGER no_room BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION no_room()"


@pytest.fixture
def disk(database_url: str) -> tuple[Fill, Fill]:
    """Fill the database's disk, and free it."""

    def limit(pages: int) -> Fill:
        async def set_limit(world: World) -> None:
            await world.store._engine._writing.hop(
                lambda link: link.execute(f"PRAGMA max_page_count = {pages}").fetchone()
            )

        return set_limit

    async def fill(_: World) -> None:
        await execute(database_url, _NO_ROOM, _REFUSE)

    async def free(_: World) -> None:
        await execute(database_url, "DROP TRIGGER no_room ON audit")

    is_file = urlsplit(database_url).scheme == "sqlite"
    return (limit(1), limit(1_000_000)) if is_file else (fill, free)


async def test_a_full_disk_is_507_and_decides_nothing(world: World, disk: tuple[Fill, Fill]):
    fill, free = disk
    asked = await world.ask()
    await fill(world)
    big = {**ORDINARY, "preview": "x" * 300_000}

    created = await world.call("POST", "/v1/approvals", json=big)
    decided = await world.decide(asked["approval_id"], note="y" * 300_000)

    for refusal in (created, decided):
        assert refusal.status == 507, await refusal.text()
        assert (await refusal.json())["code"] == "store_full"
        assert refusal.headers["Retry-After"]
    assert (await world.read(asked["approval_id"]))["status"] == "pending"
    await free(world)
    assert (await world.decide(asked["approval_id"])).status == 200
    assert len((await (await world.call("GET", "/v1/approvals")).json())["approvals"]) == 1
