"""Paths as an action names them: inside the working directory or not, and what they hold."""

import re
from functools import cache

_HOME = re.compile(r"^\$(?:HOME\b|\{HOME\})")
_HERE = re.compile(r"^\$(?:PWD\b|\{PWD\})(?:/|$)")
_ROOTED = re.compile(r"[/~$`(]|[A-Za-z]:")
_ONLY_GLOB = re.compile(r"(?=.*[*?])[*?.\[\]{}!,]+")
_BRACES = re.compile(r"[{,](?:/|~|\$|\.\.)|\{\}")
_EVERYTHING = re.compile(
    r"(?:/|~[\w.-]*|/home(?:/[^/]+)?|/Users(?:/[^/]+)?|[A-Za-z]:"
    r"|/(?:root|etc|usr|var|bin|sbin|boot|lib(?:32|64)?|opt|srv|mnt|dev|sys|proc)"
    r"|/(?:System|Library|Applications))(?:/?\.?\*)?"
)


def normal(path: str) -> str:
    """Return the path without `.`, `..` and doubled slashes, as far as its text tells."""
    parts: list[str] = []
    root = "/" if path.startswith("/") else ""
    for part in path.split("/"):
        if part == ".." and parts and parts[-1] != ".." and parts[-1][0] not in "~$":
            parts.pop()
        elif part not in {"", "."} and not (part == ".." and root and not parts):
            parts.append(part)
    return root + "/".join(parts) or "."


def joined(directory: str, path: str) -> str:
    """Return the path as seen from the directory."""
    path = _HERE.sub("./", _HOME.sub("~", path))
    return normal(path if _ROOTED.match(path) else f"{directory}/{path}")


def is_outside(path: str, cwd: str | None, moved: str | None = ".") -> bool:
    """Tell whether the path is, or may be, anything but something inside the working directory.

    The directory itself, and all in it by a bare `*`, counts as outside. `moved` is where a `cd`
    went from there; None is elsewhere.
    """
    seen = joined(moved or ".", path)
    home = normal(cwd) if cwd else "/"
    if _ROOTED.match(seen):
        rest = seen.removeprefix(home + "/")
        return rest == seen or home == "~" or _ONLY_GLOB.fullmatch(rest) is not None
    first = seen.partition("/")[0]
    return (
        moved is None
        or cwd == "/"
        or seen == "."
        or first == ".."
        or _ONLY_GLOB.fullmatch(first) is not None
        or _BRACES.search(seen) is not None
    )


def is_everything(path: str) -> bool:
    """Tell whether the path is a whole file system, a system directory or a home directory."""
    return _EVERYTHING.fullmatch(joined(".", path)) is not None


