"""The list of standing approvals: the rule of each in its words, and a button that revokes it."""

from typing import Final

from aiogram.enums import ButtonStyle
from aiogram.utils.formatting import DateTime, Text

from bot.channels.telegram.answers import Answer
from bot.channels.telegram.leaf import Label, Leaf
from bot.channels.telegram.stamp import granted_words
from bot.channels.telegram.text import Reader, fill, lines, name
from bot.core.grant import Standing
from bot.core.preview import one_line
from bot.gate.grants import GrantList, GrantRow, GrantTold
from bot.gate.sheet import SheetButton
from bot.locales import N_

_RULE_LIMIT: Final = 600
_STANDINGS: Final = {
    Standing.REVOKED: N_("revoked"),
    Standing.EXPIRED: N_("its time is over"),
    Standing.SPENT: N_("used up"),
}


def leaf(listed: GrantList, reader: Reader) -> Leaf:
    """Return the page."""
    parts = [_headline(listed, reader)]
    for row in listed.rows:
        words = granted_words(row.grant, reader, limit=_RULE_LIMIT)
        parts += [Text(f"{row.number} ", words), _facts(row, reader)]
    labels = [_button(row, listed, reader) for row in listed.rows]
    rows = [labels[place : place + 2] for place in range(0, len(labels), 2)]
    return Leaf(text=lines(parts), rows=[*rows, _turning(listed, reader)])


def answer(told: GrantTold, reader: Reader) -> Answer:
    """Return what a press on the list came to."""
    if told.row is None:
        return Answer()
    if told.only_looks:
        return Answer(text=reader.gettext("You may look here, not revoke."), is_alert=True)
    agent = one_line(told.row.grant.agent, limit=40)
    if told.by_this:
        return Answer(text=reader.gettext("Revoked. {agent} asks again.").format(agent=agent))
    return Answer(text=reader.gettext("It is not in force any more."), is_alert=True)


def _headline(listed: GrantList, reader: Reader) -> Text:
    if not listed.total:
        return Text(
            reader.gettext("♾ No standing approval is in force. 🔁 or ♾ on a card makes one.")
        )
    words = reader.ngettext(
        "♾ {n} standing approval in force", "♾ {n} standing approvals in force", listed.total
    )
    return Text(words.format(n=listed.total))


def _facts(row: GrantRow, reader: Reader) -> Text:
    """Return how often it was used, who made it, and whether it has ended."""
    grant = row.grant
    if row.standing is Standing.REVOKED and row.revoked_by is not None:
        words = reader.gettext("   🚫 revoked by {name}")
        return fill(words, name=name(row.revoked_by))
    if row.standing is not Standing.IN_FORCE:
        return Text("   🚫 ", reader.gettext(_STANDINGS[row.standing]))
    used = reader.ngettext("used {n} time", "used {n} times", grant.uses).format(n=grant.uses)
    parts: list[object] = ["   ", used]
    if grant.last_used_at is not None:
        last = DateTime(
            reader.clock(grant.last_used_at),
            unix_time=grant.last_used_at,
            date_time_format="r",
        )
        parts += [" · ", fill(reader.gettext("last {time}"), time=last)]
    if grant.uses_left is not None:
        left = reader.ngettext("{n} left", "{n} left", grant.uses_left)
        parts += [" · ", left.format(n=grant.uses_left)]
    made_at = DateTime(
        f"{grant.made_at.astimezone(reader.timezone):%Y-%m-%d}",
        unix_time=grant.made_at,
        date_time_format="d",
    )
    made = reader.gettext("by {name}, {date}")
    return Text(*parts, " · ", fill(made, name=name(grant.made_by), date=made_at))


def _button(row: GrantRow, listed: GrantList, reader: Reader) -> Label:
    argument = f"{listed.serial}-{row.place}"
    if row.standing is not Standing.IN_FORCE:
        return Label(
            label=f"{row.number} 🚫", button=SheetButton(verb="revoke", argument=argument)
        )
    return Label(
        label=reader.gettext("Revoke {n}").format(n=row.number),
        button=SheetButton(verb="revoke", argument=argument),
        style=ButtonStyle.DANGER,
    )


def _turning(listed: GrantList, reader: Reader) -> list[Label]:
    labels = {"fresh": reader.gettext("🔄 Refresh")}
    if listed.has_before:
        labels = {"prev": "‹", **labels}
    if listed.has_after:
        labels["next"] = "›"
    argument = str(listed.serial)
    return [
        Label(label=label, button=SheetButton(verb=verb, argument=argument))
        for verb, label in labels.items()
    ]
