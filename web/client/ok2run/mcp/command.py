"""`ok2run mcp`: the gate's tools over standard input and output."""

import argparse
import asyncio
import os
import secrets
import signal
import threading
import time
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

from ok2run.action import destination, working_directory
from ok2run.mcp.approved import Commands, seconds_now
from ok2run.mcp.beside import THREAD, start
from ok2run.mcp.remote import RemoteGateway
from ok2run.mcp.tools import Origin, Tools
from ok2run.mcp.waiting import Pace
from ok2run.terminal import say

USAGE, MISSING, INTERRUPTED = 2, 1, 130
NOT_INSTALLED = (
    "ok2run mcp needs the package mcp; install it with  pip install 'ok2run[mcp]'  "
    "(where the whole gate is installed: 'ok2run-gate[mcp]')."
)
_LEAVING, _LONGEST_LEAVING = 0.3, 5.0  # seconds for calls to be given up, and taken back
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
    return asyncio.run(_serve(serve_stdio(tools, _version())))


async def _serve(serving: Coroutine[None, None, None]) -> int:
    """Serve until the client goes, or a signal ends it."""
    loop, main = asyncio.get_running_loop(), asyncio.current_task()

    def leave() -> None:
        if main is not None:
            main.cancel()
        start(_end, ends_with_process=True)

    with suppress(NotImplementedError):  # not on Windows, where nothing can be told before the end
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, leave)
    await serving
    return 0


def _end() -> None:
    """End the process once what was waited for is withdrawn.

    Its standard input is read in a thread that nothing but the input's end can stop.
    """
    time.sleep(_LEAVING)
    for thread in threading.enumerate():
        if thread.name == THREAD and not thread.daemon:
            thread.join(_LONGEST_LEAVING)
    os._exit(INTERRUPTED)


def _origin(settings: Mapping[str, str]) -> Origin:
    """Return who asks: the settings' session and address, and the directory it runs in."""
    return Origin(
        session_id=settings.get("APPROVAL_SESSION_ID") or f"mcp_{secrets.token_hex(6)}",
        cwd=working_directory(),
        where=destination(settings),
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
