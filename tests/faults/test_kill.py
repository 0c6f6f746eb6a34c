"""SQLite: the daemon is killed again and again under load."""

from pathlib import Path

import pytest

from tests.faults.nemesis import KILL
from tests.faults.siege import besiege


async def test_nothing_acknowledged_is_lost_in_30_kills(tmp_path: Path) -> None:
    await besiege(tmp_path, faults=[KILL] * 30, fresh=5)


@pytest.mark.full
@pytest.mark.timeout(3600)
async def test_nothing_acknowledged_is_lost_in_300_kills(tmp_path: Path) -> None:
    await besiege(tmp_path, faults=[KILL] * 300, fresh=20)
