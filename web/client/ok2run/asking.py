"""What an agent does with a gate, as steps: ask, wait, claim. `Gate` and `AsyncGate` carry them.

Everything here either returns what the gate plainly said, or raises.
"""

import secrets
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Unpack

from ok2run.action import QUESTION, Action, Details, destination, working_directory
from ok2run.answer import Json
from ok2run.decision import Answer, Decision, Pending
from ok2run.errors import GateError, NotClaimed, Refused
from ok2run.exchange import Exchange, Steps
from ok2run.reading import answer_of, decision_of, pending_of
from ok2run.receipt import InvalidReceipt, Receipt, check

LIFE = 3600  # seconds; the gate's own default life of an approval
GRACE = 5.0  # seconds in which the gate may still tell of an expiry that falls on the wait's end
_REMEMBERED = 1000  # asks, the last ones
_CLOCK = time.time  # noqa: TID251  # a receipt's end is compared with this machine's clock


class Asking:
    """The steps, with what every ask of one agent has in common."""

    def __init__(
        self,
        exchange: Exchange,
        *,
        session: str,
        agent: str | None,
        cwd: str | None,
        settings: Mapping[str, str],
        receipt_key: str | None,
    ) -> None:
        """Take what each ask says where it says nothing else; the key is base64."""
        self.exchange = exchange
        self._session = session
        self._agent = agent
        self._cwd = cwd
        self._destination = destination(settings)
        self._pinned = receipt_key or settings.get("APPROVAL_RECEIPT_KEY", "").strip() or None
        self._key: str | None = None
        self._key_id: object = None
        self._asked: OrderedDict[str, Action] = OrderedDict()

    def action(self, action_type: str, **details: Unpack[Details]) -> Action:
        """Return an action as it will be asked; what is not said comes from the agent."""
        given: Json = {**details}
        unknown = given.keys() - Details.__annotations__.keys()
        if unknown:
            raise TypeError(f"an ask has no {', '.join(sorted(unknown))}")
        more = {
            "session_id": details.get("session", self._session),
            "agent": details.get("agent", self._agent),
            "expires_in_sec": details.get("expires"),
            **self._destination,
            **{name: given.get(name) for name in _PLAIN},
        }
        cwd = details.get("cwd", self._cwd)
        return Action(
            action_type=action_type,
            title=details.get("title", action_type),
            preview=details.get("preview", ""),
            params=details.get("params", {}),
            cwd=working_directory() if cwd is None else cwd,
            more=more,
        )

    def submit(self, action: Action, *, key: str | None = None) -> Steps[Pending]:
        """Ask, and return at once."""
        answer = yield from self.exchange.create(action.body(), trouble=None, key=key)
        pending = pending_of(answer)
        self._asked[pending.id] = action
        if len(self._asked) > _REMEMBERED:
            self._asked.popitem(last=False)
        return pending

    def identity(self, action: Action, *, key: str | None = None) -> Steps[str]:
        """Ask, and return the id alone."""
        return (yield from self.submit(action, key=key)).id

    def taken_back(self, id: str) -> Steps[None]:
        """Withdraw an ask, where that is still possible."""
        with suppress(GateError):
            yield from self.exchange.withdraw(id)

    def wait(self, id: str, seconds: float) -> Steps[Decision]:
        """Return the decision; raises Expired where there is none after so many seconds."""
        return decision_of(id, (yield from self.exchange.wait(id, seconds)))

    def get(self, id: str) -> Steps[Decision | Pending]:
        """Return how it stands; raises Expired where it ended without an answer."""
        approval = yield from self.exchange.get(id)
        if approval["status"] == "pending":
            return pending_of({**approval, "approval_id": id})
        return decision_of(id, approval)

    def ask(
        self,
        question: str,
        options: Sequence[str],
        *,
        multiple: bool,
        wait: float,
        **details: Unpack[Details],
    ) -> Steps[Answer]:
        """Ask a question and return its answer."""
        details.setdefault("title", question)
        fields = self.action(QUESTION, **details)
        asked: Json = {"options": list(options), "multiple": multiple}
        if not options:
            asked = {"questions": [{"question": question}]}
        body = {**fields.body(), **asked}
        answer = yield from self.exchange.create(body, trouble=None, key=details.get("key"))
        id = str(answer["approval_id"])
        seconds = wait_for(wait, details.get("expires"))
        return answer_of(id, (yield from self.exchange.wait(id, seconds)), options)

    def claim(
        self, id: str, *, override: str | None = None, digest: str | None = None
    ) -> Steps[Receipt]:
        """Claim the receipt for what was asked here as this id, and check it.

        Raises NotClaimed where the gate gives none for exactly that.
        """
        action = self._asked.get(id)
        if digest is None:
            if action is None:
                raise NotClaimed(
                    f"{id} was not asked by this Gate; pass the digest of what you will run."
                )
            digest = action.digest(override)
        receipt = yield from self._claimed(id, digest)
        self._asked.pop(id, None)
        return receipt

    def _claimed(self, id: str, digest: str) -> Steps[Receipt]:
        nonce = secrets.token_hex(16)
        yield from self._public_key(None)  # before the claim, which can be had only once
        try:
            answer = yield from self.exchange.claim(id, digest, nonce)
        except Refused as refusal:
            if refusal.status in (404, 409, 410):
                raise NotClaimed(f"Not approved to run: {refusal}") from refusal
            raise
        key = yield from self._public_key(answer)
        try:
            return check(
                answer, public_key=key, digest=digest, nonce=nonce, now=_CLOCK(), approval_id=id
            )
        except InvalidReceipt as error:
            raise NotClaimed(f"Not approved to run: {error}") from error

    def _public_key(self, answer: Json | None) -> Steps[str]:
        """Return the gate's public key: the pinned one, else as it was told once.

        A gate that has another key since then, as after a new start without its secret file, is
        asked for it again.
        """
        if self._pinned is not None:
            return self._pinned
        if self._key is None or (answer is not None and answer.get("key_id") != self._key_id):
            told = yield from self.exchange.receipts_key()
            self._key, self._key_id = str(told["public_key"]), told.get("key_id")
        return self._key


_PLAIN = (
    "context",
    "reason",
    "language",
    "urgency",
    "can_show_number",
)


def wait_for(wait: float, life: int | None) -> float:
    """Return how long to wait; to the end of a life also for the word that it has ended."""
    whole = LIFE if life is None else life
    return wait if wait < whole else whole + GRACE