_START = r"[/=:@\s\"'\\]"  # a blank is put before each text, for what stands at its beginning
_END = r"(?=$|[/\s\"':;,)\\])"
# In small letters: where case is ignored, the engine tries each of these many words in full.
_CREDENTIALS = (
    rf"{_START}(?:\.(?:ssh|aws|gnupg|kube|azure|password-store)"
    r"|[._]netrc|\.(?:pgpass|pypirc|npmrc|git-credentials|my\.cnf|vault-token|htpasswd|envrc)"
    r"|\.?secrets?(?:\.enc)?\.(?:ya?ml|json|toml|ini|env|properties|gpg|age|txt)|\.secrets?"
    r"|[\w.-]{0,80}\.tfstate(?:\.backup)?|[\w.-]{0,80}\.(?:kubeconfig|ovpn|mobileprovision|ppk|kdb)"
    r"|kubeconfig(?:\.ya?ml)?|\.dockercfg|application_default_credentials\.json"
    r"|[\w-]{0,60}(?:service-?_?account|gcp-key|gcloud-key|firebase-adminsdk|client_secret)[\w-]{0,60}"
    r"\.json|\.m2/settings(?:-security)?\.xml|\.gradle/gradle\.properties|(?:\.composer|opencode)/auth\.json"
    r"|\.vault[-_]pass(?:word)?(?:\.txt)?|wp-config\.php|\.gitcookies|\.databrickscfg|\.snowsql"
    r"|credentials\.(?:ya?ml(?:\.enc)?|csv|xml|ini|enc)|\.oci|\.bitcoin|wallet\.dat|\.mylogin\.cnf"
    r"|\.(?:fly|heroku|doctl|stripe)|library/keychains|ntuser\.dat"
    r"|\.config/(?:doctl|stripe|heroku|fly|netlify|sops|age|configstore|filezilla|hcloud|scw|ngrok)"
    r"|\.terraformrc|\.mc/config\.json|\.ngrok2|\.bundle/config|\.kaggle|\.huggingface"
    r"|\.env(?:\.(?!(?:example|sample|template|dist)\b)[\w-]+)?|id_(?:rsa|dsa|ecdsa|ed25519)"
    r"|authorized_keys|ssh_host_\w{1,20}_key|\.?credentials(?:(?:\.tfrc)?\.json|\.toml)?|g?shadow"
    r"|sudoers(?:\.d)?|\.[a-z]{0,9}sh_history|\.(?:psql|mysql|python|node_repl|rediscli)_history"
    r"|(?:secret|master|server|private|tls|ssl)\.key|login\.keychain(?:-db)?|\.(?:s3cfg|boto)"
    r"|[\w.-]{1,80}\.(?:pem|p12|pfx|jks|keystore|kdbx)|\.(?:docker/config|codex/auth)\.json"
    r"|\.config/(?:gcloud|gh|hub|op|rclone|google-chrome|chromium)|\.mozilla/firefox"
    r"|\.local/share/keyrings|run/secrets|proc/(?:\d+|self)/environ)" + _END
)
_SMALL_CREDENTIALS = re.compile(_CREDENTIALS)
_START_UP = re.compile(
    rf"(?:{_START}(?:\.(?:bashrc|bash_profile|bash_login|bash_logout|profile|zshrc|zprofile|zshenv"
    r"|zlogin|zlogout|kshrc|cshrc|tcshrc|inputrc|xinitrc|xprofile|xsessionrc|gitconfig|husky|bash_aliases|zsh_aliases|login|logout|pam_environment|screenrc"
    r"|tmux\.conf|vimrc|gvimrc|vim|emacs(?:\.d)?|gdbinit|irbrc|pryrc|Rprofile|pythonrc(?:\.py)?"
    r"|pythonstartup|xsession|ssh/(?:rc|environment)|oh-my-zsh|hammerspoon)"
    r"|\.config/(?:autostart|systemd|fish|git|nvim|environment\.d|hypr|i3|sway|powershell)|\.git/(?:hooks|config)|Launch(?:Agents|Daemons)"
    r"|\.vscode/tasks\.json|\.devcontainer(?:/devcontainer)?\.json|\.idea/workspace\.xml"
    r"|Start Menu/Programs/Startup|(?:Windows)?PowerShell/[\w.]{0,40}profile\.ps1"
    r"|cron\.[a-z]+|crontabs|systemd/(?:system|user))"
    rf"|[=:@\s\"'](?:/private)?/etc){_END}",
)
_GATE = re.compile(
    rf"{_START}(?:\.claude/(?:settings(?:\.local)?\.json|hooks)|\.claude\.json"
    r"|\.codex/(?:config\.toml|hooks(?:\.json)?)|\.gemini/settings\.json"
    r"|\.cursor/(?:hooks|permissions|cli-config)(?:\.json)?|\.copilot|\.github/hooks"
    r"|opencode\.jsonc?|managed-settings\.json|\.qwen/settings\.json|\.mcp\.json|\.kiro/hooks"
    r"|\.config/(?:opencode|ok2run)"
    r"|ok2run\.(?:db|sqlite|toml|ya?ml|json|service)(?:-wal|-shm|-journal)?)" + _END,
    re.IGNORECASE,  # as the file systems of some machines are
)


def is_credential(path: str) -> bool:
    """Tell whether the text names a file or folder that holds keys, passwords or histories."""
    if path.isascii():
        return _SMALL_CREDENTIALS.search(f" {path.lower()}") is not None
    return _credentials_in_any_case().search(f" {path}") is not None


@cache
def _credentials_in_any_case() -> re.Pattern[str]:
    """Return what also knows the letters beyond ASCII that stand for one of its own."""
    return re.compile(_CREDENTIALS, re.IGNORECASE)


def is_start_up(path: str) -> bool:
    """Tell whether the text names a file that is run at a start, or a setting of the system."""
    return _START_UP.search(f" {path}") is not None


def is_gate(path: str) -> bool:
    """Tell whether the text names a file that decides if this gate is asked at all."""
    return _GATE.search(f" {path}") is not None
