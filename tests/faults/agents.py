"""Programs that ask: they send again until they are answered, and note what they were told."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

import aiohttp

from bot.core.approval import State
from bot.core.decision import Scope
from bot.gate.registry import sha256_of
from tests.faults.journal import CLOCK, Journal

Json = dict[str, Any]

_LOST = (aiohttp.ClientError, OSError, TimeoutError)
# What a call that is made again is told: that nothing was kept, or that nobody knows.
_NOT_KEPT = {(503, "busy"), (507, "store_full")}
_NOT_KNOWN = {(503, "outcome_unknown")}
_PATIENCE = aiohttp.ClientTimeout(total=15)
ROUTINE: Json = {"session_id": "routine", "action_type": "routine", "preview": "make routine"}
EXIT_CODE = 7


class Stopped(Exception):
    """The run is over, and this request has no answer yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The first answer that is no "try again".

    `not_before` is the last time that it was told so, if it was certain until then that nothing
    had been kept.
    """

    status: int
    content: Json
    not_before: datetime | None


@dataclass(kw_only=True)
class Caller:
    """A key and a place to call; a request without an answer is sent again."""

    session: aiohttp.ClientSession
    url: str
    key: str
    journal: Journal
    random: Random

    @property
    def identity(self) -> str:
        """The audit's word for this key."""
        return f"key:{sha256_of(self.key)[:12]}"

    async def call(self, what: str, method: str, path: str, **more: Any) -> tuple[int, Json]:
        """Return status and content of the first answer that is no "try again"."""
        answer = await self.insist(what, method, path, **more)
        return answer.status, answer.content

    async def insist(self, what: str, method: str, path: str, **more: Any) -> Answer:
        """Call until there is an answer, with the same body and headers each time."""
        headers = {"Authorization": f"Bearer {self.key}", **more.pop("headers", {})}
        not_before, is_certain = None, True
        while True:
            try:
                with self.journal.flight(what):
                    async with self.session.request(
                        method, self.url + path, headers=headers, timeout=_PATIENCE, **more
                    ) as answer:
                        content = await answer.json()
                told = answer.status, content.get("code")
                if told not in _NOT_KEPT | _NOT_KNOWN:
                    return Answer(
                        status=answer.status,
                        content=content,
                        not_before=not_before if is_certain else None,
                    )
                self.journal.refused[told[1]] += 1
                is_certain = is_certain and told in _NOT_KEPT
                not_before = CLOCK.now()
            except _LOST:
                self.journal.broken += 1
                is_certain = False
            if self.journal.stopping and what == "wait":
                raise Stopped
            await self.pause(0.02, 0.1)

    async def pause(self, least: float, most: float) -> None:
        """Let some time pass."""
        await asyncio.sleep(self.random.uniform(least, most))

    async def ask(self, title: str, **body: Any) -> Json:
        """Ask under an idempotency key; now and then a second time, as a nervous program does."""
        began = CLOCK.now()
        times = 1 if self.random.random() < 0.9 else 2
        for time in range(times):
            answer = await self.insist(
                "create",
                "POST",
                "/v1/approvals",
                json={"title": title, **body},
                headers={"Idempotency-Key": title},
            )
            assert answer.status == 200, answer
            not_before = answer.not_before if time == 0 else None
            self.journal.created(title, answer.content, began, not_before=not_before)
        return answer.content

    async def end_of(self, id: str) -> State:
        """Wait for the end in short turns."""
        while True:
            began = CLOCK.now()
            wait = self.random.choice((0, 0.5, 2))
            status, answer = await self.call("wait", "GET", f"/v1/approvals/{id}?wait={wait}")
            assert status == 200, (status, answer)
            self.journal.read(id, answer, began)
            state = State(answer["status"])
            if state.is_final or self.journal.stopping:
                return state
            await self.pause(0, 0.05)

    async def withdraw(self, id: str) -> None:
        """Take an ask back, where nobody was first."""
        began = CLOCK.now()
        status, answer = await self.call("withdraw", "DELETE", f"/v1/approvals/{id}")
        assert status in {200, 409}, (status, answer)
        self.journal.read(id, answer, began)
        if status == 200:
            self.journal.claimed(id, State.WITHDRAWN, self.identity)

    async def claim(self, id: str, digest: str) -> None:
        """Claim what was approved; a lost answer is asked for again with the same nonce."""
        body = {"digest": digest, "nonce": f"{self.random.getrandbits(128):032x}"}
        status, answer = await self.call("claim", "POST", f"/v1/approvals/{id}/claim", json=body)
        assert status == 200, (status, answer)
        receipt = answer["receipt"]
        self.journal.received(id, receipt["id"], receipt["digest"], self.identity)
        if self.random.random() < 0.2:  # a second run of it, which must not be
            body["nonce"] = "another-" + body["nonce"]
            status, answer = await self.call(
                "claim", "POST", f"/v1/approvals/{id}/claim", json=body
            )
            assert (status, answer["code"]) == (409, "claimed_already"), answer

    async def report(self, id: str) -> None:
        """Tell what became of it."""
        body = {"exit_code": EXIT_CODE, "summary": "done"}
        status, answer = await self.call(
            "outcome", "POST", f"/v1/approvals/{id}/outcome", json=body
        )
        assert status == 200, (status, answer)
        self.journal.reported(id, EXIT_CODE)

    async def decide(self, id: str, *, approve: bool, scope: Scope = Scope.ONCE) -> None:
        """Decide with a key that may, where nobody was first."""
        began = CLOCK.now()
        state = State.APPROVED if approve else State.DENIED
        status, answer = await self.call(
            "decide",
            "POST",
            f"/v1/approvals/{id}/decision",
            json={"decision": str(state), "scope": str(scope)},
        )
        assert status in {200, 409, 410, 422}, (status, answer)
        if status != 422:  # a question is not approved without an answer
            self.journal.read(id, answer, began)
        if status == 200:
            self.journal.claimed(id, state, self.identity, scope)


