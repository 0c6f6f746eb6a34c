"""Kinds of secrets that are known by the command they are given to."""

from bot.core.secret_kind import GAP, OPENED, REST, WORD, SecretKind, after, kind

# Programs that read a password and run nothing of what is piped to them.
_READERS = (
    r"(?:(?:sudo[ \t]{1,3})?chpasswd\b"
    r"|(?:sudo[ \t]{1,3})?(?:docker|podman|buildah|skopeo|oras|nerdctl|helm[ \t]{1,3}registry"
    r"|(?:gh|glab|crane)[ \t]{1,3}auth)[ \t]{1,3}login\b[^\n|;&]{0,200}?"
    r"(?:--password-stdin|--with-token)"
    r"|sudo[ \t]{1,3}(?:-[kn][ \t]{1,3})?-S[ \t]{1,3}(?:apt|apt-get|dnf|yum|pacman|systemctl"
    r"|service|reboot|mount|umount|ls|cp|mv|mkdir|chmod|chown|true)\b)"
)

# What `kubectl create secret` is given, one after the other.
_LITERAL = r"(?:[^\n;|&-]|-(?!-from-literal)){0,200}+--from-literal[= ]"
_LITERALS = tuple(
    after(
        "secret",
        "--from-literal",
        before=rf"\bcreate{GAP}secret\b(?:{_LITERAL}){{{number}}}{OPENED}[\w.-]{{1,80}}=[\"']?",
    )
    for number in range(1, 6)
)

COMMANDS: tuple[SecretKind, ...] = (
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
        before=rf"\b(?:docker|podman|buildah|skopeo|oras|nerdctl|helm{GAP}registry|az|oc)"
        rf"\s{{1,3}}login\b{REST}\s(?-i:-p)\s{{1,3}}{OPENED}",
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
        before=rf"\bhttps?\b{REST}\s(?:-a|--auth)[ =]{{1,3}}{OPENED}[^\s:\"'$]{{1,100}}:",
    ),
    after(
        "password",
        "mongo",
        before=rf"\bmongo[a-z]{{0,8}}\b{REST}\s(?-i:-p)[ \t]{{0,3}}["
        r"\"']?",
    ),
    after("password", "ldap", before=rf"\bldap[a-z]{{3,8}}\b{REST}\s(?-i:-w)[ \t]{{0,3}}{OPENED}"),
    after(
        "password",
        "smb",
        before=rf"\bsmb[a-z]{{3,8}}\b{REST}\s-U[ \t]{{0,3}}{OPENED}[^\s%\"']{{1,80}}%",
    ),
    after(
        "password",
        "sqlcmd",
        "bcp",
        before=rf"\b(?:sqlcmd|bcp)\b{REST}\s(?-i:-P)[ \t]{{0,3}}{OPENED}",
    ),
    after("password", "zip", before=rf"\bzip\b{REST}\s(?-i:-P)[ \t]{{0,3}}{OPENED}"),
    after("password", "7z", "rar", before=rf"\b(?:7z[ar]?|un?rar)\b{REST}\s(?-i:-h?p){OPENED}"),
    after("password", "pass:", before=rf"\s-(?:passin|passout|pass){GAP}{OPENED}pass:"),
    after(
        "password",
        "htpasswd",
        before=rf"\bhtpasswd{GAP}-[a-zA-Z0-9]{{0,5}}b[a-zA-Z0-9]{{0,5}}{GAP}"
        rf"[^\s;|&]{{1,200}}{GAP}[^\s;|&]{{1,100}}{GAP}{OPENED}",
    ),
    after(
        "password",
        "htpasswd",
        before=rf"\bhtpasswd{GAP}-nb{GAP}[^\s;|&]{{1,100}}{GAP}{OPENED}",
    ),
    after("password", "ssh-keygen", before=rf"\bssh-keygen\b{REST}\s(?-i:-[NP]){GAP}{OPENED}"),
    after("password", "openssl", before=rf"\bopenssl{GAP}enc\b{REST}\s(?-i:-k){GAP}{OPENED}"),
    after(
        "password",
        "-storepass",
        "-keypass",
        before=rf"\s-(?:(?:src|dest)?(?:store|key)pass){GAP}{OPENED}",
    ),
    after(
        "password",
        "requirepass",
        "masterauth",
        before=rf"\b(?:requirepass|masterauth){GAP}{OPENED}",
    ),
    after(
        "secret",
        "rclone",
        before=rf"\brclone\b{REST}\s(?:obscure|pass|secret_access_key){GAP}{OPENED}",
    ),
    after(
        "password",
        "convertto-securestring",
        before=rf"\bconvertto-securestring{GAP}(?:-string{GAP})?{OPENED}",
        value=rf"(?!-){WORD}++",
    ),
    after("password", "twine", before=rf"\btwine\b{REST}\s(?-i:-p){GAP}{OPENED}"),
    after("password", "wpa_passphrase", before=rf"\bwpa_passphrase{GAP}\S{{1,60}}{GAP}{OPENED}"),
    after("password", "nmcli", before=rf"\bnmcli\b{REST}\spassword{GAP}{OPENED}"),
    after("password", "freerdp", before=rf"freerdp\b{REST}\s/p:{OPENED}"),
    after(
        "password",
        "net ",
        before=rf"\bnet{GAP}(?:use|user){GAP}[^\s;|&]{{1,100}}{GAP}",
        value=rf"(?![/*]){WORD}++",
    ),
    after(
        "token",
        "vault",
        before=rf"\bvault{GAP}login{GAP}(?!-)",
        value=rf"(?![\w-]{{1,40}}=){WORD}{{8,}}+",
    ),
    after(
        "password",
        "lftp",
        before=rf"\blftp\b{REST}\s-u[ \t]{{0,3}}{OPENED}[^\s,\"']{{1,80}},",
    ),
    after(
        "password",
        "rabbitmqctl",
        before=rf"\brabbitmqctl\b{REST}\s(?:add_user|change_password){GAP}\S{{1,80}}{GAP}{OPENED}",
    ),
    *_LITERALS,
    after(
        "secret",
        "secret",
        before=rf"\bsecrets?(?::|[ \t]{{1,3}})set\b{REST}\s(?:-b|-v|--body|--value)[ =]{{0,3}}"
        rf"{OPENED}",
    ),
    after(
        "secret",
        "secrets",
        before=rf"\bsecrets(?::|[ \t]{{1,3}})set{GAP}{OPENED}\w{{1,80}}=[\"']?",
    ),
    kind(
        "password",
        ("echo", "printf"),
        rf"\b(?:echo|printf){GAP}(?:-n{GAP})?{OPENED}(?:[\w.@-]{{1,60}}:)?(?P<value>{WORD}{{4,200}}+)"
        rf"(?=[\"']?[ \t]{{0,3}}\|[ \t]{{0,3}}{_READERS})",
    ),
)
