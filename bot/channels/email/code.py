"""The mail with the code that gives its address to a person."""

from bot.channels.email.letter import Block, Letter, Line, Tone
from bot.channels.email.words import name
from bot.core.pairing import shown_code
from bot.gate.mail_claims import Letter as Code
from bot.locales.audience import Audience


def code_letter(code: Code, reader: Audience) -> Letter:
    """Return it; who did not ask for it has nothing to do."""
    title = reader.gettext("Is this your address?")
    words = reader.gettext(
        "Somebody who runs an ok2run gate wants to ask {name} by mail before AI agents act. If "
        "that is you, tell them this code; it is good until {time}."
    )
    unasked = reader.gettext("If it is not, do nothing: no further mail comes.")
    time = reader.full(code.expires_at)
    return Letter(
        subject=reader.gettext("Your code for ok2run"),
        headline="✉️ ok2run",
        title=title,
        parts=(
            Line(words=words.format(name=name(code.name), time=time)),
            Block(label="", shown=shown_code(code.code)),
            Line(words=unasked, tone=Tone.QUIET),
        ),
        reader=reader,
    )
