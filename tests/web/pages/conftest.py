"""A person at the queue page."""

import pytest

from tests.web.pages.reader import Reader
from tests.world import World


@pytest.fixture
def stranger(world: World) -> Reader:
    """A browser that opened no link."""
    return Reader(world)


@pytest.fixture
async def reader(stranger: Reader) -> Reader:
    """A browser that is signed in."""
    await stranger.sign_in()
    return stranger
