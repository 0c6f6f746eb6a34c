"""A gate whose cards a wall keeps."""

import pytest

from tests.gate.copies.test_deciding import ANA, Wall
from tests.world import World


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
async def world(build, wall: Wall) -> World:
    world = await build(users=(ANA,))
    world.channels["telegram"] = wall
    return world
