"""The code that lets a browser decide behind a mail's link, told to who has the address."""

from typing import Final

from aiogram.utils.formatting import Code, Text

from bot.channels.telegram.text import Reader, fill, line_code, lines
from bot.core.people import Approver
from bot.gate.channel import Target
from bot.gate.service import Gate

NAME: Final = "code"
_ADDRESS_LIMIT: Final = 100


async def told(gate: Gate, approver: Approver, words: str, reader: Reader) -> Text:
    """Make a code for the approver's own address, and return what tells it."""
    addresses = [
        target
        for known in await gate.people.listing()
        if known.person.id == approver.id
        for target in known.targets
        if target.channel == "email"
    ]
    if not addresses:
        return Text(reader.gettext("I know no mail address of yours, so there is no code."))
    wanted = [one for one in addresses if one.address.casefold() == words.strip().casefold()]
    if len(addresses) > 1 and not wanted:
        return _which(addresses, reader)
    address = (wanted or addresses)[0]
    code = await gate.devices.tell_code(address, actor=f"person:{approver.id}")
    if code is None:
        return Text(reader.gettext("I know no mail address of yours, so there is no code."))
    return lines(
        [
            fill(
                reader.gettext("{code} lets a browser decide for {address}."),
                code=Code(f"{code[:3]} {code[3:]}"),
                address=line_code(address.address, limit=_ADDRESS_LIMIT),
            ),
            Text(
                reader.gettext(
                    "Type it within 10 minutes on the page behind the mail's link. It works once; "
                    "tell it to nobody."
                )
            ),
        ]
    )


def _which(addresses: list[Target], reader: Reader) -> Text:
    return lines(
        [
            Text(reader.gettext("For which address? Write one of these:")),
            *(Code(f"/{NAME} {one.address}") for one in addresses),
        ]
    )
