"""Kinds of secrets that are known by where they stand: in a header, URL or command, by a name."""

from bot.core.secret_kind import QUOTE, WORD, SecretKind, after, assigned, kind

_GAP = r"[ \t]{1,3}"
_OPENED = r"[\"']?"
_REST = r"[^\n;|&]{0,200}?"
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
        before=rf"authorization{_OPENED}[ \t]{{0,3}}[:=][ \t]{{0,3}}{_OPENED}",
        value=rf"{_DIGIT}{WORD}{{16,}}+",
    ),
    after(
        "bearer token", "bearer ", before=r"\bbearer[ ]", value=rf"(?=\S{{0,60}}\d){WORD}{{12,}}+"
    ),
    after(
        "registry password",
        '"auth"',
        "_auth",
        before=r"(?:\"auth\"[ ]?:[ ]?\"|(?<![a-z])_auth[ ]?=[ ]?[\"']?)",
        value=r"(?=[a-z+/]{0,300}[A-Z0-9=])[A-Za-z0-9+/]{8,}+={0,2}",
    ),
    after(
        "cookie", "cookie", before=r"\bcookie:[ \t]{0,3}[\w.%-]{1,60}=", value=rf"{WORD}{{4,}}+"
    ),
    after(
        "cookie",
        "curl",
        before=rf"\bcurl\b{_REST}\s(?:-b|--cookie)[ =]{{0,3}}{_OPENED}[\w.%-]{{1,60}}=",
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

# Programs that read a password and run nothing of what is piped to them.
_READERS = (
    r"(?:(?:sudo[ \t]{1,3})?chpasswd\b"
    r"|(?:sudo[ \t]{1,3})?(?:docker|podman|buildah|skopeo|oras|nerdctl|helm[ \t]{1,3}registry"
    r"|(?:gh|glab|crane)[ \t]{1,3}auth)[ \t]{1,3}login\b[^\n|;&]{0,200}?"
    r"(?:--password-stdin|--with-token)"
    r"|sudo[ \t]{1,3}(?:-[kn][ \t]{1,3})?-S[ \t]{1,3}(?:apt|apt-get|dnf|yum|pacman|systemctl"
    r"|service|reboot|mount|umount|ls|cp|mv|mkdir|chmod|chown|true)\b)"
)

_COMMANDS = (
    after(
        "password",
        "mysql",
        "mariadb",
        before=r"\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^\n;|&]{0,200}?\s(?-i:-p)[\"']?",
    ),
    after("password", "sshpass", before=r"\bsshpass\s{1,3}-p\s{0,3}[\"']?"),
    after("password", "redis-cli", before=r"\bredis-cli\b[^\n;|&]{0,100}?\s(?-i:-a)\s{1,3}[\"']?"),
    after(
        "password",
        " login",
        before=rf"\b(?:docker|podman|buildah|skopeo|oras|nerdctl|helm{_GAP}registry|az|oc)"
        rf"\s{{1,3}}login\b{_REST}\s(?-i:-p)\s{{1,3}}{_OPENED}",
    ),
    after(
        "password",
        "curl",
        before=r"\bcurl\b[^\n;|&]{0,300}?\s(?:-[a-z]{0,5}u|--user|--proxy-user)[ =]{0,3}[\"']?"
        r"[^\s:\"'$]{1,100}:",
    ),
    after(
        "password",
        "http",
        before=rf"\bhttps?\b{_REST}\s(?:-a|--auth)[ =]{{1,3}}{_OPENED}[^\s:\"'$]{{1,100}}:",
    ),
    after(
        "password",
        "mongo",
        before=rf"\bmongo[a-z]{{0,8}}\b{_REST}\s(?-i:-p)[ \t]{{0,3}}["
        r"\"']?",
    ),
    after(
        "password", "ldap", before=rf"\bldap[a-z]{{3,8}}\b{_REST}\s(?-i:-w)[ \t]{{0,3}}{_OPENED}"
    ),
    after(
        "password",
        "smb",
        before=rf"\bsmb[a-z]{{3,8}}\b{_REST}\s-U[ \t]{{0,3}}{_OPENED}[^\s%\"']{{1,80}}%",
    ),
    after(
        "password",
        "sqlcmd",
        "bcp",
        before=rf"\b(?:sqlcmd|bcp)\b{_REST}\s(?-i:-P)[ \t]{{0,3}}{_OPENED}",
    ),
    after("password", "zip", before=rf"\bzip\b{_REST}\s(?-i:-P)[ \t]{{0,3}}{_OPENED}"),
    after("password", "7z", "rar", before=rf"\b(?:7z[ar]?|un?rar)\b{_REST}\s(?-i:-h?p){_OPENED}"),
    after("password", "pass:", before=rf"\s-(?:passin|passout|pass){_GAP}{_OPENED}pass:"),
    after(
        "password",
        "htpasswd",
        before=rf"\bhtpasswd{_GAP}-[a-zA-Z0-9]{{0,5}}b[a-zA-Z0-9]{{0,5}}{_GAP}"
        rf"[^\s;|&]{{1,200}}{_GAP}[^\s;|&]{{1,100}}{_GAP}{_OPENED}",
    ),
    after(
        "password",
        "htpasswd",
        before=rf"\bhtpasswd{_GAP}-nb{_GAP}[^\s;|&]{{1,100}}{_GAP}{_OPENED}",
    ),
    after("password", "ssh-keygen", before=rf"\bssh-keygen\b{_REST}\s(?-i:-[NP]){_GAP}{_OPENED}"),
    after("password", "openssl", before=rf"\bopenssl{_GAP}enc\b{_REST}\s(?-i:-k){_GAP}{_OPENED}"),
    after("password", "twine", before=rf"\btwine\b{_REST}\s(?-i:-p){_GAP}{_OPENED}"),
    after(
        "password", "wpa_passphrase", before=rf"\bwpa_passphrase{_GAP}\S{{1,60}}{_GAP}{_OPENED}"
    ),
    after("password", "nmcli", before=rf"\bnmcli\b{_REST}\spassword{_GAP}{_OPENED}"),
    after("password", "freerdp", before=rf"freerdp\b{_REST}\s/p:{_OPENED}"),
    after(
        "password",
        "net ",
        before=rf"\bnet{_GAP}(?:use|user){_GAP}[^\s;|&]{{1,100}}{_GAP}",
        value=rf"(?![/*]){WORD}++",
    ),
    after(
        "token",
        "vault",
        before=rf"\bvault{_GAP}login{_GAP}(?!-)",
        value=rf"(?![\w-]{{1,40}}=){WORD}{{8,}}+",
    ),
    after(
        "password",
        "lftp",
        before=rf"\blftp\b{_REST}\s-u[ \t]{{0,3}}{_OPENED}[^\s,\"']{{1,80}},",
    ),
    after(
        "password",
        "rabbitmqctl",
        before=rf"\brabbitmqctl\b{_REST}\s(?:add_user|change_password){_GAP}\S{{1,80}}{_GAP}{_OPENED}",
    ),
    after(
        "secret",
        "--from-literal",
        before=rf"\bcreate{_GAP}secret\b[^\n;|&]{{0,300}}?\s--from-literal[= ]{_OPENED}"
        r"[\w.-]{1,80}=[\"']?",
    ),
    after(
        "secret",
        "secret",
        before=rf"\bsecrets?(?::|[ \t]{{1,3}})set\b{_REST}\s(?:-b|-v|--body|--value)[ =]{{0,3}}"
        rf"{_OPENED}",
    ),
    after(
        "secret",
        "secrets",
        before=rf"\bsecrets(?::|[ \t]{{1,3}})set{_GAP}{_OPENED}\w{{1,80}}=[\"']?",
    ),
    kind(
        "password",
        ("echo", "printf"),
        rf"\b(?:echo|printf){_GAP}(?:-n{_GAP})?{_OPENED}(?:[\w.@-]{{1,60}}:)?(?P<value>{WORD}{{4,200}}+)"
        rf"(?=[\"']?[ \t]{{0,3}}\|[ \t]{{0,3}}{_READERS})",
    ),
)

_TEXTS = (
    after(
        "password",
        "login",
        before=rf"\blogin{_GAP}\S{{1,100}}{_GAP}(?:\r?\n\s{{0,8}})?password{_GAP}",
    ),
    after(
        "password",
        "identified",
        "password",
        before=r"\b(?:identified[ \t]{1,3}(?:with[ \t]{1,3}\w{1,40}[ \t]{1,3})?by"
        r"|(?:with|encrypted|role[ \t]{1,3}\S{1,60}|user[ \t]{1,3}\S{1,60})[ \t]{1,3}password)"
        rf"[ \t]{{1,3}}(?:{QUOTE})",
    ),
    kind(
        "secret",
        ("password", "secret", "key"),
        rf"(?i:passw(?:or)?d|secret|(?:private|auth)[_-]?key){_GAP}(?P<quote>[\"'])"
        rf"(?P<value>{WORD}{{1,300}}+)(?P=quote)(?=[ \t]{{0,3}};)",
    ),
    after(
        "password", "password", before=r"\bset[ \t]{1,3}password\b[^\n;|&]{0,100}?password\([\"']"
    ),
    kind(
        "secret",
        ("define", "value="),
        rf"(?i:(?:\bdefine\([\"']|\b(?:key|name)=[\"'])[\w.-]{{0,40}}?{_NAMED}[\"']"
        rf"(?:,|[ \t]value=)[ \t]{{0,3}}[\"'])(?P<value>{WORD}++)",
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
        "psk",
        "kennwort",
        "contrase",
        "senha",
        "密码",
        "密碼",
        "口令",
        names=r"passw(?:or)?d|passwort|kennwort|contrase[nñ]a|senha|密码|密碼|口令|passphrase"
        r"|passcode|(?<![a-z])psk|(?<![a-z])pwd|(?<=[_-])(?:pwd|pass)|(?<![a-z])pass(?==)"
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

PLACES: tuple[SecretKind, ...] = (*_HEADERS, *_URLS, *_COMMANDS, *_TEXTS, *_NAMES)
