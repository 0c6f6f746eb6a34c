"""`ok2run run -- COMMAND…`: asks, claims the receipt, and runs exactly what was approved.

The exit code is the command's own (128 and the signal's number where one ended it); 126 where it
was not allowed to run, 127 where there is no such command, which is seen before anybody is asked.
Everything that is said here goes to stderr.
"""

import argparse
import os
import shlex
import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

from ok2run.action import Action
from ok2run.answer import Json
from ok2run.ask_command import tell_trouble
from ok2run.asking import LIFE, Asking, wait_for
from ok2run.child import run_child
from ok2run.config import api_key, environment, gate_url
from ok2run.decision import Decision
from ok2run.errors import Denied, Expired, GateError, NotClaimed, Refused
from ok2run.option import positive, seconds
from ok2run.reading import decision_of
from ok2run.terminal import say
from ok2run.verdict import verdict
from ok2run.waiting import progress
from ok2run.wire import Wire

USAGE, NOT_ALLOWED, NOT_FOUND = 2, 126, 127
ACTION_TYPE = "Bash"
SHELL = "/bin/sh"
_TITLE = 200  # characters of the command line
_NOTHING_RAN = {
    "digest_differs": "not run: its folder or its program changed meanwhile",
    "too_late": "not run: it was approved too long ago",
}
_ENDING = (signal.SIGTERM, signal.SIGHUP)


class _Ended(BaseException):
    """A signal ended the wait; `number` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def main(argv: Sequence[str]) -> int:
    """Ask, run the command if it may, and return the exit code."""
    words = list(argv)
    cut = words.index("--") if "--" in words else len(words)
    command = words[cut + 1 :]
    try:
        arguments = _parser().parse_args(words[:cut])
        if not command:
            _parser().error("say what to run behind --, as in: ok2run run -- git push")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else USAGE
    program = _program(command[0])
    missing = _missing(command, program)
    if missing:
        return missing
    try:
        with _ends_by_signal():
            run = _Run(arguments, command, program)
            allowed = run.leave()
    except GateError as error:
        return _fail(str(error), NOT_ALLOWED)
    except _Ended as ended:
        return 128 + ended.number
    return run.carry(*allowed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ok2run run",
        usage="ok2run run [options] -- COMMAND…",
        description="Ask, and run exactly this command once it is approved. The exit code is the "
        "command's own; 126 where it was not allowed to run, 127 where there is no such command.",
    )
    parser.add_argument("--title", help="one line for the person; the command where not given")
    parser.add_argument("--session", metavar="ID", help="default: APPROVAL_SESSION_ID")
    parser.add_argument("--agent", metavar="NAME", help="the name that the card shows")
    parser.add_argument("--urgency", choices=("low", "normal", "high", "critical"))
    parser.add_argument("--reason", help="why, in the agent's own words")
    parser.add_argument("--expires", type=positive, metavar="SECS", help="the approval's life")
    parser.add_argument(
        "--wait",
        type=seconds,
        metavar="SECS",
        default=LIFE,
        help="how long to wait (3600); then it is withdrawn",
    )
    return parser


def _program(name: str) -> str:
    """Return the file that a command's first word stands for; empty where there is none."""
    found = shutil.which(name)
    return os.path.abspath(found) if found is not None else ""


def _missing(command: Sequence[str], program: str) -> int:
    """Return the exit code for a command that cannot be run here, or 0."""
    name = command[0]
    try:
        "\0".join(command).encode()
    except UnicodeEncodeError:
        return _fail("the command holds bytes that are not UTF-8; nobody could read it", USAGE)
    if program:
        return 0
    if os.sep in name and os.path.exists(name):
        return _fail(f"{name} is not executable", NOT_ALLOWED)
    return _fail(f"{name}: command not found; nobody was asked", NOT_FOUND)


