"""`ok2run policy …`: rules checked, tried and explained before they count, and made to count."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.core.backtest import Past
    from bot.core.policy import Policy
    from bot.policy_file import Loaded
    from bot.settings import Settings

_TESTS = {("matches",), ("does_not_match",)}
_MOST = 1_000_000
_NEWEST = 10_000  # approvals of the history, unless told otherwise
_SHOWN = 20
_LARGEST_REQUEST = 1024 * 1024


class _Cannot(Exception):
    """What was asked can't be done; each line says why, and what to do."""

    before = "ok2run: "

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class _Faulty(_Cannot):
    """A policy file has faults; its lines begin as editors want them, with the file."""

    before = ""


def main(arguments: Sequence[str]) -> int:
    """Run one of the policy commands.

    Returns 0, 1 for a fault, 2 for a wrong use, 5 where the gate was not reached.
    """
    parser = _parser()
    words = list(arguments)
    try:
        if words and words[0].startswith("-") and words[0] not in {"-h", "--help"}:
            parser.error(f"unrecognized arguments: {' '.join(words)}")
        parsed = parser.parse_args(words)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 2
    run: Callable[[argparse.Namespace], int] = parsed.run
    try:
        return run(parsed)
    except _Cannot as error:
        for line in error.lines:
            print(f"{error.before}{line}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ok2run policy",
        description="Check, try and explain rules before they count; change those of a gate.",
        epilog="list, apply, enable, disable and remove speak to the gate of APPROVAL_GATE_URL "
        "with ADMIN_API_KEY, or APPROVAL_API_KEY where that one administers.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(
        name: str, run: Callable[[argparse.Namespace], int], meaning: str
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name, help=meaning, description=f"{meaning[0].upper()}{meaning[1:]}."
        )
        made.set_defaults(run=run)
        return made

    def file(one: argparse.ArgumentParser) -> None:
        one.add_argument("file", metavar="FILE", type=Path, help=".toml, .yaml, .yml or .json")

    def limit(one: argparse.ArgumentParser) -> None:
        one.add_argument(
            "--limit",
            metavar="N",
            type=_count,
            default=_NEWEST,
            help=f"look at the newest N of the history (default {_NEWEST:,})",
        )

    file(command("check", _check, "tell all that is wrong with a policy file, line by line"))
    file(command("test", _test, "run the tests that the rules bring along"))
    one = command("explain", _explain, "tell which rule settles a request, and why")
    asked = one.add_mutually_exclusive_group(required=True)
    asked.add_argument("command", metavar="COMMAND", nargs="?", help="a command line, in quotes")
    asked.add_argument("--request", metavar="JSON", help="a whole request, or - for the input")
    one.add_argument("--file", type=Path, help="the policy file (default: the rules in force)")
    one.add_argument("--cwd", help="the directory that the agent works in")
    one.add_argument("--agent", help="the name of the agent's key")
    one.add_argument("--action", default="Bash", help="the action's type (default: Bash)")
    one = command("backtest", _backtest, "tell what a policy file would have done so far")
    file(one)
    limit(one)
    one.add_argument(
        "--show", metavar="N", type=_count, default=_SHOWN, help="show N differences at most"
    )
    one = command("suggest", _suggest, "suggest rules for what was approved again and again")
    one.add_argument(
        "--after", metavar="N", type=_count, default=5, help="approvals that are enough"
    )
    limit(one)
    command("example", _example, "print ten rules to start with")
    file(command("apply", _apply, "make or replace each policy of a file in the gate by its name"))
    for word, meaning in (
        ("list", "list the gate's policies as they are judged, one by one"),
        ("enable", "have a policy of the gate judged again"),
        ("disable", "have a policy of the gate judged no more, and keep it"),
        ("remove", "remove a policy of the gate for good"),
    ):
        one = command(word, _in_gate, meaning)
        one.set_defaults(word=word, name="")
        if word != "list":
            one.add_argument("name", metavar="NAME", help="as list shows it")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= _MOST:
        raise argparse.ArgumentTypeError(f"must be from 1 to {_MOST:,}")
    return number


def _check(parsed: argparse.Namespace) -> int:
    from bot.policy_report import size_of

    loaded = _load(parsed.file)
    for line in loaded.warnings:
        print(f"warning: {line}")
    if loaded.faults:
        raise _Faulty(*loaded.faults)
    print(f"{parsed.file}: {size_of(loaded.reading.policies)}; no fault.")
    return 0


