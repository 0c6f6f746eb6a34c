"""What single programs do that a person would want to be asked about: tables and rules."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.core.cloud import CLOUDS, cloud_dangers, method_of
from bot.core.container import container_danger
from bot.core.danger import Danger
from bot.core.danger_table import BY_PROGRAM
from bot.core.path import is_everything, is_outside, joined
from bot.core.program_table import FIND_TESTS

_REMOTE = re.compile(r"(?:[\w.-]{1,99}@)?[\w.-]{2,99}:(?!//)|(?:rsync|sftp|s3|gs)://")
_SHORT_REMOTE = re.compile(r"[A-Za-z]:(?![\\/])")
_URL = re.compile(r"(?:\w{1,9}@|-e)?(?:git\+|https?:|ssh:|git@|github:|gitlab:)", re.IGNORECASE)
_REPOSITORY = re.compile(r"(?:oci|git|gitlab|flake|tarball)[+:]|github\.com/|[\w.-]+\.git(?:#|$)")
_DAEMON = re.compile(r"(?:-H=?|--host=)?(?:tcp|ssh)://")
_DEVICE = re.compile(r"of=/dev/(?!null\b|zero\b|stdout\b|stderr\b|tty\b)")
_CURL_DATA = re.compile(
    r"-d|-F|--data(?:-raw|-binary|-urlencode|-ascii)?(?:=|$)|--form(?:=|$)|--json(?:=|$)"
)
_HTTP_FILE = re.compile(r"[\w.\-\[\]]{0,60}(?:=|:=)?@[^@\s]")
_LOOPBACK = re.compile(r"(?:https?://)?(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:/|$)")
_PAYMENTS = re.compile(
    r"https?://api(?:-m)?\.(?:sandbox\.)?(?:stripe|paypal|adyen|squareup|wise|revolut|coinbase)\."
)
_CURL_FILE = re.compile(r"=[@<]|^\w+@")
_HARD = re.compile(r"--har?")  # git takes shortened options
_FILE = re.compile(r"(?<=[^/])\.\w{1,8}$")  # a path that ends as a file's does
_NOWHERE = re.compile(r"/dev/(?:null|zero)|.*/\.?[Tt]rash/?")
_BLOCK_DEVICE = re.compile(r"/dev/(?:sd|hd|vd|xvd|nvme|mmcblk|disk|rdisk|mapper/|mem\b|dm-)")
_PROGRAM_FOLDER = re.compile(
    r"(?:/usr(?:/local)?|/opt/homebrew)?/s?bin(?:/|$)|(?:~|/home/[^/]+|/root|/Users/[^/]+)"
    r"/(?:\.local/)?bin(?:/|$)|.*/site-packages/[^/]+\.pth$|.*/(?:site|user)customize\.py$"
)
_SYSTEM = re.compile(r"/|[A-Za-z]:/?|/(?:usr|lib|lib64|boot|System|Library)(?:/.*)?")
_KNOWN_INDEX = re.compile(
    r"https://(?:(?:files\.)?(?:pypi|pythonhosted)\.org|registry\.(?:npmjs\.org|yarnpkg\.com)"
    r"|rubygems\.org|download\.pytorch\.org|(?:test|upload)\.pypi\.org|npm\.pkg\.github\.com"
    r"|conda\.anaconda\.org|crates\.io|index\.crates\.io)(?:/|$)"
)
_INDEX_OPTIONS = (
    *("-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--registry"),
    *("--index", "--default-index", "--source", "--clear-sources", "--channel", "-c"),
)
_MODE = 40  # characters of a mode that are read
_OPENS = re.compile(
    r"[0-7]?[0-7]{2}[2367]|[2-7][0-7]{3}|[a-z]*[oa][a-z]*\+[a-z]*w|[ugao]*\+[rwx]*s|\+w"
)
_GIT_CODE = re.compile(
    r"(?:core\.(?:fsmonitor|sshcommand|pager|editor|hookspath|gitproxy)|alias\.|pager\.|filter\.|gpg"
    r"|diff\.|merge\.|credential\.|include|url\.|sequence\.|protocol\.)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a command runs: the working directory, and where `cd` went from there (or None).

    `here` is that place as a path, as far as it is known.
    """

    cwd: str | None
    moved: str | None = "."
    here: str | None = None

    def is_outside(self, path: str) -> bool:
        """Tell whether the path may lie outside the working directory."""
        return is_outside(path, self.cwd, self.moved)

    def is_everything(self, path: str) -> bool:
        """Tell whether the path, as it is seen from here, is a whole system or a home."""
        if is_everything(path):
            return True
        return self.here is not None and is_everything(joined(self.here, path))


