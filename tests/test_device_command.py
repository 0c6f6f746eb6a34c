"""`ok2run code` and `ok2run devices` against a running gate."""

from pathlib import Path

import pytest

from bot.command import main
from tests.daemon import Daemon
from tests.test_daemon import KEYS
from tests.test_halt_command import commanded


async def test_codes_and_browsers_are_asked_of_a_gate(tmp_path: Path):
    async with Daemon(tmp_path, **KEYS) as daemon:
        nobody = await commanded(daemon, "code", "ana@example.org")
        none = await commanded(daemon, "devices")
        unknown = await commanded(daemon, "devices", "revoke", "x/y")

    assert nobody[0] == 1
    assert "Nobody who is known here has this address." in nobody[2]
    assert none == (0, "No browser decides behind a mail's link.\n", "")
    assert unknown[0] == 1
    assert "no such browser" in unknown[2]


@pytest.mark.parametrize("words", [["code"], ["devices", "revoke"], ["devices", "forget", "x"]])
def test_a_wrong_use_says_how_it_is_used(words, capsys: pytest.CaptureFixture[str]):
    assert main(words) == 2

    assert "ok2run" in capsys.readouterr().err
