"""The doctor connects to the mail server as a mail would, and sends one where it is told to."""

from pathlib import Path

import pytest

from bot.doctor import Mark
from bot.doctor_mail import mail_findings
from bot.settings import Settings, load_settings
from tests.fakes.smtp import Certificate, FakeSmtp, a_certificate

PASSWORD = "a-made-up-mail-password"


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    """One that this process trusts, as an operator would have it trust their own server."""
    made = a_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.certificate))
    return made


def settings(directory: Path, peer: FakeSmtp, **more: str) -> Settings:
    return load_settings(
        {
            "EMAIL_SMTP_HOST": "localhost",
            "EMAIL_SMTP_PORT": str(peer.port),
            "EMAIL_FROM": "gate@example.org",
            "EMAIL_TLS": "starttls",
            "PUBLIC_URL": "https://gate.example.org",
            **more,
        },
        directory,
    )


async def looked(of: Settings, test: str | None = None) -> dict[Mark, str]:
    return {one.mark: one.line for one in reversed(await mail_findings(of, (), test=test))}


async def test_a_server_that_takes_the_login_is_well(certificate, tmp_path):
    async with FakeSmtp(certificate=certificate, logins={"gate": PASSWORD}) as peer:
        login = {"EMAIL_USERNAME": "gate", "EMAIL_PASSWORD": PASSWORD}
        found = await looked(settings(tmp_path, peer, APPROVAL_EMAIL="ana@example.org", **login))

        assert list(found) == [Mark.GOOD]
        assert found[Mark.GOOD].endswith("answers, with STARTTLS, logged in as gate.")
        assert peer.mails == []


async def test_a_wrong_password_is_named_and_not_told(certificate, tmp_path):
    async with FakeSmtp(certificate=certificate, logins={"gate": "another"}) as peer:
        login = {"EMAIL_USERNAME": "gate", "EMAIL_PASSWORD": PASSWORD}
        found = await looked(settings(tmp_path, peer, **login))

        assert "refuses EMAIL_USERNAME and EMAIL_PASSWORD (535" in found[Mark.WRONG]
        assert PASSWORD not in str(found)


async def test_a_certificate_that_nobody_trusts_is_named(tmp_path):
    async with FakeSmtp(certificate=a_certificate(tmp_path)) as peer:
        found = await looked(settings(tmp_path, peer))

        assert "its certificate is not trusted" in found[Mark.WRONG]
        assert "Nobody is reached by mail" in found[Mark.DOUBTFUL]


async def test_a_server_without_starttls_is_wrong(tmp_path):
    async with FakeSmtp(offers_tls=False) as peer:
        found = await looked(settings(tmp_path, peer))

        assert "offers no STARTTLS" in found[Mark.WRONG]


@pytest.mark.parametrize(
    ("test", "to"), [("", "ana@example.org"), ("Ben@Example.org", "ben@example.org")]
)
async def test_a_test_mail_goes_where_it_is_told_to(certificate, tmp_path, test, to):
    async with FakeSmtp(certificate=certificate) as peer:
        of = settings(tmp_path, peer, APPROVAL_EMAIL="ana@example.org")
        found = await mail_findings(of, (), test=test)

        (mail,) = peer.mails
        assert mail.recipients == (to,)
        assert mail["Subject"] == "A test mail of ok2run"
        assert any(f"took a test mail to {to}" in one.line for one in found)


@pytest.mark.parametrize("test", ["ana@example.org, ben@example.org", "ana"])
async def test_a_test_mail_has_one_address(certificate, tmp_path, test):
    async with FakeSmtp(certificate=certificate) as peer:
        found = await looked(settings(tmp_path, peer), test=test)

        assert "is not one mail address" in found[Mark.WRONG]
        assert peer.mails == []


async def test_mail_that_is_off_is_no_fault_but_for_a_test(tmp_path):
    off = load_settings({}, tmp_path)

    assert await mail_findings(off, (), test=None) == []
    assert "Mail is off" in (await looked(off, test=""))[Mark.WRONG]
