"""The second row of Session and Always: what to cover, and until when.

One person chooses in a copy's panel. Its buttons carry what they would make, so that a press on a
panel as it was a moment ago makes no rule that was not printed there; and nobody's press decides
in a panel that another opened: it becomes their own first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.core.approval import Approval
from bot.core.decision import Choice, Scope, ends_offered
from bot.core.end import TIMED, End
from bot.core.extent import Extent
from bot.core.grant import extents_offered
from bot.core.preview import show_line, utf16_length
from bot.core.question import LETTERS

# UTF-16 units that the agent's words may take in one rule, and in all of a panel.
LONGEST_RULE: Final = 500
LONGEST_PANEL: Final = 1500

_ENDS: Final = tuple(End)
_MARKS: Final = {Scope.SESSION: "S", Scope.ALWAYS: "W"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Who chooses, for which scope, until when, and the extents printed, narrowest first."""

    person: str
    scope: Scope
    end: End
    extents: tuple[Extent, ...]

    @property
    def ends(self) -> tuple[End, ...]:
        """The ends to choose from: those by a clock or a count first."""
        return (*TIMED, *(end for end in ends_offered(self.scope) if end not in TIMED))

    def mark(self, end: End) -> str:
        """Return the letters of a button that chooses this end."""
        return LETTERS[_ENDS.index(end)] + _MARKS[self.scope]

    def mark_of(self, place: int) -> str:
        """Return the letters of a button that makes the rule in this place, from 0."""
        return LETTERS[place] + self.mark(self.end)

    def end_of(self, mark: str) -> End:
        """Return the end that a button with these letters chooses."""
        return _ENDS[LETTERS.index(mark[0])]

    def choice(self, mark: str) -> Choice:
        """Return what a button with these letters decides."""
        extent = self.extents[LETTERS.index(mark[0])]
        return Choice(approve=True, scope=self.scope, extent=extent, end=self.end)

    def dump(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "person": self.person,
            "scope": self.scope,
            "end": self.end,
            "extents": [extent.dump() for extent in self.extents],
        }

    @classmethod
    def load(cls, kept: dict[str, Any] | None) -> "Panel | None":
        """Read what `dump` wrote; None for None."""
        if kept is None:
            return None
        return cls(
            person=kept["person"],
            scope=Scope(kept["scope"]),
            end=End(kept["end"]),
            extents=tuple(map(Extent.load, kept["extents"])),
        )


def opens_panel(approval: Approval) -> bool:
    """Tell whether Session and Always ask what to cover.

    They do where something is narrower than the whole type, and where even that is too long to be
    printed beside the button that would grant it.
    """
    offered = extents_offered(approval)
    return len(offered) > 1 or len(offered) > len(_printable(approval, offered))


def open_panel(approval: Approval, scope: Scope, *, person: str) -> Panel:
    """Return the panel that a press on Session or Always opens, with the usual end chosen."""
    return Panel(
        person=person,
        scope=scope,
        end=ends_offered(scope)[0],
        extents=_printable(approval, extents_offered(approval)),
    )


def mark_of(approval: Approval, choice: Choice) -> str:
    """Return the letters that tell a choice from any other of this approval; none for once."""
    if choice.scope is Scope.ONCE:
        return ""
    offered, end = extents_offered(approval), choice.end or ends_offered(choice.scope)[0]
    place = LETTERS[offered.index(choice.extent)] if choice.extent in offered else LETTERS[-1]
    return place + LETTERS[_ENDS.index(end)] + _MARKS[choice.scope]


def left_out(approval: Approval, panel: Panel) -> int:
    """Return how many extents are too long to be printed in the panel."""
    return sum(extent not in panel.extents for extent in extents_offered(approval))


def _printable(approval: Approval, offered: Sequence[Extent]) -> tuple[Extent, ...]:
    """Return those whose rules can be printed whole, narrowest first as far as there is room."""
    said = (approval.agent, approval.action.action_type, approval.action.cwd or "")
    common, room = sum(map(_length, said)), LONGEST_PANEL
    kept = []
    for extent in offered:
        length = common + _length(extent.text) + _length(extent.more)
        if length <= min(LONGEST_RULE, room):
            kept.append(extent)
            room -= length
    return tuple(kept)


def _length(raw: str) -> int:
    # What is escaped for the eye is never shorter.
    return utf16_length(show_line(raw).text if len(raw) <= LONGEST_RULE else raw)
