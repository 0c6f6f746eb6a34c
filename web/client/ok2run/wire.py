"""The HTTP to one gate: JSON in and out, refusals as exceptions, waits that outlive a restart.

A redirect is never followed, and a key goes to no proxy on the way to this machine itself.
"""

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from email.message import Message
from typing import IO, TypeVar

from ok2run.address import check_key, host_of, is_loopback
from ok2run.answer import ANSWER_LIMIT, Json, meaning, unreachable
from ok2run.config import DEFAULT_URL, api_key, environment, gate_url
from ok2run.errors import GateError, GateUnreachable, Misconfigured, Refused
from ok2run.exchange import Call, Exchange, Pause, Steps, Trouble

__all__ = [
    "DEFAULT_URL",
    "GateUnreachable",
    "Json",
    "Misconfigured",
    "Refused",
    "Trouble",
    "Wire",
    "open_wire",
]

T = TypeVar("T")


class Wire:
    """Speaks to one gate with one key."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: float = 15,
        patience: float = 5,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take the gate's address and a key.

        `timeout` is for one answer that is not held; `patience` is how long an ask is tried again
        while the gate doesn't answer. Both are seconds. Raises Misconfigured.
        """
        host = host_of(url)
        check_key(key)
        self.url = url.rstrip("/")
        self._key = key
        self._timeout = timeout
        self._pause = pause
        self._exchange = Exchange(self.url, patience=patience, clock=clock)
        handlers: list[urllib.request.BaseHandler] = [_NoRedirects()]
        if is_loopback(host):
            handlers.append(urllib.request.ProxyHandler({}))
        self._opener = urllib.request.build_opener(*handlers)

    @property
    def exchange(self) -> Exchange:
        """What can be said, as steps for `run`."""
        return self._exchange

    def create(self, body: Mapping[str, object], *, trouble: Trouble | None = None) -> Json:
        """Ask; the same ask is sent again, under one key, while the gate doesn't answer."""
        return self.run(self._exchange.create(body, trouble=trouble))

    def get(self, approval_id: str, *, wait: float = 0) -> Json:
        """Read one approval; with `wait`, the gate holds the answer up to so many seconds."""
        return self.run(self._exchange.get(approval_id, wait=wait))

    def wait(self, approval_id: str, seconds: float, *, trouble: Trouble | None = None) -> Json:
        """Return the approval once it is no longer pending, or as it stands after `seconds`.

        Goes on through a gate that is down meanwhile; `trouble` hears of each failed attempt, and
        None once it answers again. Raises GateUnreachable or Refused where it ends so.
        """
        return self.run(self._exchange.wait(approval_id, seconds, trouble=trouble))

    def list_approvals(
        self, *, status: str | None = None, session_id: str | None = None, limit: int | None = None
    ) -> Json:
        """Read this key's approvals, newest first, as `{"approvals": […], "next_cursor": …}`."""
        return self.run(
            self._exchange.list_approvals(status=status, session_id=session_id, limit=limit)
        )

    def decide(self, approval_id: str, decision: str, note: str | None = None) -> Json:
        """Decide as `approved` or `denied`, with a key that may."""
        return self.run(self._exchange.decide(approval_id, decision, note))

    def withdraw(self, approval_id: str) -> Json:
        """Take an ask back; one that has ended otherwise is Refused."""
        return self.run(self._exchange.withdraw(approval_id))

    def claim(self, approval_id: str, digest: str, nonce: str) -> Json:
        """Claim the receipt as `{"receipt": …, "signature": …, "key_id": …}`, not yet checked."""
        return self.run(self._exchange.claim(approval_id, digest, nonce))

    def receipts_key(self) -> Json:
        """Read the key that the gate signs receipts with."""
        return self.run(self._exchange.receipts_key())

    def report(
        self, approval_id: str, *, exit_code: int | None = None, summary: str | None = None
    ) -> Json:
        """Tell what became of an approved action, once."""
        return self.run(self._exchange.report(approval_id, exit_code=exit_code, summary=summary))

    def run(self, steps: Steps[T]) -> T:
        """Carry out each step and return what they come to."""
        answer: Json | None = None
        error: GateError | None = None
        while True:
            try:
                step = steps.send(answer) if error is None else steps.throw(error)
            except StopIteration as done:
                value: T = done.value
                return value
            answer = error = None
            if isinstance(step, Pause):
                self._pause(step.seconds)
                continue
            try:
                answer = self._carry(step)
            except GateError as failed:
                error = failed

    def call(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, object] | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Json:
        """Send one request and return the JSON object it is answered with."""
        return self._carry(
            Call(
                method=method,
                path=path,
                body=body,
                query=query or {},
                headers=headers or {},
                limit=timeout,
            )
        )

    def _carry(self, call: Call) -> Json:
        fields = call.fields(self._key)
        key = fields.pop("Authorization")
        request = urllib.request.Request(  # noqa: S310  # the scheme was checked above
            self.url + call.target, data=call.content, method=call.method, headers=fields
        )
        request.add_unredirected_header("Authorization", key)
        try:
            status, answered, content = self._send(
                request, (call.limit or self._timeout) + max(call.hold, 0)
            )
        except urllib.error.URLError as error:
            raise unreachable(self.url, error.reason) from error
        except (OSError, http.client.HTTPException) as error:
            raise unreachable(self.url, error) from error
        retry_after = str(answered.get("Retry-After", ""))
        return meaning(self.url, status, content, retry_after=retry_after)

    def _send(self, request: urllib.request.Request, timeout: float) -> tuple[int, Message, bytes]:
        try:
            with self._opener.open(request, timeout=timeout) as response:
                return response.status, response.headers, response.read(ANSWER_LIMIT)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read(ANSWER_LIMIT)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Leaves a redirect as the answer it is: the key must not travel on."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> None:
        """Follow nothing."""


def open_wire(environ: Mapping[str, str]) -> Wire:
    """Return the wire that the environment names, or else the kept file. Raises Misconfigured."""
    settings = environment(environ)
    return Wire(gate_url(settings), api_key(settings))