class _Run:
    """One command: asked for, waited for, claimed, carried out, reported."""

    def __init__(
        self, arguments: argparse.Namespace, command: Sequence[str], program: str
    ) -> None:
        settings = environment(os.environ)
        self._arguments = arguments
        self._command = list(command)
        self._program = program
        self._wire = Wire(gate_url(settings), api_key(settings))
        self._asking = Asking(
            self._wire.exchange,
            session=arguments.session or settings.get("APPROVAL_SESSION_ID", ""),
            agent=arguments.agent,
            cwd=None,
            settings=settings,
            receipt_key=None,
        )
        self._id = ""

    def leave(self) -> tuple[list[str], str]:
        """Return the words to run, and the file to run; raises GateError where nothing may."""
        began = time.monotonic()
        approval = self._wire.create(self._action().body(), trouble=tell_trouble)
        self._id = str(approval["approval_id"])
        if approval.get("confirm_number"):  # no later answer tells it
            say(f"Your number: {approval['confirm_number']} – pick it on the card")
        try:
            decision = self._decided(approval, began)
            # What will run is looked at anew: the folder may have moved meanwhile, and another
            # program of the name may stand before this one.
            self._program = _program(self._command[0])
            self._claim(self._action().digest(decision.override))
        except (KeyboardInterrupt, _Ended):
            self._withdraw("interrupted")
            raise
        if decision.override is None:
            return self._command, self._program
        say(f"running instead: {decision.override}")
        return [SHELL, "-c", decision.override], SHELL

    def carry(self, words: list[str], program: str) -> int:
        """Run the words by this program and tell the gate how they ended."""
        try:
            code = run_child(words, program)
        except OSError as error:
            self._report(summary=f"not run: {error.strerror}")
            return _fail(f"{words[0]}: {error.strerror}", NOT_ALLOWED)
        self._report(exit_code=code)
        return code

    def _action(self) -> Action:
        line = shlex.join(self._command)
        short = " ".join(line.split())
        return self._asking.action(
            ACTION_TYPE,
            title=self._arguments.title
            or (short if len(short) <= _TITLE else f"{short[: _TITLE - 1]}…"),
            preview=line,
            params={"command": line, "argv": self._command, "program": self._program},
            language="bash",
            urgency=self._arguments.urgency,
            reason=self._arguments.reason,
            expires=self._arguments.expires,
            can_show_number=True,
        )

    def _decided(self, approval: Json, began: float) -> Decision:
        if approval["status"] == "pending":
            approval = self._waited(approval, began)
            if approval["status"] == "pending":
                self._withdraw("nobody answered in time")
                raise Expired("not run: nobody answered in time", id=self._id, status="withdrawn")
        told = verdict(approval, time.monotonic() - began)
        try:
            decision = decision_of(self._id, approval)
        except Expired as error:
            raise Expired(f"not run: {told}", id=self._id, status=error.status) from None
        if not decision.approved:
            raise Denied(f"not run: {told}", decision=decision)
        say(told)
        return decision

    def _waited(self, approval: Json, began: float) -> Json:
        arguments = self._arguments
        life = arguments.expires or LIFE
        ends = began + min(arguments.wait, life)
        with progress(self._wire, approval, ends) as line:
            wait = wait_for(arguments.wait, arguments.expires)
            return self._wire.wait(self._id, wait, trouble=line.trouble)

    def _claim(self, digest: str) -> None:
        """Claim for what will run; where that is no longer it, its card says that nothing ran."""
        try:
            self._wire.run(self._asking.claim(self._id, digest=digest))
        except NotClaimed as error:
            cause = error.__cause__
            if isinstance(cause, Refused) and cause.code in _NOTHING_RAN:
                self._report(summary=_NOTHING_RAN[cause.code])
            raise

    def _withdraw(self, why: str) -> None:
        try:
            self._wire.withdraw(self._id)
        except Refused:  # it was decided at the same moment; its card says that it did not run
            self._report(summary=f"not run: {why}")
            say(f"not run: {why}")
        except GateError as error:
            say(f"{error} {self._id} may be pending still.")
        else:
            say(f"{self._id} was withdrawn: {why}")

    def _report(self, *, exit_code: int | None = None, summary: str | None = None) -> None:
        with suppress(GateError):  # the command has run; its end is its own
            self._wire.report(self._id, exit_code=exit_code, summary=summary)


@contextmanager
def _ends_by_signal() -> Iterator[None]:
    """Let the signals that end a process end the wait in order."""

    def end(number: int, _: FrameType | None) -> NoReturn:
        raise _Ended(number)

    before = {
        number: signal.signal(number, end)
        for number in _ENDING
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    except KeyboardInterrupt:
        raise _Ended(signal.SIGINT) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)


def _fail(sentence: str, code: int) -> int:
    say(f"ok2run: {sentence}")
    return code
