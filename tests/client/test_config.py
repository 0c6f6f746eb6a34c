"""The agent side's settings: the environment first, then the file, which is its owner's alone."""

import os
from pathlib import Path

import pytest

from ok2run.cli import main
from ok2run.config import Misconfigured, api_key, environment, gate_url, place
from ok2run.config_command import with_setting
from tests.client.peer import APPROVED, Peer

KEY = "agent-key-0123456789"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith(("APPROVAL_", "AGENTGATE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def kept(home: Path) -> Path:
    file = home / ".config" / "ok2run" / "config"
    file.parent.mkdir(parents=True)
    return file


def test_what_the_environment_leaves_open_comes_from_the_file(kept: Path, home: Path):
    kept.write_text(f"# mine\nAPPROVAL_API_KEY = {KEY}\nAPPROVAL_GATE_URL=http://a.example.org/\n")

    found = environment({"HOME": str(home), "APPROVAL_GATE_URL": "http://b.example.org"})

    assert api_key(found) == KEY
    assert gate_url(found) == "http://b.example.org"
    assert found["HOME"] == str(home)


def test_an_alias_in_the_environment_comes_before_the_file(kept: Path, home: Path):
    kept.write_text("APPROVAL_API_KEY=of-the-file\n")

    found = environment({"HOME": str(home), "AGENTGATE_API_KEY": "of-the-environment"})

    assert api_key(found) == "of-the-environment"


def test_an_empty_variable_is_left_open(kept: Path, home: Path):
    kept.write_text(f"APPROVAL_API_KEY={KEY}\n")

    assert api_key(environment({"HOME": str(home), "APPROVAL_API_KEY": " "})) == KEY


def test_other_names_and_other_lines_are_no_settings(kept: Path, home: Path):
    kept.write_text("PATH=/elsewhere\nAPPROVAL_CHANNEL\n#APPROVAL_API_KEY=x\n")

    environ = {"HOME": str(home)}

    assert environment(environ) == environ


def test_the_configuration_folder_may_be_named(tmp_path: Path):
    named = {"HOME": "/home/ana", "XDG_CONFIG_HOME": str(tmp_path)}

    assert place(named) == str(tmp_path / "ok2run" / "config")
    assert place({**named, "XDG_CONFIG_HOME": "relative"}) == "/home/ana/.config/ok2run/config"
    assert place({}) is None
    assert environment({}) == {}


def test_a_file_that_cannot_be_read_is_told(kept: Path, home: Path):
    kept.mkdir()

    with pytest.raises(Misconfigured, match="can't be read"):
        environment({"HOME": str(home)})


def test_what_is_set_is_used_by_every_command(home: Path, capsys: pytest.CaptureFixture[str]):
    with Peer(APPROVED) as peer:
        assert main(["config", "set", "APPROVAL_GATE_URL", peer.url]) == 0
        assert main(["config", "set", "approval_api_key", KEY]) == 0
        assert main(["request", "deploy"]) == 0

    assert peer.asked[0].headers["Authorization"] == f"Bearer {KEY}"
    assert capsys.readouterr().out == "approved by Ana, 0 s\n"


def test_the_file_is_its_owners_alone_even_where_it_was_not(kept: Path):
    kept.write_text("# mine\nAPPROVAL_CHANNEL=email\n")
    kept.chmod(0o644)

    assert main(["config", "set", "APPROVAL_API_KEY", KEY]) == 0

    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.read_text() == f"# mine\nAPPROVAL_CHANNEL=email\nAPPROVAL_API_KEY={KEY}\n"


def test_a_key_may_come_from_standard_input(
    kept: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    (tmp_path / "stdin").write_text(f"{KEY}\nsecond\n")

    with (tmp_path / "stdin").open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        assert main(["config", "set", "APPROVAL_API_KEY"]) == 0

    assert kept.read_text() == f"APPROVAL_API_KEY={KEY}\n"


def test_showing_tells_each_source_and_never_the_key(
    kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    kept.write_text(f"APPROVAL_API_KEY={KEY}\n")
    kept.chmod(0o644)
    monkeypatch.setenv("APPROVAL_CHANNEL", "telegram")

    assert main(["config", "show"]) == 0

    out, err = capsys.readouterr()
    assert out.splitlines() == [
        f"# {kept}",
        "APPROVAL_GATE_URL=http://127.0.0.1:8000  # not set: the default",
        "APPROVAL_API_KEY=…6789  # from the file",
        "# APPROVAL_TG_CHAT_ID not set",
        "APPROVAL_CHANNEL=telegram  # from the environment, APPROVAL_CHANNEL",
        "# APPROVAL_SESSION_ID not set",
    ]
    assert f"chmod 600 {kept}" in err


def test_a_setting_is_taken_out_again(kept: Path):
    main(["config", "set", "APPROVAL_CHANNEL", "email"])

    assert main(["config", "unset", "APPROVAL_CHANNEL"]) == 0
    assert kept.read_text() == ""
    assert main(["config", "unset", "APPROVAL_CHANNEL"]) == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["config"], 2, "usage: ok2run config"),
        (["config", "set", "NAME", "x"], 2, "no such setting"),
        (["config", "set", "APPROVAL_CHANNEL", ""], 1, "would be empty"),
        (["config", "set", "APPROVAL_CHANNEL", "a\nb"], 1, "control characters"),
        (["config", "set", "APPROVAL_GATE_URL", "ftp://x"], 1, "not an http or https address"),
        (["config", "set", "APPROVAL_API_KEY", "a key"], 1, "characters that no key has"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    words: list[str], code: int, said: str, home: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(words) == code

    assert said in capsys.readouterr().err
    assert not (home / ".config").exists()


def test_a_file_that_cannot_be_read_is_not_written_over(
    kept: Path, capsys: pytest.CaptureFixture[str]
):
    kept.write_bytes(b"APPROVAL_CHANNEL=\xff\n")

    assert main(["config", "set", "APPROVAL_CHANNEL", "email"]) == 1

    assert "not UTF-8" in capsys.readouterr().err
    assert kept.read_bytes() == b"APPROVAL_CHANNEL=\xff\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "APPROVAL_CHANNEL=email\n"),
        ("# a", "# a\nAPPROVAL_CHANNEL=email\n"),
        (
            "APPROVAL_CHANNEL=1\nX=2\n APPROVAL_CHANNEL = 3\n# end\n",
            "X=2\nAPPROVAL_CHANNEL=email\n# end\n",
        ),
    ],
)
def test_only_the_own_line_changes(before: str, after: str):
    assert with_setting(before, "APPROVAL_CHANNEL", "email") == after
    assert with_setting(after, "APPROVAL_CHANNEL", "email") == after