Arguments = Sequence[str]
Rule = Callable[[Arguments, Place], Danger | None]


def has_option(arguments: Arguments, letters: str, *names: str) -> bool:
    """Tell whether an option is among the arguments: a letter of a bundle, or a long name.

    A long name may be shortened, as most programs allow, to no less than four letters.
    """
    for argument in arguments:
        if argument.startswith("--"):
            given = argument.partition("=")[0]
            if any(given == name or (len(given) > 5 and name.startswith(given)) for name in names):
                return True
        elif argument.startswith("-") and any(letter in argument for letter in letters):
            return True
    return False


def operands(arguments: Arguments) -> list[str]:
    """Return the arguments that are no options, and all after `--`."""
    if "--" in arguments:
        at = list(arguments).index("--")
        return [*operands(arguments[:at]), *arguments[at + 1 :]]
    return [argument for argument in arguments if not argument.startswith("-")]


def is_program_folder(path: str) -> bool:
    """Tell whether the path lies where programs are found by their names."""
    return _PROGRAM_FOLDER.match(path) is not None


def deleted(paths: Arguments, place: Place) -> Danger | None:
    """Return the danger of deleting these trees; none named means any."""
    if any(place.is_everything(path) for path in paths):
        return Danger.WIPES
    if not paths or any(place.is_outside(path) for path in paths):
        return Danger.DELETES
    return None


def _rm(arguments: Arguments, place: Place) -> Danger | None:
    if not has_option(arguments, "rR", "--recursive"):
        return None
    return deleted(operands(arguments), place)


def _rimraf(arguments: Arguments, place: Place) -> Danger | None:
    return deleted(operands(arguments), place)


def _mv(arguments: Arguments, place: Place) -> Danger | None:
    """Judge a move by what is gone from where it was, and by what it may replace."""
    paths = operands(arguments)
    options = has_option(arguments, "t", "--target-directory")
    sources, target = (paths, "") if options else (paths[:-1], "".join(paths[-1:]))
    if any(place.is_everything(path) for path in sources):
        return Danger.WIPES
    if _NOWHERE.fullmatch(target):
        return Danger.DELETES
    if any(place.is_outside(path) and not _FILE.search(path) for path in sources):
        return Danger.DELETES
    return _placed(arguments, place)


def _placed(arguments: Arguments, place: Place) -> Danger | None:
    """Judge what is put somewhere: on a disk, over a system, in the place of programs."""
    paths = [path for path in operands(arguments) if not path.startswith("of=")]
    target = "".join(paths[-1:])
    if any(map(_BLOCK_DEVICE.match, paths)):
        return Danger.DISK
    named = joined(place.here or ".", target)
    if _PROGRAM_FOLDER.match(named) or (_SYSTEM.fullmatch(named) and len(paths) > 1):
        return Danger.START_UP
    return None


def _tee(arguments: Arguments, place: Place) -> Danger | None:
    places = [_placed([path], place) for path in operands(arguments)]
    return next((found for found in places if found is not None), None)


