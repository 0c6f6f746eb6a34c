"""What an agent wants to do, and the digest that stands for exactly that."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import rfc8785

from bot.core.errors import InvalidAsk

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None


def canonical_json(value: object) -> bytes:
    """Return the one byte form of a JSON value.

    Source: RFC 8785 (JSON Canonicalization Scheme). Raises InvalidAsk for what that form cannot
    carry: integers beyond ±(2**53 - 1), NaN and infinities, lone surrogates.
    """
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]  # it checks the shape itself
    except (rfc8785.CanonicalizationError, UnicodeError) as error:
        raise InvalidAsk(
            "A number or text has no canonical JSON form; send numbers beyond 2^53 as strings.",
            place=("params",),
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What the agent wants to do; never changed after submission.

    `cwd` absent (None) is a value of its own and differs from every path. `context`, `reason` and
    `language` help the reader and are not part of the digest.
    """

    action_type: str
    title: str
    preview: str = ""
    params: Mapping[str, Json] = field(default_factory=dict)
    cwd: str | None = None
    context: Mapping[str, Json] = field(default_factory=dict)
    reason: str | None = None
    language: str | None = None


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
