"""The settings of mail: what they need of each other, and what would leak."""

from pathlib import Path

import pytest

from bot.mail_server import mail_server
from bot.mail_variable import Sender
from bot.settings import SettingsError, load_settings

ON = {"EMAIL_SMTP_HOST": "mail.example.org", "EMAIL_FROM": "gate@example.org"}
LOGIN = {"EMAIL_USERNAME": "gate", "EMAIL_PASSWORD": "a-made-up-password"}
LINKED = {"PUBLIC_URL": "https://gate.example.org"}


def faults(directory: Path, **environ: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ, directory)
    return caught.value.faults


def test_without_a_server_mail_is_off(tmp_path: Path):
    assert mail_server(load_settings({}, tmp_path)) is None


def test_a_server_and_a_sender_turn_it_on(tmp_path: Path):
    settings = load_settings({**ON, **LOGIN, **LINKED}, tmp_path)

    server = mail_server(settings)
    assert server is not None
    assert (server.host, server.port, server.secrecy) == ("mail.example.org", 587, "starttls")
    assert (server.username, server.password) == ("gate", "a-made-up-password")
    assert settings.email_from == Sender(name="ok2run", address="gate@example.org")
    assert settings.warnings == ()


@pytest.mark.parametrize(
    ("port", "said", "taken"),
    [("465", "", "implicit"), ("25", "", "starttls"), ("465", "starttls", "starttls")],
)
def test_tls_is_chosen_by_the_port_unless_it_is_said(
    port: str, said: str, taken: str, tmp_path: Path
):
    settings = load_settings({**ON, "EMAIL_SMTP_PORT": port, "EMAIL_TLS": said}, tmp_path)

    assert settings.email_tls == taken


def test_a_password_is_never_to_be_sent_in_clear_beyond_this_machine(tmp_path: Path):
    (line,) = faults(tmp_path, **ON, **LOGIN, EMAIL_TLS="none")

    assert line.startswith("EMAIL_TLS: none would send EMAIL_PASSWORD in clear")
    here = {**ON, **LOGIN, "EMAIL_SMTP_HOST": "127.0.0.1", "EMAIL_TLS": "none"}
    assert load_settings(here, tmp_path).email_tls == "none"


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path):
    found = faults(
        tmp_path,
        EMAIL_SMTP_HOST="mail.example.org",
        EMAIL_SMTP_PORT="0",
        EMAIL_USERNAME="gate",
        EMAIL_CONFIRM="never",
        EMAIL_FALLBACK_SECONDS="soon",
        APPROVAL_EMAIL="ana@example.org, ben@example.org",
    )

    assert [line.partition(":")[0] for line in found] == [
        "EMAIL_SMTP_PORT",
        "APPROVAL_EMAIL",
        "EMAIL_CONFIRM",
        "EMAIL_FALLBACK_SECONDS",
        "EMAIL_FROM",
        "EMAIL_PASSWORD",
    ]


@pytest.mark.parametrize(
    "address",
    [
        "ana",
        "ana@",
        "@example.org",
        "ana@example.org,ben@example.org",
        "ana@exa mple.org",
        "ana\x00@example.org",
        "ana@example.org\nBcc: ben@example.org",
        "=?utf-8?q?ana?=@example.org",
        "Ana <ana@example.org>",
        "ana@-example.org",
        f"{'a' * 65}@example.org",
        "ana@bücher.example",
    ],
)
def test_what_is_not_one_address_is_refused(address: str, tmp_path: Path):
    (line,) = faults(tmp_path, **ON, APPROVAL_EMAIL=address)

    assert line.startswith("APPROVAL_EMAIL: it is not one mail address")
    assert "ana" not in line.replace("ana@example.org.", "")


def test_a_sender_may_have_a_name(tmp_path: Path):
    settings = load_settings({**ON, "EMAIL_FROM": "The Gate <Gate@Example.org>"}, tmp_path)

    assert settings.email_from == Sender(name="The Gate", address="gate@example.org")


def test_without_a_public_address_a_warning_says_that_mails_hold_no_link(tmp_path: Path):
    (line,) = load_settings(ON, tmp_path).warnings

    assert line.startswith("PUBLIC_URL: without it mails hold no link")


def test_what_does_nothing_without_a_server_is_told(tmp_path: Path):
    settings = load_settings({"APPROVAL_EMAIL": "ana@example.org"}, tmp_path)

    (line,) = settings.warnings
    assert line.startswith("APPROVAL_EMAIL: it is not used, because mail is off")


def test_the_password_is_among_what_no_log_shows(tmp_path: Path):
    settings = load_settings({**ON, **LOGIN}, tmp_path)

    assert "a-made-up-password" in settings.secret_values()
    assert "a-made-up-password" not in repr(settings)
    assert "a-made-up-password" not in repr(mail_server(settings))


@pytest.mark.parametrize(("text", "seconds"), [("0", 0), ("60", 60), ("off", None), ("", 300)])
def test_when_a_card_is_mailed_as_well(text: str, seconds: int | None, tmp_path: Path):
    settings = load_settings({**ON, "EMAIL_FALLBACK_SECONDS": text}, tmp_path)

    assert settings.email_fallback_seconds == seconds
