"""Secrets read from files, and `.env` itself."""

from pathlib import Path

import pytest

from bot.settings import SECRET_VARIABLES, VARIABLES
from bot.variable import Database
from tests.test_settings import ROOT, TOKEN, faults, load


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
    dotenv = "EMAIL_IMAP_HOST=imap.example.com\nAPPROVAL_GATE_URL=http://x\n"

    assert load(tmp_path, dotenv).warnings == ()
