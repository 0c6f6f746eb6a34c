"""Single settings, what goes between them, and the example of all."""

import re
from pathlib import Path

import pytest

from bot.settings import SECRET_VARIABLES, VARIABLES, load_settings
from tests.test_settings import ROOT, TOKEN, faults, load


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("kept.db", "kept.db"),
        ("sqlite:///kept.db", "kept.db"),
        ("sqlite:///./kept.db", "kept.db"),
        ("SQLite:///kept.db", "kept.db"),
        ("sqlite:////elsewhere/kept.db", "/elsewhere/kept.db"),
        ("/elsewhere/kept.db", "/elsewhere/kept.db"),
    ],
)
def test_a_path_is_taken_as_sqlite(text: str, path: str, tmp_path: Path):
    assert load(tmp_path, DATABASE_URL=text).database.path == tmp_path / path


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://gate.example.com/", "https://gate.example.com"),
        ("HTTPS://Gate.Example.com:443", "https://gate.example.com"),
        ("https://gate.example.com:8443/", "https://gate.example.com:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1/", "http://127.0.0.1"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_public_address_is_kept_in_one_form(text: str, kept: str, tmp_path: Path):
    assert load(tmp_path, PUBLIC_URL=text).public_url == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("http://127.0.0.1:8081/", "http://127.0.0.1:8081"),
        ("http://bot-api:8081/base/", "http://bot-api:8081/base"),
    ],
)
def test_a_local_bot_api_server_may_have_a_path(text: str, kept: str, tmp_path: Path):
    assert load(tmp_path, TELEGRAM_API_BASE=text).telegram_api_base == kept


@pytest.mark.parametrize("host", ["192.0.2.7", "::", "::1", "[::1]", "localhost", "gate.lan"])
def test_addresses_and_names_to_listen_on_are_taken(host: str, tmp_path: Path):
    assert load(tmp_path, HOST=host).host == host.strip("[]")


def test_port_nought_means_any_free_port(tmp_path: Path):
    assert load(tmp_path, PORT="0").port == 0


def test_keys_are_trimmed_and_told_apart(tmp_path: Path):
    settings = load(tmp_path, APPROVAL_API_KEYS=" key-one-of-sixteen, key-two-of-sixteen,, ")

    assert settings.secret_values() == ("key-one-of-sixteen", "key-two-of-sixteen")
    assert "key-one" not in repr(settings)


def test_the_list_of_keys_comes_before_the_single_key(tmp_path: Path):
    settings = load(
        tmp_path, APPROVAL_API_KEYS="key-one-of-sixteen", APPROVAL_API_KEY="key-two-of-sixteen"
    )

    assert [key.get_secret_value() for key in settings.agent_keys] == ["key-one-of-sixteen"]
    assert settings.warnings == (
        "APPROVAL_API_KEY: it is not used, because APPROVAL_API_KEYS is set and does not list it.",
    )
    assert "key-two-of-sixteen" in settings.secret_values()


def test_a_short_key_works_with_a_warning(tmp_path: Path):
    settings = load(tmp_path, APPROVAL_API_KEY="dev-key")

    assert [key.get_secret_value() for key in settings.agent_keys] == ["dev-key"]
    assert settings.warnings == (
        "APPROVAL_API_KEY: a key of 7 characters can be guessed; use 16 or more.",
    )


def test_no_key_is_both_the_agents_and_the_admins(tmp_path: Path):
    (line,) = faults(
        tmp_path, ADMIN_API_KEY="the-same-for-both", APPROVAL_API_KEY="x,the-same-for-both"
    )

    assert line.startswith("ADMIN_API_KEY: it is also an agent's key")
    assert "the-same" not in line


def test_a_private_chat_is_an_approver(tmp_path: Path):
    settings = load(tmp_path, APPROVAL_TG_CHAT_ID="1001", ALLOWED_USER_IDS="1002, 1003,1002")

    assert settings.approval_tg_chat_id == 1001
    assert settings.allowed_user_ids == (1002, 1003)
    assert settings.approver_ids == {1001, 1002, 1003}


def test_a_group_in_which_nobody_is_named_to_decide_is_told(tmp_path: Path):
    settings = load(tmp_path, APPROVAL_TG_CHAT_ID="-1001234567890")

    assert settings.missing_approvers() == (
        "APPROVAL_TG_CHAT_ID: this is a group, and nobody in it may decide yet; run  ok2run "
        "setup  to pair yourself, or list the approvers' numeric ids in ALLOWED_USER_IDS."
    )


