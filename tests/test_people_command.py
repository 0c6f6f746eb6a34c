"""`ok2run people` against a running gate: who is here, and the way to a mail address."""

import re
from pathlib import Path

import pytest

from bot.command import main
from tests.fakes.smtp import FakeSmtp, a_certificate
from tests.test_daemon import KEYS
from tests.test_daemon_mail import PASSWORD, daemon
from tests.test_halt_command import commanded
from tests.world import AGENT_KEY


async def test_a_mail_address_is_given_by_the_code_that_was_mailed_there(tmp_path: Path):
    certificate = a_certificate(tmp_path)
    async with FakeSmtp(certificate=certificate, logins={"gate": PASSWORD}) as peer:
        running = daemon(tmp_path, certificate, peer)
        running.settings.update(KEYS)
        async with running:
            added = await commanded(running, "people", "add-mail", "Ben", "Ben@example.org")
            (mail,) = await peer.wait_for(1)
            code = re.search(r"^ {4}(\S{9})$", mail.text, re.MULTILINE)
            assert code is not None
            told = ("people", "confirm-mail", "ben@example.org", code[1])
            refused = await commanded(running, *told, key=AGENT_KEY)
            confirmed = await commanded(running, *told)
            listed = await commanded(running, "people", "list")
            removed = await commanded(running, "people", "remove-mail", "ben@example.org")

    assert added[0] == 0
    assert "ok2run people confirm-mail ben@example.org CODE" in added[1]
    assert mail.recipients == ("ben@example.org",)
    assert refused[0] == 1
    assert confirmed == listed
    assert re.search(r"^Ben  approver  email-\w+  email:ben@example.org$", listed[1], re.MULTILINE)
    assert removed[0] == 0
    assert "Ben" not in removed[1]


@pytest.mark.parametrize("words", [[], ["add-mail", "Ben"], ["confirm-mail", "a@b.c"], ["x"]])
def test_a_wrong_use_is_told(words, capsys: pytest.CaptureFixture[str]):
    assert main(["people", *words]) == 2

    assert "ok2run people" in capsys.readouterr().err
