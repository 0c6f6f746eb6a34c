"""The one byte form of a JSON value, by RFC 8785: what is hashed and what is signed."""

import json
import math
import re
from collections.abc import Mapping

LARGEST = 2**53 - 1  # beyond it JSON's readers do not agree about whole numbers
_FLOAT = re.compile(r"(\d+)(?:\.(\d+))?(?:e([+-]\d+))?")


def canonical_json(value: object) -> bytes:
    """Return the canonical JSON of a value made of what `json.loads` makes.

    Raises ValueError for what has none: whole numbers beyond ±(2**53 - 1), NaN and infinities,
    lone surrogates, names that are no text, other types, and what is nested too deep.
    """
    try:
        return _written(value).encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("a text holds half a character, which has no JSON form") from error
    except RecursionError as error:
        raise ValueError("the value is nested too deep for JSON") from error


def _written(value: object) -> str:
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int):
        if not -LARGEST <= value <= LARGEST:
            raise ValueError("a number is beyond 2^53; give it as a text")
        return int.__repr__(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Mapping):
        return _object(value)
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_written, value))}]"
    raise ValueError(f"{type(value).__name__} has no JSON form")


def _object(value: Mapping[object, object]) -> str:
    names = [name for name in value if isinstance(name, str)]
    if len(names) != len(value):
        raise ValueError("the names in a JSON object are texts")
    names.sort(key=_utf16)
    return f"{{{','.join(f'{_text(name)}:{_written(value[name])}' for name in names)}}}"


def _utf16(name: str) -> bytes:
    """Return what names are ordered by: their UTF-16 code units."""
    return name.encode("utf-16-be", "surrogatepass")


def _text(value: str) -> str:
    # Python escapes just what RFC 8785 does, in the same way, where ASCII is not asked for.
    return json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    """Return the number as ECMAScript writes it (RFC 8785, 3.2.2.3).

    Python's digits are the same, the fewest that make this very number; the form differs.
    """
    if not math.isfinite(value):
        raise ValueError("JSON has no infinity and no NaN")
    if value == 0:
        return "0"  # -0 too
    sign = "-" if value < 0 else ""
    matched = _FLOAT.fullmatch(float.__repr__(abs(value)))
    assert matched is not None, "a finite float has this form"  # noqa: S101
    whole, fraction, exponent = matched[1], matched[2] or "", int(matched[3] or 0)
    digits = (whole + fraction).lstrip("0")
    # The number is 0.DIGITS times ten to the power of `point`.
    point = len(whole) + exponent - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    power = f"{point - 1:+d}"
    return f"{sign}{digits[0]}{'.' if count > 1 else ''}{digits[1:]}e{power}"
