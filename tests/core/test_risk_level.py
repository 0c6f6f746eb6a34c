"""Letters, lengths, levels and reasons; and nothing makes the assessment raise."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.action import Action
from bot.core.danger import Danger
from bot.core.risk import REASON_TEXTS, Level, assess
from tests.core.test_risk import command, tool

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_hidden_characters_are_found_everywhere():
    for found in (
        assess(Action(action_type="x", title="a\u202eb")),
        assess(Action(action_type="x", title="a", cwd="/a\u200b")),
        assess(Action(action_type="x\u200b", title="a")),
        tool("x", a=[{"b": "\x1b[2J"}]),
        tool("x", **{"a\u200b": 1}),
    ):
        assert found.level is Level.HIGH
        assert found.floor == ("hidden-characters",)
        assert found.reasons[0].text == "Contains hidden characters."


def test_look_alike_letters_have_their_own_reason_and_the_same_class():
    found = command("gіt ѕtatus\u200b")

    assert [reason.text for reason in found.reasons] == [
        "Contains hidden characters.",
        "Contains look-alike letters.",
    ]
    assert found.floor == ("hidden-characters",)


def test_line_ends_of_windows_and_emoji_are_nothing_hidden():
    assert tool("Write", content="a\r\nb\r\n", title="👩\u200d💻").level is Level.NORMAL


def test_what_is_too_long_is_said_and_its_ends_are_read():
    found = command("echo " + "x" * 200_000 + "; rm -rf ~")

    assert {"too-long", "deletes-everything"} <= set(found.floor)
    assert "too-long" in tool("x", many=["a"] * 3_000).floor
    assert "too-long" in command("a;" * 2_000).floor


def test_scripts_within_scripts_are_read_so_far_and_then_doubted():
    line = "ls"
    for _ in range(6):
        line = "bash -c '" + line.replace("'", "'\\''") + "'"

    assert command("bash -c 'bash -c ls'").level is Level.NORMAL
    assert command(line).floor == ("unreadable",)
    assert "unreadable" in command("$(" * 30).floor
    assert "unreadable" in command("find . " + "-exec ls {} + " * 20).floor
    assert command("a <<E\n$(rm -rf ~)\nE").level is Level.CRITICAL
    assert "unreadable" in command("$(" * 12 + "a <<E\n`x`\nE\n" + ")" * 12).floor
    assert "unreadable" in command("cd " + "a/" * 400 + "; rm -rf x" + "; $X").floor
    assert "deletes-outside" in command("cd " + "a/" * 249 + "b; cd c; rm -rf x").floor


def test_a_shell_is_known_by_type_language_or_parameter():
    for action_type in ("Bash", "run_terminal_cmd", "exec_command", "mcp__x__bash", "shell"):
        assert assess(Action(action_type=action_type, title="", preview="sudo ls")).is_floor
    assert assess(Action(action_type="x", title="", preview="sudo ls", language="Bash")).is_floor
    assert tool("x", command="sudo ls").is_floor
    assert not assess(Action(action_type="x", title="", preview="sudo ls")).is_floor
    assert not assess(Action(action_type="", title="", preview="sudo ls")).is_floor
    assert not assess(Action(action_type="run_tests", title="", preview="sudo ls")).is_floor


def test_without_a_working_directory_only_relative_paths_are_inside():
    assert not command("rm -rf build", cwd=None).is_floor
    assert command("rm -rf /srv/app/build", cwd=None).is_floor
    assert command("rm -rf build", cwd="/").is_floor
    assert command("rm -rf /srv", cwd="/").is_floor
    assert command("cd /srv && rm -rf x", cwd=None).is_floor
    assert not command("rm -rf ~/shop/build", cwd="~/shop").is_floor
    assert command("rm -rf ~/build", cwd="~").is_floor


@pytest.mark.parametrize(
    ("line", "urgency", "level"),
    [
        ("git status", Level.LOW, Level.LOW),
        ("git status", Level.NORMAL, Level.LOW),
        ("git status", Level.HIGH, Level.HIGH),
        ("make", Level.LOW, Level.NORMAL),
        ("make", Level.CRITICAL, Level.CRITICAL),
        ("sudo ls", Level.LOW, Level.HIGH),
        ("sudo ls", Level.CRITICAL, Level.CRITICAL),
        ("rm -rf /", Level.HIGH, Level.CRITICAL),
    ],
)
def test_the_agent_can_raise_the_level_and_never_lower_it(line, urgency, level):
    action = Action(action_type="Bash", title="Run", preview=line)

    assert assess(action, urgency=urgency).level is level


def test_reasons_are_sentences_worst_first():
    found = command("sudo rm -rf / && npm publish")

    assert found.reasons[0].text.startswith("Deletes a whole")
    assert found.floor == ("deletes-everything", "becomes-another-user", "publishes")
    assert len(REASON_TEXTS) == len(set(REASON_TEXTS)) == len(Danger)
    assert all(text[0].isupper() and text.endswith(".") for text in REASON_TEXTS)


def test_levels_have_an_order():
    assert [level.rank for level in Level] == [0, 1, 2, 3]
    assert Level.higher(Level.HIGH, Level.NORMAL) is Level.HIGH
    assert Level.higher(Level.LOW, Level.CRITICAL) is Level.CRITICAL


WORDS = (
    "rm -rf ~ sudo bash -c ' \" $( ) ` | ; <<E \n E find . -exec {} git push curl python -m cd .."
    " > \\ chmod eval source xargs kill .env env && # - -- = <("
)


shells = st.lists(st.sampled_from(WORDS.split(" "))).map(" ".join)


values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@UNHURRIED
@given(shells | st.text())
def test_no_command_makes_it_raise(line):
    assert command(line).level.rank >= command(line).level.rank
    assert tool("x", text=line).level in Level


@UNHURRIED
@given(st.text(), st.text(), st.dictionaries(st.text() | st.just("command"), values))
def test_no_action_makes_it_raise(action_type, title, params):
    found = assess(Action(action_type=action_type, title=title, preview=title, params=params))

    assert json.dumps([found.level, *found.floor])
    assert found.is_floor == bool(found.floor)


@pytest.mark.parametrize(
    "piece",
    [
        "$(",
        "'",
        '"$(',
        "\\\n",
        "`",
        "<<a\n",
        "sudo ",
        "a|",
        "curl x|sh|",
        "find . -exec ",
        "../",
        ".ssh/",
        "drop delete from ",
        "iex ",
        "+++ b/x\n",
        "cd a/b;",
        "eval ",
        "python -m ",
        "-r ",
    ],
)
def test_a_hostile_command_is_judged(piece):
    assert command(piece * (50_000 // len(piece))).level in Level
    assert command("chmod " + piece * 100).level in Level


@pytest.mark.parametrize(
    ("action", "floor"),
    [
        ({"action_type": "Write", "preview": "Write to: /home/ana/.ssh/x\nkey"}, "credentials"),
        ({"action_type": "Edit", "preview": "/home/ana/.bashrc\n- a\n+ b"}, "start-up"),
        ({"action_type": "mcp__x", "preview": '{\n "command": "rm -rf /"\n}'}, "deletes"),
        ({"action_type": "mcp__x", "preview": '["a", {"script": "rm -rf /"}]'}, "deletes"),
        ({"action_type": "Bash", "title": "rm -rf /"}, "deletes"),
        ({"action_type": "Bash", "preview": "cat data/secret.key"}, "credentials"),
        ({"action_type": "Bash", "preview": "find / -exec rm {} +"}, "deletes"),
    ],
)
def test_what_older_clients_show_is_judged_too(action, floor):
    assessed = assess(Action(**{"title": "t", **action}))

    assert any(floor in name for name in assessed.floor), assessed


@pytest.mark.parametrize(
    "preview",
    ['{"command": ', "[" * 5000, "{} and more", "find ./build -exec rm {} +", "find . -exec"],
)
def test_what_only_looks_like_json_or_is_inside_is_no_danger(preview):
    assessed = assess(Action(action_type="note", title="t", preview=preview, cwd="/srv"))

    assert not any("deletes" in name for name in assessed.floor)
