"""A request as it is written in a rule's own tests, or given to be explained."""

from dataclasses import replace
from enum import StrEnum
from typing import Final, TypeVar

from bot.core.action import Action, Json
from bot.core.approval import Kind
from bot.core.fault import Faults, Place
from bot.core.risk import Level, assess
from bot.core.subject import Subject, subject_from

_OTHER_NAMES: Final = {"action_type": "action", "session_id": "session"}
_TEXTS: Final = ("action", "title", "preview", "agent", "session", "cwd", "channel", "language")
_KEYS: Final = (*_TEXTS, "kind", "urgency", "risk", "params", "context")

Word = TypeVar("Word", bound=StrEnum)


def read_subject(value: object, place: Place, faults: Faults) -> Subject:
    """Return the request that a table says; its risk is assessed unless it is given."""
    given = faults.table(value, place)
    table = {_OTHER_NAMES.get(key, key): one for key, one in given.items()}
    for key in table.keys() - set(_KEYS):
        faults.add(place.at(key), f"is not a key of a request; there are {', '.join(_KEYS)}.")
    if "action" not in table:
        faults.add(place, "names no action.")
    texts: dict[str, str] = {}
    for key in _TEXTS:
        text = table.get(key)
        if isinstance(text, str):
            texts[key] = text
        elif text is not None:
            faults.add(place.at(key), "must be a text.")
    urgency = _word(table, "urgency", Level, place, faults) or Level.NORMAL
    risk = _word(table, "risk", Level, place, faults)
    kind = _word(table, "kind", Kind, place, faults) or Kind.ACTION
    action = Action(
        action_type=texts.get("action", ""),
        title=texts.get("title", texts.get("action", "")),
        preview=texts.get("preview", ""),
        params=_table(table, "params", place, faults),
        cwd=texts.get("cwd"),
        context=_table(table, "context", place, faults),
        language=texts.get("language"),
    )
    subject = subject_from(
        action,
        kind=kind,
        agent=texts.get("agent", ""),
        session=texts.get("session", ""),
        urgency=urgency,
        channel=texts.get("channel"),
        risk=assess(action, urgency=urgency),
    )
    return subject if risk is None else replace(subject, risk=risk)


def subject_of_command(command: str, *, action: str = "Bash") -> Subject:
    """Return the request to run a command line, as an agent's shell tool sends it."""
    asked = Action(action_type=action, title=command, params={"command": command})
    return subject_from(asked, risk=assess(asked))


def _table(table: dict[str, Json], key: str, place: Place, faults: Faults) -> dict[str, Json]:
    return faults.table(table[key], place.at(key)) if key in table else {}


def _word(
    table: dict[str, Json], key: str, words: type[Word], place: Place, faults: Faults
) -> Word | None:
    value = table.get(key)
    if value is None:
        return None
    known = [word.value for word in words]
    if isinstance(value, str) and value in known:
        return words(value)
    faults.add(place.at(key), f"must be one of {', '.join(known)}.")
    return None
