"""The buttons of a card, and the rows they make where something is chosen or confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from bot.core.approval import Approval
from bot.core.confirmation import confirmation
from bot.core.decision import Choice
from bot.core.panel import Panel, mark_of
from bot.core.question import LETTERS
from bot.core.routing import Confirm

_CHOICES_IN_ROW: Final = 4


class Verb(StrEnum):
    """What a button does; the letter stands in the button's data."""

    APPROVE = "a"
    CONFIRM = "y"
    BACK = "b"
    SESSION = "s"
    ALWAYS = "w"
    DENY = "d"
    PICK = "o"
    TICK = "t"
    DONE = "n"
    CUSTOM = "c"
    DETAILS = "i"
    CHOOSE = "E"
    END = "U"
    NUMBER = "M"
    REVOKE = "R"
    REVOKED = "Y"
    STOP = "p"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One button: its verb, the question it belongs to (from 0), and an option's letter.

    Where it approves an action, `step` counts the copies that the card shows. In a panel `letter`
    are those of what it chooses; where approving is confirmed, of what is, a number's place first.
    """

    verb: Verb
    step: int = 0
    letter: str = ""


Rows: TypeAlias = tuple[tuple[Button, ...], ...]


def rows_afterwards(approval: Approval, *, revoking: bool) -> Rows:
    """Return what takes back the grant that an approval made, once it has ended."""
    if not approval.has_grant_to_revoke:
        return ()
    if revoking:
        return ((Button(verb=Verb.REVOKED), Button(verb=Verb.BACK)),)
    return ((Button(verb=Verb.REVOKE),),)


def confirm_rows(approval: Approval, choice: Choice) -> Rows:
    """Return what stands in place of Approve once it was pressed."""
    back, mark = Button(verb=Verb.BACK), mark_of(approval, choice)
    if confirmation(approval) is Confirm.NUMBER:
        numbers = (
            Button(verb=Verb.NUMBER, step=approval.copies, letter=place + mark)
            for place in LETTERS[:3]
        )
        return (tuple(numbers), (back, Button(verb=Verb.DENY)))
    return ((Button(verb=Verb.CONFIRM, step=approval.copies, letter=mark), back),)


def panel_rows(approval: Approval, panel: Panel) -> Rows:
    """Return the numbers of what is printed, and the ends."""
    choices = [
        Button(verb=Verb.CHOOSE, step=approval.copies, letter=panel.mark_of(place))
        for place, _ in enumerate(panel.extents)
    ]
    ends = [Button(verb=Verb.END, letter=panel.mark(end)) for end in panel.ends]
    rows = [*_in_rows(choices), *(_in_rows(ends) if choices else ())]
    return (*rows, (Button(verb=Verb.BACK),))


def _in_rows(row: Sequence[Button]) -> list[tuple[Button, ...]]:
    size = _CHOICES_IN_ROW
    return [tuple(row[i : i + size]) for i in range(0, len(row), size)]