def test_a_group_is_no_approver_and_its_approvers_are_listed(tmp_path: Path):
    settings = load(tmp_path, APPROVAL_TG_CHAT_ID="-1001234567890", ALLOWED_USER_IDS="1001")

    assert settings.missing_approvers() is None
    assert settings.approver_ids == {1001}


def test_a_wrong_list_of_approvers_is_not_also_called_missing(tmp_path: Path):
    (line,) = faults(tmp_path, APPROVAL_TG_CHAT_ID="-1001234567890", ALLOWED_USER_IDS="ana")

    assert line.startswith("ALLOWED_USER_IDS: ")


@pytest.mark.parametrize(
    ("mode", "public_url", "resolved"),
    [
        ("auto", "", "polling"),
        ("auto", "https://gate.example.com", "webhook"),
        ("auto", "https://gate.example.com:8443", "webhook"),
        ("auto", "https://gate.example.com:88", "webhook"),
        ("auto", "https://gate.example.com:9443", "polling"),
        ("auto", "http://localhost:8443", "polling"),
        ("polling", "https://gate.example.com", "polling"),
        ("WEBHOOK", "https://gate.example.com", "webhook"),
    ],
)
def test_updates_come_by_webhook_where_telegram_can_reach_the_gate(
    mode: str, public_url: str, resolved: str, tmp_path: Path
):
    settings = load(tmp_path, TELEGRAM_MODE=mode, PUBLIC_URL=public_url)

    assert settings.telegram_mode == resolved


@pytest.mark.parametrize(
    ("public_url", "sentence"),
    [
        ("", "webhook needs PUBLIC_URL; set it"),
        ("https://gate.example.com:9443", "https on port 443, 80, 88 or 8443"),
        ("http://localhost:8443", "https on port 443, 80, 88 or 8443"),
    ],
)
def test_a_webhook_that_telegram_cannot_reach_refuses_to_start(
    public_url: str, sentence: str, tmp_path: Path
):
    (line,) = faults(tmp_path, TELEGRAM_MODE="webhook", PUBLIC_URL=public_url)

    assert line.startswith("TELEGRAM_MODE: ")
    assert sentence in line


def test_a_local_bot_api_server_reaches_loopback(tmp_path: Path):
    settings = load(
        tmp_path,
        TELEGRAM_MODE="webhook",
        PUBLIC_URL="http://127.0.0.1:8000",
        TELEGRAM_API_BASE="http://127.0.0.1:8081",
    )

    assert settings.telegram_mode == "webhook"


def test_every_secret_is_listed_for_the_log_once(tmp_path: Path):
    settings = load(
        tmp_path,
        APPROVAL_API_KEYS="key-one-of-sixteen",
        ADMIN_API_KEY="admin-key-of-sixteen",
        TELEGRAM_BOT_TOKEN=TOKEN,
        TELEGRAM_WEBHOOK_SECRET="w" * 32,
    )

    assert settings.secret_values() == (
        "key-one-of-sixteen",
        "admin-key-of-sixteen",
        TOKEN,
        "w" * 32,
    )
    assert not any(secret in repr(settings) for secret in settings.secret_values())


def example_lines() -> dict[str, str]:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return dict(re.findall(r"^#?([A-Z][A-Z_]*)=(.*)$", text, flags=re.MULTILINE))


def test_the_example_lists_every_setting_and_no_other():
    assert set(example_lines()) == set(VARIABLES)


def test_the_example_shows_the_defaults(tmp_path: Path):
    shown = load(tmp_path, "".join(f"{name}={value}\n" for name, value in example_lines().items()))

    assert shown == load_settings({}, tmp_path / "empty").model_copy(
        update={
            name: getattr(shown, name) for name in ("directory", "database", "secret_key_file")
        }
    )
    assert shown.database.path == tmp_path / "data/ok2run.db"
    assert shown.secret_key_file == tmp_path / "data/secret.key"


def test_the_example_names_what_may_come_from_a_file():
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    header = text[: text.index("# ---")]

    assert set(re.findall(r"[A-Z]+_[A-Z_]+", header)) - {"NAME_FILE"} == set(SECRET_VARIABLES)


def test_the_example_as_it_is_changes_nothing(tmp_path: Path):
    settings = load(tmp_path, (ROOT / ".env.example").read_text(encoding="utf-8"))

    assert settings == load_settings({}, tmp_path)
    assert settings.warnings == ()
