"""The first run as a person meets it: in a terminal, with the bot in their pocket."""

import sqlite3
import sys
from pathlib import Path

import pytest

from tests.daemon import Daemon
from tests.fakes.telegram import FakeTelegram, Person
from tests.fakes.telegram.webhook import check_webhook
from tests.terminal import Typist
from tests.test_daemon import ok2run

WRONG = "123456:AAWrongTokenOfNoBotAnywhere-123456789"
CODE = r"t\.me/ok2run_fake_bot\?start=([2-9A-HJ-NP-Z]{8})\s"
KEPT = b"# mine\r\nPORT=0\r\nexport LOG_LEVEL='info' # as it was\r\n\r\nDISPLAY_TIMEZONE=UTC"


def at_terminal(telegram: FakeTelegram, directory: Path, **environment: str) -> Typist:
    return Typist(
        "setup",
        directory=directory,
        environment={"TELEGRAM_API_BASE": telegram.url, **environment},
    )


@pytest.fixture
async def telegram():
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def ana(telegram: FakeTelegram) -> Person:
    return telegram.person(1001, "Ana")


def people_in(directory: Path) -> list[tuple[str, str, str]]:
    database = sqlite3.connect(directory / "data" / "ok2run.db")
    rows = database.execute(
        "SELECT approver_id, source, role FROM approver_sources WHERE source <> 'page'"
    ).fetchall()
    database.close()
    return rows


async def pair(person: Typist, ana: Person) -> None:
    code = (await person.sees(CODE))[1]
    await person.sees(f"/start {code[:4]}-{code[4:]}")
    await ana.send(f"/start {code}")
    await ana.wait_for_card("You are now the owner of this gate. Here is a test card: tap it.")
    await person.sees("Ana is the owner")


async def test_from_the_first_question_to_a_decided_test_card(
    telegram: FakeTelegram, ana: Person, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_bytes(KEPT)
    (tmp_path / ".env").chmod(0o644)
    async with at_terminal(telegram, tmp_path) as person:
        await person.sees("Bot token:")
        person.types("hello")
        await person.sees("That is no token")
        person.types(WRONG)
        await person.sees("Telegram does not know this token")
        person.types(telegram.token)
        await person.sees(r"This is the bot @ok2run_fake_bot \(Gate\)")
        await pair(person, ana)
        assert not (tmp_path / ".env").read_bytes().count(b"TELEGRAM")
        card = await ana.wait_for_card("This is a test", buttons=True)
        tap = await ana.tap("Approve", card=card)
        assert (await tap.answer).startswith("Approved.")
        await person.sees("The test card was approved")
        await card.shows("Approved by Ana in Telegram")

        assert await person.ends() == 0

        assert "ok2run serve" in person.screen
        assert "▄" in person.screen or "█" in person.screen
        assert "/bot" + telegram.token not in person.screen
    env = tmp_path / ".env"
    assert (
        env.read_bytes()
        == KEPT
        + (
            f"\r\nTELEGRAM_BOT_TOKEN={telegram.token}\r\nTELEGRAM_API_BASE={telegram.url}\r\n"
        ).encode()
    )
    assert env.stat().st_mode & 0o777 == 0o600
    assert people_in(tmp_path) == [("telegram-1001", "paired", "owner")]

    async with Daemon(tmp_path, PORT="0") as daemon:
        assert "Queue page" not in daemon.output
        assert "Agent key, shown only now" in daemon.output


async def test_a_decision_other_than_approve_is_as_good(
    telegram: FakeTelegram, ana: Person, tmp_path: Path
) -> None:
    async with at_terminal(telegram, tmp_path, TELEGRAM_BOT_TOKEN=telegram.token) as person:
        await person.sees("There is a token already, in the environment. Use it")
        person.types("y")
        await pair(person, ana)
        await ana.wait_for_card("This is a test", buttons=True)
        await ana.tap("Deny")
        await person.sees("The test card was denied")

        assert await person.ends() == 0

    assert b"TELEGRAM_BOT_TOKEN" not in (tmp_path / ".env").read_bytes()


async def test_an_interrupt_leaves_nothing_half_done(
    telegram: FakeTelegram, ana: Person, tmp_path: Path
) -> None:
    async with at_terminal(telegram, tmp_path) as person:
        await person.sees("Bot token:")
        person.types(telegram.token)
        await pair(person, ana)
        card = await ana.wait_for_card("This is a test", buttons=True)

        person.interrupts()

        assert await person.ends() == 130
        assert "Nothing was set up" in person.screen
    await card.shows("Withdrawn")
    assert card.labels == []
    assert people_in(tmp_path) == []
    assert not (tmp_path / ".env").exists()


async def test_the_end_of_the_input_is_told(telegram: FakeTelegram, tmp_path: Path) -> None:
    async with at_terminal(telegram, tmp_path) as person:
        await person.sees("Bot token:")
        person.ends_input()

        assert await person.ends() == 1
        assert "the input has ended" in person.screen


async def test_a_webhook_is_deleted_only_where_the_person_agrees(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    telegram.webhook = check_webhook("https://other.example.org/hook", "s" * 32, 40)
    async with at_terminal(telegram, tmp_path) as person:
        await person.sees("Bot token:")
        person.types(telegram.token)
        await person.sees("Delete that webhook")
        person.types("y")
        await person.sees(CODE)

        assert telegram.webhook is None


async def test_another_program_that_fetches_updates_is_told(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    telegram.fail("getUpdates", status=409)
    async with at_terminal(telegram, tmp_path) as person:
        await person.sees("Bot token:")
        person.types(telegram.token)
        await person.sees("Another program fetches this bot's updates")


async def test_a_webhook_that_is_kept_ends_it(telegram: FakeTelegram, tmp_path: Path) -> None:
    telegram.webhook = check_webhook("https://other.example.org/hook", "s" * 32, 40)
    async with at_terminal(telegram, tmp_path) as person:
        await person.sees("Bot token:")
        person.types(telegram.token)
        await person.sees("sends this bot's updates to https://other.example.org/hook")
        person.types("")

        assert await person.ends() == 1
        assert "The webhook stays as it is" in person.screen
    assert telegram.webhook is not None
    assert not (tmp_path / ".env").exists()


async def test_a_server_out_of_reach_is_told_and_asked_again(tmp_path: Path) -> None:
    async with Typist(
        "setup", directory=tmp_path, environment={"TELEGRAM_API_BASE": "http://127.0.0.1:9"}
    ) as person:
        await person.sees("Bot token:")
        person.types(WRONG)
        await person.sees(r"Telegram was not reached at http://127.0.0.1:9")
        person.types("n")

        assert await person.ends() == 1
        assert "AAWrong" not in person.screen.replace(WRONG, "", 1)


async def test_a_running_gate_is_told_in_one_line(telegram: FakeTelegram, tmp_path: Path) -> None:
    async with Daemon(tmp_path), at_terminal(telegram, tmp_path) as person:
        assert await person.ends() == 1
        assert "Another ok2run uses this database" in person.screen
        assert "stop it first" in person.screen


async def test_without_a_terminal_it_says_so(tmp_path: Path) -> None:
    code, out, err = await ok2run(
        "setup", directory=tmp_path, PYTHONPATH=":".join(filter(None, sys.path))
    )

    assert (code, out) == (2, "")
    assert "run it in a terminal" in err
    assert not (tmp_path / "data").exists()