def _unpack(arguments: Arguments, place: Place) -> Danger | None:
    """Judge an archiver by where it unpacks to."""
    for option, value in zip(arguments, (*arguments[1:], ""), strict=False):
        name, is_glued, glued = option.partition("=")
        target = ""
        if name in {"-C", "--directory", "-d", "--cd"}:
            target = glued if is_glued else value
        elif option.startswith(("-C", "-o")) and not option.startswith("--"):
            target = option[2:]
        named = joined(place.here or ".", target) if target else ""
        if named and (_SYSTEM.fullmatch(named) or _PROGRAM_FOLDER.match(named)):
            return Danger.START_UP
    return None


def _find(arguments: Arguments, place: Place) -> Danger | None:
    if "-delete" not in arguments:
        return None
    starts = find_starts(arguments)
    if any(argument in FIND_TESTS for argument in arguments):
        # With a test, the directory itself is an ordinary start: what is below it is deleted.
        starts = [path for path in starts if path.rstrip("/") not in {".", place.cwd}] or ["x"]
    return deleted(starts, place)


def find_starts(arguments: Arguments) -> list[str]:
    """Return where a find begins."""
    starts = []
    for argument in arguments:
        if argument.startswith(("-", "(", "!")) and argument not in {"-L", "-H", "-P"}:
            break
        starts.append(argument)
    return starts or ["."]


def _git(arguments: Arguments, place: Place) -> Danger | None:
    for option, value in pairwise(arguments):
        if option in {"-c", "--config-env"} and (_GIT_CODE.match(value) or "!" in value):
            return Danger.INLINE_CODE
    if any(argument.startswith(("--exec-path=", "--config-env=")) for argument in arguments):
        return Danger.INLINE_CODE
    if "config" in arguments and any(word.startswith("!") for word in arguments):
        return Danger.START_UP  # an alias that runs a shell
    if "restore" in operands(arguments)[: 2 if "-C" in arguments or "-c" in arguments else 1]:
        is_index = has_option(arguments, "S", "--staged")
        if not is_index or has_option(arguments, "W", "--worktree"):
            return Danger.DISCARDS
    if "push" in arguments:
        after = arguments[list(arguments).index("push") + 1 :]
        if has_option(after, "f", "--force", "--force-with-lease", "--force-if-includes") or any(
            argument.startswith(("+", ":")) for argument in after
        ):
            return Danger.REWRITES
        if any(_URL.match(word) or _REMOTE.match(word) for word in operands(after)[:1]):
            return Danger.SENDS  # to a place that no remote of the project names
    if "reset" in arguments and any(map(_HARD.fullmatch, arguments)):
        return Danger.DISCARDS
    if "clean" in arguments and has_option(arguments, "f", "--force"):
        return Danger.DISCARDS
    if "checkout" in arguments and "--" in arguments:
        return Danger.DISCARDS
    if ("rebase" in arguments and has_option(arguments, "x", "--exec")) or "bisect" in arguments:
        return Danger.INLINE_CODE if "run" in arguments or "rebase" in arguments else None
    return None


def _chmod(arguments: Arguments, place: Place) -> Danger | None:
    if has_option(arguments, "R", "--recursive"):
        return Danger.PERMISSIONS
    mode = next(iter(operands(arguments)), "")[:_MODE]
    return Danger.PERMISSIONS if _OPENS.search(mode) else None


def _chown(arguments: Arguments, place: Place) -> Danger | None:
    return Danger.PERMISSIONS if has_option(arguments, "R", "--recursive") else None


def _dd(arguments: Arguments, place: Place) -> Danger | None:
    return Danger.DISK if any(_DEVICE.match(argument) for argument in arguments) else None


def _mkfs(arguments: Arguments, place: Place) -> Danger | None:
    return Danger.DISK


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
        if is_glued and name in _INDEX_OPTIONS:
            option, argument = name, glued
        elif is_glued and name in {"--from", "--spec", "--with"}:
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


