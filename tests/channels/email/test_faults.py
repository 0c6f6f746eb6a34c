"""Whatever a mail server does, each mail comes once it is well again, and nothing in clear."""

import asyncio

import pytest

from bot.channels.email.transport import Patience, Secrecy
from tests.channels.email.conftest import ANA
from tests.fakes.smtp import Cut, FakeSmtp

PASSWORD = "a-made-up-mail-password"
HASTY = Patience(connect=0.3, command=0.3, mail=0.3)


async def healed(office, *, mails: int = 1) -> list[str]:
    """Let time pass until so many mails came; return their subjects."""
    async with asyncio.timeout(20):
        while len(office.smtp.mails) < mails:
            await office.settle()
            office.clock.advance(seconds=31)
    return [mail["Subject"] for mail in office.smtp.mails]


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("answer", ["421 4.3.2 Going down", "450 4.2.0 Try later"])
async def test_a_passing_refusal_is_tried_again(office, command: str, answer: str):
    office.smtp.refuse(command, answer, answer)

    id = (await office.world.ask())["approval_id"]
    await office.settle()
    assert office.smtp.mails == []

    assert await healed(office) == [f"[🟡] agent: Deploy 1.4 [{id}]"]
    await office.settle()
    assert len(office.smtp.mails) == 1


@pytest.mark.parametrize(("cut", "copies"), [(Cut.BEFORE_KEPT, 1), (Cut.AFTER_KEPT, 2)])
async def test_a_cut_in_the_data_loses_no_mail(office, cut: Cut, copies: int):
    office.smtp.cuts.append(cut)

    await office.world.ask()
    await healed(office, mails=copies)
    await office.settle()

    assert len(office.smtp.mails) == copies
    assert len({mail["Message-ID"] for mail in office.smtp.mails}) == 1


async def test_a_second_sending_has_a_link_of_its_own(office):
    office.smtp.cuts.append(Cut.AFTER_KEPT)

    await office.world.ask()
    first, second = (await healed(office, mails=2)) and [
        next(line for line in mail.text.splitlines() if "/a/" in line)
        for mail in office.smtp.mails
    ]

    assert first != second


async def test_a_server_that_says_nothing_is_given_up_on_and_tried_again(open_office):
    office = await open_office(patience=HASTY)
    office.smtp.greets.clear()

    await office.world.ask()
    await office.settle()
    assert office.smtp.connections == 1

    office.smtp.greets.set()
    await healed(office)


async def test_a_server_that_never_answers_the_data_is_tried_again(open_office):
    office = await open_office(patience=HASTY)
    office.smtp.takes.clear()

    await office.world.ask()
    await office.settle()
    assert office.smtp.in_data.is_set()

    office.smtp.takes.set()
    await healed(office)


async def test_a_server_that_is_down_gets_it_later(office):
    await office.smtp.stop()

    await office.world.ask()
    await office.settle()
    await office.smtp.start()

    await healed(office)


async def test_without_starttls_nothing_is_sent(open_office, certificate):
    async with FakeSmtp(offers_tls=False, logins={"gate": PASSWORD}) as stripped:
        office = await open_office(peer=stripped, login=("gate", PASSWORD))

        await office.world.ask(preview="make deploy")
        for _ in range(3):
            await office.settle()
            office.clock.advance(seconds=31)

        assert stripped.connections >= 2
        assert stripped.mails == []
        assert b"AUTH" not in stripped.in_clear
        assert b"MAIL FROM" not in stripped.in_clear
        assert PASSWORD.encode() not in stripped.in_clear


async def test_an_untrusted_certificate_gets_neither_password_nor_mail(
    open_office, certificate, tmp_path
):
    import ssl

    async with FakeSmtp(certificate=certificate, logins={"gate": PASSWORD}) as peer:
        office = await open_office(
            peer=peer, login=("gate", PASSWORD), tls=ssl.create_default_context()
        )

        await office.world.ask()
        await office.settle()

        assert peer.connections == 1
        assert peer.mails == []
        assert peer.wrong_logins == 0
        assert b"MAIL FROM" not in peer.in_clear


@pytest.mark.parametrize("implicit", [True, False])
async def test_it_logs_in_only_in_secret(open_office, certificate, implicit: bool):
    peer = FakeSmtp(certificate=certificate, implicit=implicit, logins={"gate": PASSWORD})
    async with peer:
        office = await open_office(
            peer=peer,
            login=("gate", PASSWORD),
            secrecy=Secrecy.IMPLICIT if implicit else Secrecy.STARTTLS,
        )

        await office.world.ask()
        await office.settle()

        (mail,) = peer.mails
        assert (mail.was_secret, mail.login) == (True, "gate")
        if not implicit:
            assert b"STARTTLS" in peer.in_clear
            assert b"AUTH" not in peer.in_clear


async def test_a_wrong_password_is_put_right_without_a_loss(open_office, certificate):
    async with FakeSmtp(certificate=certificate, logins={"gate": "another"}) as peer:
        office = await open_office(peer=peer, login=("gate", PASSWORD))
        await office.world.ask()
        await office.settle()
        assert peer.wrong_logins >= 1

        peer.logins["gate"] = PASSWORD

        await healed(office)


async def test_an_address_that_is_refused_is_given_up(office):
    office.smtp.unknown.add(ANA)

    id = (await office.world.ask())["approval_id"]
    for _ in range(3):
        await office.settle()
        office.clock.advance(hours=1)

    assert office.smtp.tried == [ANA]
    audit = await (await office.world.call("GET", f"/v1/approvals/{id}/audit")).json()
    (failed,) = [one for one in audit["entries"] if one["kind"] == "delivery.failed"]
    assert failed["facts"]["fault"] == "the mail server refuses the address (550 5.1.1)"


async def test_a_burst_goes_over_one_connection(open_office):
    office = await open_office()
    office.smtp.takes.clear()

    for n in range(3):
        await office.world.ask(title=f"Deploy {n}")
    office.smtp.takes.set()
    await office.settle()

    assert [mail.connection for mail in office.smtp.mails] == [1, 1, 1]


async def test_a_connection_that_was_hung_up_while_idle_is_no_fault(office):
    await office.world.ask()
    await office.settle()
    await office.smtp.stop()
    await office.smtp.start()

    await office.world.ask(title="Another")
    await office.settle()

    assert len(office.smtp.mails) == 2


async def test_nobody_who_asks_waits_for_the_mail_server(open_office):
    office = await open_office(patience=Patience(connect=60, command=60, mail=60))
    office.smtp.greets.clear()

    async with asyncio.timeout(10):
        for n in range(5):
            await office.world.ask(title=f"Deploy {n}")

    assert office.smtp.mails == []
    office.smtp.greets.set()


async def test_no_fault_tells_what_the_server_said(office, caplog):
    office.smtp.unknown.add(ANA)

    await office.world.ask()
    await office.settle()

    assert "secret words of the server" not in caplog.text
    assert "550 5.1.1" in caplog.text
