"""How /rules looks: the policies in their order, and one of them with its text and buttons."""

from typing import Final

from aiogram.enums import ButtonStyle
from aiogram.utils.formatting import Text

from bot.channels.telegram.answers import Answer
from bot.channels.telegram.layout import MESSAGE_LIMIT, Block, Part, fit
from bot.channels.telegram.leaf import Label, Leaf
from bot.channels.telegram.text import Reader, fill, line_code, lines, shown_text
from bot.channels.telegram.trial import policy_toml
from bot.core.preview import one_line
from bot.gate.rules_sheet import PAGE, Listed, Outcome, RuleChange, RulesPage
from bot.gate.sheet import SheetButton
from bot.locales import N_

_NAME_LIMIT: Final = 60
_FAULT_LIMIT: Final = 300
_MOST_NAMES: Final = 40
_IN_A_ROW: Final = 4

_SAID: Final = {
    Outcome.ENABLED: N_("It is judged again."),
    Outcome.DISABLED: N_("It is judged no more, and kept."),
    Outcome.MOVED: N_("Moved."),
    Outcome.REMOVED: N_("Removed."),
    Outcome.ASKED: N_("Nothing is changed yet: tap Yes if you are sure."),
    Outcome.LIFTS: N_(
        "This policy lifts the floor. That is never done from a chat: use ok2run policy on the "
        "gate's machine."
    ),
}


def leaf(page: RulesPage, reader: Reader) -> Leaf:
    """Return the list, or the policy that is looked at."""
    if page.refused:
        return Leaf(text=Text(reader.gettext("Only an approver may see the rules.")))
    if page.is_file:
        return Leaf(text=_of_file(page, reader))
    if page.one is not None:
        return _one(page, page.one, reader)
    parts = [_headline(page, reader), *_fault(page, reader)]
    parts += [_line(one, reader) for one in page.policies]
    parts.append(Text(_how_to_add(reader)))
    numbers = [
        _button(f"{one.number}", page, "see", str(place))
        for place, one in enumerate(page.policies)
    ]
    rows = [numbers[at : at + _IN_A_ROW] for at in range(0, len(numbers), _IN_A_ROW)]
    return Leaf(text=lines(parts), rows=[*rows, _turning(page)])


def answer(change: RuleChange, reader: Reader) -> Answer:
    """Return what a press came to."""
    said = _SAID.get(change.outcome)
    if said is None:
        return Answer()
    return Answer(text=reader.gettext(said), is_alert=change.outcome == Outcome.LIFTS)


def _headline(page: RulesPage, reader: Reader) -> Text:
    if not page.total:
        return Text(
            reader.gettext("📏 There is no rule. What no standing approval covers is asked.")
        )
    words = reader.ngettext(
        "📏 {n} policy, judged in this order", "📏 {n} policies, judged in this order", page.total
    )
    return Text(words.format(n=page.total))


def _fault(page: RulesPage, reader: Reader) -> list[Text]:
    if page.fault is None:
        return []
    template = reader.gettext("⚠ Everything asks: {fault}")
    return [fill(template, fault=line_code(page.fault, limit=_FAULT_LIMIT))]


def _line(one: Listed, reader: Reader) -> Text:
    mark = "●" if one.is_enabled else "○"
    said = [_count(one.rules, reader)]
    if not one.is_enabled:
        said.append(reader.gettext("off"))
    return Text(
        f"{one.number} {mark} ", line_code(one.name, limit=_NAME_LIMIT), f" · {', '.join(said)}"
    )


def _count(rules: int, reader: Reader) -> str:
    return reader.ngettext("{n} rule", "{n} rules", rules).format(n=rules)


def _how_to_add(reader: Reader) -> str:
    return reader.gettext(
        "To add or replace one, reply to this message with rules as TOML or YAML, or with a "
        ".toml or .yaml file. I show what they would do before they count."
    )


def _of_file(page: RulesPage, reader: Reader) -> Text:
    parts = [
        Text(
            reader.gettext(
                "📏 The rules are kept in POLICY_FILE on the gate's machine. Change that file, "
                "and it is read again; from here they can't be changed."
            )
        ),
        *_fault(page, reader),
    ]
    for name, rules, is_enabled in page.names[:_MOST_NAMES]:
        mark = "●" if is_enabled else "○"
        shown = line_code(name, limit=_NAME_LIMIT)
        parts.append(Text(f"{mark} ", shown, f" · {_count(rules, reader)}"))
    return lines(parts)


def _one(page: RulesPage, one: Listed, reader: Reader) -> Leaf:
    parts: list[Part] = [
        _line(one, reader),
        Block(
            shown=shown_text(policy_toml({**one.document, "name": one.name})).text, language="toml"
        ),
    ]
    if page.asks:
        parts.append(Text(reader.gettext("🗑 Remove this policy for good?")))
        rows = [
            [
                _button(reader.gettext("🗑 Yes, remove"), page, "sure", style=ButtonStyle.DANGER),
                _button(reader.gettext("← Keep it"), page, "keep"),
            ]
        ]
    else:
        switch = ("off", reader.gettext("○ Turn off"))
        if not one.is_enabled:
            switch = ("on", reader.gettext("● Turn on"))
        moves = [_button(reader.gettext("↑ Earlier"), page, "up")] if one.number > 1 else []
        if one.number < page.total:
            moves.append(_button(reader.gettext("↓ Later"), page, "down"))
        rows = [
            [
                _button(switch[1], page, switch[0]),
                _button(reader.gettext("🗑 Remove…"), page, "drop"),
            ],
            moves,
            [_button(reader.gettext("← All rules"), page, "list")],
        ]
    return Leaf(text=fit(parts, reader, limit=MESSAGE_LIMIT).text, rows=rows)


def _turning(page: RulesPage) -> list[Label]:
    found = []
    if page.start:
        found.append(_button("‹", page, "prev"))
    if page.start + PAGE < page.total:
        found.append(_button("›", page, "next"))
    return found


def _button(
    label: str, page: RulesPage, verb: str, *rest: str, style: ButtonStyle | None = None
) -> Label:
    argument = "-".join((str(page.serial), *rest))
    return Label(
        label=one_line(label, limit=_NAME_LIMIT),
        button=SheetButton(verb=verb, argument=argument),
        style=style,
    )