def _test(parsed: argparse.Namespace) -> int:
    from bot.policy_report import counted, size_of

    loaded = _load(parsed.file)
    if loaded.faults:
        found = loaded.reading.faults
        failed = sum(fault.place.keys[:1] in _TESTS for fault in found)
        is_all = failed == len(loaded.faults)
        said = f"{counted(failed, 'test')} failed" if is_all else "no test was run"
        raise _Faulty(*loaded.faults, f"{parsed.file}: {said}.")
    rules = [rule for policy in loaded.reading.policies for rule in policy.rules]
    bare = sum(not (rule.matches or rule.does_not_match) for rule in rules)
    print(f"{parsed.file}: {size_of(loaded.reading.policies)}; all tests passed.")
    if bare:
        print(f"{counted(bare, 'rule')} without a test; give each matches and does_not_match.")
    return 0


def _explain(parsed: argparse.Namespace) -> int:
    from bot.core.fault import Faults, Place
    from bot.core.subject_document import read_subject
    from bot.policy_report import explained

    request = _request(parsed)
    faults = Faults()
    subject = read_subject(request, Place(), faults)
    if faults.found:
        raise _Cannot(*(f"the request: {fault}" for fault in faults.found))
    for line in explained(_policies(parsed.file), subject):
        print(line)
    return 0


def _request(parsed: argparse.Namespace) -> object:
    if parsed.request is None:
        given = {
            "action": parsed.action,
            "params": {"command": parsed.command},
            "cwd": parsed.cwd,
            "agent": parsed.agent,
        }
        return {key: value for key, value in given.items() if value is not None}
    text = sys.stdin.read(_LARGEST_REQUEST) if parsed.request == "-" else parsed.request
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _Cannot(f"the request is no JSON ({error}).") from error


def _policies(file: Path | None) -> "Sequence[Policy]":
    """Return the policies of a file; where none is given, those in force."""
    if file is not None:
        return _usable(_load(file))
    policies = _in_force(_settings())
    if not policies:
        raise _Cannot(
            "there are no rules: POLICY_FILE is not set, and the database has none; "
            "give --file FILE."
        )
    return policies


def _in_force(settings: "Settings") -> "Sequence[Policy]":
    """Return the policies of POLICY_FILE, of the database where it is not set."""
    from bot.core.policy_document import read_policy
    from bot.store.engine import StoreError
    from bot.store.history import read_kept_policies

    if settings.policy_file is not None:
        return _usable(_load(settings.policy_file))
    try:
        kept = asyncio.run(read_kept_policies(settings.database.location))
    except StoreError as error:
        raise _Cannot(str(error)) from error
    readings = [read_policy(one.document) for one in kept]
    faults = [str(fault) for reading in readings for fault in reading.faults]
    if faults:
        raise _Cannot(*faults)
    return [policy for reading in readings for policy in reading.policies]


def _load(file: Path) -> "Loaded":
    from bot.policy_file import load_policy_file

    return load_policy_file(file)


def _usable(loaded: "Loaded") -> "Sequence[Policy]":
    if loaded.faults:
        raise _Faulty(*loaded.faults)
    return loaded.reading.policies


def _backtest(parsed: argparse.Namespace) -> int:
    from bot.core.backtest import backtest
    from bot.core.policy_index import PolicyIndex
    from bot.policy_report import backtested

    policies = _usable(_load(parsed.file))
    history = _history(_settings(), parsed.limit)
    for line in backtested(backtest(PolicyIndex(policies), history), shown=parsed.show):
        print(line)
    return 0


def _suggest(parsed: argparse.Namespace) -> int:
    from bot.core.suggestion import suggest
    from bot.policy_report import suggested

    settings = _settings()
    policies = _in_force(settings)
    history = _history(settings, parsed.limit)
    found = suggest(history, policies=policies, after=parsed.after)
    for line in suggested(found, after=parsed.after):
        print(line)
    return 0


def _example(parsed: argparse.Namespace) -> int:
    from bot.policy_file import example_policy

    print(example_policy(), end="")
    return 0


def _apply(parsed: argparse.Namespace) -> int:
    from bot.policy_client import apply_policies

    loaded = _load(parsed.file)
    policies = _usable(loaded)
    for line in loaded.warnings:
        print(f"warning: {line}")
    return apply_policies(policies)


def _in_gate(parsed: argparse.Namespace) -> int:
    from bot.policy_client import do_in_gate

    return do_in_gate(parsed.word, parsed.name)


def _settings() -> "Settings":
    from bot.settings import SettingsError, load_settings

    try:
        return load_settings(os.environ, Path.cwd())
    except SettingsError as error:
        raise _Cannot(*error.faults) from error


def _history(settings: "Settings", limit: int) -> "tuple[Past, ...]":
    from bot.store.engine import StoreError
    from bot.store.history import read_history

    try:
        return asyncio.run(read_history(settings.database.location, limit=limit))
    except StoreError as error:
        raise _Cannot(str(error)) from error
