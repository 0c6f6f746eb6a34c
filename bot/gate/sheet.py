"""Sheets: messages with buttons that are no cards, such as lists, settings, and confirmations.

Theory of operation. A sheet is a row: its kind, the chat, the secret in its buttons, the person
whose it is, and a state that only its kind understands. Nothing is kept in the message.

- *Opening* (`Sheets.open`): the kind makes the first state; older ones of the same kind and person
  in that chat are closed; a delivery is owed. One transaction.
- *Showing*: the outbox loop asks the kind for the content when it delivers, so the message shows
  how things are then. To put a sheet right after a change, owe `show_of(sheet, now)`; what is owed
  already is renewed, so edits coalesce. An approval's end, vote and outcome do that by themselves
  for every open sheet whose state names its id. Whatever a button of the content leads to stands
  in the state: `show` saves it (`turned_silently`) before the message goes out.
- *Pressing* (`Sheets.press`): a button sends back the handle, a verb and an argument, no more.
  The handle leads to the sheet in that chat; a stranger, somebody else's sheet, a closed one and a
  repeated update never reach the kind. What the kind does is one transaction with it.
- *Failing*: what can't be edited is posted anew. What can't be posted is closed, and the kind is
  told (`undelivered`).
- *Ending*: closed sheets lose their buttons; the retention forgets them.

A new kind takes: a class with `Kind`'s methods in a module of the gate, a line in `KINDS` of
`bot.gate.sheets`, and in each channel a module that shows its content, with a line there (for
Telegram `VIEWS`, and `COMMANDS` where a command opens it, in `bot.channels.telegram.sheets`).

Commands that change something ask for a tap. The pattern: the press that asks saves what it is
about with `asking`; `show` offers Yes and Back where `asked` finds something; the press on Yes
acts on what `asked` returns for that person, never on what the button says, and saves `settled`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, TypeAlias

from bot.core.action import Json
from bot.core.people import Approver, Decider
from bot.gate.channel import Sheet, Target
from bot.gate.debt import AT_ONCE, show_of
from bot.gate.events import Event, Owed
from bot.gate.press import FreshCard
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction

State: TypeAlias = Mapping[str, Json]

_ASKS: Final = "asks"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetButton:
    """What a button sends back beside the handle.

    `verb` is 1 to 10 of a–z, `argument` at most 24 letters, digits, `_` and `-`.
    """

    verb: str
    argument: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A person asks for a sheet: `words` are what they wrote after the command."""

    person: Approver
    target: Target
    words: str
    now: datetime
    is_private: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """One press on a sheet, for the first time, by a person who may press it.

    `fresh` are ids drawn beforehand, for whatever the press brings up; `token` is a secret of 256
    random bits.
    """

    button: SheetButton
    person: Approver
    decider: Decider
    now: datetime
    fresh: FreshCard
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """What a sheet shows now: `content` is for the kind's module in the channel.

    It is shown once more at `again_at`, where that is given. `silent` tells that it makes no sound
    when it is posted.
    """

    content: object
    again_at: datetime | None = None


class Kind(Protocol):
    """What one kind of sheet shows, and what a press on it does."""

    def begin(self, tx: Transaction, opening: Opening) -> Steps[State]:
        """Return the state of a new one."""

    def show(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[Showing]:
        """Return what it shows at this instant; a closed one has no buttons, whatever it says."""

    def press(self, tx: Transaction, sheet: Sheet, press: Press) -> Steps[Done[object]]:
        """Do what the press means; the value goes to the channel's module, which says it.

        `STALE` is the value where the button is none that the sheet offers now.
        """

    def undelivered(self, tx: Transaction, sheet: Sheet, now: datetime) -> Steps[None]:
        """Do without it: it could not be posted, for good, and is closed."""
        yield from ()


class Stale:
    """The button is none that the sheet offers now; it is shown as it is."""


STALE: Final = Stale()


def turned(
    tx: Transaction, sheet: Sheet, state: State, *, now: datetime
) -> Steps[tuple[Event, ...]]:
    """Save another state and owe its showing; return what others hear of it."""
    yield from turned_silently(tx, sheet, state, now=now)
    return (yield from shown_anew(tx, sheet, now=now))


def turned_silently(tx: Transaction, sheet: Sheet, state: State, *, now: datetime) -> Steps[None]:
    """Save another state, as `show` does before what it shows goes out."""
    if not (yield from tx.sheets.turn(sheet.id, state, revision=sheet.revision + 1, at=now)):
        raise RuntimeError("gate: a sheet was turned meanwhile; run the unit again")


def shown_anew(tx: Transaction, sheet: Sheet, *, now: datetime) -> Steps[tuple[Event, ...]]:
    """Owe its showing, at once; return what others hear of it."""
    yield from tx.outbox.owe(show_of(sheet, now, AT_ONCE))
    return (Owed(due_at=now),)


def closed(tx: Transaction, sheet: Sheet, *, now: datetime) -> Steps[tuple[Event, ...]]:
    """Close it: it is shown once more, without buttons; return what others hear of it."""
    if not (yield from tx.sheets.close(sheet.id, now)):
        return ()
    return (yield from shown_anew(tx, sheet, now=now))


def asking(state: State, about: Mapping[str, Json], *, person: Approver) -> State:
    """Return the state that asks this person whether they are sure."""
    return {**state, _ASKS: {"about": dict(about), "person": person.id}}


def asked(state: State, *, person: Approver | None = None) -> Mapping[str, Json] | None:
    """Return what the state asks about, of this person or of anybody; None where it does not."""
    asks = state.get(_ASKS)
    if not isinstance(asks, dict):
        return None
    about = asks.get("about")
    is_theirs = person is None or asks.get("person") == person.id
    return about if is_theirs and isinstance(about, dict) else None


def settled(state: State) -> State:
    """Return the state that asks nothing any more."""
    return {name: value for name, value in state.items() if name != _ASKS}
