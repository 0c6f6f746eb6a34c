"""What programs send elsewhere or get from there, and what containers are given."""

import re

from bot.core.cloud import method_of
from bot.core.container import container_danger
from bot.core.danger import Danger
from bot.core.place import Arguments, Place, Rule, deleted, has_option, operands

_REMOTE = re.compile(r"(?:[\w.-]{1,99}@)?[\w.-]{2,99}:(?!//)|(?:rsync|sftp|s3|gs)://")
_SHORT_REMOTE = re.compile(r"[A-Za-z]:(?![\\/])")
_URL = re.compile(r"(?:\w{1,9}@|-e)?(?:git\+|https?:|ssh:|git@|github:|gitlab:)", re.IGNORECASE)
_REPOSITORY = re.compile(r"(?:oci|git|gitlab|flake|tarball)[+:]|github\.com/|[\w.-]+\.git(?:#|$)")
_DAEMON = re.compile(r"(?:-H=?|--host=)?(?:tcp|ssh)://")
_CURL_DATA = re.compile(
    r"-d|-F|--data(?:-raw|-binary|-urlencode|-ascii)?(?:=|$)|--form(?:=|$)|--json(?:=|$)"
)
_HTTP_FILE = re.compile(r"[\w.\-\[\]]{0,60}(?:=|:=)?@[^@\s]")
_LOOPBACK = re.compile(r"(?:https?://)?(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:/|$)")
_PAYMENTS = re.compile(
    r"https?://api(?:-m)?\.(?:sandbox\.)?(?:stripe|paypal|adyen|squareup|wise|revolut|coinbase)\."
)
_CURL_FILE = re.compile(r"=[@<]|^\w+@")
_KNOWN_INDEX = re.compile(
    r"https://(?:(?:files\.)?(?:pypi|pythonhosted)\.org|registry\.(?:npmjs\.org|yarnpkg\.com)"
    r"|rubygems\.org|download\.pytorch\.org|(?:test|upload)\.pypi\.org|npm\.pkg\.github\.com"
    r"|conda\.anaconda\.org|crates\.io|index\.crates\.io)(?:/|$)"
)
_INDEX_OPTIONS = (
    *("-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--registry"),
    *("--index", "--default-index", "--source", "--clear-sources", "--channel", "-c"),
)


def _http(arguments: Arguments, place: Place) -> Danger | None:
    """Judge the clients that take the method and the fields as words."""
    is_here = any(_LOOPBACK.match(word) or word.startswith(":") for word in arguments)
    if "DELETE" in arguments and not is_here:
        return Danger.RESOURCES
    return Danger.SENDS if any(map(_HTTP_FILE.match, arguments)) else None


def _curl(arguments: Arguments, place: Place) -> Danger | None:
    if method_of(arguments) == "DELETE" and not any(map(_LOOPBACK.match, arguments)):
        return Danger.RESOURCES
    shorts = [word for word in arguments if not word.startswith("-X")]
    if has_option(shorts, "T", "--upload-file"):
        return Danger.SENDS
    if any(map(_PAYMENTS.match, arguments)) and (method_of(arguments) or has_option(shorts, "dF")):
        return Danger.MONEY
    for option, value in zip(arguments, (*arguments[1:], ""), strict=False):
        if _CURL_DATA.match(option):
            glued = option.partition("=")[2] if option.startswith("--") else option[2:]
            sent = glued or value
            if sent.startswith("@") or _CURL_FILE.search(sent) or "$(" in sent:
                return Danger.SENDS
    return None


def _copy(arguments: Arguments, place: Place) -> Danger | None:
    """Judge a copier by its last operand: sent elsewhere, or mirrored with deletions."""
    target = next(iter(reversed(operands(arguments))), "")
    if _REMOTE.match(target):
        return Danger.SENDS
    deletes = ("--delete", "--mirror")
    if "--del" in arguments or any(word.startswith(deletes) for word in arguments):
        return deleted([target], place)
    return None


def _copy_in_cloud(arguments: Arguments, place: Place) -> Danger | None:
    words = operands(arguments)
    verbs = {"cp", "sync", "mv", "copy", "rsync", "move", "copyto", "scp", "moveto", "bisync"}
    if not verbs & set(words[:3]):
        return None
    if _SHORT_REMOTE.match(words[-1]):
        return Danger.SENDS
    return _copy(words, place)


def _netcat(arguments: Arguments, place: Place) -> Danger | None:
    if has_option(arguments, "z"):
        return None
    shells = has_option(arguments, "ec", "--exec", "--sh-exec", "--lua-exec")
    return Danger.NETWORK_CODE if shells else Danger.SENDS


def _install(arguments: Arguments, place: Place) -> Danger | None:
    """Judge an installer or runner of packages by where the package comes from."""
    before = ("", *arguments)
    for option, argument in zip(before, arguments, strict=False):
        name, is_glued, glued = argument.partition("=")
        if is_glued and (name in _INDEX_OPTIONS or name in {"--from", "--spec", "--with"}):
            option, argument = name, glued
        if _URL.match(argument) and (
            option not in _INDEX_OPTIONS or not _KNOWN_INDEX.match(argument)
        ):
            return Danger.NETWORK_CODE
    return None


def _from_network(arguments: Arguments, place: Place) -> Danger | None:
    """Judge a program that applies or builds what it is pointed to."""
    words = {"apply", "create", "replace", "install", "upgrade", "build", "init", "run", "shell"}
    if words.isdisjoint(arguments):
        return None
    for argument in arguments:
        value = argument.partition("=")[2] if argument.startswith("-") else argument
        if _URL.match(value) or _REPOSITORY.match(value):
            return Danger.NETWORK_CODE
    return None


def _container(arguments: Arguments, place: Place) -> Danger | None:
    if any(_DAEMON.match(word) for word in arguments):
        return Danger.HOST  # another machine's
    return container_danger(arguments, place.here) or (
        _from_network(arguments, place) if "build" in arguments[:2] else None
    )


def _kubectl(arguments: Arguments, place: Place) -> Danger | None:
    if any(word.startswith(("secret/", "secrets/")) for word in arguments):
        return Danger.CREDENTIALS
    return container_danger([*arguments, "run"], place.here) or _from_network(arguments, place)


def is_address(word: str) -> bool:
    """Tell whether the word names a repository or a machine by its address."""
    return (_URL.match(word) or _REMOTE.match(word)) is not None


def _go(arguments: Arguments, place: Place) -> Danger | None:
    runs = {"install", "run"} & set(arguments[:1])
    return Danger.NETWORK_CODE if runs and any("@" in word for word in arguments) else None


NETWORK_RULES: dict[str, Rule] = {
    **dict.fromkeys(("docker", "podman", "nerdctl", "docker-compose"), _container),
    **dict.fromkeys(("kubectl", "oc"), _kubectl),
    **dict.fromkeys(("helm", "terraform", "tofu", "nix", "kustomize", "flux"), _from_network),
    **dict.fromkeys(("http", "https", "xh", "xhs", "httpie", "curlie"), _http),
    **dict.fromkeys(("scp", "rsync"), _copy),
    **dict.fromkeys(("aws", "gsutil", "rclone", "gcloud", "az"), _copy_in_cloud),
    **dict.fromkeys(("nc", "ncat", "netcat", "socat"), _netcat),
    **dict.fromkeys(
        ("pip", "pip3", "pipx", "uv", "uvx", "npm", "npx", "pnpm", "yarn", "bun", "bunx"), _install
    ),
    **dict.fromkeys(("poetry", "gem", "conda", "easy_install", "deno", "brew"), _install),
    "curl": _curl,
    "go": _go,
}
