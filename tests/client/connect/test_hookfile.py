"""Only the gate's own entries change; everything else stays, byte for byte."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ok2run.connect import cursor
from ok2run.connect.choice import Choice, Setup
from ok2run.connect.claude_code import FORM, setup
from ok2run.connect.edit import connected, disconnected
from ok2run.connect.jsonc import Malformed, read, value_of
from ok2run.connect.kept import Kept
from tests.client.connect.files import settings as files

QUICK = settings(deadline=None, max_examples=40)
PLACE = Path("/home/ana/.claude/settings.json")


def wanted(url: str = "http://127.0.0.1:8000", **more: Any) -> Setup:
    home = Path("/home/ana")
    return setup(Choice(home=home, here=home, environ={}, url=url, key="", **more))


def on_disk(text: str | None, backup: str | None = None) -> Kept:
    return Kept(path=PLACE, text=text, backup=backup)


def parsed(text: str) -> Any:
    return value_of(read(text))


def without_ours(document: Any) -> Any:
    """What the file means without the gate: others' entries, in their lists."""
    left = copy.deepcopy(document)
    for entries in left.get("hooks", {}).values():
        entries[:] = [one for one in entries if not any(map(FORM.is_ours, one["hooks"]))]
    return left


@QUICK
@given(before=files())
def test_connecting_and_removing_gives_the_same_bytes(before: str):
    after = connected(on_disk(before), wanted())
    assert after.text is not None

    back = disconnected(on_disk(after.text, backup=before), FORM)

    assert after.changed
    assert back.text == before


@QUICK
@given(before=files())
def test_connecting_twice_is_connecting_once(before: str):
    once = connected(on_disk(before), wanted()).text

    twice = connected(on_disk(once, backup=before), wanted())

    assert (twice.text, twice.changed) == (once, False)


@QUICK
@given(before=files())
def test_others_entries_stay_as_they_are_and_ours_come_after_them(before: str):
    found = parsed(connected(on_disk(before), wanted()).text or "")

    meant = parsed(before)
    left = without_ours(found)
    for event in [event for event, entries in left["hooks"].items() if not entries]:
        if event not in meant.get("hooks", {}):
            del left["hooks"][event]
    assert left == {**meant, "hooks": meant.get("hooks", {})}
    for event, entries in wanted().entries.items():
        assert found["hooks"][event][-1:] == list(entries)


@QUICK
@given(before=files(), moved=st.booleans())
def test_without_a_backup_nothing_of_others_is_lost(before: str, moved: bool):
    after = connected(on_disk(before), wanted()).text or ""
    if moved:
        after = json.dumps(parsed(after), indent=1)

    left = disconnected(on_disk(after), FORM).text

    meant = parsed(before)
    hooks = {event: entries for event, entries in meant.get("hooks", {}).items() if entries}
    found = parsed(left) if left is not None else {}
    told = {event: entries for event, entries in found.get("hooks", {}).items() if entries}
    assert told == hooks
    assert {**found, "hooks": {}} == {**meant, "hooks": {}}


@QUICK
@given(before=files())
def test_other_settings_give_other_entries_in_the_same_place(before: str):
    first = connected(on_disk(before), wanted("http://127.0.0.1:9")).text

    changed = connected(on_disk(first, backup=before), wanted())

    assert changed.text == connected(on_disk(before), wanted()).text


@QUICK
@given(before=files())
def test_the_command_form_comes_and_goes_as_well(before: str):
    after = connected(on_disk(before), wanted(as_command=True, pre_tool_use=True)).text

    assert disconnected(on_disk(after, backup=before), FORM).text == before


@QUICK
@given(before=files())
def test_a_form_with_more_than_hooks_comes_and_goes_as_well(before: str):
    home = Path("/home/ana")
    choice = Choice(home=home, here=home, environ={}, url="http://127.0.0.1:8000", key="")
    hooks = cursor.setup(choice)

    after = connected(on_disk(before), hooks).text

    assert (
        parsed(after or "")["hooks"]["beforeMCPExecution"] == hooks.entries["beforeMCPExecution"]
    )
    assert disconnected(on_disk(after, backup=before), cursor.FORM).text == before


def test_a_file_that_was_not_there_is_not_there_again():
    made = connected(on_disk(None), wanted()).text

    assert disconnected(on_disk(made), FORM).text is None


