"""From an approval to a run: the receipt is claimed for just what is about to run, and checked."""

import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ok2run.digest import digest_of
from ok2run.mcp.arguments import Arguments, WrongArguments
from ok2run.mcp.execution import CannotRun, Ran, run
from ok2run.mcp.gateway import GateFault, Gateway, Json
from ok2run.mcp.waiting import Meter, Pace, Report
from ok2run.mcp.words import decided
from ok2run.receipt import InvalidReceipt, check

ACTION_TYPE = "bash_command"
TIMEOUT = 60  # seconds that a command may run where its caller does not say
LONGEST_RUN = 24 * 3600
_TITLE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command line as it is asked for, and as it would run."""

    text: str
    title: str
    cwd: str
    timeout: int
    reason: str | None

    @property
    def params(self) -> Json:
        """What the person sees beside the command, and what its digest covers."""
        return {"command": self.text, "timeout": self.timeout}

    @property
    def body(self) -> Json:
        """The ask."""
        return {
            "action_type": ACTION_TYPE,
            "title": self.title,
            "preview": self.text,
            "params": self.params,
            "cwd": self.cwd,
            "language": "bash",
            "reason": self.reason,
        }

    def digest(self, override: str | None) -> str:
        """Return the digest of running this, or the override in its place."""
        return digest_of(
            action_type=ACTION_TYPE,
            title=self.title,
            preview=self.text,
            params=self.params,
            cwd=self.cwd,
            override=override,
        )


class Commands:
    """Runs approved commands on this machine, where that is allowed.

    `refusal` is the sentence that says why it is not; `now` is seconds since 1970, for receipts.
    """

    def __init__(
        self,
        *,
        environment: Mapping[str, str],
        refusal: str | None = None,
        now: Callable[[], float],
    ) -> None:
        self._environment = environment
        self._refusal = refusal
        self._now = now

    def command(self, given: Arguments) -> Command:
        """Return the command of a call; raises WrongArguments, also where none may run here."""
        if self._refusal is not None:
            raise WrongArguments(self._refusal)
        text = given.needed("command")
        if "\0" in text:
            raise WrongArguments("command may not hold U+0000.")
        cwd = _directory(given.text("cwd"))
        title = given.text("title") or (text if len(text) <= _TITLE else f"{text[: _TITLE - 1]}…")
        return Command(
            text=text,
            title=title,
            cwd=cwd,
            timeout=given.count("timeout", most=LONGEST_RUN) or TIMEOUT,
            reason=given.text("reason"),
        )

    async def run(
        self, gateway: Gateway, command: Command, approval: Json, report: Report, pace: Pace
    ) -> Json:
        """Claim the receipt, check it, run what was approved, and report it. Raises GateFault."""
        identity, override = str(approval["approval_id"]), decided(approval, "override")
        await self._claim(gateway, identity, command.digest(override))
        if not _is_still(command.cwd):
            moved = "not run: its directory is no longer the one approved"
            gateway.report_later(identity, exit_code=None, summary=moved)
            raise GateFault("Nothing was run: the directory is no longer the one approved.")
        text = command.text if override is None else override
        meter = Meter(report, pace, command.timeout)
        try:
            ran = await run(
                text,
                cwd=command.cwd,
                limit=command.timeout,
                environment=self._environment,
                meter=meter,
            )
        except CannotRun as error:
            gateway.report_later(identity, exit_code=None, summary=str(error))
            raise GateFault(str(error)) from error
        except BaseException:  # the client gave it up; what ran was killed
            gateway.report_later(identity, exit_code=None, summary="stopped by the agent")
            raise
        told = await _reported(gateway, identity, ran, command.timeout)
        if override is not None:
            told["command"] = override
        note = decided(approval, "note")
        return {**told, "note": note} if note else told

    async def _claim(self, gateway: Gateway, identity: str, digest: str) -> None:
        nonce = secrets.token_hex(16)
        public_key = (await gateway.receipt_key()).get("public_key")
        answer = await gateway.claim(identity, digest=digest, nonce=nonce)
        try:
            check(
                answer,
                public_key=str(public_key),
                digest=digest,
                nonce=nonce,
                now=self._now(),
                approval_id=identity,
            )
        except InvalidReceipt as error:
            raise GateFault(f"Nothing was run: {error}") from error


def _directory(given: str | None) -> str:
    try:
        directory = os.path.realpath(given or os.getcwd())
    except (OSError, ValueError) as error:
        raise WrongArguments("cwd is no directory here.") from error
    if not os.path.isdir(directory):
        raise WrongArguments(f"cwd is no directory here: {directory}")
    return directory


def _is_still(directory: str) -> bool:
    return os.path.realpath(directory) == directory


async def _reported(gateway: Gateway, identity: str, ran: Ran, limit: int) -> Json:
    """Tell the gate what became of it, and return the same for the model."""
    is_over = ran.exit_code is None
    summary = f"stopped after {limit} s" if is_over else None
    told: Json = {
        "status": "timeout" if is_over else "executed",
        "approval_id": identity,
        "exit_code": ran.exit_code,
        "stdout": ran.stdout,
        "stderr": ran.stderr,
    }
    if is_over:
        told["error"] = f"It was stopped after {limit} seconds, with everything it had started."
    if ran.left_out:
        told["left_out"] = f"{ran.left_out} bytes of output, between its head and its tail."
    try:
        await gateway.report(identity, exit_code=ran.exit_code, summary=summary)
    except GateFault as error:
        told["warning"] = f"The gate was not told of it: {error}"
    return told


def seconds_now() -> float:
    """Return seconds since 1970 by this machine's clock; receipts say until when they hold."""
    return time.time()  # noqa: TID251  # the agent side has no clock port
