"""How rules that somebody sent look: what is wrong with them, or what they would do."""

from typing import Final

from aiogram.enums import ButtonStyle
from aiogram.utils.formatting import Text

from bot.channels.telegram.answers import Answer
from bot.channels.telegram.leaf import Label, Leaf
from bot.channels.telegram.text import Reader, fill, line_code, lines
from bot.channels.telegram.trial import trial_lines
from bot.gate.draft_sheet import Draft, DraftStage
from bot.gate.sheet import SheetButton

_MOST_SHOWN: Final = 10
_LINE_LIMIT: Final = 200
_NAME_LIMIT: Final = 60


def leaf(draft: Draft, reader: Reader) -> Leaf:
    """Return what was found, with buttons while it may be put in force."""
    match draft.stage:
        case DraftStage.REFUSED:
            return Leaf(text=Text(reader.gettext("You may look here, not change the rules.")))
        case DraftStage.FILE:
            words = reader.gettext(
                "The rules are kept in POLICY_FILE on the gate's machine; change that file. "
                "Nothing was changed."
            )
            return Leaf(text=Text(words))
        case DraftStage.FAULTY:
            return Leaf(text=_faulty(draft, reader))
        case DraftStage.DROPPED:
            return Leaf(text=Text(reader.gettext("Dropped. Nothing was changed.")))
        case DraftStage.OUTDATED:
            words = reader.gettext(
                "The rules have changed since you sent this, so nothing was put in force. Send "
                "it again to see what it would do now."
            )
            return Leaf(text=Text(words))
        case DraftStage.IN_FORCE:
            head = Text(reader.gettext("✅ In force. /rules shows the order."))
            return Leaf(text=lines([head, *_changes(draft, reader)]))
        case DraftStage.ASKING:
            return _asking(draft, reader)


def answer(stage: DraftStage, reader: Reader) -> Answer:
    """Return what a press came to."""
    if stage is DraftStage.IN_FORCE:
        return Answer(text=reader.gettext("In force from now on."))
    if stage is DraftStage.OUTDATED:
        words = reader.gettext("The rules have changed meanwhile; nothing was put in force.")
        return Answer(text=words, is_alert=True)
    return Answer(text=reader.gettext("Nothing was changed."))


def _faulty(draft: Draft, reader: Reader) -> Text:
    count = len(draft.faults)
    words = reader.ngettext(
        "❌ Nothing was changed: {n} fault.", "❌ Nothing was changed: {n} faults.", count
    )
    parts = [Text(words.format(n=count)), *_listed(draft.faults, reader)]
    parts.append(Text(reader.gettext("Put it right, and reply to /rules with the whole text.")))
    return lines(parts)


def _asking(draft: Draft, reader: Reader) -> Leaf:
    parts = [
        Text(reader.gettext("📏 Read, and nothing is wrong with it.")),
        *_changes(draft, reader),
    ]
    if draft.tests:
        words = reader.ngettext("{n} test passed.", "{n} tests passed.", draft.tests)
        parts.append(Text(words.format(n=draft.tests)))
    if draft.warnings:
        parts.append(Text(reader.gettext("⚠ Warnings:")))
        parts += _listed(draft.warnings, reader)
    if draft.backtest is not None:
        parts += trial_lines(draft.backtest, reader)
    parts.append(Text(reader.gettext("Put it in force?")))
    row = [
        Label(
            label=reader.gettext("✅ Yes, put it in force"),
            button=SheetButton(verb="yes"),
            style=ButtonStyle.DANGER,
        ),
        Label(label=reader.gettext("← Drop it"), button=SheetButton(verb="no")),
    ]
    return Leaf(text=lines(parts), rows=[row])


def _changes(draft: Draft, reader: Reader) -> list[Text]:
    found = []
    for name, rules, is_new in draft.changes[:_MOST_SHOWN]:
        template = (
            reader.ngettext("New: {name}, {n} rule", "New: {name}, {n} rules", rules)
            if is_new
            else reader.ngettext(
                "In place of the one before: {name}, {n} rule",
                "In place of the one before: {name}, {n} rules",
                rules,
            )
        )
        found.append(fill(template, name=line_code(name, limit=_NAME_LIMIT), n=str(rules)))
    return [*found, *_more(len(draft.changes), reader)]


def _listed(texts: tuple[str, ...], reader: Reader) -> list[Text]:
    shown = [Text("– ", line_code(text, limit=_LINE_LIMIT)) for text in texts[:_MOST_SHOWN]]
    return [*shown, *_more(len(texts), reader)]


def _more(count: int, reader: Reader) -> list[Text]:
    more = count - _MOST_SHOWN
    if more <= 0:
        return []
    return [Text(reader.ngettext("… and {n} more", "… and {n} more", more).format(n=more))]
