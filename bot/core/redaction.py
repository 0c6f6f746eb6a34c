"""Secrets that are not shown: found by shape, hidden from people's eyes, never from the digest.

What is hidden is one word without blanks or shell operators (a private key aside), so that no
command can be put out of sight by dressing it up as a secret.
"""

import re
from dataclasses import dataclass

from bot.core.character import is_combining, is_invisible


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """A shape; one of its anchors (lower case) must occur before the pattern is tried.

    Every pattern is linear: its repeats are bounded or possessive. Its group `value` is hidden.
    `is_assigned` asks for a second look at the value, see `_is_literal`.
    """

    name: str
    anchors: tuple[str, ...]
    pattern: re.Pattern[str]
    is_assigned: bool = False


# One word: no blanks, quotes, operators or substitutions, but a dollar sign in its midst.
_WORD = r"(?:[^\s\"'`$;|&<>(){}\\]|\$(?![({'\"]))"
_QUOTE = r"\\{0,3}[\"']"


def _kind(name: str, anchors: tuple[str, ...], pattern: str, *, assigned: bool = False) -> _Kind:
    compiled = re.compile(pattern, re.ASCII)
    return _Kind(name=name, anchors=anchors, pattern=compiled, is_assigned=assigned)


def _token(name: str, *anchors: str, shape: str) -> _Kind:
    return _kind(name, anchors, rf"(?<![A-Za-z0-9])(?P<value>{shape})")


def _after(name: str, *anchors: str, before: str, value: str = rf"{_WORD}++") -> _Kind:
    return _kind(name, anchors, rf"(?i:{before})(?P<value>{value})")


def _assigned(name: str, *anchors: str, names: str) -> tuple[_Kind, ...]:
    """Make the kinds of `NAME=value` and `"name": "value"`, and of `--name value`."""
    named = rf"(?i:{names})(?:_?[0-9]{{1,2}}|_base)?+"
    # Not `NAME= word`, which the shell takes for an empty value and a command.
    sign = r"(?:=|[ \t]{0,3}:[ \t]{0,3}|[ \t]{1,3}(?:=>?|:=)[ \t]{0,3})"
    between = rf"(?P<between>(?:{_QUOTE})?{sign})"
    value = rf"(?P<quote>{_QUOTE})?+(?P<value>{_WORD}++)(?![(\[{{])"
    flag = rf"--(?:[a-z0-9]{{1,20}}-){{0,3}}{named}[ \t]{{1,3}}(?:{_QUOTE})?+"
    word = rf"(?P<value>(?!-){_WORD}++)"
    return (
        _kind(name, anchors, named + between + value, assigned=True),
        _kind(name, anchors, flag + word),
    )


