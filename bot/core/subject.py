"""What a rule sees of a request: who asks for what, where, and how dangerous it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from bot.core.action import Action, Json
from bot.core.action_text import BESIDE, COMMAND_KEYS, SHELLS, texts_of
from bot.core.approval import Approval, Kind
from bot.core.risk import Assessment, Level
from bot.core.shell import Script, read_script


class Missing(Enum):
    """What stands for a field that a request does not have; null is a value of its own."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING

_ALONE: Final = BESIDE | {"command", "cmd"}
_LANGUAGES: Final = SHELLS | {""}
_DIRECTORIES: Final = frozenset({"cwd", "workdir"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A request as the rules judge it.

    `agent` is the name of the key that asks, never a name that the agent gave itself. An empty
    session, an absent working directory and an absent channel are not there. `commands` are the
    command lines in it; `is_shell` says that its type is a POSIX shell's, `is_windows` that it is
    PowerShell's or cmd's, whose grammar is not read; `is_alone` that nothing stands
    beside the command that could change what runs.
    """

    action: str
    kind: Kind = Kind.ACTION
    agent: str = ""
    session: str = ""
    cwd: str | None = None
    urgency: Level = Level.NORMAL
    risk: Level = Level.NORMAL
    floor: tuple[str, ...] = ()
    channel: str | None = None
    params: Mapping[str, Json] = field(default_factory=dict)
    context: Mapping[str, Json] = field(default_factory=dict)
    commands: tuple[str, ...] = ()
    is_shell: bool = False
    is_windows: bool = False
    is_alone: bool = False


def subject_of(
    approval: Approval,
    *,
    agent: str,
    urgency: Level = Level.NORMAL,
    channel: str | None = None,
) -> Subject:
    """Return what rules see of an approval; `agent` is the name of its key."""
    return subject_from(
        approval.action,
        kind=approval.kind,
        agent=agent,
        session=approval.session_id,
        risk=approval.risk,
        urgency=urgency,
        channel=channel,
    )


def subject_from(
    action: Action,
    *,
    risk: Assessment,
    kind: Kind = Kind.ACTION,
    agent: str = "",
    session: str = "",
    urgency: Level = Level.NORMAL,
    channel: str | None = None,
) -> Subject:
    """Return what rules see of an action that was assessed."""
    texts = texts_of(action)
    return Subject(
        action=action.action_type,
        kind=kind,
        agent=agent,
        session=session,
        cwd=action.cwd,
        urgency=urgency,
        risk=risk.level,
        floor=risk.floor,
        channel=channel,
        params=action.params,
        context=action.context,
        commands=texts.commands,
        is_shell=texts.is_shell,
        is_windows=texts.is_windows,
        is_alone=not texts.is_cut and _is_alone(action),
    )


def _is_alone(action: Action) -> bool:
    """Tell whether the parameters say a command and nothing else that could change what runs.

    A list stands for its words, so that all of them must be words; a directory must be the one
    that the rules see, a language a shell's, and a command a text.
    """
    if (action.language or "").lower() not in _LANGUAGES:
        return False
    for name, value in action.params.items():
        if name not in _ALONE and not (name in _DIRECTORIES and value == action.cwd):
            return False
        if isinstance(value, Mapping):
            return False
        if name in COMMAND_KEYS and not isinstance(value, (str, list)):
            return False
        if isinstance(value, list) and not all(isinstance(word, str) for word in value):
            return False
    return True


class Sight:
    """One subject while it is looked at; what costs to find out is found out once."""

    __slots__ = ("_fields", "_scripts", "subject")

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self._scripts: tuple[Script, ...] | None = None
        self._fields: dict[str, object] = {
            "action": subject.action or MISSING,
            "kind": subject.kind.value,
            "agent": subject.agent or MISSING,
            "session": subject.session or MISSING,
            "cwd": MISSING if subject.cwd is None else subject.cwd,
            "urgency": subject.urgency.value,
            "risk": subject.risk.value,
            "channel": subject.channel or MISSING,
            "params": subject.params,
            "context": subject.context,
        }

    @property
    def scripts(self) -> tuple[Script, ...]:
        """What each command line in it runs."""
        if self._scripts is None:
            self._scripts = tuple(map(read_script, self.subject.commands))
        return self._scripts

    def value(self, path: tuple[str, ...]) -> object:
        """Return the value at a path of names, or MISSING; a name never reaches into a list."""
        found: object = self._fields
        for name in path:
            if not isinstance(found, Mapping) or name not in found:
                return MISSING
            found = found[name]
        return found
