"""Every setting: what is taken, what is refused and in which words, all of it at once."""

import re
from pathlib import Path

import pytest

from bot.settings import SECRET_VARIABLES, VARIABLES, Settings, SettingsError, load_settings
from bot.variable import Database

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
        ("DEFAULT_LANGUAGE", "fr", "'fr' is not available; only en is so far."),
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
        APPROVAL_TG_CHAT_ID="-1001",
        TELEGRAM_MODE="webhook",
    )

    assert [line.split(":")[0] for line in lines] == [
        ".env",
        "APPROVAL_API_KEY_FILE",
        "TELEGRAM_BOT_TOKEN",
        "HOST",
        "PORT",
        "ADMIN_API_KEY",
        "APPROVAL_TG_CHAT_ID",
        "TELEGRAM_MODE",
    ]


def test_the_error_prints_a_line_for_each_fault(tmp_path: Path):
    with pytest.raises(SettingsError, match=r"^HOST: .*\nPORT: .*$"):
        load(tmp_path, PORT="x", HOST="a b")


@pytest.mark.parametrize("name", SECRET_VARIABLES)
def test_a_secret_may_be_read_from_the_file_that_is_named(name: str, tmp_path: Path):
    value = {"TELEGRAM_BOT_TOKEN": TOKEN, "DATABASE_URL": "kept.db"}.get(name, "v" * 40)
    (tmp_path / "secret").write_text(f"{value}\n", encoding="utf-8")

    settings = load(tmp_path, **{f"{name}_FILE": "secret"})

    if name == "DATABASE_URL":
        assert settings.database.path == tmp_path / "kept.db"
    else:
        assert settings.secret_values() == (value,)


def test_keys_in_a_file_may_stand_on_lines_of_their_own(tmp_path: Path):
    (tmp_path / "keys").write_text("first-key-of-sixteen\nsecond-key-of-sixteen\n")

    settings = load(tmp_path, "APPROVAL_API_KEYS_FILE=keys\n")

    assert settings.secret_values() == ("first-key-of-sixteen", "second-key-of-sixteen")


def test_a_secret_given_twice_over_is_a_fault(tmp_path: Path):
    (line,) = faults(
        tmp_path, "ADMIN_API_KEY_FILE=secret\n", ADMIN_API_KEY="a-key-of-sixteen-or-more"
    )

    assert line == (
        "ADMIN_API_KEY: both ADMIN_API_KEY and ADMIN_API_KEY_FILE are set; keep one of them."
    )


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://gate@db.example.org/ok2run",
        "postgres://gate:p%40ss@db.example.org:6432/ok2run?sslmode=verify-full",
        "POSTGRESQL:///ok2run?host=/run/postgresql",
    ],
)
def test_postgresql_is_named_by_its_url(url: str, tmp_path: Path):
    settings = load(tmp_path, DATABASE_URL=url, SECRET_KEY_FILE="kept/secret.key")

    location = f"postgresql:{url.partition(':')[2]}"
    assert settings.database == Database(engine="postgresql", location=location)


def test_postgresql_needs_the_secret_file_named(tmp_path: Path):
    (line,) = faults(tmp_path, DATABASE_URL="postgresql://gate@db.example.org/ok2run")

    assert line.startswith("SECRET_KEY_FILE: with PostgreSQL, name a file that stays")


def test_the_databases_password_is_listed_for_the_log_in_both_its_forms(tmp_path: Path):
    settings = load(
        tmp_path,
        DATABASE_URL="postgresql://gate:p%40ss-word@db.example.org/ok2run",
        SECRET_KEY_FILE="secret.key",
    )

    assert settings.secret_values() == ("p%40ss-word", "p@ss-word")
    assert "ss-word" not in repr(settings)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot read the file it names: no such file or directory."),
        (b" \n", "the file it names is empty"),
        (b"\xff\xfe", "cannot read the file it names: it is not UTF-8 text."),
        (b"x" * 70000, "cannot read the file it names: it is larger than 65536 bytes."),
    ],
)
def test_a_secret_file_that_cannot_be_used_is_a_fault_of_its_own_name(
    content: bytes | None, sentence: str, tmp_path: Path
):
    if content is not None:
        (tmp_path / "secret").write_bytes(content)

    (line,) = faults(tmp_path, ADMIN_API_KEY_FILE="secret")

    assert line.startswith("ADMIN_API_KEY_FILE: ")
    assert sentence in line


def test_what_is_no_secret_has_no_file_form(tmp_path: Path):
    settings = load(tmp_path, "PORT_FILE=port\n")

    assert settings.port == 8000
    assert len(settings.warnings) == 1


def test_an_unreadable_line_of_the_file_is_told_by_its_number(tmp_path: Path):
    lines = faults(tmp_path, "PORT=1\n\n\nADMIN_API_KEY\nHOST='open\n")

    assert lines == (
        ".env: line 4 cannot be read; write NAME=value there.",
        ".env: line 5 cannot be read; write NAME=value there.",
    )


def test_a_file_that_is_not_text_is_a_fault(tmp_path: Path):
    (tmp_path / ".env").write_bytes(b"PORT=\xff\n")

    assert faults(tmp_path) == (".env: cannot read it: it is not UTF-8 text.",)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path):
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfPORT=81\r\nHOST=localhost\r\n")

    settings = load(tmp_path)

    assert (settings.port, settings.host, settings.warnings) == (81, "localhost", ())


def test_an_unknown_name_in_the_file_is_a_warning_with_a_suggestion(tmp_path: Path):
    settings = load(tmp_path, f"TELEGRAM_BOT_TOKN={TOKEN}\nport=1\nQUITE_ELSE=1\n")

    assert settings.warnings == (
        ".env: TELEGRAM_BOT_TOKN is not a known setting and is not used; "
        "did you mean TELEGRAM_BOT_TOKEN?",
        ".env: port is not a known setting and is not used; did you mean PORT?",
        ".env: QUITE_ELSE is not a known setting and is not used.",
    )
    assert settings.port == 8000


def test_a_name_that_stands_twice_in_the_file_is_a_warning(tmp_path: Path):
    settings = load(tmp_path, "PORT=1\nPORT=2\n")

    assert settings.port == 2
    assert settings.warnings == (".env: PORT is set twice; the last line counts.",)


def test_a_policy_file_is_found_from_the_directory_and_read_later(tmp_path: Path):
    assert load(tmp_path).policy_file is None
    assert load(tmp_path, POLICY_FILE="none.toml").policy_file == tmp_path / "none.toml"
    assert load(tmp_path, "POLICY_FILE=/etc/rules.yaml").policy_file == Path("/etc/rules.yaml")


def test_the_readme_tells_what_every_setting_in_its_table_means():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition("\n## Settings\n")[2].partition("\n## ")[0]
    first = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {name for cell in first for name in cell.replace("`", " ").split()}

    assert named <= set(VARIABLES)
    assert "POLICY_FILE" in named


def test_documented_names_that_are_not_used_yet_pass_without_a_warning(tmp_path: Path):
    dotenv = "EMAIL_FROM=a@example.com\nAPPROVAL_GATE_URL=http://x\n"

    assert load(tmp_path, dotenv).warnings == ()


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


def test_a_group_in_which_nobody_may_decide_refuses_to_start(tmp_path: Path):
    (line,) = faults(tmp_path, APPROVAL_TG_CHAT_ID="-1001234567890")

    assert line == (
        "APPROVAL_TG_CHAT_ID: this is a group, and nobody in it may decide yet; "
        "list the approvers' numeric ids in ALLOWED_USER_IDS."
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
