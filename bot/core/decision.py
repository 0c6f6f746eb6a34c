"""What a person, a rule or a grant decided, and its old numeric code on the wire."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.core.end import TIMED, End
from bot.core.errors import InvalidAsk
from bot.core.extent import Extent
from bot.core.question import Answer, note_of


class Scope(StrEnum):
    """How far an approval reaches."""

    ONCE = "once"
    SESSION = "session"
    ALWAYS = "always"


_ENDS: Final = {
    Scope.ONCE: (),
    Scope.SESSION: (End.SESSION, *TIMED),
    Scope.ALWAYS: (End.REVOKED, *TIMED),
}


def ends_offered(scope: Scope) -> tuple[End, ...]:
    """Return the ends of a standing scope, the one that holds where none is chosen first."""
    return _ENDS[scope]


class Via(StrEnum):
    """Where a decision came from."""

    TELEGRAM = "telegram"
    WEB = "web"
    API = "api"
    EMAIL = "email"
    GRANT = "grant"
    RULE = "rule"
    EARLIER = "earlier"


class Code(StrEnum):
    """The numeric codes of the older wire contract."""

    ONCE = "1"
    SESSION = "2"
    DENY = "3"
    NOTE = "4"
    REPLACED = "5"
    ALWAYS = "6"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What somebody wants to decide, before it is authorised and saved.

    `extent` and `end` are what a standing scope covers and when it ends; None is the whole type,
    and the scope's own end. `number` is the one picked, where approving takes the agent's. `stop`
    ends the agent's turn with a denial.
    """

    approve: bool
    scope: Scope = Scope.ONCE
    note: str | None = None
    override: str | None = None
    answers: tuple[Answer, ...] = ()
    extent: Extent | None = None
    end: End | None = None
    number: int | None = None
    stop: bool = False

    def __post_init__(self) -> None:
        if not self.approve and (self.answers or self.override is not None):
            raise InvalidAsk("A denial carries no answer and no replacement.", place=("decision",))
        if not self.approve and self.scope is not Scope.ONCE:
            raise InvalidAsk("A denial is for this one only.", place=("scope",))
        if self.approve and self.stop:
            raise InvalidAsk("What is approved is not stopped.", place=("stop",))
        if self.override is not None and self.scope is not Scope.ONCE:
            raise InvalidAsk("A replacement is approved once.", place=("scope",))
        if self.scope is Scope.ONCE and self.extent is not None:
            raise InvalidAsk("What is approved once has no extent.", place=("extent",))
        if self.end is not None and self.end not in ends_offered(self.scope):
            raise InvalidAsk("This scope has no such end.", place=("end",))

    @property
    def code(self) -> Code:
        """The old code that says the same."""
        if not self.approve:
            return Code.DENY
        if self.override is not None:
            return Code.REPLACED
        if self.scope is Scope.ALWAYS:
            return Code.ALWAYS
        if self.scope is Scope.SESSION:
            return Code.SESSION
        return Code.NOTE if self.note is not None or self.answers else Code.ONCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Approved or denied: by whom, where, when, and with what words.

    `by` is the name shown to people, `approver_id` the identity behind it (absent for grants).
    `extent`, `end` and `until` (aware UTC) are those of the grant that it made or came from.
    `at` is an aware UTC instant. For a question `answers` has one entry a question. `stop` tells
    that the denial ends the agent's turn.
    """

    approved: bool
    code: Code
    by: str
    via: Via
    at: datetime
    approver_id: str | None = None
    note: str | None = None
    override: str | None = None
    scope: Scope = Scope.ONCE
    grant_id: str | None = None
    rule: str | None = None
    answers: tuple[Answer, ...] = ()
    extent: Extent | None = None
    end: End | None = None
    until: datetime | None = None
    stop: bool = False

    @property
    def made_grant(self) -> bool:
        """Tell whether it made the grant that it names, rather than came from it."""
        return self.grant_id is not None and self.via is not Via.GRANT

    @property
    def wire_note(self) -> str | None:
        """The note of the older contract: an answer's letters or words, else the note."""
        return note_of(self.answers) if self.answers else self.note
