"""The message that asks what a person's reply to a card is for."""

from typing import Final

from aiogram.enums import ButtonStyle
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram.utils.formatting import Text

from bot.channels.telegram.callbacks import pack_offer
from bot.channels.telegram.cards import MARKS, Message, headline
from bot.channels.telegram.layout import Block, Part, fit
from bot.channels.telegram.stamp import stamp
from bot.channels.telegram.text import Reader, code, fill, line_code, lines, shown_text
from bot.core.approval import Approval
from bot.core.card import Face
from bot.core.offer import (
    Offer,
    OfferVerb,
    Step,
    assess_change,
    changes,
    command_of,
    odd_characters,
    verbs,
)
from bot.locales import N_, asked, decided

_LIMIT: Final = 3300
_WORDS_LIMIT: Final = 300
_MOST_REASONS: Final = 6

_LABELS: Final = {
    OfferVerb.DENY: N_("❌ Deny with this reason"),
    OfferVerb.STOP: N_("⏹ Deny with this reason and stop"),
    OfferVerb.NOTE: N_("✅ Approve with this note"),
    OfferVerb.SURE: N_("✅ Yes, run it"),
    OfferVerb.INSTEAD: N_("✏️ Run this instead"),
    OfferVerb.RUN: N_("✅ Run this"),
    OfferVerb.BACK: N_("← Back"),
    OfferVerb.NOTHING: N_("← It was nothing"),
}
_JUST: Final = {OfferVerb.DENY: N_("❌ Deny"), OfferVerb.STOP: N_("⏹ Deny and stop")}
_STYLES: Final = {
    OfferVerb.DENY: ButtonStyle.DANGER,
    OfferVerb.NOTE: ButtonStyle.SUCCESS,
    OfferVerb.SURE: ButtonStyle.DANGER,
    OfferVerb.RUN: ButtonStyle.SUCCESS,
}


def offer_message(approval: Approval, offer: Offer, handle: str, reader: Reader) -> Message:
    """Return the offer as it is now; without buttons once it or the approval is over."""
    if offer.step is Step.DROPPED:
        shown = fill(reader.gettext("Nothing was decided by “{words}”."), words=_words(offer))
    elif not approval.is_pending:
        shown = lines([*stamp(approval, reader), headline(approval, Face(), reader)])
    elif offer.step is Step.CHANGING:
        shown = fit(_change(approval, offer, reader), reader, limit=_LIMIT).text
    else:
        shown = fit(_choice(approval, offer, reader), reader, limit=_LIMIT).text
    return Message.of(
        shown, reader, markup=_keyboard(approval, offer, handle, reader), silent=True
    )


def _words(offer: Offer) -> Text:
    return line_code(offer.words, limit=_WORDS_LIMIT)


def _choice(approval: Approval, offer: Offer, reader: Reader) -> list[Part]:
    question = (
        reader.gettext("Approve it with the note “{words}”?")
        if offer.step is Step.CONFIRMING
        else reader.gettext("What shall I do with “{words}”?")
    )
    parts: list[Part] = [fill(question, words=_words(offer)), headline(approval, Face(), reader)]
    if offer.shown:
        parts.append(Text(asked.times(approval, reader)))
    takes_note = not {OfferVerb.NOTE, OfferVerb.SURE}.isdisjoint(verbs(approval, offer))
    if takes_note and (stays := asked.note_stays(approval, reader)):
        parts.append(fill(stays, agent=line_code(approval.agent, limit=40)))
    if offer.step is Step.CONFIRMING:
        parts.append(Block(shown=shown_text(approval.action.preview).text))
        parts += [Text("⚠ ", reader.gettext(why.text)) for why in approval.risk.reasons]
    return parts


def _change(approval: Approval, offer: Offer, reader: Reader) -> list[Part]:
    """Return what would run in place of what was asked for, whole, and what is odd about it."""
    before = command_of(approval.action) or ""
    risk = assess_change(approval, offer.words)
    after = shown_text(offer.words)
    parts: list[Part] = [
        Text(MARKS[risk.level], " ", reader.gettext("Run this instead?")),
        Block(shown=after.text, language=approval.action.language or "bash"),
        Text(reader.gettext("What changes:")),
        Block(shown=changes(shown_text(before).text, after.text), language="diff"),
    ]
    parts += [Text("⚠ ", reader.gettext(why.text)) for why in risk.reasons[:_MOST_REASONS]]
    odd = odd_characters(before, offer.words)
    if odd:
        warning = reader.gettext("⚠ Did your keyboard change characters? It has {characters}.")
        parts.append(fill(warning, characters=code(" ".join(map(_visible, odd)))))
    if after.hidden_values:
        parts.append(Text(decided.values_hidden(after.hidden_values, reader)))
    if offer.shown:
        parts.append(Text(asked.times(approval, reader)))
    return parts


def _visible(character: str) -> str:
    return "U+00A0" if character == "\u00a0" else character


def _keyboard(
    approval: Approval, offer: Offer, handle: str, reader: Reader
) -> InlineKeyboardMarkup | None:
    buttons = [
        InlineKeyboardButton(
            text=reader.gettext(
                _JUST[verb] if verb in _JUST and offer.is_refusal else _LABELS[verb]
            ),
            style=_STYLES.get(verb),
            callback_data=pack_offer(handle, verb),
        )
        for verb in verbs(approval, offer)
    ]
    rows = [buttons[i : i + 2] for i in range(0, len(buttons), 2)]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None
