"""/pair and /people: a code for somebody who is to come, and the list of who is here."""

from typing import Final

from aiogram.enums import ButtonStyle
from aiogram.utils.formatting import Code, Text

from bot.channels.telegram.answers import Answer
from bot.channels.telegram.leaf import Label, Leaf
from bot.channels.telegram.text import Reader, fill, lines, name
from bot.core.pairing import shown_code
from bot.core.people import Role
from bot.core.preview import one_line
from bot.gate.offering import Offer, Offered, Step
from bot.gate.roll import Line, Roll, Told, What
from bot.gate.sheet import SheetButton
from bot.locales import N_

_ROLES: Final = {
    Role.OWNER: N_("owner"),
    Role.APPROVER: N_("approver"),
    Role.VIEWER: N_("viewer"),
}
_STEPS: Final = {
    Step.ELSEWHERE: N_("Ask me that in our own chat."),
    Step.NOT_YOURS: N_("Only an owner of this gate may do that."),
    Step.CHOOSE: N_(
        "Who is to come? An approver decides, a viewer only looks, an owner also says who is here."
    ),
    Step.SURE: N_(
        "An owner may do everything here, and remove you too. Make a code for an owner?"
    ),
    Step.USED: N_("This code was used. /people shows who is here."),
    Step.EXPIRED: N_("This code has run out, and nobody used it."),
    Step.LOST: N_("I was restarted before I could show the code. Choose again."),
}
_CHOICES: Final = (
    (N_("Approver"), Role.APPROVER),
    (N_("Viewer"), Role.VIEWER),
    (N_("Owner…"), Role.OWNER),
)


def offer_leaf(offer: Offer, reader: Reader) -> Leaf:
    """Return the choice of roles, the question, or the code with its link."""
    if offer.step is Step.CODE:
        again = Label(label=reader.gettext("← Another code"), button=SheetButton(verb="back"))
        return Leaf(text=_code(offer, reader), rows=[[again]])
    text = Text(reader.gettext(_STEPS[offer.step]))
    if offer.step in {Step.ELSEWHERE, Step.NOT_YOURS}:
        return Leaf(text=text)
    if offer.step is Step.SURE:
        yes = Label(
            label=reader.gettext("✅ Yes, an owner"),
            button=SheetButton(verb="yes"),
            style=ButtonStyle.DANGER,
        )
        back = Label(label=reader.gettext("← Back"), button=SheetButton(verb="back"))
        return Leaf(text=text, rows=[[yes, back]])
    labels = [
        Label(label=reader.gettext(words), button=SheetButton(verb="role", argument=role))
        for words, role in _CHOICES
    ]
    return Leaf(text=text, rows=[labels])


def _code(offer: Offer, reader: Reader) -> Text:
    role = reader.gettext(_ROLES[offer.role or Role.VIEWER])
    said = [
        fill(
            reader.gettext("Send this to one person; it makes whoever uses it a new {role}:"),
            role=role,
        )
    ]
    link = reader.bot.link(offer.code)
    if link is not None:
        said.append(Code(link))
        said.append(Text(reader.gettext("Or let them write to me:")))
    said.append(Code(f"/start {shown_code(offer.code)}"))
    if offer.until is not None:
        said.append(
            fill(
                reader.gettext("It works once, and runs out {until}."),
                until=reader.countdown(offer.until, near=offer.until),
            )
        )
    return lines(said)


def offer_answer(told: Offered, reader: Reader) -> Answer:
    """Return what a press on /pair came to."""
    match told:
        case Offered.MADE:
            return Answer(text=reader.gettext("Here is a code, for ten minutes."))
        case Offered.ASKED:
            return Answer(text=reader.gettext("Nothing is made yet: tap Yes if you are sure."))
        case Offered.NOT_YOURS:
            words = reader.gettext("Only an owner of this gate may do that.")
            return Answer(text=words, is_alert=True)
        case Offered.TURNED:
            return Answer()


def roll_leaf(roll: Roll, reader: Reader) -> Leaf:
    """Return who is here with a button for each who may be removed, or the question."""
    if roll.refused is not None:
        step = Step.ELSEWHERE if roll.is_elsewhere else Step.NOT_YOURS
        return Leaf(text=Text(reader.gettext(_STEPS[step])))
    if roll.sure is not None:
        return _sure(roll, reader)
    count = len(roll.lines) + roll.left_out
    head = reader.ngettext("👥 {n} person is here", "👥 {n} people are here", count)
    said = [Text(head.format(n=count)), *(_line(line, reader) for line in roll.lines)]
    if roll.left_out:
        more = reader.ngettext("… and {n} more", "… and {n} more", roll.left_out)
        said.append(Text(more.format(n=roll.left_out)))
    said.append(Text(reader.gettext("/pair lets somebody in.")))
    rows = [[_remove(line, reader)] for line in roll.lines if not line.is_in_settings]
    return Leaf(text=lines(said), rows=rows)


def _line(line: Line, reader: Reader) -> Text:
    person = line.known.person
    parts: list[object] = [name(person.name), " · ", reader.gettext(_ROLES[person.role])]
    for target in line.known.targets:
        parts += [" · ", Code(target.address)]
    if line.is_in_settings:
        parts += [" · ", reader.gettext("named in the settings")]
    return Text(*parts)


def _remove(line: Line, reader: Reader) -> Label:
    person = line.known.person
    words = reader.gettext("Remove {name}…").format(name=one_line(person.name, limit=40))
    return Label(label=words, button=SheetButton(verb="remove", argument=person.id))


def _sure(roll: Roll, reader: Reader) -> Leaf:
    if roll.sure is None:
        return Leaf(text=Text())
    person = roll.sure.person
    text = fill(
        reader.gettext(
            "Remove {name}, {role}? Cards that they have stay there, and do nothing for them."
        ),
        name=name(person.name),
        role=reader.gettext(_ROLES[person.role]),
    )
    yes = Label(
        label=reader.gettext("✅ Yes, remove"),
        button=SheetButton(verb="yes", argument=person.id),
        style=ButtonStyle.DANGER,
    )
    back = Label(label=reader.gettext("← Back"), button=SheetButton(verb="back"))
    return Leaf(text=text, rows=[[yes, back]])


def roll_answer(told: Told, reader: Reader) -> Answer:
    """Return what a press on /people came to."""
    match told.what:
        case What.REMOVED:
            words = reader.gettext("{name} is removed.")
            return Answer(text=words.format(name=one_line(told.name, limit=64)))
        case What.REFUSED if told.refusal is not None:
            return Answer(text=reader.refusal(told.refusal), is_alert=True)
        case What.NOT_YOURS:
            words = reader.gettext("Only an owner of this gate may do that.")
            return Answer(text=words, is_alert=True)
        case What.ASKED:
            return Answer(text=reader.gettext("Nobody is removed yet: tap Yes if you are sure."))
        case _:
            return Answer()
