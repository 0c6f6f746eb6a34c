"""Kinds of secrets that are known by where they stand: in a header, URL or command, by a name."""

from bot.core.secret_command import COMMANDS
from bot.core.secret_kind import GAP, OPENED, QUOTE, REST, WORD, SecretKind, after, assigned, kind

_DIGIT = r"(?=[^\s\"']{0,80}[0-9])"

_NAMED = r"(?:passw(?:or)?d|secret|token|(?:api|access|private|secret)[_-]?key)"

_HEADERS = (
    after(
        "authorization",
        "authorization",
        before=r"authorization[\"']?[ \t]{0,3}[:=][ \t]{0,3}[\"']?"
        r"(?:bearer|basic|token|digest|negotiate|apikey|key|bot|ssws|genie ?key|api-?key)"
        r"[ \t]{1,3}",
        value=rf"{WORD}{{4,}}+",
    ),
    after(
        "authorization",
        "authorization",
        before=rf"authorization{OPENED}[ \t]{{0,3}}[:=][ \t]{{0,3}}{OPENED}",
        value=rf"{_DIGIT}{WORD}{{16,}}+",
    ),
    after(
        "bearer token", "bearer ", before=r"\bbearer[ ]", value=rf"(?=\S{{0,60}}\d){WORD}{{12,}}+"
    ),
    after(
        "registry password",
        '"auth"',
        "_auth",
        before=r"(?:\"auth\"[ ]?:[ ]?\"|(?<![a-z])_auth(?:[ ]?=|(?<=set _auth)[ ])[ ]?[\"']?)",
        value=r"(?=[a-z+/]{0,300}[A-Z0-9=])[A-Za-z0-9+/]{8,}+={0,2}",
    ),
    after(
        "cookie", "cookie", before=r"\bcookie:[ \t]{0,3}[\w.%-]{1,60}=", value=rf"{WORD}{{4,}}+"
    ),
    after(
        "cookie",
        "curl",
        before=rf"\bcurl\b{REST}\s(?:-b|--cookie)[ =]{{0,3}}{OPENED}[\w.%-]{{1,60}}=",
        value=rf"{WORD}{{4,}}+",
    ),
    after(
        "cookie",
        "sess",
        "connect.sid",
        before=r"\b(?:phpsessid|jsessionid|asp\.net_sessionid|connect\.sid|laravel_session"
        r"|sessionid|_[a-z0-9_]{1,30}_session)=",
        value=rf"{WORD}{{8,}}+",
    ),
)

_URLS = (
    after("Slack webhook", "hooks.slack", before=r"hooks\.slack\.com/(?:services|workflows)/"),
    after(
        "Discord webhook", "/webhooks/", before=r"discord(?:app)?\.com/api(?:/v\d{1,2})?/webhooks/"
    ),
    after("Teams webhook", "webhook.office", before=r"\.webhook\.office\.com/webhookb2/"),
    after("Zapier webhook", "hooks.zapier", before=r"hooks\.zapier\.com/hooks/catch/"),
    after("SoftLayer key", "softlayer", before=r"api\.softlayer\.com/soap/v3(?:\.1)?/"),
    after(
        "password",
        "://",
        before=r"://[^\s\"'/:@?#<>]{0,100}:",
        value=r"[^\s\"'`;|&<>(){}\\/@]{1,300}(?=@)",
    ),
    after("token", "://", before=r"://", value=r"[\w-]{20,300}(?=(?::[\w-]{0,40})?@)"),
    after(
        "signature",
        "sig",
        before=r"[?&](?:sig|signature|x-amz-signature|x-goog-signature)=",
        value=rf"{WORD}{{6,}}+",
    ),
    after(
        "key",
        "key=",
        "auth=",
        "appid=",
        "code=",
        before=r"[?&](?:key|apikey|appid|auth|code)=",
        value=rf"{_DIGIT}[\w%.~-]{{16,}}+",
    ),
)

