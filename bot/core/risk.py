"""How dangerous an action is, and why: the level and the reasons a card shows, and the floor.

A first reading by words and shapes, to refuse by: it raises the level on doubt and takes it down
only for a short list of plain commands. It looks at the action as it is stored, never at what is
shown of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.core.action import Action, Json
from bot.core.action_text import CAP, capped, paths_shown, texts_of, type_words
from bot.core.danger import Danger, dangers_in_words, dangers_of_path
from bot.core.escape import is_plain
from bot.core.low_risk import is_low
from bot.core.path import joined
from bot.core.preview import count_hidden, mixed_script_words
from bot.core.risk_shell import dangers_in_line, dangers_in_prose
from bot.core.windows import dangers_in_windows


class Level(StrEnum):
    """How much attention a card asks for, in rising order."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """The place in the order, 0 for LOW."""
        return _RANKS[self]

    @staticmethod
    def higher(a: "Level", b: "Level") -> "Level":
        """Return the higher of two levels."""
        return a if _RANKS[a] >= _RANKS[b] else b


_RANKS = {level: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a card is marked: an English sentence, the key of its translations.

    `floor_class` is the class a policy rule names to lift it, None where it is not on the floor.
    """

    floor_class: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The level of an action, the reasons for it, and the floor classes among them."""

    level: Level
    reasons: tuple[Reason, ...] = ()
    floor: tuple[str, ...] = ()

    @property
    def is_floor(self) -> bool:
        """Tell whether this always asks, whatever was granted."""
        return bool(self.floor)


# In the order in which a card lists them: worst first.
_TEXTS: dict[Danger, str] = {
    Danger.WIPES: "Deletes a whole home directory, system directory or file system.",
    Danger.DISK: "Writes to a disk or changes its file systems.",
    Danger.DATABASE: "Drops a database.",
    Danger.GATE: "Touches this gate, or what makes the agent ask it.",
    Danger.DELETES: "Deletes recursively, outside the working directory.",
    Danger.DATA: "Deletes stored data.",
    Danger.RESOURCES: "Destroys resources or what they store.",
    Danger.NETWORK_CODE: "Runs code from the network.",
    Danger.HIDDEN_CODE: "Runs code that cannot be read here.",
    Danger.HOST: "Gives a container or a program the run of its machine.",
    Danger.CREDENTIALS: "Touches credentials.",
    Danger.SENDS: "Sends local data elsewhere.",
    Danger.START_UP: "Touches start-up files or system settings.",
    Danger.REWRITES: "Rewrites published history.",
    Danger.DISCARDS: "Discards work that was not committed.",
    Danger.PERMISSIONS: "Changes permissions or ownership widely.",
    Danger.MONEY: "Spends or moves money.",
    Danger.ROOT: "Runs as another user.",
    Danger.STOPS: "Stops a machine.",
    Danger.PUBLISHES: "Publishes to others.",
    Danger.HIDDEN_CHARACTERS: "Contains hidden characters.",
    Danger.LOOK_ALIKES: "Contains look-alike letters.",
    Danger.UNREADABLE: "Could not be read as a plain command.",
    Danger.TOO_LONG: "Too long to be read whole.",
    Danger.INLINE_CODE: "Runs code given on the command line.",
}
_CRITICAL = frozenset({Danger.WIPES, Danger.DISK, Danger.DATABASE})
_REASONS: dict[Danger, Reason] = {
    danger: Reason(
        floor_class={
            Danger.LOOK_ALIKES: Danger.HIDDEN_CHARACTERS.value,
            Danger.INLINE_CODE: None,
        }.get(danger, danger.value),
        text=text,
    )
    for danger, text in _TEXTS.items()
}
_ORDER = {danger: place for place, danger in enumerate(_TEXTS)}
REASON_TEXTS = tuple(_TEXTS.values())
FLOOR_CLASSES = tuple(
    dict.fromkeys(reason.floor_class for reason in _REASONS.values() if reason.floor_class)
)

_READING = frozenset({"read", "glob", "grep", "ls", "notebookread"})
_PATH_KEY = re.compile(r"(?:.*_)?(?:path|file|filename|filepath|paths|files)", re.IGNORECASE)
_TYPE_WORDS: dict[str, Danger] = {
    **dict.fromkeys(("pay", "payment", "payments", "payout", "payouts"), Danger.MONEY),
    **dict.fromkeys(("purchase", "buy", "refund", "refunds", "charge"), Danger.MONEY),
    **dict.fromkeys(("donate", "stripe", "paypal"), Danger.MONEY),
    **dict.fromkeys(("destroy", "wipe", "drop", "purge"), Danger.RESOURCES),
    **dict.fromkeys(("shutdown", "reboot"), Danger.STOPS),
    "publish": Danger.PUBLISHES,
    "sudo": Danger.ROOT,
}


def assess(action: Action, *, urgency: Level = Level.NORMAL) -> Assessment:
    """Return the action's level, reasons and floor classes; raises nothing.

    `urgency` HIGH or CRITICAL raises the level. NORMAL is what an agent says that says nothing,
    so it leaves LOW as it is; nothing an agent says takes a level down.
    """
    read = texts_of(action)
    shown, commands = read.shown, frozenset(read.commands)
    words = type_words(action.action_type)
    texts = {shown, *(text for _, text in read.strings)}

    found = {_TYPE_WORDS[word] for word in words & _TYPE_WORDS.keys()}
    if read.is_cut or any(len(text) > 2 * CAP for text in texts):
        found.add(Danger.TOO_LONG)
    if _is_payment(action.params):
        found.add(Danger.MONEY)
    for text in texts:
        is_command = text in commands
        if is_command and read.is_windows:
            found |= _dangers_of_windows(capped(text), action.cwd)
        else:
            found |= _dangers_of_text(capped(text), action.cwd, is_command=is_command)
    for text in (*texts, *action.params, action.title, action.action_type, action.cwd or ""):
        if not is_plain(text):
            found |= _dangers_of_letters(capped(text))
    is_written = action.action_type.lower() not in _READING
    for key, text in read.strings:
        if _PATH_KEY.fullmatch(key):
            found |= _dangers_of_place(text[:CAP], action.cwd, is_written=is_written)
    for path in () if read.is_shell or read.is_windows else paths_shown(action.preview):
        found |= _dangers_of_place(path, action.cwd, is_written=is_written)
    is_calm = not found and is_low(action.action_type, commands=commands, keys=action.params)
    return _assessment(found, is_low=is_calm, urgency=urgency)


_WITHOUT_REASONS = {level: Assessment(level=level) for level in Level}


def _assessment(found: set[Danger], *, is_low: bool, urgency: Level) -> Assessment:
    level = Level.LOW if is_low else Level.NORMAL
    if found:
        level = Level.HIGH if found.isdisjoint(_CRITICAL) else Level.CRITICAL
    if urgency.rank > Level.NORMAL.rank:
        level = Level.higher(level, urgency)
    if not found:
        return _WITHOUT_REASONS[level]
    reasons = tuple(_REASONS[danger] for danger in sorted(found, key=_ORDER.__getitem__))
    floor = dict.fromkeys(reason.floor_class for reason in reasons if reason.floor_class)
    return Assessment(level=level, reasons=reasons, floor=tuple(floor))


def _dangers_of_text(text: str, cwd: str | None, *, is_command: bool) -> set[Danger]:
    found = dangers_in_words(text)
    if is_command:
        return found | dangers_in_line(text, cwd)
    return found | dangers_in_prose(text, cwd)


def _dangers_of_windows(text: str, cwd: str | None) -> set[Danger]:
    """Return the dangers of another grammar's line, which a POSIX reading finds odd as such."""
    found = dangers_in_words(text) | dangers_in_windows(text)
    return found | (dangers_in_line(text, cwd) - {Danger.UNREADABLE, Danger.INLINE_CODE})


def _dangers_of_place(path: str, cwd: str | None, *, is_written: bool) -> set[Danger]:
    """Return what a file is by its own words, and by where the working directory puts it."""
    found = dangers_of_path(path, is_written=is_written)
    return found | dangers_of_path(joined(cwd or ".", path), is_written=is_written)


def _dangers_of_letters(text: str) -> set[Danger]:
    found = set()
    if count_hidden(text):
        found.add(Danger.HIDDEN_CHARACTERS)
    if mixed_script_words(text):
        found.add(Danger.LOOK_ALIKES)
    return found


def _is_payment(params: Mapping[str, Json]) -> bool:
    keys = {key.lower() for key in params}
    return not keys.isdisjoint({"iban", "card_number"}) or (
        "currency" in keys and not keys.isdisjoint({"amount", "price", "total"})
    )