async def ask_people(caller: Caller, name: str, chats: tuple[int, ...]) -> None:
    """Ask one thing after the other and wait for its end; some are short-lived or taken back."""
    random, number = caller.random, 0
    while not caller.journal.stopping:
        number += 1
        kind = random.choice(("action", "action", "question", "brief", "withdrawn"))
        body = _body(random, name, number, chats)
        if kind == "question":
            body |= _questions(random, f"{name}-{number}")
        if kind == "brief":
            body["expires_in_sec"] = random.randint(1, 4)
        answer = await caller.ask(f"{name}-{number}", **body)
        if kind == "withdrawn":
            await caller.pause(0, 1)
            await caller.withdraw(answer["approval_id"])
        try:
            state = await caller.end_of(answer["approval_id"])
        except Stopped:
            return
        if state is State.APPROVED and kind != "question" and random.random() < 0.5:
            await caller.claim(answer["approval_id"], answer["digest"])
            await caller.report(answer["approval_id"])
        await caller.pause(0, 0.2)


async def ask_routine(caller: Caller, name: str) -> None:
    """Ask what a standing approval covers, without a pause to speak of."""
    number = 0
    while not caller.journal.stopping:
        number += 1
        await caller.ask(f"{name}-{number}", **ROUTINE)
        await caller.pause(0, 0.03)


async def decide_some(caller: Caller) -> None:
    """Decide now and then by key what people are being asked."""
    while not caller.journal.stopping:
        await caller.pause(0.1, 0.8)
        status, answer = await caller.call("list", "GET", "/v1/approvals?status=pending&limit=50")
        assert status == 200, (status, answer)
        if found := answer["approvals"]:
            chosen = caller.random.choice(found)
            await caller.decide(chosen["approval_id"], approve=caller.random.random() < 0.5)


def _body(random: Random, name: str, number: int, chats: tuple[int, ...]) -> Json:
    # A few asks of each type, so that a grant covers some of them and there is work for people.
    body: Json = {
        "session_id": f"session-{number // 8}",
        "action_type": f"deploy-{number // 4}",
        "preview": f"make deploy VERSION={number}",
        "cwd": f"/srv/{name}",
        "expires_in_sec": 3600,
    }
    if random.random() < 0.3:
        body["urgency"] = random.choice(("low", "normal", "high", "critical"))
    if random.random() < 0.92:
        body |= {"channel": "telegram", "target": {"tg_chat_id": random.choice(chats)}}
    return body


def _questions(random: Random, title: str) -> Json:
    if random.random() < 0.5:
        return {"options": ["blue", "green", "red"], "multiple": random.random() < 0.3}
    options = [{"label": "blue"}, {"label": "green", "description": "as before"}]
    questions = [
        {"question": f"{title}: which colour?", "options": options},
        {"question": f"{title}: which shades?", "options": options, "multiple": True},
    ]
    return {"questions": questions}
