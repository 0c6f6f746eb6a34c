"""Every setting: what is taken, what is refused and in which words, all of it at once."""

from pathlib import Path

import pytest

from bot.settings import SECRET_VARIABLES, Settings, SettingsError, load_settings

ROOT = Path(__file__).parent.parent


TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz_0123"


def load(directory: Path, dotenv: str = "", **environ: str) -> Settings:
    if dotenv:
        (directory / ".env").write_text(dotenv, encoding="utf-8")
    return load_settings(environ, directory)


def faults(directory: Path, dotenv: str = "", **environ: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load(directory, dotenv, **environ)
    return caught.value.faults


def test_nothing_set_gives_the_safe_defaults(tmp_path: Path):
    settings = load(tmp_path)

    assert settings.database.engine == "sqlite"
    assert settings.database.path == tmp_path / "data/ok2run.db"
    assert settings.secret_key_file == tmp_path / "data/secret.key"
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8000, None)
    assert settings.agent_keys == ()
    assert settings.admin_api_key is None
    assert settings.telegram_bot_token is None
    assert settings.telegram_api_base == "https://api.telegram.org"
    assert settings.telegram_mode == "polling"
    assert settings.telegram_webhook_secret is None
    assert settings.approver_ids == frozenset()
    assert settings.display_timezone.key == "UTC"
    assert settings.default_language == "en"
    assert (settings.log_format, settings.log_level) == ("auto", "info")
    assert settings.allow_reveal is False
    assert settings.mcp_execute is False
    assert settings.warnings == ()
    assert settings.secret_values() == ()


@pytest.mark.parametrize(
    ("text", "value"), [("on", True), ("Yes", True), ("1", True), ("OFF", False), ("false", False)]
)
def test_a_switch_is_told_in_a_word(text: str, value: bool, tmp_path: Path):
    assert load(tmp_path, ALLOW_REVEAL=text).allow_reveal is value


def test_a_switch_that_is_neither_on_nor_off_is_a_fault(tmp_path: Path):
    (line,) = faults(tmp_path, ALLOW_REVEAL="perhaps")

    assert line.startswith("ALLOW_REVEAL: ")
    assert "use on or off" in line


def test_the_environment_wins_over_the_file(tmp_path: Path):
    settings = load(tmp_path, "PORT=1111\nHOST=gate.lan\n", PORT="2222")

    assert (settings.host, settings.port) == ("gate.lan", 2222)


def test_an_empty_text_counts_as_not_set(tmp_path: Path):
    settings = load(tmp_path, "PORT=1111\nADMIN_API_KEY=\nHOST=''\n", PORT="", PUBLIC_URL="  ")

    assert (settings.port, settings.host, settings.public_url) == (1111, "127.0.0.1", None)
    assert settings.admin_api_key is None


def test_the_file_takes_quotes_comments_and_export_and_expands_nothing(tmp_path: Path):
    settings = load(
        tmp_path,
        "# a comment\n\nexport APPROVAL_API_KEY='long-enough-$HOME-${PORT}'\n"
        "HOST=localhost # here\n",
    )

    assert [key.get_secret_value() for key in settings.agent_keys] == ["long-enough-$HOME-${PORT}"]
    assert settings.host == "localhost"