_PEM = (
    r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,4}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:(?:\s|\\[nr]|[\"'+,]){0,40}+"
    r"(?:(?:Proc-Type|DEK-Info|Version|Comment): [\w ,./-]{0,80}+|[A-Za-z0-9+/=]{20,}+))*+"
    r"(?:(?:\s|\\[nr]|[\"'+,]){0,40}+[A-Za-z0-9+/=]{0,19}+"
    r"(?:\s|\\[nr]|[\"'+,]){0,40}+-----END (?:[A-Z0-9]{1,12} ){0,4}PRIVATE KEY(?: BLOCK)?-----)?+"
)
_MIXED = r"(?=[\w-]{0,80}[0-9])(?=[\w-]{0,80}[A-Z])"

# In order of preference: where two overlap, the first names the whole.
_KINDS = (
    _kind("private key", ("-----begin",), rf"(?P<value>{_PEM})"),
    _token("age key", "age-secret-key-", shape=r"AGE-SECRET-KEY-1[0-9A-Z]{20,}+"),
    _token("AWS access key", "akia", "asia", shape=r"(?:AKIA|ASIA)[A-Z0-9]{16,}+"),
    _token("GitHub token", "ghp_", "gho_", "ghs_", "ghu_", "ghr_", shape=r"gh[opsur]_\w{20,}+"),
    _token("GitHub token", "github_pat_", shape=r"github_pat_\w{20,}+"),
    _token(
        "GitLab token", "glpat-", "glptt-", "gldt-", "glrt-", shape=r"gl[a-z]{2,3}t-[\w-]{16,}+"
    ),
    _token("GitLab token", "glrt-", "gldt-", shape=r"gl[rd]t-[\w-]{16,}+"),
    _token("Slack token", "xox", "xapp-", shape=r"(?:xox[a-z]|xapp)-[\w-]{10,}+"),
    _after("Slack webhook", "hooks.slack", before=r"hooks\.slack\.com/(?:services|workflows)/"),
    _after("Discord webhook", "/webhooks/", before=r"discord(?:app)?\.com/api/webhooks/"),
    _token("Stripe key", "k_live_", "k_test_", shape=r"[rs]k_(?:live|test)_\w{10,}+"),
    _token("webhook secret", "whsec_", shape=r"whsec_[\w+/=-]{16,}+"),
    _token("Anthropic key", "sk-ant-", shape=r"sk-ant-[\w-]{16,}+"),
    _token("OpenAI key", "sk-", shape=rf"sk-(?:(?:proj|svcacct|admin)-|{_MIXED})[\w-]{{20,}}+"),
    _token("Google key", "aiza", shape=r"AIza[\w-]{30,}+"),
    _token("Google token", "ya29.", shape=r"ya29\.[\w-]{20,}+"),
    _token("npm token", "npm_", shape=r"npm_[A-Za-z0-9]{30,}+"),
    _token("PyPI token", "pypi-", shape=r"pypi-(?:AgE|AgN|[\w-]{32})[\w-]{12,}+"),
    _token("SendGrid key", "sg.", shape=r"SG\.[\w-]{16,}+\.[\w-]{16,}+"),
    _token("Hugging Face token", "hf_", shape=r"hf_[A-Za-z0-9]{20,}+"),
    _token("DigitalOcean token", "_v1_", shape=r"do[opr]_v1_[a-f0-9]{32,}+"),
    _token("Shopify token", "shp", shape=r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32,}+"),
    _token("Vault token", "hvs.", shape=r"hvs\.[\w-]{20,}+"),
    _token("ok2run key", "ok2_", shape=r"ok2_[\w-]{16,}+"),
    _token("JWT", "eyj", shape=r"eyJ[\w-]{10,}+\.[\w-]{10,}+(?:\.[\w-]*+)?"),
    _token("Telegram bot token", ":", shape=r"(?:bot)?[0-9]{6,12}+:[\w-]{32,50}(?![\w-])"),
    _after(
        "authorization",
        "authorization",
        before=r"authorization[\"']?[ \t]{0,3}[:=][ \t]{0,3}[\"']?"
        r"(?:bearer|basic|token|digest|apikey|bot)[ \t]{1,3}",
        value=rf"{_WORD}{{4,}}+",
    ),
    _after(
        "bearer token", "bearer ", before=r"\bbearer[ ]", value=rf"(?=\S{{0,60}}\d){_WORD}{{12,}}+"
    ),
    _after(
        "password",
        "://",
        before=r"://[^\s\"'/:@?#<>]{0,100}:",
        value=r"[^\s\"'`;|&<>(){}\\/@]{1,300}(?=@)",
    ),
    _after("token", "://", before=r"://", value=r"[\w-]{20,300}(?=(?::[\w-]{0,40})?@)"),
    _after("signature", "sig", before=r"[?&](?:sig|signature|x-amz-signature|x-goog-signature)="),
    _after(
        "password",
        "mysql",
        "mariadb",
        before=r"\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^\n;|&]{0,200}?\s(?-i:-p)[\"']?",
    ),
    _after("password", "sshpass", before=r"\bsshpass\s{1,3}-p\s{0,3}[\"']?"),
    _after("password", "redis-cli", before=r"\bredis-cli\b[^\n;|&]{0,100}?\s-a\s{1,3}[\"']?"),
    _after(
        "password", "docker", before=r"\bdocker\s{1,3}login\b[^\n;|&]{0,200}?\s-p\s{1,3}[\"']?"
    ),
    _after(
        "password",
        "curl",
        before=r"\bcurl\b[^\n;|&]{0,300}?\s(?:-[a-z]{0,5}u|--user|--proxy-user)[ =]{0,3}[\"']?"
        r"[^\s:\"'$]{1,100}:",
    ),
    *_assigned("AWS secret key", "secret_access", "secretaccess", names=r"secret_?access_?key"),
    *_assigned("Azure key", "accountkey", "sharedaccesskey", names=r"(?:account|sharedaccess)key"),
    *_assigned(
        "password",
        "passw",
        "passphrase",
        "pwd",
        "pass",
        names=r"passw(?:or)?d|passphrase|(?<![a-z])pwd|(?<=[_-])pass|(?<![a-z])pass(?==)",
    ),
    *_assigned("token", "token", names=r"token"),
    *_assigned(
        "key",
        "key",
        names=r"(?:api|access|secret|private|auth|signing|encryption|master)[_-]?key",
    ),
    *_assigned("secret", "secret", names=r"secret"),
)


def _gated(kinds: tuple[_Kind, ...]) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    """Group the anchors under short texts, so that most texts pass after a few searches."""
    groups: dict[str, list[tuple[str, int]]] = {}
    for rank, kind in enumerate(kinds):
        for anchor in kind.anchors:
            common = (part for part in ("_", ":", "-", ".", "key", "pass") if part in anchor)
            groups.setdefault(next(common, anchor), []).append((anchor, rank))
    return tuple((gate, tuple(anchors)) for gate, anchors in groups.items())


_GATES = _gated(_KINDS)

_ODD = re.compile(r"[^\n\t -~]|\\\n")
_CONTINUATION = re.compile(r"\\\r?\n")
_VARIABLE = re.compile(r"\$\w*|%\w+%")
_ATTRIBUTE = re.compile(r"[A-Za-z_]+(?:\.[A-Za-z_]+)+[,.\[\]]*")
_WORDS_ONLY = re.compile(r"[A-Za-z_.,:\[\]|?!*-]*")
_PLACEHOLDERS = re.compile(
    r"true|false|null|none|nil|undefined|yes|no|on|off|str|string|bytes|int|number|any|object"
    r"|required|optional|password|passwd|secret|token|key|value|example|redacted|hidden|changeme"
    r"|your[_-](?:password|token|key)|[*x.…]*",
    re.IGNORECASE,
)


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
    return tuple(Secret(start=a, end=b, kind=_KINDS[rank].name) for a, b, rank in merged)


def redact(text: str) -> Redacted:
    """Return the text with its secrets hidden; for eyes and logs, never for the digest."""
    secrets = secrets_in(text)
    pieces: list[str] = []
    done = 0
    for secret in secrets:
        pieces += (text[done : secret.start], f"⟨hidden: {secret.kind}⟩")
        done = secret.end
    return Redacted(text="".join((*pieces, text[done:])), secrets=secrets)


def _spans(text: str, rank: int) -> list[tuple[int, int, int]]:
    kind = _KINDS[rank]
    return [
        (*match.span("value"), rank)
        for match in kind.pattern.finditer(text)
        if _is_literal(match, assigned=kind.is_assigned)
    ]


def _is_literal(match: re.Match[str], *, assigned: bool) -> bool:
    """Tell a value from a reference to one: a variable, a type, a path, a placeholder."""
    value = match["value"]
    if _VARIABLE.fullmatch(value):
        return False
    if not assigned:
        return True
    if _PLACEHOLDERS.fullmatch(value.strip(",.")) or value.startswith(("/", "./", "../", "~/")):
        return False
    if match["quote"] or match["between"] == "=":
        return bool(match["quote"]) or not _ATTRIBUTE.fullmatch(value)
    return not _WORDS_ONLY.fullmatch(value)


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
