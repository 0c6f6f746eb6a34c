"""What is said to a gate, step by step, whoever carries it: `Wire` does, and `AsyncWire`.

A generator yields each call and each pause, and is sent the call's JSON or thrown its error. A
lost answer never asks twice: one Idempotency-Key an ask, one nonce a claim.
"""

import json
import math
import time
import uuid
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar
from urllib.parse import quote, urlencode

from ok2run.answer import Json, not_a_gate
from ok2run.errors import GateUnreachable, Refused

T = TypeVar("T")
Trouble: TypeAlias = Callable[[GateUnreachable | Refused | None], None]

HOLD = 60  # seconds that one request is held open; longer ones meet the limits of proxies
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 5.0  # seconds between two attempts
SOON = 5.0  # seconds for what is only told: a report, or who was asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to send; `hold` is how many seconds the gate may take beyond the usual."""

    method: str
    path: str
    body: Mapping[str, object] | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    hold: float = 0
    limit: float | None = None

    @property
    def target(self) -> str:
        """The path with its query."""
        return self.path + (f"?{urlencode(self.query)}" if self.query else "")

    @property
    def content(self) -> bytes | None:
        """The body as it is sent."""
        return None if self.body is None else json.dumps(self.body).encode("ascii")

    def fields(self, key: str) -> dict[str, str]:
        """Return the header fields, with the key."""
        sent = {"Content-Type": "application/json"} if self.body is not None else {}
        return {
            "Accept": "application/json",
            "User-Agent": "ok2run",
            **sent,
            **self.headers,
            "Authorization": f"Bearer {key}",
        }


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait so many seconds before the next step."""

    seconds: float


Steps: TypeAlias = Generator[Call | Pause, Json | None, T]


class Exchange:
    """Everything that an agent says to one gate."""

    def __init__(
        self, url: str, *, patience: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Take the gate's address for messages; `patience` as `Wire` does."""
        self._url = url
        self._patience = patience
        self._clock = clock

    def create(
        self, body: Mapping[str, object], *, trouble: Trouble | None, key: str | None = None
    ) -> Steps[Json]:
        """Ask; the same ask is sent again, under one key, while the gate doesn't answer."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        call = Call(method="POST", path="/v1/approvals", body=body, headers=headers)
        answer = yield from self._patiently(call, trouble=trouble, needs="approval_id")
        return self._approval(answer)

    def get(self, id: str, *, wait: float = 0) -> Steps[Json]:
        """Read one approval; with `wait`, the gate holds the answer up to so many seconds."""
        query = {"wait": str(math.ceil(wait))} if wait > 0 else {}
        answer = yield from _ask(Call(method="GET", path=_path(id), query=query, hold=wait))
        return self._approval(answer)

    def wait(self, id: str, seconds: float, *, trouble: Trouble | None = None) -> Steps[Json]:
        """Return the approval once it is no longer pending, or as it stands after `seconds`."""
        deadline = self._clock() + seconds
        attempts = _Attempts(self._clock, deadline, trouble)
        while True:
            began = self._clock()
            hold = min(HOLD, max(0.0, deadline - began))
            try:
                answer = yield from self.get(id, wait=hold)
            except (GateUnreachable, Refused) as error:
                yield attempts.failed(error)
                continue
            attempts.succeeded()
            if answer["status"] != "pending" or self._clock() >= deadline:
                return answer
            # A gate that stops, or that holds nothing, answers early: no hurry then.
            early = min(1.0, hold) - (self._clock() - began)
            if early > 0:
                yield Pause(early)

    def list_approvals(
        self, *, status: str | None, session_id: str | None, limit: int | None
    ) -> Steps[Json]:
        """Read this key's approvals, newest first."""
        wanted = {"status": status, "session_id": session_id, "limit": limit}
        query = {name: str(value) for name, value in wanted.items() if value is not None}
        answer = yield from _ask(Call(method="GET", path="/v1/approvals", query=query))
        if not isinstance(answer.get("approvals"), list):
            raise not_a_gate(self._url)
        return answer

    def decide(self, id: str, decision: str, note: str | None) -> Steps[Json]:
        """Decide, with a key that may."""
        body = {"decision": decision} | ({} if note is None else {"note": note})
        return (yield from _ask(Call(method="POST", path=_path(id, "/decision"), body=body)))

    def withdraw(self, id: str) -> Steps[Json]:
        """Take an ask back; one that has ended otherwise is refused (409)."""
        return self._approval((yield from _ask(Call(method="DELETE", path=_path(id)))))

    def audit(self, id: str) -> Steps[Json]:
        """Read what the audit log holds about one approval."""
        return (yield from _ask(Call(method="GET", path=_path(id, "/audit"), limit=SOON)))

    def claim(self, id: str, digest: str, nonce: str) -> Steps[Json]:
        """Claim the receipt; the same nonce gets the same one again, so that none is lost."""
        body = {"digest": digest, "nonce": nonce}
        call = Call(method="POST", path=_path(id, "/claim"), body=body)
        return (yield from self._patiently(call, needs="signature"))

    def receipts_key(self) -> Steps[Json]:
        """Read the key that the gate signs receipts with."""
        call = Call(method="GET", path="/v1/receipts/key")
        return (yield from self._patiently(call, needs="public_key"))

    def report(self, id: str, *, exit_code: int | None, summary: str | None) -> Steps[Json]:
        """Tell what became of it, once and without waiting long."""
        said = {"exit_code": exit_code, "summary": summary}
        body = {name: value for name, value in said.items() if value is not None}
        call = Call(method="POST", path=_path(id, "/outcome"), body=body, limit=SOON)
        return (yield from _ask(call))

    def _patiently(self, call: Call, *, needs: str, trouble: Trouble | None = None) -> Steps[Json]:
        """Send the same call again while the gate doesn't answer it."""
        attempts = _Attempts(self._clock, self._clock() + self._patience, trouble)
        while True:
            try:
                answer = yield from _ask(call)
                if not isinstance(answer.get(needs), str):
                    raise not_a_gate(self._url)  # as any answer that is none
            except (GateUnreachable, Refused) as error:
                yield attempts.failed(error)
            else:
                return answer

    def _approval(self, answer: Json) -> Json:
        if not isinstance(answer.get("status"), str):
            raise not_a_gate(self._url)
        return answer


def _ask(call: Call) -> Steps[Json]:
    answer = yield call
    if answer is None:
        raise TypeError("a call is answered with JSON")
    return answer


def _path(id: str, more: str = "") -> str:
    return f"/v1/approvals/{quote(id, safe='')}{more}"


class _Attempts:
    """Failed attempts at one call: tells of them, waits longer each time, gives up in the end."""

    def __init__(
        self, clock: Callable[[], float], deadline: float, trouble: Trouble | None
    ) -> None:
        self._clock = clock
        self._deadline = deadline
        self._trouble = trouble
        self._next_pause = FIRST_PAUSE

    def failed(self, error: GateUnreachable | Refused) -> Pause:
        """Return the pause before the next attempt, or raise the error where none is due."""
        left = self._deadline - self._clock()
        if not error.temporary or left <= 0:
            raise error
        if self._trouble is not None:
            self._trouble(error)
        asked = error.retry_after if isinstance(error, Refused) else None
        due = self._next_pause if asked is None else min(max(asked, FIRST_PAUSE), HOLD)
        self._next_pause = min(self._next_pause * 2, LONGEST_PAUSE)
        return Pause(min(left, due))

    def succeeded(self) -> None:
        """Forget the failures."""
        if self._trouble is not None and self._next_pause > FIRST_PAUSE:
            self._trouble(None)
        self._next_pause = FIRST_PAUSE
