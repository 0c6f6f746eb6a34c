"""People's phones in the hands of whoever types: a line for each thing that a person does."""

from __future__ import annotations

from tests.fakes.telegram.chat import Card
from tests.fakes.telegram.server import FakeTelegram

HOW_TO = (
    "1001 writes WORDS · 1001 taps LABEL · 1001 replies WORDS (to the newest message) · "
    "1001 sees WORDS (waits for a message with them) · revoke (the bot's token)"
)
_PATIENCE = 60.0


class Phones:
    """Does what a line says, and returns what the person sees then."""

    def __init__(self, telegram: FakeTelegram) -> None:
        self._telegram = telegram

    async def do(self, line: str) -> str:
        """Do it; what can't be done is told in words."""
        who, _, rest = line.strip().partition(" ")
        deed, _, words = rest.partition(" ")
        if who == "revoke":
            self._telegram.revoked = True
            return "the token is revoked"
        person = self._telegram.people.get(int(who)) if who.isdecimal() else None
        if person is None or not words:
            return HOW_TO
        try:
            match deed:
                case "writes":
                    await person.send(words)
                    return "written"
                case "taps":
                    tap = await person.tap(words)
                    return f"answered: {await tap.wait(_PATIENCE)}"
                case "replies":
                    await person.reply(await person.wait_for_card(), words)
                    return "replied"
                case "sees":
                    return shown(await person.wait_for_card(words, timeout=_PATIENCE))
        except AssertionError as error:
            return f"no: {error}"
        return HOW_TO


def shown(card: Card) -> str:
    """Return a message with its buttons below."""
    rows = [" ".join(f"[ {one['text']} ]" for one in row) for row in card.buttons]
    return "\n".join((card.text, *rows))
