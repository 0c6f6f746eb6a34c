"""The mail that brings the code by which a browser is let in; it holds no link."""

from bot.channels.email.letter import Fact, Letter, Line, Part, Tone
from bot.locales.audience import Audience


def device_letter(code: str, reader: Audience) -> Letter:
    """Return the mail with a code of six digits.

    The code stands in the subject too, where a lock screen shows it: whoever reads it there could
    open the mail as well.
    """
    shown = f"{code[:3]} {code[3:]}"
    parts: list[Part] = [
        Fact(name=reader.gettext("Code"), words=shown),
        Line(
            words=reader.gettext(
                "Type it within 10 minutes on the page behind the mail's link. It works once, and "
                "lets that browser decide for this address for 30 days."
            )
        ),
        Line(
            words=reader.gettext(
                "If you did not ask for it, do nothing: somebody has a link from one of your "
                "mails, and without the code it decides nothing. Tell the code to nobody."
            ),
            tone=Tone.QUIET,
        ),
    ]
    return Letter(
        subject=reader.gettext("{code} is your code for ok2run").format(code=shown),
        headline="ok2run",
        title=reader.gettext("A code to let a browser in"),
        parts=tuple(parts),
        reader=reader,
    )
