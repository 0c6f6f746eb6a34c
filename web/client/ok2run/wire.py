"""The HTTP to one gate: JSON in and out, refusals as exceptions, waits that outlive a restart.

A lost answer never asks twice (one Idempotency-Key an ask), a redirect is never followed, and a
key goes to no proxy on the way to this machine itself.
"""

import http.client
import ipaddress
import json
import math
import re
import ssl
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Mapping
from email.message import Message
from typing import IO, TypeAlias
from urllib.parse import quote, urlencode, urlsplit

from ok2run.config import DEFAULT_URL as DEFAULT_URL
from ok2run.config import Misconfigured as Misconfigured
from ok2run.config import api_key, environment, gate_url

Json: TypeAlias = dict[str, object]
Trouble: TypeAlias = Callable[["GateUnreachable | Refused | None"], None]

HOLD = 60  # seconds that one request is held open; longer ones meet the limits of proxies
ANSWER_LIMIT = 8 * 1024 * 1024  # bytes
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0  # seconds between two attempts
BUSY = frozenset({429, 500, 502, 503, 504})


class GateUnreachable(Exception):
    """No gate answered: nothing listens there, the way is cut, or what answered is no gate."""

    def __init__(self, sentence: str, *, temporary: bool = True) -> None:
        super().__init__(sentence)
        self.temporary = temporary


