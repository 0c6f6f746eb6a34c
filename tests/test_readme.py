"""What the README says is so: its commands run, its rules load, its pictures are there."""

import re
import shlex
import textwrap
from pathlib import Path

import pytest

from bot.channels.telegram.command_table import NAMES
from bot.command import main
from bot.settings import VARIABLES
from tests.daemon import ROOT, Daemon
from tests.test_daemon import KEYS, ok2run
from tests.world import ADMIN_KEY

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"^    (?:\w+=\S+ )?\.venv/bin/ok2run (.*)$", re.MULTILINE)


def section(title: str) -> str:
    """Return what stands below a headline, up to the next."""
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_every_command_of_the_bot_stands_in_the_table():
    rows = [row for row in section("In the chat").splitlines() if row.startswith("| `/")]
    named = {name for row in rows for name in re.findall(r"`/(\w+)", row.split("|")[1])}

    assert named == NAMES - {"start"}


@pytest.mark.parametrize("line", sorted({*COMMAND.findall(README)}))
def test_every_command_line_names_a_command_and_options_that_there_are(
    line: str, capsys: pytest.CaptureFixture[str]
):
    words = shlex.split(line.partition(" > ")[0].partition(" && make")[0])
    has_commands = words[0] in ("audit", "config", "people", "policy")

    assert main([*words[: 2 if has_commands else 1], "--help"]) == 0

    told = capsys.readouterr().out
    assert all(word in told for word in words if word.startswith("--"))


def test_every_setting_stands_in_the_table():
    rows = [row for row in section("Settings").splitlines() if row.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1])}

    assert named == set(VARIABLES)


def test_every_link_within_leads_to_a_headline():
    heads = re.findall(r"^##+ (.+)$", README, re.MULTILINE)
    known = {re.sub(r"[^a-z0-9 -]", "", head.lower()).replace(" ", "-") for head in heads}

    assert set(re.findall(r"\]\(#([^)]+)\)", README)) <= known


async def test_the_gate_is_paused_and_goes_on_as_written(tmp_path: Path):
    lines = COMMAND.findall(section("In the chat"))
    async with Daemon(tmp_path, **KEYS) as daemon:
        given = {"APPROVAL_GATE_URL": daemon.url, "ADMIN_API_KEY": ADMIN_KEY}
        said = [await ok2run(*shlex.split(line), directory=tmp_path, **given) for line in lines]

    assert [(code, error) for code, _, error in said] == [(0, "")] * 4
    first = [out.split(maxsplit=1)[0] for _, out, _ in said]
    assert first == ["Paused", "Paused", "The", "Snoozed"]


def test_the_rule_that_says_who_and_how_loads(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    rules = section("Rules")
    begin = rules.index('    [[policy.rule]]\n    match = { action = "order"')
    written = textwrap.dedent(rules[begin : rules.index("\n`channels = ")])
    file = tmp_path / "who.toml"
    file.write_text(f'[[policy]]\nname = "who"\n\n{written}')

    assert main(["policy", "check", str(file)]) == 0
    assert capsys.readouterr().out.endswith(": 1 policy, 1 rule, 0 tests; no fault.\n")


def test_every_picture_is_there_and_small():
    pictures = [ROOT / path for path in re.findall(r'src="(tests/pictures/[^"]+)"', README)]

    assert len(pictures) >= 8
    assert [path.name for path in pictures if path.stat().st_size >= 60_000] == []
