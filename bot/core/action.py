"""What an agent wants to do, and the digest that stands for exactly that."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import rfc8785

from bot.core.errors import InvalidAsk
from bot.core.terms import Terms

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None

_LARGEST: Final = 2**53 - 1
_SCALARS: Final = frozenset({str, bool, type(None)})  # numbers are looked at
_ENCODE: Final = json.JSONEncoder(
    ensure_ascii=False,
    allow_nan=False,
    sort_keys=True,
    separators=(",", ":"),
    check_circular=False,  # `_is_common` has been through it
).encode


def canonical_json(value: object) -> bytes:
    """Return the one byte form of a JSON value.

    Source: RFC 8785 (JSON Canonicalization Scheme). Raises InvalidAsk for what that form cannot
    carry: integers beyond ±(2**53 - 1), NaN and infinities, lone surrogates.
    """
    try:
        if _is_common(value):
            return _ENCODE(value).encode()
        return rfc8785.dumps(value)  # type: ignore[arg-type]  # it checks the shape itself
    except (rfc8785.CanonicalizationError, UnicodeError) as error:
        raise InvalidAsk(
            "A number or text has no canonical JSON form; send numbers beyond 2^53 as strings.",
            place=("params",),
        ) from error


def _is_common(value: object) -> bool:
    """Tell whether Python's own encoder, a tenth of the work, writes the canonical form as well.

    It differs in floats, and in the order of names with characters beyond U+FFFF.
    """
    if isinstance(value, str) or value is None or value is True or value is False:
        return True
    if isinstance(value, dict):
        for name, item in value.items():
            if not (isinstance(name, str) and name.isascii()):
                return False
            if type(item) not in _SCALARS and not _is_common(item):
                return False
        return True
    if isinstance(value, list):
        return all(type(item) in _SCALARS or _is_common(item) for item in value)
    return isinstance(value, int) and -_LARGEST <= value <= _LARGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What the agent wants to do; never changed after submission.

    `cwd` absent (None) is a value of its own and differs from every path. `context`, `reason` and
    `language` help the reader and are not part of the digest; nor are the `terms`, which those
    have who ask by a hook.
    """

    action_type: str
    title: str
    preview: str = ""
    params: Mapping[str, Json] = field(default_factory=dict)
    cwd: str | None = None
    context: Mapping[str, Json] = field(default_factory=dict)
    reason: str | None = None
    language: str | None = None
    terms: Terms | None = None


def digest_of(action: Action, *, override: str | None = None) -> str:
    """Return the SHA-256, as 64 hex digits, of what is approved and may run.

    It covers the canonical JSON of `{action_type, title, preview, params, cwd, override}`.
    """
    covered = {
        "action_type": action.action_type,
        "title": action.title,
        "preview": action.preview,
        "params": dict(action.params),
        "cwd": action.cwd,
        "override": override,
    }
    return hashlib.sha256(canonical_json(covered)).hexdigest()