class Refused(Exception):
    """The gate said no; the message is its own sentence."""

    def __init__(
        self, sentence: str, *, status: int, code: str | None, retry_after: float | None
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.retry_after = retry_after

    @property
    def temporary(self) -> bool:
        """Whether the same call may go through a little later."""
        return self.status in BUSY


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
        host = _host_of(url)
        if not re.fullmatch(r"[!-~]+", key):
            raise Misconfigured(
                "APPROVAL_API_KEY is not set; set it to the key that the gate gave you, or "
                "keep it: ok2run config set APPROVAL_API_KEY"
                if not key
                else "APPROVAL_API_KEY holds characters that no key has."
            )
        self.url = url.rstrip("/")
        self._key = key
        self._timeout = timeout
        self._patience = patience
        self._clock = clock
        self._pause = pause
        handlers: list[urllib.request.BaseHandler] = [_NoRedirects()]
        if _is_loopback(host):
            handlers.append(urllib.request.ProxyHandler({}))
        self._opener = urllib.request.build_opener(*handlers)

    def create(self, body: Mapping[str, object], *, trouble: Trouble | None = None) -> Json:
        """Ask; the same ask is sent again, under one key, while the gate doesn't answer."""
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        deadline = self._clock() + self._patience
        attempt = _Attempts(self._clock, self._pause, deadline, trouble)
        while True:
            try:
                answer = self.call("POST", "/v1/approvals", body=body, headers=headers)
                if not isinstance(answer.get("approval_id"), str):
                    raise self._not_a_gate()  # as any answer that is none
                return self._approval(answer)
            except (GateUnreachable, Refused) as error:
                attempt.failed(error)

    def get(self, approval_id: str, *, wait: float = 0) -> Json:
        """Read one approval; with `wait`, the gate holds the answer up to so many seconds."""
        query = {"wait": str(math.ceil(wait))} if wait > 0 else {}
        path = f"/v1/approvals/{quote(approval_id, safe='')}"
        answer = self.call("GET", path, query=query, timeout=self._timeout + max(wait, 0))
        return self._approval(answer)

    def wait(self, approval_id: str, seconds: float, *, trouble: Trouble | None = None) -> Json:
        """Return the approval once it is no longer pending, or as it stands after `seconds`.

        Goes on through a gate that is down meanwhile; `trouble` hears of each failed attempt, and
        None once it answers again. Raises GateUnreachable or Refused where it ends so.
        """
        deadline = self._clock() + seconds
        attempt = _Attempts(self._clock, self._pause, deadline, trouble)
        while True:
            began = self._clock()
            hold = min(HOLD, max(0.0, deadline - began))
            try:
                answer = self.get(approval_id, wait=hold)
            except (GateUnreachable, Refused) as error:
                attempt.failed(error)
                continue
            attempt.succeeded()
            if answer["status"] != "pending" or self._clock() >= deadline:
                return answer
            # A gate that stops, or that holds nothing, answers early: no hurry then.
            early = min(1.0, hold) - (self._clock() - began)
            if early > 0:
                self._pause(early)

    def list_approvals(
        self, *, status: str | None = None, session_id: str | None = None, limit: int | None = None
    ) -> Json:
        """Read this key's approvals, newest first, as `{"approvals": […], "next_cursor": …}`."""
        wanted = {"status": status, "session_id": session_id, "limit": limit}
        query = {name: str(value) for name, value in wanted.items() if value is not None}
        answer = self.call("GET", "/v1/approvals", query=query)
        if not isinstance(answer.get("approvals"), list):
            raise self._not_a_gate()
        return answer

    def decide(self, approval_id: str, decision: str, note: str | None = None) -> Json:
        """Decide as `approved` or `denied`, with a key that may."""
        body = {"decision": decision} | ({} if note is None else {"note": note})
        return self.call(
            "POST", f"/v1/approvals/{quote(approval_id, safe='')}/decision", body=body
        )

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
        request = urllib.request.Request(  # noqa: S310  # the scheme was checked above
            self.url + path + (f"?{urlencode(query)}" if query else ""),
            data=None if body is None else json.dumps(body).encode("ascii"),
            method=method,
            headers={"Accept": "application/json", "User-Agent": "ok2run", **(headers or {})},
        )
        if body is not None:
            request.add_header("Content-Type", "application/json")
        request.add_unredirected_header("Authorization", f"Bearer {self._key}")
        try:
            status, fields, content = self._send(request, timeout or self._timeout)
        except urllib.error.URLError as error:
            raise self._unreachable(error.reason) from error
        except (OSError, http.client.HTTPException) as error:
            raise self._unreachable(error) from error
        if 300 <= status < 400:
            raise GateUnreachable(
                f"{self.url} sends elsewhere (HTTP {status}), which is not followed; "
                "set APPROVAL_GATE_URL to the gate's own address.",
                temporary=False,
            )
        answer = self._object(status, content)
        if status < 300:
            return answer
        raise _refusal(status, fields, answer)

    def _send(self, request: urllib.request.Request, timeout: float) -> tuple[int, Message, bytes]:
        try:
            with self._opener.open(request, timeout=timeout) as response:
                return response.status, response.headers, response.read(ANSWER_LIMIT)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read(ANSWER_LIMIT)

    def _object(self, status: int, content: bytes) -> Json:
        try:
            answer: object = json.loads(content)
        except (ValueError, RecursionError):
            answer = None
        if isinstance(answer, dict):
            return answer
        raise self._not_a_gate(f" (HTTP {status})")

    def _approval(self, answer: Json) -> Json:
        if not isinstance(answer.get("status"), str):
            raise self._not_a_gate()
        return answer

    def _not_a_gate(self, detail: str = "") -> GateUnreachable:
        return GateUnreachable(f"What answers at {self.url} is not a gate{detail}.")

    def _unreachable(self, cause: object) -> GateUnreachable:
        """Say why in words; a certificate that does not fit will not fit a second later."""
        temporary = not isinstance(cause, ssl.SSLCertVerificationError)
        if isinstance(cause, TimeoutError):
            reason = "no answer in time"
        elif isinstance(cause, OSError) and cause.strerror:
            reason = cause.strerror.lower()
        else:
            reason = str(cause) or type(cause).__name__
        return GateUnreachable(f"No gate answers at {self.url}: {reason}.", temporary=temporary)


class _Attempts:
    """Failed attempts at one call: tells of them, waits longer each time, gives up in the end."""

    def __init__(
        self,
        clock: Callable[[], float],
        pause: Callable[[float], None],
        deadline: float,
        trouble: Trouble | None,
    ) -> None:
        self._clock = clock
        self._pause = pause
        self._deadline = deadline
        self._trouble = trouble
        self._next_pause = FIRST_PAUSE

    def failed(self, error: GateUnreachable | Refused) -> None:
        """Wait before the next attempt, or raise the error where none is due."""
        left = self._deadline - self._clock()
        if not error.temporary or left <= 0:
            raise error
        if self._trouble is not None:
            self._trouble(error)
        asked = error.retry_after if isinstance(error, Refused) else None
        due = self._next_pause if asked is None else min(max(asked, FIRST_PAUSE), HOLD)
        self._pause(min(left, due))
        self._next_pause = min(self._next_pause * 2, LONGEST_PAUSE)

    def succeeded(self) -> None:
        """Forget the failures."""
        if self._trouble is not None and self._next_pause > FIRST_PAUSE:
            self._trouble(None)
        self._next_pause = FIRST_PAUSE


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


def _host_of(url: str) -> str:
    try:
        address = urlsplit(url)
        host = (address.hostname or "").encode("idna").decode("ascii")
        usable = address.scheme in ("http", "https") and host and address.port != 0
    except ValueError:
        usable = False
    if not usable or address.query or address.fragment:
        raise Misconfigured("APPROVAL_GATE_URL is not an http or https address.")
    if address.username is not None:
        raise Misconfigured("APPROVAL_GATE_URL must not hold a name or password.")
    return host


def _refusal(status: int, fields: Message, answer: Json) -> Refused:
    code = answer.get("code")
    retry_after = str(fields.get("Retry-After", ""))
    return Refused(
        _sentence(answer.get("detail")) or f"The gate refused (HTTP {status}).",
        status=status,
        code=code if isinstance(code, str) else None,
        retry_after=float(retry_after) if re.fullmatch(r"[0-9]{1,6}", retry_after) else None,
    )


def _sentence(detail: object) -> str:
    """Return a refusal's words; a list of faults as `place: fault; place: fault`."""
    if isinstance(detail, str):
        return detail
    if not isinstance(detail, list):
        return ""
    lines = []
    for fault in detail:
        if isinstance(fault, dict):
            place = fault.get("loc")
            where = ".".join(map(str, place)) if isinstance(place, list) else ""
            lines.append(f"{where}: {fault.get('msg')}" if where else str(fault.get("msg")))
    return "; ".join(lines)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
