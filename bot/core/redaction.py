"""Secrets that are not shown: found by shape, hidden from people's eyes, never from the digest.

`redact` is for a text that leaves in words (a log line, a mail), `redact_json` for one that leaves
as JSON (a webhook); what a card or a page shows goes through `bot.core.preview`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from bot.core.action import Json
from bot.core.character import is_combining, is_invisible
from bot.core.secret_kind import SecretKind
from bot.core.secret_place import PLACES
from bot.core.secret_token import TOKENS

# How the marker in place of a secret begins.
HIDDEN = "⟨hidden: "

# In order of preference: where two overlap, the first names the whole.
KINDS: tuple[SecretKind, ...] = (*TOKENS, *PLACES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """Where a secret stands in a text, and of what kind it is."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """A text with `⟨hidden: …⟩` in place of its secrets; all else is as it was, brackets too."""

    text: str
    secrets: tuple[Secret, ...]

    @property
    def count(self) -> int:
        """The number of values hidden."""
        return len(self.secrets)


def _gated(kinds: tuple[SecretKind, ...]) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    """Group the anchors under short texts, so that most texts pass after a few searches."""
    groups: dict[str, list[tuple[str, int]]] = {}
    for rank, kind in enumerate(kinds):
        for anchor in kind.anchors:
            common = (part for part in ("_", ":", "-", ".", "key", "pass") if part in anchor)
            groups.setdefault(next(common, anchor), []).append((anchor, rank))
    return tuple((gate, tuple(anchors)) for gate, anchors in groups.items())


_GATES = _gated(KINDS)

_ODD = re.compile(r"[^\n\t -~]|\\\n")
_CONTINUATION = re.compile(r"\\\r?\n")
_BLANK_IN_WORD = "$IFS"  # a whole command would fit into the word
# What names a secret that is kept elsewhere.
_VARIABLE = re.compile(r"\$\w*|%\w+%|\$env:\w+", re.IGNORECASE)
_REFERENCE = re.compile(
    r"[/@]|\.{1,2}/|~/|[a-zA-Z]:\Z|(?:op|file|vault|https?)://|(?:env|arn|file):"
)
# A key may begin as a path does.
_RANDOM = re.compile(
    r"(?=[^0-9]*+[0-9])(?=[^A-Z]*+[A-Z])(?=[^a-z]*+[a-z])(?=[^A-Z]*+[A-Z][^A-Z]*+[A-Z])"
    r"[A-Za-z0-9+/=]{30,}+"
)
_ATTRIBUTE = re.compile(r"[A-Za-z_]+(?:\.[A-Za-z_]+)+[,.\[\]]*|[A-Za-z_.]+\[\w*\]?[,.]?")
_WORDS_ONLY = re.compile(r"[A-Za-z_.,:\[\]|?!*-]*")
_PLACEHOLDERS = re.compile(
    r"true|false|null|none|nil|undefined|yes|no|on|off|str|string|bytes|int|number|any|object"
    r"|required|optional|password|passwd|secret|token|key|value|example|redacted|hidden|changeme"
    r"|your[_-](?:\w{1,20}[_-])?(?:password|token|key|secret)(?:[_-]here)?|[*x.…]*|\[\w+\]",
    re.IGNORECASE,
)
# What may follow a secret's name and leaves it one, and what makes it a word about the secret.
_SAME = re.compile(
    r"[_-]?(?:[0-9]{1,2}|base|prod|production|staging|stage|dev|development|test|live|sandbox|local"
    r"|main|primary|secondary|old|new|current|previous|default|value|plain|plaintext|raw|text|b64"
    r"|base64|hex|string)",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:files?|paths?|dir|directory|urls?|uri|endpoint|host|names?|ids?|length|len|count|size|limit"
    r"|min|max|type|kind|policy|expiry|expires|expiration|expire|ttl|age|reset|field|env|var|variable"
    r"|version|format|manager|provider|ref|arn|headers?|prefix|suffix|store|storage|mode|help|hint"
    r"|prompt|label|placeholder|column|title|description|message|error|regex|pattern|alg|algorithm"
    r"|scopes?|issuer|audience|status|enabled|required|rotation|location|source|usage|class|style"
    r"|input|button|form|page|route|view|model|table|strength|rules?|server|service|app|user)",
    re.IGNORECASE,
)
_LAST_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")


def marker(kind: str) -> str:
    """Return what is shown in place of a secret of this kind."""
    return f"{HIDDEN}{kind}⟩"


def secrets_in(text: str) -> tuple[Secret, ...]:
    """Return the secrets of the text, in order and apart from each other.

    Invisible characters and line continuations spliced into a secret do not save it from being
    found; what they cover is hidden with it.
    """
    is_plain = (text.isascii() and text.isprintable()) or not _ODD.search(text)
    clean, places = (text, None) if is_plain else _without_splices(text)
    lowered = clean.lower()
    gates = [anchors for gate, anchors in _GATES if gate in lowered]
    ranks = {rank for anchors in gates for anchor, rank in anchors if anchor in lowered}
    found = sorted(span for rank in ranks for span in _spans(clean, rank))
    if not found:
        return ()
    merged: list[tuple[int, int, int]] = []
    for start, end, rank in found:
        if merged and start < merged[-1][1]:
            before = merged.pop()
            merged.append((before[0], max(end, before[1]), min(rank, before[2])))
        else:
            merged.append((start, end, rank))
    if places is not None:
        merged = [(places[start], places[end - 1] + 1, rank) for start, end, rank in merged]
    return tuple(Secret(start=a, end=b, kind=KINDS[rank].name) for a, b, rank in merged)


def redact(text: str, *, shown: str | None = None) -> Redacted:
    """Return the text with its secrets hidden; for eyes and logs, never for the digest.

    `shown` stands in their places, where the usual marker is not wanted.
    """
    return _hidden(text, secrets_in(text), shown)


def _hidden(text: str, secrets: Sequence[Secret], shown: str | None = None) -> Redacted:
    pieces: list[str] = []
    done = 0
    for secret in secrets:
        pieces += (text[done : secret.start], shown or marker(secret.kind))
        done = secret.end
    return Redacted(text="".join((*pieces, text[done:])), secrets=tuple(secrets))


def redact_json(value: Json | Mapping[str, Json]) -> tuple[Json, int]:
    """Return a JSON value with the secrets in its texts hidden, and how many they are.

    A text under a name is looked at with that name, as it would be in print.
    """
    return _redacted_json(value, "")


def _redacted_json(value: object, name: str) -> tuple[Json, int]:
    if isinstance(value, str):
        redacted = _redacted_under(name, value)
        return redacted.text, redacted.count
    if isinstance(value, Mapping):
        named = [(redact(key), *_redacted_json(item, key)) for key, item in value.items()]
        kept: dict[str, Json] = {key.text: item for key, item, _ in named}
        return kept, sum(key.count + count for key, _, count in named)
    if isinstance(value, list | tuple):
        items = [_redacted_json(item, name) for item in value]
        return [item for item, _ in items], sum(count for _, count in items)
    return cast(Json, value), 0


def _redacted_under(name: str, text: str) -> Redacted:
    before = f'"{name}": "'
    at = len(before)
    found = secrets_in(f'{before}{text}"')
    inside = [
        replace(secret, start=secret.start - at, end=min(secret.end - at, len(text)))
        for secret in found
        if secret.start >= at
    ]
    return _hidden(text, inside)


def _spans(text: str, rank: int) -> list[tuple[int, int, int]]:
    kind = KINDS[rank]
    return [
        (*match.span("value"), rank)
        for match in kind.pattern.finditer(text)
        if _is_literal(match, is_assigned=kind.is_assigned)
    ]


def _is_literal(match: re.Match[str], *, is_assigned: bool) -> bool:
    """Tell a value from a reference to one: a variable, a type, a path, a placeholder."""
    value = match["value"]
    if _VARIABLE.fullmatch(value) or _BLANK_IN_WORD in value:
        return False
    if not is_assigned:
        return True
    if len(value) < 2:
        return False  # an access key of HTML, a flag
    if match.string[match.end("value") : match.end("value") + 1] in {"(", "[", "{"}:
        return False  # a call or an index
    if _PLACEHOLDERS.fullmatch(value.strip(",.")) or _is_reference(value):
        return False
    found = match.groupdict()
    is_quoted = bool(found["quote"])
    if found.get("suffix") and not _is_still_secret(found["suffix"], is_quoted=is_quoted):
        return False
    if is_quoted:
        return True
    if _ATTRIBUTE.fullmatch(value):
        return False
    return found.get("between") == "=" or not _WORDS_ONLY.fullmatch(value)


def _is_reference(value: str) -> bool:
    return _REFERENCE.match(value) is not None and not _RANDOM.fullmatch(value)


def _is_still_secret(suffix: str, *, is_quoted: bool) -> bool:
    """Tell whether a name is a secret's with this suffix; what is open needs a quoted value."""
    if _SAME.fullmatch(suffix):
        return True
    last = _LAST_WORD.findall(suffix)[-1:]
    return is_quoted and not any(_ABOUT.fullmatch(word) for word in last)


def _without_splices(text: str) -> tuple[str, list[int] | None]:
    """Return the text without what draws nothing, and where each character left came from."""
    spliced = {
        character
        for character in set(text) - {"\n", "\t"}
        if is_invisible(character) or is_combining(character)
    }
    joined = {
        at for match in _CONTINUATION.finditer(text) for at in range(match.start(), match.end())
    }
    if not spliced and not joined:
        return text, None
    places = [
        at for at, character in enumerate(text) if character not in spliced and at not in joined
    ]
    return "".join([text[at] for at in places]), places
