"""How a rule has people asked, as it is written."""

import re
from datetime import timedelta
from itertools import pairwise
from typing import Final, TypeVar

from bot.core.action import Json
from bot.core.approval import LONGEST_LIFE
from bot.core.fault import Faults, Place
from bot.core.routing import Confirm, Escalation, Routing, Silence

ROUTING_KEYS: Final = (
    "approvers", "quorum", "deny_threshold", "channels", "expires_in", "remind", "escalate",
    "require_reason", "confirm", "silence",
)  # fmt: skip
CHANNELS: Final = ("telegram", "email", "web", "slack", "discord", "webhook")

_UNITS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_DURATION: Final = re.compile(r"([0-9]{1,9}) ?([smhd])")

Word = TypeVar("Word", Confirm, Silence)


def read_routing(table: dict[str, Json], place: Place, faults: Faults) -> Routing:
    """Return the routing among the keys of a rule."""
    return _RoutingReader(table, place, faults).routing()


def document_of_routing(routing: Routing) -> dict[str, Json]:
    """Return what differs from the default, by its keys."""
    document: dict[str, Json] = {}
    if routing.approvers:
        document["approvers"] = list(routing.approvers)
    if routing.quorum != 1:
        document["quorum"] = routing.quorum
    if routing.deny_threshold != 1:
        document["deny_threshold"] = routing.deny_threshold
    if routing.channels:
        document["channels"] = list(routing.channels)
    if routing.expires_in is not None:
        document["expires_in"] = written_duration(routing.expires_in)
    if routing.remind:
        document["remind"] = [written_duration(after) for after in routing.remind]
    if routing.escalate is not None:
        document["escalate"] = _document_of_escalation(routing.escalate)
    if routing.require_reason:
        document["require_reason"] = True
    if routing.confirm is not None:
        document["confirm"] = routing.confirm.value
    if routing.silence is not Silence.DENY:
        document["silence"] = routing.silence.value
    return document


def written_duration(duration: timedelta) -> Json:
    """Return a duration as it is written: `15m`, `1h`, `2d`; a fraction in seconds."""
    seconds = duration.total_seconds()
    if not seconds.is_integer():
        return seconds
    unit = max(
        (unit for unit, length in _UNITS.items() if seconds % length == 0),
        key=_UNITS.__getitem__,
    )
    return f"{int(seconds) // _UNITS[unit]}{unit}"


def _document_of_escalation(escalation: Escalation) -> dict[str, Json]:
    document: dict[str, Json] = {"after": written_duration(escalation.after)}
    if escalation.approvers:
        document["approvers"] = list(escalation.approvers)
    if escalation.channels:
        document["channels"] = list(escalation.channels)
    return document


class _RoutingReader:
    __slots__ = ("_faults", "_place", "_table")

    def __init__(self, table: dict[str, Json], place: Place, faults: Faults) -> None:
        self._table = table
        self._place = place
        self._faults = faults

    def routing(self) -> Routing:
        table, place = self._table, self._place
        approvers = self._names("approvers")
        expires_in = self._duration("expires_in") if "expires_in" in table else None
        routing = Routing(
            approvers=approvers,
            quorum=self._count("quorum", approvers),
            deny_threshold=self._count("deny_threshold", approvers),
            channels=self._channels(table, place),
            expires_in=expires_in,
            remind=self._remind(),
            escalate=self._escalation() if "escalate" in table else None,
            require_reason="require_reason" in table
            and self._faults.flag(table["require_reason"], place.at("require_reason")),
            confirm=self._word("confirm", Confirm) if "confirm" in table else None,
            silence=self._word("silence", Silence) or Silence.DENY,
        )
        if expires_in is not None:
            late = [("remind", after) for after in routing.remind]
            late += [("escalate", routing.escalate.after)] if routing.escalate else []
            for key, after in late:
                if after >= expires_in:
                    self._faults.add(place.at(key), "comes after the ask has expired.")
        return routing

    def _names(self, key: str) -> tuple[str, ...]:
        if key not in self._table:
            return ()
        return self._faults.texts(self._table[key], self._place.at(key))

    def _count(self, key: str, approvers: tuple[str, ...]) -> int:
        value = self._table.get(key, 1)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self._faults.add(self._place.at(key), "must be a whole number from 1.")
            return 1
        if approvers and value > len(approvers):
            self._faults.add(
                self._place.at(key), f"is {value}, but only {len(approvers)} may decide."
            )
        return value

    def _channels(self, table: dict[str, Json], place: Place) -> tuple[str, ...]:
        if "channels" not in table:
            return ()
        place = place.at("channels")
        names = self._faults.texts(table["channels"], place)
        for number, name in enumerate(names, 1):
            kind, colon, target = name.partition(":")
            if name and (kind not in CHANNELS or bool(colon) != bool(target)):
                self._faults.add(
                    place.at(number),
                    f"must be a channel ({', '.join(CHANNELS)}) or channel:target.",
                )
        return names

    def _remind(self) -> tuple[timedelta, ...]:
        if "remind" not in self._table:
            return ()
        place, value = self._place.at("remind"), self._table["remind"]
        if not isinstance(value, list):
            return (self._length(value, place),)
        items = enumerate(self._faults.items(value, place), 1)
        times = tuple(self._length(one, place.at(number)) for number, one in items)
        if any(a >= b for a, b in pairwise(times)):
            self._faults.add(place, "must rise.")
        return times

    def _escalation(self) -> Escalation:
        place = self._place.at("escalate")
        table = self._faults.table(self._table["escalate"], place)
        for key in table.keys() - {"after", "approvers", "channels"}:
            self._faults.add(place.at(key), "is not a key of escalate.")
        if not table.keys() & {"approvers", "channels"}:
            self._faults.add(place, "names nobody; give approvers or channels.")
        approvers = (
            self._faults.texts(table["approvers"], place.at("approvers"))
            if "approvers" in table
            else ()
        )
        return Escalation(
            after=self._length(table.get("after"), place.at("after")),
            approvers=approvers,
            channels=self._channels(table, place),
        )

    def _duration(self, key: str) -> timedelta:
        return self._length(self._table[key], self._place.at(key))

    def _length(self, value: Json, place: Place) -> timedelta:
        """Return a duration of up to seven days; a second where it is faulty."""
        seconds = 0.0
        if isinstance(value, str) and (match := _DURATION.fullmatch(value)):
            seconds = float(int(match[1]) * _UNITS[match[2]])
        elif isinstance(value, int | float) and not isinstance(value, bool):
            is_within = 0 < value <= LONGEST_LIFE.total_seconds()  # not a number is not
            seconds = float(value) if is_within else 0.0
        if not 1 <= seconds <= LONGEST_LIFE.total_seconds():
            self._faults.add(place, 'must be seconds, or such as "15m", "1h"; up to "7d".')
            seconds = 1
        return timedelta(seconds=seconds)

    def _word(self, key: str, words: type[Word]) -> Word | None:
        if key not in self._table:
            return None
        value = self._table[key]
        known = [word.value for word in words]
        written = value.replace(" ", "_") if isinstance(value, str) else ""
        if written in known:
            return words(written)
        self._faults.add(self._place.at(key), f"must be one of {', '.join(known)}.")
        return None
