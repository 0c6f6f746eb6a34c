"""Made-up secrets in the places where people write them, drawn anew for each seed."""

import base64
import json
import re
from dataclasses import dataclass
from random import Random
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits

from tests.core.data.secret_places import PLACES
from tests.core.data.token_forms import TOKEN_FORMS

ALPHABETS = {
    "A": ascii_letters + digits,
    "a": ascii_letters,
    "b": ascii_letters + digits + "+/",
    "d": digits,
    "h": digits + "abcdef",
    "H": digits + "ABCDEF",
    "l": ascii_lowercase + digits,
    "p": ascii_letters + digits + "!#%*+^_~-.",
    "u": ascii_uppercase + digits,
    "w": ascii_letters + digits + "_-",
}
BLANKS = re.compile(r"\{([AabdhHlpuw])([0-9]{1,3})\}")

# What may stand around a token that is known by its own form.
SURROUNDINGS = [
    ("", ""),
    ("echo ", " > value.txt"),
    ("export SERVICE=", ""),
    ("SERVICE=", " make deploy"),
    ("service-cli login --with ", " --quiet"),
    ("service-cli login --with=", " && ls"),
    ("curl -H 'X-Service: ", "' https://api.example.com/v1/items"),
    ('{"name": "shop", "value": "', '"}'),
    ("service:\n  region: eu\n  value: ", "\n  retries: 3"),
    ("client = Client('", "')"),
    ('const client = new Client("', '");'),
    ("# it was ", " before the move"),
    ("cat > .env <<E\nSERVICE=", "\nE"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A secret, and what stands before and after it."""

    name: str
    before: str
    secret: str
    after: str

    @property
    def text(self) -> str:
        """The secret among what stands around it."""
        return f"{self.before}{self.secret}{self.after}"


def letters(random: Random, alphabet: str, length: int) -> str:
    return "".join(random.choices(ALPHABETS[alphabet], k=length))


def filled(form: str, random: Random) -> str:
    """Return the form with letters drawn for its blanks: `{h40}` is 40 of alphabet `h`."""
    form = form.replace("{uuid}", "{h8}-{h4}-{h4}-{h4}-{h12}")
    return BLANKS.sub(lambda found: letters(random, found[1], int(found[2])), form)


def json_web_token(random: Random) -> str:
    """Return what decodes as a token of three parts, the signature aside."""
    header = {"alg": "HS256", "typ": "JWT"}
    payload = {"sub": letters(random, "d", 10), "name": letters(random, "a", 8), "iat": 1516239022}
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in (header, payload)
    ]
    return ".".join([*parts, letters(random, "w", 43)])


def shapes(seed: int) -> list[Shape]:
    """Return one shape of each name, of one or a few lines."""
    random = Random(seed)
    tokens = {name: filled(form, random) for name, form in TOKEN_FORMS.items()}
    tokens["JSON web token"] = json_web_token(random)
    drawn = []
    for name, secret in tokens.items():
        before, after = random.choice(SURROUNDINGS)
        drawn.append(Shape(name=name, before=before, secret=secret, after=after))
    for name, before, form, after in PLACES:
        drawn.append(Shape(name=name, before=before, secret=filled(form, random), after=after))
    before = "curl -H 'Authorization: Bearer "
    secret = json_web_token(random)
    drawn.append(Shape(name="JSON web token, borne", before=before, secret=secret, after="' u"))
    return drawn


def pem(random: Random, label: str, *, head: str = "", dashes: str = "-----") -> str:
    """Return a private key as it is written to a file, without the last end of line."""
    space = "" if len(dashes) == 5 else " "
    lines = [letters(random, "b", 64) for _ in range(random.randint(3, 12))]
    body = "\n".join([*lines, letters(random, "b", 30) + "=="])
    begin = f"{dashes}{space}BEGIN {label}{space}{dashes}\n{head}"
    return f"{begin}{body}\n{dashes}{space}END {label}{space}{dashes}"


def key_block(random: Random) -> str:
    """Return a private key as mail programs print it, with a check sum."""
    label = "PGP PRIVATE KEY BLOCK"
    lines = [letters(random, "b", 64) for _ in range(random.randint(3, 12))]
    body = "\n".join(["", *lines, letters(random, "b", 22) + "==", "=" + letters(random, "b", 4)])
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----"


def private_keys(seed: int) -> list[Shape]:
    """Return private keys of many lines, as files and within other texts."""
    random = Random(seed)
    encrypted = f"Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,{letters(random, 'H', 32)}\n\n"
    # Name, what stands before, key, what stands after.
    drawn: list[tuple[str, str, str, str]] = [
        (f"{label.lower()} file", "", pem(random, label), "\n")
        for label in (
            *("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY"),
            *("OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY"),
        )
    ]
    drawn += [
        ("encrypted key", "", pem(random, "RSA PRIVATE KEY", head=encrypted), "\n"),
        (
            "key of four dashes",
            "",
            pem(random, "SSH2 ENCRYPTED PRIVATE KEY", dashes="----"),
            "\n",
        ),
        ("key block", "", key_block(random), "\n"),
        (
            "key in a here document",
            "cat > deploy.pem <<'E'\n",
            pem(random, "OPENSSH PRIVATE KEY"),
            "\nE\nchmod 600 deploy.pem",
        ),
        (
            "key in JSON",
            '{"type": "service_account", "private_key": "',
            pem(random, "PRIVATE KEY").replace("\n", "\\n"),
            '", "client_email": "a@example.com"}',
        ),
        (
            "key in a variable",
            'export DEPLOY_KEY="',
            pem(random, "EC PRIVATE KEY"),
            '"; make deploy',
        ),
        (
            "key in YAML",
            "tls:\n  key: |\n    ",
            pem(random, "PRIVATE KEY").replace("\n", "\n    "),
            "\n  port: 443",
        ),
        (
            "key in a program",
            'KEY = (\n    "',
            pem(random, "RSA PRIVATE KEY").replace("\n", '\\n"\n    "'),
            '"\n)',
        ),
        (
            "key cut off",
            "head -5 deploy.pem\n",
            pem(random, "RSA PRIVATE KEY").rpartition("\n")[0].rpartition("\n")[0],
            "",
        ),
        (
            "key of PuTTY",
            "PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\nComment: a\nPrivate-Lines: 4",
            "".join("\n" + letters(random, "b", 64) for _ in range(4)),
            f"\nPrivate-MAC: {letters(random, 'h', 40)}\n",
        ),
    ]
    return [
        Shape(name=name, before=before, secret=secret, after=after)
        for name, before, secret, after in drawn
    ]