def _go(arguments: Arguments, place: Place) -> Danger | None:
    runs = {"install", "run"} & set(arguments[:1])
    return Danger.NETWORK_CODE if runs and any("@" in word for word in arguments) else None


def _pytest(arguments: Arguments, place: Place) -> Danger | None:
    """Judge the folder for temporary files, which is emptied first."""
    for option, value in zip(arguments, (*arguments[1:], ""), strict=False):
        name, is_glued, glued = option.partition("=")
        if name == "--basetemp":
            return deleted([glued if is_glued else value], place)
    return None


def _kill(arguments: Arguments, place: Place) -> Danger | None:
    return Danger.STOPS if "-1" in arguments[1:] else None


def _crontab(arguments: Arguments, place: Place) -> Danger | None:
    return None if has_option(arguments, "l") else Danger.START_UP


def _awk(arguments: Arguments, place: Place) -> Danger | None:
    code = next(iter(operands(arguments)), "")
    return Danger.INLINE_CODE if "system(" in code or '| "' in code or '|"' in code else None


_PROGRAMS: dict[str, Rule] = {
    **dict.fromkeys(("rm", "grm", "srm"), _rm),
    **dict.fromkeys(("rimraf", "trash", "del-cli"), _rimraf),
    **dict.fromkeys(("find", "gfind", "bfs"), _find),
    **dict.fromkeys(("cp", "ln", "install", "gcp", "link", "ditto"), _placed),
    **dict.fromkeys(("mv", "gmv"), _mv),
    **dict.fromkeys(("tee", "sponge"), _tee),
    **dict.fromkeys(("tar", "bsdtar", "gtar", "unzip", "7z", "7za", "cpio"), _unpack),
    **dict.fromkeys(("docker", "podman", "nerdctl", "docker-compose"), _container),
    **dict.fromkeys(("kubectl", "oc"), _kubectl),
    **dict.fromkeys(("helm", "terraform", "tofu", "nix", "kustomize", "flux"), _from_network),
    **dict.fromkeys(("http", "https", "xh", "xhs", "httpie", "curlie"), _http),
    **dict.fromkeys(("chown", "chgrp", "setfacl", "chattr"), _chown),
    **dict.fromkeys(("scp", "rsync"), _copy),
    **dict.fromkeys(("aws", "gsutil", "rclone", "gcloud", "az"), _copy_in_cloud),
    **dict.fromkeys(("nc", "ncat", "netcat", "socat"), _netcat),
    **dict.fromkeys(
        ("pip", "pip3", "pipx", "uv", "uvx", "npm", "npx", "pnpm", "yarn", "bun", "bunx"), _install
    ),
    **dict.fromkeys(("poetry", "gem", "conda", "easy_install", "deno", "brew"), _install),
    **dict.fromkeys(("awk", "gawk", "mawk", "nawk"), _awk),
    "chmod": _chmod,
    "crontab": _crontab,
    "curl": _curl,
    "dd": _dd,
    "git": _git,
    "go": _go,
    "kill": _kill,
    "py.test": _pytest,
    "pytest": _pytest,
}


def dangers_of_program(name: str, arguments: Arguments, place: Place) -> set[Danger]:
    """Return the dangers of one program run with these arguments."""
    found: set[Danger] = set()
    if rows := BY_PROGRAM.get(name):
        given = {*arguments, *(word.partition("=")[0] for word in arguments)}
        given |= {word.lower() for word in given if not word.startswith("-")}
        found |= {danger for words, danger in rows if given.issuperset(words)}
    if name in CLOUDS:
        found |= cloud_dangers(name, arguments)
    rule = _mkfs if name.startswith("mkfs") else _PROGRAMS.get(name)
    if rule is not None and (danger_found := rule(arguments, place)) is not None:
        found.add(danger_found)
        if danger_found is Danger.WIPES and not any(map(is_everything, arguments)):
            found.add(Danger.DELETES)  # a relative path, which lies outside as well
    return found
