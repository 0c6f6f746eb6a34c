"""`ok2run mcp`: the gate's tools over standard input and output."""

import argparse
import asyncio
import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

from ok2run.mcp.approved import Commands, seconds_now
from ok2run.mcp.gateway import Json
from ok2run.mcp.remote import RemoteGateway
from ok2run.mcp.tools import Origin, Tools
from ok2run.mcp.waiting import Pace
from ok2run.terminal import say

USAGE, MISSING, INTERRUPTED = 2, 1, 130
NOT_INSTALLED = (
    "ok2run mcp needs the package mcp; install it with  pip install 'ok2run[mcp]'  "
    "(where the whole gate is installed: 'ok2run-gate[mcp]')."
)
_SECRETS = frozenset({"APPROVAL_API_KEY", "AGENTGATE_API_KEY"})


def main(argv: Sequence[str]) -> int:
    """Serve until the client goes; return the exit code. Nothing but protocol is on stdout."""
    parser = argparse.ArgumentParser(
        prog="ok2run mcp",
        description="Serve the gate as MCP tools over standard input and output.",
        epilog="The gate is named by APPROVAL_GATE_URL, the key by APPROVAL_API_KEY.",
    )
    parser.add_argument(
        "--hold",
        type=_seconds,
        metavar="SECS",
        help="how long one call may wait for a person; give a little less than the client's own "
        "limit for a tool (default: 3600 for a client that is told of progress, else 50)",
    )
    try:
        arguments = parser.parse_args(argv)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else USAGE
    try:
        from ok2run.mcp.server import serve_stdio
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types"):
            raise
        say(f"ok2run: {NOT_INSTALLED}")
        return MISSING
    from ok2run.config import environment
    from ok2run.errors import Misconfigured
    from ok2run.wire import open_wire

    try:
        settings = environment(os.environ)
        gateway = RemoteGateway(open_wire(os.environ))
    except Misconfigured as error:
        say(f"ok2run: {error}")
        return MISSING
    commands = Commands(environment=_without_secrets(os.environ), now=seconds_now)
    pace = Pace(hold=arguments.hold)
    tools = Tools(gateway, origin=_origin(settings), commands=commands, pace=pace)
    try:
        asyncio.run(serve_stdio(tools, _version()))
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _origin(settings: Mapping[str, str]) -> Origin:
    """Return who asks: the settings' session and address, and the directory it runs in."""
    cwd = None
    with suppress(OSError):  # it was deleted
        cwd = os.path.realpath(os.getcwd())
    channel = settings.get("APPROVAL_CHANNEL") or None
    chat, address = settings.get("APPROVAL_TG_CHAT_ID"), settings.get("APPROVAL_EMAIL")
    target: Json = {}
    if chat and channel != "email":
        target = {"tg_chat_id": chat}
    elif address and channel == "email":
        target = {"email_to": address}
    return Origin(
        session_id=settings.get("APPROVAL_SESSION_ID") or f"mcp_{secrets.token_hex(6)}",
        cwd=cwd,
        channel=channel,
        target=target,
    )


def _without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for commands, which have no use for the agent's key."""
    return {name: value for name, value in environ.items() if name not in _SECRETS}


def _seconds(text: str) -> float:
    if not (text.isascii() and text.isdigit() and len(text) < 8 and int(text)):
        raise argparse.ArgumentTypeError("it must be a whole number above 0")
    return float(text)


def _version() -> str:
    for name in ("ok2run-gate", "ok2run"):
        with suppress(PackageNotFoundError):
            return version(name)
    return "0"
