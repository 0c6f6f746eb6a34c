"""Values that tests start from; each builder takes what matters to the test as keywords."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from bot.core.action import Action, digest_of
from bot.core.approval import Approval, Kind
from bot.core.decision import Choice, Code, Decision, Scope, Via
from bot.core.grant import Grant
from bot.core.people import AGENT_RIGHTS, Decider, Key, Right
from bot.core.question import Option, Question
from bot.core.risk import Assessment, Level
from bot.gate.channel import Card, CardKind, Delivery, Target, Task

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ANA = Decider(name="Ana", via=Via.TELEGRAM, person="telegram-1001")
CHAT = Target(channel="telegram", address="1001")

_LETTERS = "abcdefghijkmnopqrstuvwxyz"
_numbers = count(1)


def an_id() -> str:
    """32 hex digits that no other call returns."""
    return f"{next(_numbers):032x}"


def a_short_code() -> str:
    """A code that no other call returns, some ten million times."""
    number, code = next(_numbers), ""
    for _ in range(5):
        number, digit = divmod(number, len(_LETTERS))
        code = _LETTERS[digit] + code
    return code


def _made(default: Mapping[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    return {**default, **changes}


def an_action(**changes: object) -> Action:
    action = Action(
        action_type="Bash",
        title="git push origin main",
        preview="git push origin main",
        params={"command": "git push origin main"},
        cwd="/srv/shop",
    )
    return replace(action, **changes)


def a_question(*labels: str, **changes: object) -> Question:
    """A question with these options; without any it takes words."""
    options = tuple(Option(label=label) for label in labels)
    return Question(**_made({"text": "Which one?", "options": options}, changes))


def an_approval(**changes: object) -> Approval:
    """A pending approval, of key `a_key()`; `questions` make it one of that kind."""
    action = changes.get("action", an_action())
    created_at = changes.get("created_at", NOW)
    default = {
        "id": f"appr_{an_id()}",
        "short_code": a_short_code(),
        "kind": Kind.QUESTION if changes.get("questions") else Kind.ACTION,
        "key_id": "a" * 12,
        "agent": "claude",
        "session_id": "s1",
        "action": action,
        "digest": digest_of(action),
        "risk": Assessment(level=Level.NORMAL),
        "created_at": created_at,
        "expires_at": created_at + timedelta(hours=1),
    }
    return Approval(**_made(default, changes))


def a_choice(**changes: object) -> Choice:
    return Choice(**_made({"approve": True}, changes))


def a_decision(**changes: object) -> Decision:
    """Ana's approval, once, a minute after it was asked."""
    default = {
        "approved": True,
        "code": Code.ONCE,
        "by": ANA.name,
        "via": ANA.via,
        "at": NOW + timedelta(minutes=1),
        "approver_id": ANA.identity,
    }
    return Decision(**_made(default, changes))


def a_key(letter: str = "a", *, decides: bool = False, **changes: object) -> Key:
    """A key whose hash is this letter throughout; an agent's, or one that decides too."""
    default = {
        "id": letter * 12,
        "name": f"agent {letter}",
        "sha256": letter * 64,
        "rights": AGENT_RIGHTS | ({Right.DECIDE} if decides else set()),
        "created_at": NOW,
    }
    return Key(**_made(default, changes))


def a_grant(**changes: object) -> Grant:
    """An Always grant that covers `an_approval()`."""
    default = {
        "id": f"rule_{an_id()}",
        "scope": Scope.ALWAYS,
        "key_id": "a" * 12,
        "agent": "claude",
        "action_type": "Bash",
        "cwd": "/srv/shop",
        "session_id": None,
        "made_by": ANA.name,
        "made_at": NOW,
    }
    return Grant(**_made(default, changes))


def a_card(approval: Approval, **changes: object) -> Card:
    """The approval's card in Ana's chat, not posted yet."""
    default = {
        "id": an_id(),
        "approval_id": approval.id,
        "kind": CardKind.CARD,
        "target": CHAT,
        "handle": an_id()[-22:],
    }
    return Card(**_made(default, changes))


def a_delivery(**changes: object) -> Delivery:
    """Something to say to Ana, due now; with `task` and `card_id` it is about a card."""
    default = {
        "id": an_id(),
        "task": Task.SAY,
        "target": CHAT,
        "created_at": NOW,
        "due_at": NOW,
    }
    return Delivery(**_made(default, changes))
