"""What callers are told while a server of PostgreSQL is away, or takes no changes."""

from urllib.parse import urlsplit

import pytest

from tests.postgres import execute
from tests.world import ADMIN_KEY, ORDINARY, World

_CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND application_name IN ('ok2run reader', 'ok2run writer')
"""


@pytest.fixture
def database_url(postgres_url: str) -> str:
    return postgres_url


async def test_a_server_that_takes_no_changes_is_503_and_still_read(
    world: World, database_url: str
):
    asked = await world.ask()
    name = urlsplit(database_url).path.removeprefix("/")
    read_only = f"ALTER DATABASE {name} SET default_transaction_read_only"
    await execute(database_url, f"{read_only} = on", _CUT)

    created = await world.call("POST", "/v1/approvals", json=ORDINARY)
    decided = await world.decide(asked["approval_id"])

    for refusal in (created, decided):
        assert refusal.status == 503
        assert "takes no changes" in (await refusal.json())["detail"]
    assert (await world.read(asked["approval_id"]))["status"] == "pending"
    await execute(database_url, "SET default_transaction_read_only = off", f"{read_only} = off")
    await execute(database_url, _CUT)
    assert (await world.decide(asked["approval_id"])).status == 200


async def test_sessions_that_are_cut_are_opened_again_while_waits_stay_held(
    world: World, database_url: str
):
    asked = await world.ask()
    waiting = world.tasks.create_task(
        world.call("GET", f"/v1/approvals/{asked['approval_id']}?wait=60")
    )
    while not len(world.gate.waiters):
        await world.read(asked["approval_id"])

    for _ in range(3):
        await execute(database_url, _CUT)
        assert (await world.read(asked["approval_id"]))["status"] == "pending"
        assert (await world.ask())["status"] == "pending"
    await execute(database_url, _CUT)
    assert (await world.decide(asked["approval_id"], key=ADMIN_KEY)).status == 200

    assert (await (await waiting).json())["status"] == "approved"
