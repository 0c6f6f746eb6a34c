"""How /pause, /resume and /snooze look, and how it is told that the gate is paused."""

from typing import Final

from aiogram.enums import ButtonStyle
from aiogram.utils.formatting import Code, Text

from bot.channels.telegram.answers import Answer
from bot.channels.telegram.leaf import Label, Leaf
from bot.channels.telegram.text import Reader, fill, lines, name
from bot.core.halt import Halt
from bot.gate.halt import Standing
from bot.gate.halt_sheet import Halting, Stage, Wish
from bot.gate.sheet import SheetButton

_NO: Final = SheetButton(verb="no")
_YES: Final = SheetButton(verb="yes")


def leaf(halting: Halting, reader: Reader) -> Leaf:
    """Return what is asked, or what came of it."""
    match halting.stage:
        case Stage.NOT_ALLOWED:
            return Leaf(text=Text(reader.gettext("You may look here, not pause.")))
        case Stage.UNREADABLE:
            return Leaf(text=_usage(halting.wish, reader))
        case Stage.DROPPED:
            return Leaf(
                text=lines([Text(reader.gettext("Nothing was changed.")), *_now(halting, reader)])
            )
        case Stage.DONE:
            return Leaf(text=_done(halting, reader))
        case Stage.ASKING:
            return _asked(halting, reader)


def answer(stage: Stage, reader: Reader) -> Answer:
    """Return what a tap came to."""
    if stage is Stage.DONE:
        return Answer(text=reader.gettext("Done."))
    return Answer(text=reader.gettext("Nothing was changed."))


def halt_line(standing: Standing, reader: Reader) -> Text | None:
    """Return that the gate is paused or snoozed, by whom and until when; None where it is not."""
    halt = standing.halt
    if halt is None:
        return None
    if not halt.is_pause:
        return _filled(reader.gettext("🌙 Snoozed by {name} until {until}"), halt, reader)
    template = (
        reader.gettext("⏸ Paused by {name} since {since}")
        if halt.until is None
        else reader.gettext("⏸ Paused by {name} until {until}")
    )
    held = reader.ngettext("{n} ask held", "{n} asks held", standing.held).format(n=standing.held)
    return Text(_filled(template, halt, reader), f" · {held}" if standing.held else "")


def _filled(template: str, halt: Halt, reader: Reader) -> Text:
    until = "" if halt.until is None else reader.time(halt.until)
    return fill(template, name=name(halt.by), since=reader.time(halt.since), until=until)


def _now(halting: Halting, reader: Reader) -> list[Text]:
    line = halt_line(halting.standing, reader)
    return [] if line is None else [line]


def _usage(wish: Wish, reader: Reader) -> Text:
    if wish is Wish.PAUSE:
        return fill(
            reader.gettext(
                "I can't read that time; nothing was changed. Send {plain}, {span} or {clock}; "
                "the longest is seven days."
            ),
            plain=Code("/pause"), span=Code("/pause 2h"), clock=Code("/pause until 08:00"),
        )  # fmt: skip
    return fill(
        reader.gettext(
            "Say how long: {span}, {hours} or {clock}, at most seven days; {off} ends it. "
            "Nothing was changed."
        ),
        span=Code("/snooze 30m"), hours=Code("/snooze 2h"), clock=Code("/snooze until 08:00"),
        off=Code("/snooze off"),
    )  # fmt: skip


def _asked(halting: Halting, reader: Reader) -> Leaf:
    halt, held = halting.standing.halt, halting.standing.held
    how_long = _how_long(halting.words, reader)
    match halting.wish:
        case Wish.PAUSE:
            said = [
                fill(reader.gettext("⏸ Pause the gate, {how_long}?"), how_long=how_long),
                Text(
                    reader.gettext(
                        "New asks then wait without a card. No rule and no standing approval "
                        "allows anything; rules still deny. What nobody answers expires."
                    )
                ),
            ]
            label = reader.gettext("⏸ Yes, pause")
        case Wish.SNOOZE:
            said = [
                fill(reader.gettext("🌙 Snooze, {how_long}?"), how_long=how_long),
                Text(
                    reader.gettext(
                        "What I would ask people then goes straight back to the agent, which asks "
                        "at its own terminal or is told no. Rules and standing approvals go on."
                    )
                ),
            ]
            if held:
                words = reader.ngettext(
                    "{n} ask that is held now is handed back too.",
                    "{n} asks that are held now are handed back too.",
                    held,
                )
                said.append(Text(words.format(n=held)))
            label = reader.gettext("🌙 Yes, snooze")
        case Wish.RESUME if halt is None:
            return Leaf(text=Text(reader.gettext("The gate is neither paused nor snoozed.")))
        case Wish.RESUME:
            words = reader.ngettext(
                "▶️ Resume now? {n} ask is held; it is judged anew.",
                "▶️ Resume now? {n} asks are held; they are judged anew.",
                held,
            ).format(n=held)
            plain = reader.gettext("▶️ Resume now?")
            said = [Text(words if held else plain)]
            label = reader.gettext("▶️ Yes, resume")
    style = None if halting.wish is Wish.RESUME else ButtonStyle.DANGER
    row = [
        Label(label=label, button=_YES, style=style),
        Label(label=reader.gettext("← Leave it"), button=_NO),
    ]
    return Leaf(text=lines([*said, *_now(halting, reader)]), rows=[row])


def _how_long(words: str, reader: Reader) -> Text:
    if not words:
        return Text(reader.gettext("until somebody resumes it"))
    if ":" in words:
        clock = words.removeprefix("until").strip()
        return fill(
            reader.gettext("until {clock} ({zone})"), clock=clock, zone=str(reader.timezone)
        )
    return fill(reader.gettext("for {span}"), span=words.removeprefix("for").strip())


def _done(halting: Halting, reader: Reader) -> Text:
    line = halt_line(halting.standing, reader)
    if halting.wish is not Wish.RESUME:
        ended = Text(reader.gettext("It has ended meanwhile."))
        after = Text(reader.gettext("/resume ends it."))
        return lines([ended] if line is None else [line, after])
    words = reader.ngettext(
        "▶️ Resumed. {n} ask that was held is judged anew.",
        "▶️ Resumed. {n} asks that were held are judged anew.",
        halting.before,
    ).format(n=halting.before)
    return Text(words if halting.before else reader.gettext("▶️ Resumed. Nothing was held."))