def test_what_another_changed_since_stays():
    before = '{\n  "model": "opus", // mine\n  "hooks": {}\n}\n'
    after = connected(on_disk(before), wanted()).text or ""
    changed = after.replace('"opus"', '"sonnet"').replace('{\n  "model"', '{\n\n  "model"')

    left = disconnected(on_disk(changed, backup=before), FORM).text

    assert left == '{\n\n  "model": "sonnet", // mine\n  "hooks": {}\n}\n'


def test_a_handler_among_others_in_one_group_is_taken_out_alone():
    ours = '{"type":"command","command":"/usr/bin/ok2run hook claude-code --limit 3600"}'
    other = '{"type":"command","command":"lint"}'
    text = f'{{"hooks":{{"Stop":[{{"hooks":[{ours}, {other}]}}]}}}}'

    assert disconnected(on_disk(text), FORM).text == (
        f'{{"hooks":{{"Stop":[{{"hooks":[ {other}]}}]}}}}'
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"a": 1}', '{"a": 1, "hooks": {"e": [{"n": 1}]}}'),
        ('{\n\t"a": 1\n}\n', '{\n\t"a": 1,\n\t"hooks": {\n\t\t"e": [\n\t\t\t{\n\t\t\t\t"n": 1\n'
         '\t\t\t}\n\t\t]\n\t}\n}\n'),
        ('{\r\n  "hooks": {"e": []}\r\n}', '{\r\n  "hooks": {"e": [\r\n    {\r\n      "n": 1\r\n'
         '    }\r\n  ]}\r\n}'),
        ('{"hooks":{"e":[1 // one\n]}}', '{"hooks":{"e":[1, // one\n  {\n    "n": 1\n  }\n]}}'),
        ('{"hooks":{"e":[1, /* two */ ]}}', '{"hooks":{"e":[1, /* two */ {"n": 1} ]}}'),
    ],
)  # fmt: skip
def test_an_entry_is_written_in_the_manner_of_the_file(before: str, after: str):
    assert FORM.with_entries(before, {"e": [{"n": 1}]}) == after


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "the file is not an object"),
        ('{"hooks": null}', '"hooks" is not an object'),
        ('{"hooks": {"Stop": {}}}', '"hooks.Stop" is not a list'),
        ('{"a": 1', "line 1, column 8: a comma or } is missing"),
        ('{"a" 1}', "a colon is missing"),
        ('{a: 1}', "a name in quotes is missing"),
        ('{"a": tru}', "a value is missing"),
        ('{"a": 1x}', "a value is missing"),
        ('{"a": "b}', "a text in quotes has no end"),
        ('{"a": "\\q"}', "an escape that JSON does not know"),
        ('{} {}', "line 1, column 4: something stands after its end"),
        ("[" * 300, "nested too deeply"),
        ('{"a": 1 /* no end', "a comma or } is missing"),
    ],
)  # fmt: skip
def test_what_cannot_be_edited_is_told_with_its_place(text: str, words: str):
    with pytest.raises(Malformed) as told:
        FORM.with_entries(text, {"Stop": [{}]})

    assert words in str(told.value)


def test_a_number_of_any_length_is_no_fault():
    assert FORM.with_entries('{"a": ' + "1" * 5000 + "}", {}).startswith('{"a": 111')


@pytest.mark.parametrize(
    ("handler", "is_ours"),
    [
        ({"url": "https://gate.example.org/v1/hooks/claude-code?limit=3600"}, True),
        ({"url": "https://gate.example.org/base/v1/hooks/claude-code/"}, True),
        ({"url": "https://gate.example.org/v1/hooks/codex"}, False),
        ({"url": "http://[half"}, False),
        ({"command": "ok2run hook claude-code --limit 3600"}, True),
        ({"command": "'/home/ana smith/bin/ok2run' hook claude-code"}, True),
        ({"command": "/usr/bin/python3 -P -m ok2run.command hook claude-code --limit 1"}, True),
        ({"bash": "ok2run hook claude-code"}, True),
        ({"command": "ok2run hook claude-codex"}, False),
        ({"command": "ok2run hook codex"}, False),
        ({"command": ["ok2run", "hook"]}, False),
        ("ok2run hook claude-code", False),
    ],
)
def test_a_handler_is_known_by_its_address_or_its_command(handler: object, is_ours: bool):
    assert FORM.is_ours(handler) is is_ours


def test_what_a_form_needs_beside_its_hooks_is_added_once():
    assert cursor.FORM.with_entries('{"a":1}', {}) == '{"a":1, "version": 1}'
    assert cursor.FORM.with_entries('{"version":2}', {}) == '{"version":2}'
