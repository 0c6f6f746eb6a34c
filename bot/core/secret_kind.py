"""What a kind of secret is: a shape, and the rules by which shapes are written.

What a shape hides is one word without blanks or shell operators (a private key aside), so that no
command can be put out of sight by dressing it up as a secret.
"""

import re
from dataclasses import dataclass

# One word: no blanks, quotes, operators or substitutions, but a dollar sign in its midst.
WORD = r"(?:[^\s\"'`$;|&<>(){}\\]|\$(?![({'\"]))"
# A quote, as it stands in a text or in a text within a text.
QUOTE = r"\\{0,3}[\"']"
# What stands between the words of a command, before one that may be quoted, and in its midst.
GAP = r"[ \t]{1,3}"
OPENED = r"[\"']?"
REST = r"[^\n;|&]{0,200}?"

# What stands between a name and its value. Not `NAME= word`, which the shell takes for an empty
# value and a command.
_SIGN = (
    r"(?:={1,3}|[ \t]{1,3}(?:={1,3}|!==?|=>)[ \t]{0,3}|[ \t]{0,3}:=[ \t]{0,3}"
    r"|[ \t]{0,3}:[ \t]{0,3}[&\w.]{1,30}[ \t]{1,3}=[ \t]{1,3}(?=[\"'])"
    r"|[ \t]{0,3}(?:::?|：)[ \t]{0,3})"
)
# What may follow the name of a secret, `API_KEY_2`, `password_prod`, `tokenOfAna`.
_SUFFIX = r"(?P<suffix>[_-][A-Za-z0-9_-]{1,24}|[A-Z][a-z]\w{0,24}|[0-9]{1,2})?+"

# Options that bear the word and take no secret, `--no-password`, `--ask-become-pass`.
_NO_VALUE = (
    r"(?:no|ask|without|skip|show|list|get|generate|prompt|enable|disable|reset|rotate|print|read"
    r"|force|with|use|allow|require|hide|verify|check)-"
)

# A file that an option names in place of a secret; a random key may begin with a slash too.
_FILE = r"~/|\.{1,2}/|/(?:dev|etc|home|mnt|opt|proc|root|run|srv|tmp|usr|var)/"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretKind:
    """A shape; one of its anchors (lower case) must occur before the pattern is tried.

    Every pattern is linear: its repeats are bounded or possessive. Its group `value` is hidden.
    `is_assigned` asks for a second look at the value, for what stands after a name is often a
    reference to a secret and not the secret.
    """

    name: str
    anchors: tuple[str, ...]
    pattern: re.Pattern[str]
    is_assigned: bool = False


def kind(
    name: str, anchors: tuple[str, ...], pattern: str, *, is_assigned: bool = False
) -> SecretKind:
    """Make a kind of a pattern that has a group `value`."""
    compiled = re.compile(pattern, re.ASCII)
    return SecretKind(name=name, anchors=anchors, pattern=compiled, is_assigned=is_assigned)


def token(name: str, *anchors: str, shape: str) -> SecretKind:
    """Make the kind of a token that is known by its own form, wherever it stands."""
    return kind(name, anchors, rf"(?<![A-Za-z0-9])(?P<value>{shape})")


def after(name: str, *anchors: str, before: str, value: str = rf"{WORD}++") -> SecretKind:
    """Make the kind of a word that is secret for what stands before it, in any case of letters."""
    return kind(name, anchors, rf"(?i:{before})(?P<value>{value})")


def assigned(name: str, *anchors: str, names: str) -> tuple[SecretKind, ...]:
    """Make the kinds of a value under a name, for names in any case of letters.

    They are `NAME=value` and `"name": "value"`; `--name value`; `set name value`; and
    `"value" == name`.
    """
    named = rf"(?i:{names}){_SUFFIX}"
    quote = rf"(?:[bfru]{{1,2}}(?=[\"']))?+(?P<quote>{QUOTE})?+"
    between = rf"(?P<between>(?:{QUOTE})?\]?{_SIGN}@?)"
    flag = (
        rf"(?:--|(?<=[ \t])-)(?i:(?!{_NO_VALUE})(?:[a-z0-9]{{1,20}}-){{0,3}}(?:{names}))"
        rf"[ \t]{{1,3}}(?:{QUOTE})?+"
    )
    told = (
        rf"(?i:\bsetx?[ \t]{{1,3}}(?:-\w[ \t]{{1,3}})?[\w./:@-]{{0,80}}?(?:{names}))[ \t]{{1,3}}"
    )
    compared = rf"(?P<quote>[\"'])(?P<value>{WORD}{{1,200}}+)(?P=quote)[ \t]{{0,3}}[!=]==?"
    return (
        kind(name, anchors, rf"{named}{between}{quote}(?P<value>{WORD}++)", is_assigned=True),
        kind(name, anchors, rf"{flag}(?P<value>(?!-|id=|type=|{_FILE}){WORD}++)"),
        kind(name, anchors, rf"{told}{quote}(?P<value>(?![-=]){WORD}++)", is_assigned=True),
        kind(
            name,
            anchors,
            rf"{compared}[ \t]{{0,3}}[\w.]{{0,40}}?(?i:{names})(?![\w.])",
            is_assigned=True,
        ),
    )
