"""Where a command runs, and how its words are read: options, operands, trees that it deletes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.core.danger import Danger
from bot.core.path import is_everything, is_outside, joined

_PATH = 500  # characters of a directory that is still followed
_PROGRAM_FOLDER = re.compile(
    r"(?:/usr(?:/local)?|/opt/homebrew)?/s?bin(?:/|$)|(?:~|/home/[^/]+|/root|/Users/[^/]+)"
    r"/(?:\.local/)?bin(?:/|$)|.*/site-packages/[^/]+\.pth$|.*/(?:site|user)customize\.py$"
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

    def moved_to(self, target: str) -> "Place":
        """Return the place after a `cd` there; what cannot be followed is nowhere."""
        path = target[:_PATH]
        here = joined(self.here or ".", path)
        is_known = self.here is not None or here.startswith(("/", "~"))
        is_followed = is_known and target != "-" and len(here) <= _PATH
        return replace(self, moved=self._moved(target, path), here=here if is_followed else None)

    def _moved(self, target: str, path: str) -> str | None:
        """Return where a `cd` goes as seen from the working directory, None for elsewhere."""
        there = joined(self.moved or ".", path)
        is_elsewhere = there != "." and is_outside(target, self.cwd, self.moved)
        if self.cwd and there == self.cwd.rstrip("/"):
            return "."
        if is_elsewhere or target == "-" or len(there) > _PATH:
            return None
        is_rooted = there.startswith(("/", "~"))
        return there[len(self.cwd or "") :].strip("/") if is_rooted else there


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
