"""Reads JSON with comments and tells where each value stands, so that text around it can stay."""

import json
import re
from dataclasses import dataclass, field

MARK = "\ufeff"
DEEPEST = 200  # what no settings file comes near, and no stack minds
_TRIVIA = re.compile(r"(?:[ \t\r\n]+|//[^\r\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_WORD = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null")


class Malformed(Exception):
    """The text is no JSON, or not of the shape wanted; the message says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One `"name": value` of an object."""

    name: str
    start: int
    value: "Node"

    @property
    def end(self) -> int:
        """Return where its value ends."""
        return self.value.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A value and where it stands: `text[start:end]`."""

    start: int
    end: int
    scalar: object = None
    members: tuple[Member, ...] | None = None
    items: tuple["Node", ...] | None = None
    commas: tuple[int, ...] = field(default=())

    @property
    def children(self) -> "tuple[Member, ...] | tuple[Node, ...]":
        """Return its members or items; none of a scalar."""
        return self.members if self.members is not None else self.items or ()

    def member(self, name: str) -> "Node | None":
        """Return the value that counts for a name: where it is given twice, the last one."""
        found = [member.value for member in self.members or () if member.name == name]
        return found[-1] if found else None


def read(text: str) -> Node:
    """Return the one value that a text holds; comments and trailing commas may stand in it."""
    return _Reader(text).whole()


def value_of(node: Node) -> object:
    """Return a value as Python has it."""
    if node.members is not None:
        return {member.name: value_of(member.value) for member in node.members}
    if node.items is not None:
        return [value_of(item) for item in node.items]
    return node.scalar


def skip_trivia(text: str, at: int) -> int:
    """Return the place after blanks and comments."""
    found = _TRIVIA.match(text, at)
    return found.end() if found else at


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 1 if text.startswith(MARK) else 0

    def whole(self) -> Node:
        self._skip()
        node = self._value(0)
        self._skip()
        if self._at != len(self._text):
            raise self._fault("something stands after its end")
        return node

    def _skip(self) -> None:
        self._at = skip_trivia(self._text, self._at)

    def _value(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise self._fault("it is nested too deeply")
        sign = self._text[self._at : self._at + 1]
        if sign == "{":
            return self._object(depth)
        if sign == "[":
            return self._array(depth)
        start = self._at
        scalar = self._string() if sign == '"' else self._word()
        return Node(start=start, end=self._at, scalar=scalar)

    def _object(self, depth: int) -> Node:
        start = self._at
        members: list[Member] = []
        commas: list[int] = []
        self._at += 1
        while not self._ends("}", len(members), commas):
            begins = self._at
            if self._text[begins : begins + 1] != '"':
                raise self._fault("a name in quotes is missing")
            name = self._string()
            self._skip()
            if self._text[self._at : self._at + 1] != ":":
                raise self._fault("a colon is missing")
            self._at += 1
            self._skip()
            members.append(Member(name=name, start=begins, value=self._value(depth + 1)))
        return Node(start=start, end=self._at, members=tuple(members), commas=tuple(commas))

    def _array(self, depth: int) -> Node:
        start = self._at
        items: list[Node] = []
        commas: list[int] = []
        self._at += 1
        while not self._ends("]", len(items), commas):
            items.append(self._value(depth + 1))
        return Node(start=start, end=self._at, items=tuple(items), commas=tuple(commas))

    def _ends(self, sign: str, count: int, commas: list[int]) -> bool:
        """Go past the comma to the next child, or past the end."""
        self._skip()
        if count > len(commas) and self._text[self._at : self._at + 1] == ",":
            commas.append(self._at)
            self._at += 1
            self._skip()
        elif count > len(commas) and self._text[self._at : self._at + 1] != sign:
            raise self._fault(f"a comma or {sign} is missing")
        if self._text[self._at : self._at + 1] != sign:
            return False
        self._at += 1
        return True

    def _string(self) -> str:
        found = _STRING.match(self._text, self._at)
        if found is None:
            raise self._fault("a text in quotes has no end")
        try:
            text: str = json.loads(found[0])
        except ValueError:
            raise self._fault("a text in quotes has an escape that JSON does not know") from None
        self._at = found.end()
        return text

    def _word(self) -> object:
        found = _WORD.match(self._text, self._at)
        if found is None:
            raise self._fault("a value is missing")
        self._at = found.end()
        if self._text[self._at : self._at + 1].isalnum():
            raise self._fault("a value is missing")
        try:
            return json.loads(found[0])
        except ValueError:  # Python reads no whole number of thousands of digits
            return float(found[0])

    def _fault(self, what: str) -> Malformed:
        line = self._text.count("\n", 0, self._at) + 1
        column = self._at - (self._text.rfind("\n", 0, self._at) + 1) + 1
        return Malformed(f"line {line}, column {column}: {what}")
