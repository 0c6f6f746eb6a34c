"""What programs do to files that a person would want to be asked about."""

import re

from bot.core.danger import Danger
from bot.core.path import joined
from bot.core.place import (
    Arguments,
    Place,
    Rule,
    deleted,
    has_option,
    is_program_folder,
    operands,
)
from bot.core.program_table import FIND_TESTS

_DEVICE = re.compile(r"of=/dev/(?!null\b|zero\b|stdout\b|stderr\b|tty\b)")
_FILE = re.compile(r"(?<=[^/])\.\w{1,8}$")  # a path that ends as a file's does
_NOWHERE = re.compile(r"/dev/(?:null|zero)|.*/\.?[Tt]rash/?")
_BLOCK_DEVICE = re.compile(r"/dev/(?:sd|hd|vd|xvd|nvme|mmcblk|disk|rdisk|mapper/|mem\b|dm-)")
_SYSTEM = re.compile(r"/|[A-Za-z]:/?|/(?:usr|lib|lib64|boot|System|Library)(?:/.*)?")
_MODE = 40  # characters of a mode that are read
_OPENS = re.compile(
    r"[0-7]?[0-7]{2}[2367]|[2-7][0-7]{3}|[a-z]*[oa][a-z]*\+[a-z]*w|[ugao]*\+[rwx]*s|\+w"
)


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
    if is_program_folder(named) or (_SYSTEM.fullmatch(named) and len(paths) > 1):
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
        if named and (_SYSTEM.fullmatch(named) or is_program_folder(named)):
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


def _chmod(arguments: Arguments, place: Place) -> Danger | None:
    if has_option(arguments, "R", "--recursive"):
        return Danger.PERMISSIONS
    mode = next(iter(operands(arguments)), "")[:_MODE]
    return Danger.PERMISSIONS if _OPENS.search(mode) else None


def _chown(arguments: Arguments, place: Place) -> Danger | None:
    return Danger.PERMISSIONS if has_option(arguments, "R", "--recursive") else None


def _dd(arguments: Arguments, place: Place) -> Danger | None:
    return Danger.DISK if any(_DEVICE.match(argument) for argument in arguments) else None


def judge_mkfs(arguments: Arguments, place: Place) -> Danger | None:
    """Judge what makes a file system."""
    return Danger.DISK


FILE_RULES: dict[str, Rule] = {
    **dict.fromkeys(("rm", "grm", "srm"), _rm),
    **dict.fromkeys(("rimraf", "trash", "del-cli"), _rimraf),
    **dict.fromkeys(("find", "gfind", "bfs"), _find),
    **dict.fromkeys(("cp", "ln", "install", "gcp", "link", "ditto"), _placed),
    **dict.fromkeys(("mv", "gmv"), _mv),
    **dict.fromkeys(("tee", "sponge"), _tee),
    **dict.fromkeys(("tar", "bsdtar", "gtar", "unzip", "7z", "7za", "cpio"), _unpack),
    **dict.fromkeys(("chown", "chgrp", "setfacl", "chattr"), _chown),
    "chmod": _chmod,
    "dd": _dd,
}
