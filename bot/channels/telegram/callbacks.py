"""What a button sends back: its verb and the card's secret, at most 64 bytes.

Nothing is decided from this: it only leads to the stored card, and anybody can send anything.
"""

import re
from typing import Final

from bot.core.card import Button, Verb
from bot.core.offer import OfferVerb

_VERBS: Final = "".join(verb.value for verb in Verb)
_DATA: Final = re.compile(
    rf"1\.(?P<verb>[{_VERBS}])\.(?P<handle>[A-Za-z0-9_-]{{16,48}})"
    r"(?:\.(?P<step>[0-9]{1,2})(?P<letter>[A-Z]{0,4}))?",
    re.ASCII,
)
_OFFER_DATA: Final = re.compile(
    rf"o\.(?P<verb>[{''.join(OfferVerb)}])\.(?P<handle>[A-Za-z0-9_-]{{16,48}})", re.ASCII
)


def pack(handle: str, button: Button) -> str:
    """Return the button's data."""
    place = f".{button.step}{button.letter}" if button.step or button.letter else ""
    return f"1.{button.verb}.{handle}{place}"


def unpack(data: object) -> tuple[str, Button] | None:
    """Return the handle and the button of what `pack` made; None for anything else."""
    found = _DATA.fullmatch(data) if isinstance(data, str) else None
    if found is None:
        return None
    button = Button(
        verb=Verb(found["verb"]), step=int(found["step"] or 0), letter=found["letter"] or ""
    )
    # One button has one spelling.
    return (found["handle"], button) if pack(found["handle"], button) == data else None


def pack_offer(handle: str, verb: OfferVerb) -> str:
    """Return the data of an offer's button."""
    return f"o.{verb}.{handle}"


def unpack_offer(data: object) -> tuple[str, OfferVerb] | None:
    """Return the handle and the verb of what `pack_offer` made; None for anything else."""
    found = _OFFER_DATA.fullmatch(data) if isinstance(data, str) else None
    return (found["handle"], OfferVerb(found["verb"])) if found is not None else None
