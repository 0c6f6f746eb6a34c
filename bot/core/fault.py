"""What is wrong with a document, and where: all of it at once."""

import re
from dataclasses import dataclass
from typing import Final

from bot.core.action import Json
from bot.core.errors import GateError

_NO_TEXT: Final = re.compile(r"[\x00\ud800-\udfff]")  # no channel or database takes these


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands: a policy and a rule in words, then the keys within it."""

    within: str = ""
    keys: tuple[str, ...] = ()

    def at(self, key: str | int) -> "Place":
        """Return the place of a key, or of an item by its number from 1, within this one."""
        return Place(within=self.within, keys=(*self.keys, str(key)))

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.within, ".".join(self.keys))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong, or to be warned of."""

    place: Place
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}" if str(self.place) else self.sentence


class Faults:
    """The faults of one document while it is read, and its warnings."""

    __slots__ = ("found", "warnings")

    def __init__(self) -> None:
        self.found: list[Fault] = []
        self.warnings: list[Fault] = []

    def add(self, place: Place, sentence: str) -> None:
        """Keep a fault."""
        self.found.append(Fault(place=place, sentence=sentence))

    def warn(self, place: Place, sentence: str) -> None:
        """Keep a warning."""
        self.warnings.append(Fault(place=place, sentence=sentence))

    def table(self, value: object, place: Place) -> dict[str, Json]:
        """Return the value where it is a table; else keep a fault and return an empty one."""
        if isinstance(value, dict) and all(isinstance(key, str) for key in value):
            return value
        self.add(place, "must be a table.")
        return {}

    def items(self, value: object, place: Place) -> list[Json]:
        """Return the value where it is a list with something in it; else keep a fault."""
        if isinstance(value, list) and value:
            return value
        self.add(place, "must be a list with at least one item.")
        return []

    def text(self, value: object, place: Place, *, longest: int = 1_000) -> str:
        """Return the value where it is a text with something in it; else keep a fault."""
        if not isinstance(value, str) or not value.strip():
            self.add(place, "must be a text.")
        elif len(value) > longest:
            self.add(place, f"is longer than {longest} characters.")
        elif _NO_TEXT.search(value):
            self.add(place, "has a character in it that no text has (U+0000 or half of one).")
        else:
            return value
        return ""

    def texts(self, value: object, place: Place) -> tuple[str, ...]:
        """Return a list of texts, each once; keep a fault for what is none."""
        texts = [
            self.text(item, place.at(number))
            for number, item in enumerate(self.items(value, place), 1)
        ]
        if len(set(texts)) < len(texts) and all(texts):
            self.add(place, "names something twice.")
        return tuple(texts)

    def flag(self, value: object, place: Place) -> bool:
        """Return the value where it is true or false; else keep a fault."""
        if isinstance(value, bool):
            return value
        self.add(place, "must be true or false.")
        return False


class PolicyFaulty(GateError):
    """A policy can't be taken as it is written; `faults` are all that is wrong with it."""

    code = "invalid"
    http_status = 422

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults
