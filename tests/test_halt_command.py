"""`ok2run pause`, `snooze` and `resume` against a running gate."""

from pathlib import Path

import pytest

from bot.command import main
from tests.daemon import Daemon
from tests.test_daemon import KEYS, ok2run
from tests.world import ADMIN_KEY, AGENT_KEY

RUNS_ON = (0, "The gate is neither paused nor snoozed.\n", "")


async def commanded(daemon: Daemon, *words: str, key: str = ADMIN_KEY) -> tuple[int, str, str]:
    given = {"APPROVAL_GATE_URL": daemon.url, "ADMIN_API_KEY": key}
    return await ok2run(*words, directory=daemon.directory, **given)


async def test_a_gate_is_paused_and_resumed_and_tells_how_it_stands(tmp_path: Path):
    async with Daemon(tmp_path, **KEYS) as daemon:
        paused = await commanded(daemon, "pause")
        status = await commanded(daemon, "pause", "--status")
        resumed = await commanded(daemon, "resume")
        refused = await commanded(daemon, "pause", key=AGENT_KEY)

    assert paused == status == (0, "Paused by admin, until resumed.\n", "")
    assert resumed == RUNS_ON
    assert refused[0] == 1
    assert "scope" in refused[2]


@pytest.mark.parametrize(
    "words", [["snooze"], ["snooze", "soon"], ["pause", "8d"], ["pause", "8:00"]]
)
def test_a_time_that_cannot_be_read_is_a_wrong_use(words, capsys: pytest.CaptureFixture[str]):
    assert main(words) == 2

    assert "ok2run" in capsys.readouterr().err
