"""How /suggest looks: one rule at a time, with what speaks for it and its whole text."""

from typing import Final

from aiogram.enums import ButtonStyle
from aiogram.utils.formatting import Text

from bot.channels.telegram.answers import Answer
from bot.channels.telegram.layout import MESSAGE_LIMIT, Block, Part, fit
from bot.channels.telegram.leaf import Label, Leaf
from bot.channels.telegram.text import Reader, fill, line_code, lines, shown_text
from bot.channels.telegram.trial import policy_toml, rule_toml, trial_lines
from bot.core.policy import DEFAULT_PRIORITY
from bot.gate.sheet import SheetButton
from bot.gate.suggest_sheet import Offer, Suggested, Suggesting

_NAME_LIMIT: Final = 80


def leaf(shown: Suggesting, reader: Reader) -> Leaf:
    """Return the offer that is looked at, or that there is none."""
    if shown.refused:
        return Leaf(text=Text(reader.gettext("You may look here, not change the rules.")))
    offer = shown.offer
    if offer is None:
        none = reader.gettext(
            "💡 Nothing to suggest yet: a rule is offered for a plain command that was approved "
            "five times and never denied."
        )
        done = reader.gettext("💡 No further suggestion.")
        was_used = shown.used or shown.dismissed
        return Leaf(text=lines([*_last(shown, reader), Text(done if was_used else none)]))
    head = reader.gettext("💡 Suggestion {n} of {total}").format(n=shown.at + 1, total=shown.total)
    approved = reader.ngettext("Approved {n} time.", "Approved {n} times.", offer.count)
    toml = _whole(offer) if shown.asks else rule_toml(offer.document)
    parts: list[Part] = [
        *_last(shown, reader),
        Text(head),
        Text(approved.format(n=offer.count)),
        *trial_lines(offer.backtest, reader),
        Block(shown=shown_text(toml).text, language="toml"),
    ]
    if shown.is_file:
        parts.append(
            Text(reader.gettext("The rules are kept in POLICY_FILE; paste this at its end."))
        )
    elif shown.asks:
        parts.append(
            Text(reader.gettext("Put this rule in force? It allows without asking, from now on."))
        )
    fitted = fit(parts, reader, limit=MESSAGE_LIMIT)
    return Leaf(text=fitted.text, rows=_rows(shown, offer, reader, is_whole=fitted.is_whole))


def answer(said: Suggested, reader: Reader) -> Answer:
    """Return what a press came to."""
    if said.used:
        return Answer(text=reader.gettext("In force from now on."))
    if said.dismissed:
        return Answer(text=reader.gettext("It is not offered again."))
    if said.asks:
        return Answer(text=reader.gettext("Nothing is changed yet: tap Yes if you are sure."))
    return Answer()


def _last(shown: Suggesting, reader: Reader) -> list[Text]:
    """Return what the last tap did."""
    if shown.used:
        template = reader.gettext("✅ In force: {name}. /rules shows and removes it.")
        return [fill(template, name=line_code(shown.used, limit=_NAME_LIMIT))]
    if shown.dismissed:
        template = reader.gettext("Not offered again: {name}")
        return [fill(template, name=line_code(shown.dismissed, limit=_NAME_LIMIT))]
    return []


def _whole(offer: Offer) -> str:
    """Return the policy that it would be made into."""
    name = offer.document.get("name", "")
    return policy_toml(
        {
            "name": name,
            "priority": DEFAULT_PRIORITY,
            "enabled": True,
            "rules": [dict(offer.document)],
        }
    )


def _rows(shown: Suggesting, offer: Offer, reader: Reader, *, is_whole: bool) -> list[list[Label]]:
    if shown.asks:
        yes = Label(
            label=reader.gettext("✅ Yes, use it"),
            button=SheetButton(verb="sure", argument=offer.mark),
            style=ButtonStyle.DANGER,
        )
        # What can't be shown whole is not put in force from here.
        return [[*([yes] if is_whole else []), _button(reader.gettext("← Back"), offer, "back")]]
    use = [] if shown.is_file else [_button(reader.gettext("Use this rule"), offer, "use")]
    rows = [[*use, _button(reader.gettext("Not this one"), offer, "drop")]]
    if shown.total > 1:
        rows.append([_button("‹", offer, "prev"), _button("›", offer, "next")])
    return rows


def _button(label: str, offer: Offer, verb: str) -> Label:
    return Label(label=label, button=SheetButton(verb=verb, argument=offer.mark))
