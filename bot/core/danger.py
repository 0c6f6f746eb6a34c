"""What makes an action dangerous: the kinds, and the texts that give them away in any language."""

import re
from enum import StrEnum

from bot.core.path import is_credential, is_gate, is_start_up


class Danger(StrEnum):
    """A kind of danger; the value is its floor class where it has one."""

    WIPES = "deletes-everything"
    DELETES = "deletes-outside"
    DISCARDS = "discards-work"
    REWRITES = "rewrites-history"
    NETWORK_CODE = "runs-network-code"
    HIDDEN_CODE = "runs-hidden-code"
    HOST = "reaches-host"
    SENDS = "sends-data"
    CREDENTIALS = "touches-credentials"
    START_UP = "touches-start-up"
    PERMISSIONS = "changes-permissions"
    DISK = "writes-disk"
    DATABASE = "drops-database"
    DATA = "deletes-data"
    RESOURCES = "destroys-resources"
    MONEY = "spends-money"
    ROOT = "becomes-another-user"
    STOPS = "stops-machine"
    PUBLISHES = "publishes"
    GATE = "touches-gate"
    HIDDEN_CHARACTERS = "hidden-characters"
    LOOK_ALIKES = "look-alike-letters"
    TOO_LONG = "too-long"
    UNREADABLE = "unreadable"
    INLINE_CODE = "inline-code"


# Cheap to search for; most texts hold none of it and are done.
_HINTS = (
    *("drop", "truncat", "delet", "flush", ":()", "/dev/", "no-preserve-root", "remove-item"),
    *("iex", "invoke-exp", "+++ ", "*** ", "rmtree", "dangerously", "--yolo", "bypasspermissions"),
    *("169.254.", "metadata.google", "100.100.100.200", "fd00:ec2", "_authtoken", "sysrq"),
    *("2852039166", "0xa9fea9fe"),
)
_NAME = r"[\w\"`.\[\]$]{1,200}"
_TEXTS: tuple[tuple[Danger, re.Pattern[str]], ...] = tuple(
    (danger, re.compile(pattern, re.IGNORECASE))
    for danger, pattern in (
        (Danger.DATABASE, r"\bdrop\s{1,9}(?:database|schema)\b|\bdropDatabase\s?\("),
        (
            Danger.DATA,
            r"\bdrop\s{1,9}(?:table|collection|keyspace|index)\b|\btruncate\s{1,9}table\b",
        ),
        (Danger.DATA, rf"\bdelete\s{{1,9}}from\s{{1,9}}{_NAME}\s{{0,9}}(?:[;\"'`)]|$|--)"),
        (Danger.DATA, r"\bflush(?:all|db)\b"),
        (Danger.STOPS, r":\(\)\s{0,9}\{\s{0,9}:\s{0,9}\|\s{0,9}:"),
        (Danger.SENDS, r"/dev/(?:tcp|udp)/"),
        (Danger.NETWORK_CODE, r"\b(?:ba|z|k)?sh\b[^\n|;]{0,20}[<>]&?\s{0,3}/dev/(?:tcp|udp)/"),
        (Danger.DISK, r">\s{0,9}[\"']?/dev/(?:sd|hd|vd|xvd|nvme|mmcblk|disk|rdisk|mapper/|mem\b)"),
        (Danger.WIPES, r"--no-preserve-root\b"),
        (Danger.DELETES, r"\bRemove-Item\b[^\n;|]{0,200}\s-Rec"),
        (Danger.DELETES, r"\brmtree\(\s{0,9}[\"'](?:/|~|\.\.)"),
        (
            Danger.NETWORK_CODE,
            r"\b(?:iex|Invoke-Expression)\b[^\n]{0,200}\b(?:iwr|irm|curl|wget|Net\.WebClient"
            r"|Invoke-(?:WebRequest|RestMethod))\b"
            r"|\b(?:iwr|irm|Invoke-(?:WebRequest|RestMethod))\b[^\n]{0,200}\|\s{0,9}(?:iex|Invoke-Exp)",
        ),
        (
            Danger.GATE,
            r"--(?:allow-)?dangerously-(?:skip|bypass)|(?<!\w)--yolo\b"
            r"|--permission-mode[\s=\"']{1,3}bypassPermissions",
        ),
        (Danger.STOPS, r">\s{0,9}[\"']?/proc/sysrq-trigger"),
        (
            Danger.CREDENTIALS,  # where clouds hand out keys to whoever asks from within
            r"169\.254\.(?:169\.254|170\.2)\b|\bmetadata\.google\.internal\b"
            r"|\b100\.100\.100\.200\b|\[fd00:ec2::254\]|//(?:2852039166|0xa9fea9fe)\b|\b_authToken\b",
        ),
    )
)
_PATCHED = re.compile(
    r"^(?:\+\+\+ (?:b/)?|\*\*\* (?:Add|Update|Delete) File: |\*\*\* Move to: )(\S{1,1000})",
    re.MULTILINE,
)


def dangers_in_words(text: str) -> set[Danger]:
    """Return the dangers that a text shows by its words alone, whatever language it is in."""
    lowered = text.lower()
    if not [hint for hint in _HINTS if hint in lowered]:
        return set()
    found = {danger for danger, pattern in _TEXTS if pattern.search(text)}
    for match in _PATCHED.finditer(text):
        found |= dangers_of_path(match[1], is_written=True)
    return found


def dangers_of_path(path: str, *, is_written: bool) -> set[Danger]:
    """Return the dangers of reading, or of writing, what the path names."""
    found = set()
    if is_credential(path):
        found.add(Danger.CREDENTIALS)
    if is_written and is_start_up(path):
        found.add(Danger.START_UP)
    if is_written and is_gate(path):
        found.add(Danger.GATE)
    return found
