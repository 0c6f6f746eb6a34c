"""The `ok2run` command of the full installation.

What concerns the daemon is done here; everything else goes on to the agent's side, `ok2run.cli`.
A command imports only what it needs.
"""

import sys
from collections.abc import Sequence

DAEMON_COMMANDS = {
    "setup": "first run: the bot's token, you as its owner, a test card",
    "doctor": "check settings, database, clock, Telegram and mail; says what to do",
    "serve": "run the gate until SIGTERM or SIGINT",
    "bootstrap": "make an admin key and print it once; works offline on the store",
    "export": "write the whole gate into a new file, also while it runs; its backup",
    "import": "fill an empty database with an exported gate, while it does not run",
    "pause": "hold every ask of the running gate, until resumed or for a time",
    "resume": "end a pause or a snooze; what was held is judged anew",
    "snooze": "hand every ask back to its terminal, for a time",
    "code": "tell a code that lets a browser decide behind a mail's link",
    "devices": "list the browsers that decide behind mails' links; revoke one",
    "people": "list people; give them mail addresses, confirmed by a code",
    "audit": "write the audit log out; verify it, and the receipts of what was run",
    "policy": "check, test, explain, backtest and suggest rules; list and change them",
}
FILE_MEANINGS = {
    "export": "a file that is not there yet, as in gate.jsonl",
    "import": "a file that `ok2run export` wrote",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    first = arguments[0] if arguments else ""
    if first == "hook":
        return _hook(arguments[1:])
    if first in DAEMON_COMMANDS:
        return _daemon(first, arguments[1:])
    if first in ("-h", "--help"):
        print(_help())
        return 0
    if first == "--version":
        print(f"ok2run {_version()}")
        return 0
    if not first:
        print(_help(), file=sys.stderr)
        return 2
    from ok2run import cli

    return cli.main(arguments)


def _hook(rest: list[str]) -> int:
    """Answer a coding agent's hook; every other exit code than 2 would let its action run."""
    try:
        from ok2run.command import hook
    except BaseException as error:  # noqa: BLE001  # whatever keeps it from loading
        print(f"ok2run: the hook can't be loaded ({type(error).__name__})", file=sys.stderr)
        return 2
    return hook(rest)


def _daemon(name: str, rest: list[str]) -> int:
    """Run one of the gate's own commands; they take settings, and at most a file or words."""
    if name == "policy":
        from bot import policy_command

        return policy_command.main(rest)
    if name == "people":
        from bot import people_command

        return people_command.main(rest)
    if name == "audit":
        from bot import audit_command

        return audit_command.main(rest)
    if name in ("code", "devices"):
        from bot import device_command

        return (device_command.code if name == "code" else device_command.devices)(rest)
    if name in ("pause", "resume", "snooze"):
        from bot import halt_command

        return halt_command.main(name, rest)
    import argparse
    from pathlib import Path

    parser = argparse.ArgumentParser(
        prog=f"ok2run {name}",
        description=f"{DAEMON_COMMANDS[name][0].upper()}{DAEMON_COMMANDS[name][1:]}.",
        epilog="Settings come from the environment and from .env in the working directory.",
    )
    if name in FILE_MEANINGS:
        parser.add_argument("file", metavar="FILE", type=Path, help=FILE_MEANINGS[name])
    if name == "doctor":
        parser.add_argument(
            "--test-mail",
            metavar="ADDRESS",
            nargs="?",
            const="",
            help="send a test mail there, or to APPROVAL_EMAIL",
        )
    try:
        parsed = parser.parse_args(rest)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 2
    if name == "serve":
        from bot.__main__ import serve

        return serve()
    if name == "doctor":
        from bot import doctor_command

        return doctor_command.main(parsed.test_mail)
    if name == "setup":
        from bot import setup_command

        return setup_command.main()
    if name in FILE_MEANINGS:
        from bot.__main__ import export, import_

        return (export if name == "export" else import_)(parsed.file)
    from bot.__main__ import bootstrap

    return bootstrap()


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("ok2run-gate")
    except PackageNotFoundError:
        return "(a checkout that is not installed)"


def _help() -> str:
    from ok2run import cli

    def listed(commands: dict[str, str]) -> str:
        return "\n".join(f"  {name:<11}{meaning}" for name, meaning in commands.items())

    more = {name: meaning for name, (_, meaning) in cli.MORE_COMMANDS.items()}
    return (
        "usage: ok2run COMMAND …\n\n"
        "A self-hosted approval gate for AI agents: it asks, you tap in Telegram, it goes on.\n\n"
        f"the gate:\n{listed(DAEMON_COMMANDS)}\n\n"
        f"the agent's side:\n{listed({**cli.COMMANDS, **more})}\n\n"
        "ok2run COMMAND --help tells more of one of them; ok2run --version tells the version."
    )
