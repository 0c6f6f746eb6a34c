"""Who asks and who decides; an asker never decides, and only named people do."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.approval import Approval
from bot.core.decision import Via
from bot.core.errors import (
    AskerMayNotDecide,
    GateError,
    MayOnlyLook,
    NotAllowed,
    NotAnApprover,
    NotAskedHere,
)


class Right(StrEnum):
    """A scope of an API key."""

    CREATE = "request:create"
    READ = "request:read"
    DECIDE = "request:decide"
    WEBHOOKS = "webhook:manage"
    ADMIN = "admin"


AGENT_RIGHTS = frozenset({Right.CREATE, Right.READ})
ALL_RIGHTS = frozenset(Right)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An API key as the gate knows it: never the key itself, only its SHA-256 (64 hex digits).

    `id` is the first twelve digits of that hash, the older contract's `client_id`.
    """

    id: str
    name: str
    sha256: str
    rights: AbstractSet[Right]
    created_at: datetime

    def may(self, right: Right) -> bool:
        """Tell whether the key has this scope; admin has them all."""
        return right in self.rights or Right.ADMIN in self.rights

    @property
    def reads_everything(self) -> bool:
        """Keys that decide or administer see every key's approvals."""
        return self.may(Right.DECIDE)


class Role(StrEnum):
    """What a person may do here; a later one less than those before it."""

    OWNER = "owner"
    APPROVER = "approver"
    VIEWER = "viewer"

    @property
    def rank(self) -> int:
        """Its place among the roles, 0 for the one that may most."""
        return list(Role).index(self)

    def includes(self, other: "Role") -> bool:
        """Tell whether this role may all that the other one may."""
        return self.rank <= other.rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """A person known here; a viewer looks, and everybody else may decide."""

    id: str
    name: str
    role: Role = Role.APPROVER

    @property
    def may_decide(self) -> bool:
        """Tell whether this person's answer counts."""
        return self.role.includes(Role.APPROVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """Whoever gives an answer: an approver, or a key that may decide, at one place.

    `person` is the approver's id; a stranger has none. `key` is the deciding key, if it was one.
    `looks_only` is true of a viewer.
    """

    name: str
    via: Via
    person: str | None = None
    key: Key | None = None
    looks_only: bool = False

    @property
    def identity(self) -> str:
        """How the audit names the decider."""
        if self.key is not None:
            return f"key:{self.key.id}"
        return f"person:{self.person}" if self.person is not None else f"stranger:{self.name}"


def refusal_to_decide(approval: Approval, decider: Decider) -> GateError | None:
    """Return why this decider may not decide this approval, or None where they may."""
    if decider.key is not None:
        if decider.key.id == approval.key_id:
            return AskerMayNotDecide("The key that asked may not decide; use another key.")
        if not decider.key.may(Right.DECIDE):
            return NotAllowed("This key has no request:decide scope.")
    elif decider.person is None:
        return NotAnApprover("You are not an approver here.")
    elif decider.looks_only:
        return MayOnlyLook("You may look here, not decide.")
    ruling = approval.ruling
    if ruling is None:
        return None
    approvers, escalation = ruling.routing.approvers, ruling.routing.escalate
    if approvers and escalation is not None and ruling.escalated_at is not None:
        approvers = (*approvers, *escalation.approvers)
    if decider.key is not None:
        is_asked = decider.key.name in approvers or not (approvers or approval.is_shared)
    else:
        is_asked = decider.person in ruling.named or not approvers
    if is_asked:
        return None
    if not approvers:
        return NotAskedHere("People decide this; a key does only where the rule names it.")
    return NotAskedHere("Only {names} may decide this.", values={"names": ", ".join(approvers)})
