"""YAML, as much of it as JSON can say: no tags, no anchors, and true is the only word for true."""

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Final

import yaml

from bot.core.action import Json
from bot.toml_text import Path

_NULL: Final = re.compile(r"~|null|Null|NULL|")
_FLAG: Final = re.compile(r"true|True|TRUE|false|False|FALSE")
_WHOLE: Final = re.compile(r"[-+]?[0-9]{1,300}")
_NUMBER: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_STRING_TAG: Final = "tag:yaml.org,2002:str"


class YamlFault(Exception):
    """The text can't be taken; `line` is from 1."""

    def __init__(self, sentence: str, line: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.line = line


@dataclass(slots=True, kw_only=True)
class YamlText:
    """A YAML text, read: its value, the line of each key and item, and keys that stand twice."""

    document: Json = None
    lines: dict[Path, int] = field(default_factory=dict)
    twice: list[tuple[str, int]] = field(default_factory=list)


def read_yaml(text: str, *, deepest: int) -> YamlText:
    """Return what a text of one YAML document says; raises YamlFault.

    Scalars are read by the core schema of YAML 1.2, dates and `yes` as texts.
    """
    breaks = [place for place, sign in enumerate(text) if sign == "\n"]
    return _Reader(text, breaks, deepest).read()


class _Loader(yaml.SafeLoader):
    """The parser, that refuses what would make a small text large or deep."""

    deepest = 0
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs know no types of it
        if getattr(event, "anchor", None) is not None:
            raise yaml.MarkedYAMLError(
                problem="uses an anchor or an alias; write the value again",
                problem_mark=event.start_mark,
            )
        if self.depth > self.deepest:
            raise yaml.MarkedYAMLError(
                problem=f"is nested deeper than {self.deepest} times",
                problem_mark=event.start_mark,
            )
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


class _Reader:
    def __init__(self, text: str, breaks: list[int], deepest: int) -> None:
        self._text = text
        self._breaks = breaks
        self._deepest = deepest
        self._read = YamlText()

    def read(self) -> YamlText:
        try:
            loader = _Loader(self._text)
            loader.deepest = self._deepest
            node = loader.get_single_node()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            said = error.problem or error.context or "can't be read"
            raise YamlFault(f"{said}.", self._line(mark.index if mark else 0)) from error
        except yaml.reader.ReaderError as error:
            raise YamlFault(
                "holds a character that YAML does not allow.", self._line(error.position)
            ) from error
        if node is not None:
            self._read.document = self._value(node, ())
        return self._read

    def _line(self, index: int) -> int:
        return bisect_left(self._breaks, index) + 1

    def _value(self, node: yaml.Node, path: Path) -> Json:
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if isinstance(node, yaml.SequenceNode):
            self._check_tag(node, "tag:yaml.org,2002:seq")
            items: list[Json] = []
            for number, item in enumerate(node.value):
                self._read.lines[(*path, number)] = self._line(item.start_mark.index)
                items.append(self._value(item, (*path, number)))
            return items
        self._check_tag(node, "tag:yaml.org,2002:map")
        table: dict[str, Json] = {}
        for key_node, value_node in node.value:
            line = self._line(key_node.start_mark.index)
            if not isinstance(key_node, yaml.ScalarNode):
                raise YamlFault("has a key that is not a text.", line)
            self._check_tag(key_node, key_node.tag)
            key = _joined(key_node.value)
            if key in table:
                self._read.twice.append((key, line))
            self._read.lines[(*path, key)] = line
            table[key] = self._value(value_node, (*path, key))
        return table

    def _scalar(self, node: yaml.ScalarNode) -> Json:
        text = _joined(node.value)
        if node.style is not None:
            self._check_tag(node, _STRING_TAG)
            return text
        self._check_tag(node, node.tag)
        if _NULL.fullmatch(text):
            return None
        if _FLAG.fullmatch(text):
            return text.lower() == "true"
        if _WHOLE.fullmatch(text):
            return int(text)
        return float(text) if _NUMBER.fullmatch(text) else text

    def _check_tag(self, node: yaml.Node, usual: str) -> None:
        """Refuse a tag: none is written where it is the usual one and the source has no `!`."""
        start = node.start_mark.index
        if node.tag != usual or self._text[start : start + 1] == "!":
            raise YamlFault("has a tag; write the value without one.", self._line(start))


def _joined(text: str) -> str:
    """Return the text with each pair of surrogates, as JSON escapes write them, as one letter."""
    if not any("\ud800" <= sign <= "\udfff" for sign in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
