"""The buttons under a card."""

from collections.abc import Mapping
from typing import Final

from aiogram.enums import ButtonStyle
from aiogram.types import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.telegram.callbacks import pack
from bot.channels.telegram.panel import end_label
from bot.channels.telegram.text import Reader, shown_text
from bot.core.approval import Approval
from bot.core.card import Button, Face, Verb, asks_twice, buttons
from bot.core.preview import one_line, utf16_length
from bot.core.question import LETTERS
from bot.locales import N_
from bot.locales.marker import in_words

_LABEL_LIMIT: Final = 40
_COPY_LIMIT: Final = 256

_LABELS: Final[Mapping[Verb, str]] = {
    Verb.APPROVE: N_("✅ Approve"),
    Verb.CONFIRM: N_("✅ Yes, run it"),
    Verb.BACK: N_("← Back"),
    Verb.SESSION: N_("🔁 Session"),
    Verb.ALWAYS: N_("♾ Always"),
    Verb.DENY: N_("❌ Deny"),
    Verb.CUSTOM: N_("📝 Custom"),
    Verb.DETAILS: N_("🔍 Details"),
    Verb.REVOKE: N_("Revoke"),
    Verb.REVOKED: N_("Yes, revoke"),
    Verb.STOP: N_("⏹ Deny and stop"),
}
_TWICE: Final[Mapping[Verb, str]] = {
    Verb.APPROVE: N_("✅ Approve…"),
    Verb.SESSION: N_("🔁 Session…"),
    Verb.ALWAYS: N_("♾ Always…"),
}
_STYLES: Final = {
    Verb.APPROVE: ButtonStyle.SUCCESS,
    Verb.CONFIRM: ButtonStyle.DANGER,
    Verb.DENY: ButtonStyle.DANGER,
    Verb.REVOKED: ButtonStyle.DANGER,
}


def keyboard(
    approval: Approval, face: Face, handle: str, reader: Reader
) -> InlineKeyboardMarkup | None:
    """Return the card's buttons; once the approval has ended, those that revoke its grant."""
    rows = [
        [_inline(approval, face, handle, reader, button) for button in row]
        for row in buttons(approval, face)
    ]
    verbs = [button.verb for row in buttons(approval, face) for button in row]
    command = copyable_command(approval)
    if Verb.DETAILS in verbs and command is not None:
        copy = CopyTextButton(text=command)
        row = next(
            place
            for place, one in enumerate(buttons(approval, face))
            if Button(verb=Verb.DETAILS) in one
        )
        rows[row].insert(0, InlineKeyboardButton(text=reader.gettext("📋 Copy"), copy_text=copy))
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def copyable_command(approval: Approval) -> str | None:
    """Return the command as the agent sent it, where copying it copies just what is shown."""
    command = approval.action.preview
    if not command.strip() or "\n" in command or utf16_length(command) > _COPY_LIMIT:
        return None
    return command if shown_text(command).text == command else None


def plain(markup: InlineKeyboardMarkup | None) -> InlineKeyboardMarkup | None:
    """Return the buttons for a server that knows neither colours nor copying."""
    if markup is None:
        return None
    rows = [
        [
            InlineKeyboardButton(text=button.text, callback_data=button.callback_data)
            for button in row
            if button.callback_data is not None
        ]
        for row in markup.inline_keyboard
    ]
    return InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row])


def _inline(
    approval: Approval, face: Face, handle: str, reader: Reader, button: Button
) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        text=_label(approval, face, reader, button),
        style=_STYLES.get(button.verb),
        callback_data=pack(handle, button),
    )


def _label(approval: Approval, face: Face, reader: Reader, button: Button) -> str:
    if button.verb in {Verb.PICK, Verb.TICK}:
        option = approval.questions[button.step].options[LETTERS.index(button.letter)]
        label = in_words(one_line(option.label, limit=_LABEL_LIMIT), reader)
        label = f"{button.letter}) {label}"
        if button.verb is Verb.PICK:
            return label
        return f"☑ {label}" if button.letter in face.ticked else f"☐ {label}"
    if button.verb is Verb.DONE:
        return reader.gettext("Done ({n})").format(n=len(face.ticked))
    if button.verb is Verb.NUMBER and approval.number is not None:
        return str(approval.number.offered[LETTERS.index(button.letter[0])])
    if face.choosing is not None and button.verb is Verb.CHOOSE:
        return str(LETTERS.index(button.letter[0]) + 1)
    if face.choosing is not None and button.verb is Verb.END:
        return end_label(face.choosing.end_of(button.letter), face.choosing, reader)
    labels = {**_LABELS, **_TWICE} if asks_twice(approval) else _LABELS
    return reader.gettext(labels[button.verb])