_TEXTS = (
    after(
        "password",
        "login",
        before=rf"\blogin{GAP}\S{{1,100}}(?:{GAP}|[ \t]{{0,3}}\r?\n\s{{0,8}})password{GAP}",
    ),
    after(
        "password",
        "identified",
        "password",
        before=r"\b(?:identified[ \t]{1,3}(?:with[ \t]{1,3}\w{1,40}[ \t]{1,3})?by"
        r"|(?:with|encrypted|login|superuser|createdb|createrole|role[ \t]{1,3}\S{1,60}"
        r"|user[ \t]{1,3}\S{1,60})[ \t]{1,3}password)"
        rf"[ \t]{{1,3}}(?:{QUOTE})",
    ),
    kind(
        "secret",
        ("password", "secret", "key"),
        rf"(?i:passw(?:or)?d|secret|(?:private|auth)[_-]?key){GAP}(?P<quote>[\"'])"
        rf"(?P<value>{WORD}{{1,300}}+)(?P=quote)(?=[ \t]{{0,3}};)",
    ),
    after(
        "password", "password", before=r"\bset[ \t]{1,3}password\b[^\n;|&]{0,100}?password\([\"']"
    ),
    kind(
        "secret",
        ("define", "getenv", "environ.get", "value="),
        rf"(?i:(?:\b(?:define|getenv|environ\.get)\([\"']|\b(?:key|name)=[\"'])[\w.-]{{0,40}}?{_NAMED}[\"']"
        rf"(?:,|[ \t]value=)[ \t]{{0,3}}[\"'])(?P<value>{WORD}++)",
    ),
    after(
        "secret", "#define", before=rf"#define{GAP}\w{{0,40}}?{_NAMED}\w{{0,20}}[ \t]{{1,20}}\""
    ),
    kind(
        "secret",
        ("</",),
        rf"(?i:<(?P<tag>[\w:.-]{{0,40}}?{_NAMED})>)(?P<value>[\w!#%*+,:=@^-]{{2,300}}+)(?=</(?P=tag)>)",
    ),
    after(
        "one-time code",
        "otp",
        before=r"(?<![a-z])t?otp(?:[_-]code)?[\"']?(?:=|:[ \t]{0,3}|[ \t])[\"']?",
        value=r"[0-9]{6,8}(?![0-9])",
    ),
)

_NAMES = (
    *assigned(
        "AWS secret key",
        "secret_access",
        "secretaccess",
        "secret-access",
        names=r"secret[_-]?access[_-]?key",
    ),
    *assigned("Azure key", "accountkey", "sharedaccesskey", names=r"(?:account|sharedaccess)key"),
    *assigned(
        "password",
        "passw",
        "passphrase",
        "pwd",
        "pass",
        "pw=",
        "_pw",
        "-pw",
        "psk",
        "kennwort",
        "contrase",
        "senha",
        "密码",
        "密碼",
        "口令",
        names=r"passw(?:or)?d|passwort|kennwort|contrase[nñ]a|senha|密码|密碼|口令|passphrase"
        r"|passcode|(?<![a-z])psk|(?<![a-z])pwd|(?<=[_-])(?:pwd|pass|pw)|(?<![a-z])(?:pass|pw)(?==)"
        r"|(?:db|database|smtp|user|root|key|mail|admin)_?pass(?:wd)?|(?:db|user|my)pwd",
    ),
    *assigned("token", "token", "_pat", names=r"token|(?-i:(?<=[A-Z]_)PAT)(?==)"),
    *assigned(
        "key",
        "key",
        # Those of many words begin one, so that most letters are passed at once.
        names=r"(?:api|access|auth|private)[_-]?key"
        r"|(?<![a-z])(?:(?:secret|priv|signing|encryption|master|service|account|db|database"
        r"|client|license|app|application|consumer|shared|pre[_-]?shared|server|hmac|aes|jwt"
        r"|crypt|crypto|write|admin|root|integration|subscription|ingest|recovery|storage|sas"
        r"|session|webhook|deploy|decryption|cookie|token)[_-]?key|passkey"
        r"|(?:sl|ibm|iam|cos|cl|cloudant|softlayer)[_-]?(?:api)?[_-]?(?:key|pass))",
    ),
    *assigned("secret", "secret", names=r"(?<!existing)(?<![0-9]:)secret"),
)

PLACES: tuple[SecretKind, ...] = (*_HEADERS, *_URLS, *COMMANDS, *_TEXTS, *_NAMES)
