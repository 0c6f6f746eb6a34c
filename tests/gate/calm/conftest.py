"""A gate whose loops stand still until a test lets time pass, and Ana's phone."""

import pytest

from tests.gate.calm.phones import ANA, Phones, opened
from tests.world import World


@pytest.fixture
def phones() -> Phones:
    return Phones()


@pytest.fixture
async def world(build, phones: Phones) -> World:
    return await opened(build, phones, users=(ANA,))
