"""The text of a policy file, read as its ending says, with the line of everything in it."""

import json
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final

from bot.core.fault import Fault, Place
from bot.toml_text import Path, lines_of_toml
from bot.yaml_text import YamlFault, YamlText, read_yaml

ENDINGS: Final = (".toml", ".yaml", ".yml", ".json")
DEEPEST: Final = 40  # lists and tables within one another

_WITHIN: Final = re.compile(
    r'policy (?:"(?P<name>.*)"|(?P<number>\d+))(?:, rule (?P<rule>\d+))?', re.DOTALL
)
_TOML_PLACE: Final = re.compile(r" \((?:at line (\d+), column \d+|at end of document)\)$")
_LONGEST_NAME: Final = 200  # characters of a policy's name in a place
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyText:
    """What a text says: its document, the lines of its parts, and what keeps it from being read.

    `faults` are lines, from 1, with a sentence each. Where the text can't be read at all, there
    is no document.
    """

    document: object = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: tuple[tuple[int, str], ...] = ()

    def line_of(self, fault: Fault) -> int | None:
        """Return the line of what a fault is about, or of the nearest part around it."""
        path = _path_of(fault.place, self.document)
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def read_text(text: str, ending: str) -> PolicyText:
    """Return what a text says that stands in a file of this ending; raises nothing for any text.

    The ending is one of ENDINGS.
    """
    try:
        if ending == ".toml":
            return _checked(_read_toml(text))
        if ending == ".json":
            return _checked(_read_json(text))
        return _checked(_of_yaml(read_yaml(text, deepest=DEEPEST)))
    except YamlFault as fault:
        return _faulty(fault.line, f"can't be read as YAML: {fault.sentence}")
    except RecursionError:
        return _faulty(1, f"is nested deeper than {DEEPEST} times.")


def ending_of(name: str) -> str | None:
    """Return the ending by which a file is read, or None where it is none of ENDINGS."""
    ending = PurePath(name).suffix.lower()
    return ending if ending in ENDINGS else None


def _faulty(line: int, sentence: str) -> PolicyText:
    return PolicyText(faults=((line, sentence),))


def _read_toml(text: str) -> PolicyText:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        place = _TOML_PLACE.search(said)
        line = int(place[1]) if place and place[1] else text.rstrip().count("\n") + 1
        return _faulty(line, f"can't be read as TOML: {_TOML_PLACE.sub('', said)}.")
    except ValueError:  # a date or a number that there is not
        return _faulty(1, "can't be read as TOML: a date or a number in it is none.")
    return PolicyText(document=document, lines=lines_of_toml(text))


def _read_json(text: str) -> PolicyText:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        return _faulty(error.lineno, f"can't be read as JSON: {error.msg}.")
    except ValueError:
        return _faulty(1, "can't be read as JSON: a number in it is too long.")
    # What is valid JSON has tabs only between its parts, where YAML does not allow them.
    read = _of_yaml(read_yaml(text.replace("\t", " "), deepest=DEEPEST))
    return PolicyText(document=document, lines=read.lines, faults=read.faults)


def _of_yaml(read: YamlText) -> PolicyText:
    faults = tuple(
        (line, f"{key[:_SHOWN]} stands twice in one table.") for key, line in read.twice
    )
    return PolicyText(document=read.document, lines=read.lines, faults=faults)


def _checked(read: PolicyText) -> PolicyText:
    """Return it with a fault for each value that JSON does not have, such as a date."""
    faults = list(read.faults)
    waiting: list[tuple[object, Path]] = [(read.document, ())]
    while waiting:
        value, path = waiting.pop()
        line = read.lines.get(path, 1)
        if isinstance(value, dict | list):
            items = value.items() if isinstance(value, dict) else enumerate(value)
            if len(path) < DEEPEST:
                waiting += [(item, (*path, name)) for name, item in items]
            else:
                return _faulty(line, f"is nested deeper than {DEEPEST} times.")
        elif not isinstance(value, bool | int | float | str | None):
            faults.append(
                (line, f"{path[-1]} is a date or a time; write it as a text, in quotes.")
            )
    return PolicyText(document=read.document, lines=read.lines, faults=tuple(sorted(faults)))


def _path_of(place: Place, document: object) -> Path:
    """Return the path in a document of policies at which a place is, as far as it can be told."""
    path: Path = ()
    node = document
    match = _WITHIN.fullmatch(place.within)
    if match is not None:
        path, node = _policy_at(match["name"], match["number"], document)
        if path and match["rule"]:
            key = "rules" if isinstance(node, dict) and "rules" in node else "rule"
            path, node = _descended(path, node, (key, match["rule"]))
    return _descended(path, node, place.keys)[0]


def _policy_at(name: str | None, number: str | None, document: object) -> tuple[Path, object]:
    found = [
        ((key, at), policy)
        for key in ("policy", "policies")
        if isinstance(document, dict) and isinstance(document.get(key), list)
        for at, policy in enumerate(document[key])
    ]
    for at, (path, policy) in enumerate(found, 1):
        given = policy.get("name") if isinstance(policy, dict) else None
        is_named = isinstance(given, str) and given.strip()[:_LONGEST_NAME] == name
        if is_named or str(at) == number:
            return path, policy
    return (), None


def _descended(path: Path, node: object, keys: tuple[str, ...]) -> tuple[Path, object]:
    """Return where the keys lead from here, and what is there; stop where there is no such key."""
    for key in keys:
        if isinstance(node, dict) and key in node:
            path, node = (*path, key), node[key]
        elif isinstance(node, list) and key.isdecimal() and 1 <= int(key) <= len(node):
            path, node = (*path, int(key) - 1), node[int(key) - 1]
        else:
            break
    return path, node