def test_variables_of_other_programs_in_the_environment_are_left_alone(tmp_path: Path):
    environ = {"PORTS": "x", "DATABASE": "y", "directory": "z", "warnings": "w", "port": "1"}

    settings = load_settings(environ, tmp_path)

    assert (settings.warnings, settings.port) == ((), 8000)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DATABASE_URL", "postgres://u:pw@db", "name the database"),
        ("DATABASE_URL", "postgresql://u:pw@db/", "name the database"),
        ("DATABASE_URL", "postgresql://u:pw@db:port/x", "this is not an address"),
        ("DATABASE_URL", "postgresql://u:p w@db/x", "this is not an address"),
        ("DATABASE_URL", "postgresql://u:pw@[db/x", "this is not an address"),
        ("DATABASE_URL", "mysql://u:pw@db/x", "this kind of database is not known"),
        ("DATABASE_URL", "sqlite://x.db", "write three slashes"),
        ("DATABASE_URL", "sqlite://", "write three slashes"),
        ("DATABASE_URL", "sqlite:///", "a database in memory forgets"),
        ("DATABASE_URL", ":memory:", "a database in memory forgets"),
        ("DATABASE_URL", "sqlite:///x.db?mode=ro", "options after a ?"),
        ("DATABASE_URL", "data/", "that is a directory"),
        ("DATABASE_URL", "/", "that is a directory"),
        ("DATABASE_URL", "a\0b", "a path cannot hold a NUL"),
        ("SECRET_KEY_FILE", "/", "'/' is a directory"),
        ("HOST", "127.0.0.1:80", "'127.0.0.1:80' is not an address"),
        ("HOST", "a b", "'a b' is not an address"),
        ("PORT", "65536", "'65536' is not a port; give a number from 1 to 65535."),
        ("PORT", "-1", "'-1' is not a port"),
        ("PORT", "http", "'http' is not a port"),
        ("PORT", "٣", "is not a port"),
        ("PUBLIC_URL", "gate.example.com", "it is not an http or https URL"),
        ("PUBLIC_URL", "ftp://gate.example.com", "it is not an http or https URL"),
        ("PUBLIC_URL", "https://", "it is not an http or https URL"),
        ("PUBLIC_URL", "https://gate.example.com:0", "it is not an http or https URL"),
        ("PUBLIC_URL", "https://gate.example.com:99999", "it is not a URL"),
        ("PUBLIC_URL", "https://[::1", "it is not a URL"),
        ("PUBLIC_URL", "http://gate.example.com", "it must begin with https://"),
        ("PUBLIC_URL", "https://gate.example.com/gate", "it must end after the host or port"),
        ("PUBLIC_URL", "https://gate.example.com/?x=1", "it must not hold a ? or #"),
        ("PUBLIC_URL", "https://gate.example.com/#x", "it must not hold a ? or #"),
        ("PUBLIC_URL", "https://u:pw@gate.example.com", "it must not hold a name or password"),
        ("PUBLIC_URL", "https://gate.exämple.com", "it holds characters that no URL has"),
        ("TELEGRAM_API_BASE", "127.0.0.1:8081", "it is not an http or https URL"),
        ("TELEGRAM_TOPICS", "on", "'on' is none of the choices; use off or agent."),
        ("TELEGRAM_API_BASE", "http://h/?x", "it must not hold a ? or #"),
        ("APPROVAL_API_KEY", ",", "it holds no key"),
        ("APPROVAL_API_KEY", "one two", "a key takes printable ASCII"),
        ("APPROVAL_API_KEYS", "fine-key-of-sixteen,käse", "a key takes printable ASCII"),
        ("ADMIN_API_KEY", "fifteen-letters", "it has 15 characters; use at least 16."),
        ("ADMIN_API_KEY", "first-key-of-sixteen,second", "it takes one key"),
        ("ADMIN_API_KEY", "sixteen or more with blanks", "a key takes printable ASCII"),
        ("TELEGRAM_BOT_TOKEN", "bot123:abc", "it does not look like a bot token"),
        ("TELEGRAM_BOT_TOKEN", TOKEN[:20], "it does not look like a bot token"),
        ("TELEGRAM_MODE", "push", "'push' is none of the choices; use auto, polling or webhook."),
        ("TELEGRAM_WEBHOOK_SECRET", "a" * 31, "use 32 to 256 letters"),
        ("TELEGRAM_WEBHOOK_SECRET", "a" * 257, "use 32 to 256 letters"),
        ("TELEGRAM_WEBHOOK_SECRET", "a" * 40 + "!", "use 32 to 256 letters"),
        ("APPROVAL_TG_CHAT_ID", "@somebody", "'@somebody' is not a chat id"),
        ("APPROVAL_TG_CHAT_ID", "0", "'0' is not a chat id"),
        ("APPROVAL_TG_CHAT_ID", str(2**52), "is not a chat id"),
        ("ALLOWED_USER_IDS", "1001,-5", "'-5' is not a person's id"),
        ("ALLOWED_USER_IDS", "1001;1002", "'1001;1002' is not a person's id"),
        ("ALLOWED_USER_IDS", ",", "it holds no id"),
        ("DISPLAY_TIMEZONE", "Europe/Berln", "is not a time zone; did you mean Europe/Berlin?"),
        ("DISPLAY_TIMEZONE", "../../etc/passwd", "use a name such as Europe/Berlin."),
        ("DISPLAY_TIMEZONE", "Europe", "is not a time zone"),
        ("DEFAULT_LANGUAGE", "fr", "'fr' is not available; use en or zh."),
        ("LOG_FORMAT", "xml", "'xml' is none of the choices; use auto, console or json."),
        ("LOG_LEVEL", "warn", "'warn' is none of the choices"),
    ],
)
def test_a_malformed_value_is_one_line_that_names_its_variable(
    name: str, value: str, sentence: str, tmp_path: Path
):
    (line,) = faults(tmp_path, **{name: value})

    assert line.startswith(f"{name}: ")
    assert sentence in line
    assert "\n" not in line
    if name in SECRET_VARIABLES and len(value) > 9:
        assert value not in line
    assert "pw" not in line


def test_a_value_is_shown_escaped_and_cut(tmp_path: Path):
    (line,) = faults(tmp_path, LOG_LEVEL="\x1b[2J" + "x" * 500)

    assert "\\x1b[2Jxxx" in line
    assert len(line) < 200


def test_all_faults_are_told_at_once(tmp_path: Path):
    lines = faults(
        tmp_path,
        "what is this\nPORT=x\n",
        HOST="a b",
        ADMIN_API_KEY="short",
        TELEGRAM_BOT_TOKEN=TOKEN,
        TELEGRAM_BOT_TOKEN_FILE="token",
        APPROVAL_API_KEY_FILE="missing",
        TELEGRAM_MODE="webhook",
    )

    assert [line.split(":")[0] for line in lines] == [
        ".env",
        "APPROVAL_API_KEY_FILE",
        "TELEGRAM_BOT_TOKEN",
        "HOST",
        "PORT",
        "ADMIN_API_KEY",
        "TELEGRAM_MODE",
    ]


def test_the_error_prints_a_line_for_each_fault(tmp_path: Path):
    with pytest.raises(SettingsError, match=r"^HOST: .*\nPORT: .*$"):
        load(tmp_path, PORT="x", HOST="a b")
