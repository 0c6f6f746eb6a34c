"""The simple commands of a text as they are written: words, assignments, redirections."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from tree_sitter import Node

from bot.core.program_table import names
from bot.core.shell_tree import (
    NODES,
    NOT_SHELL,
    TOO_LONG,
    child_of,
    doubts_of_tree,
    parse,
    text_of,
)
from bot.core.shell_word import value_of

COMMANDS = 500  # of one text that are followed

ARITHMETIC = "It counts with names, whose values can run programs."
INDEXED = "It picks from a list by a text, which can run programs."
PROMPT = "It expands a value as a prompt, which can run programs."
FUNCTION = "It defines a function, which then runs in the place of a program."

_WORDS = names(
    "word string raw_string ansi_c_string translated_string number concatenation simple_expansion"
    " expansion command_substitution process_substitution arithmetic_expansion brace_expression"
    " extglob_pattern special_variable_name variable_name regex test_operator command_name"
)
_RUNNING = names(
    "command_substitution process_substitution arithmetic_expansion expansion subscript"
)
_REDIRECTING = frozenset(("file_redirect", "herestring_redirect", "heredoc_redirect"))
_ENDING = frozenset(("variable_assignment", "file_redirect", "herestring_redirect"))
_COMMANDS = frozenset(("command", "declaration_command", "unset_command", "test_command"))
_COUNTING = frozenset(("((", "$((", "$["))
_DESCRIPTOR = re.compile(r"\d+-?|-")
_PLAIN_INDEX = re.compile(r"\d+|[@*]")
_NAME = re.compile(r"[A-Za-z_'\"$`]")
_COMPARING = re.compile(r"\s-(?:eq|ne|lt|le|gt|ge|v)\s")
_EXPANDING = re.compile(r"[$`\\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirects:
    """The files that are read and written, and the texts that are given as input."""

    reads: tuple[str | None, ...] = ()
    writes: tuple[str | None, ...] = ()
    bodies: tuple[str | None, ...] = ()
    words: tuple[str, ...] = ()  # arguments that stand behind a redirection

    def __add__(self, other: "Redirects") -> "Redirects":
        return Redirects(
            reads=self.reads + other.reads,
            writes=self.writes + other.writes,
            bodies=self.bodies + other.bodies,
            words=self.words + other.words,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One simple command: the sources of its words, and what is around them."""

    sources: tuple[str, ...]
    text: str
    assignments: tuple[tuple[str, str | None], ...]
    redirects: Redirects
    is_fed: bool  # something is piped or redirected in


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The commands of one text in the order in which they begin, and the doubts about them."""

    commands: tuple[Command, ...]
    doubts: frozenset[str]


NONE = Redirects()


def read_commands(text: str) -> Reading:
    """Read a text as bash would; raises nothing, and takes no longer than the limits allow."""
    source = text.encode(errors="replace")
    tree = parse(source)
    if tree is None or tree.root_node.descendant_count > NODES:
        return Reading(commands=(), doubts=frozenset({TOO_LONG}))
    walk = _Walk()
    walk.read(tree.root_node)
    doubts = walk.doubts | doubts_of_tree(tree, source)
    return Reading(commands=tuple(walk.commands), doubts=frozenset(doubts))


class _Walk:
    """A tree while its commands are collected."""

    __slots__ = ("_stack", "commands", "doubts")

    def __init__(self) -> None:
        self._stack: list[tuple[Node, Redirects, bool]] = []
        self.commands: list[Command] = []
        self.doubts: set[str] = set()

    def read(self, root: Node) -> None:
        self._stack.append((root, NONE, False))
        for _ in range(NODES):
            if not self._stack or len(self.commands) > COMMANDS:
                break
            self._look_at(*self._stack.pop())
        if self._stack:
            self.doubts.add(TOO_LONG)

    def _look_at(self, node: Node, redirects: Redirects, is_fed: bool) -> None:  # noqa: FBT001
        kind = node.type
        if kind in _COMMANDS:
            self._take_command(node, redirects, is_fed=is_fed)
        elif kind == "redirected_statement":
            self._take_redirected(node, redirects, is_fed=is_fed)
        elif kind in _REDIRECTING:
            self._take(node, redirects=self._redirects_of([node]), is_fed=is_fed)
            self._push(node.children, is_fed=is_fed)
        elif kind in {"variable_assignment", "variable_assignments"}:
            assigned = [node] if kind == "variable_assignment" else node.children
            self._take(node, assignments=map(_assignment_of, assigned), redirects=redirects)
            self._push([part for child in assigned for part in child.children], is_fed=is_fed)
        elif kind == "pipeline":
            self._take_pipeline(node, redirects, is_fed=is_fed)
        else:
            self._look_at_doubtful(node)
            self._push(node.children, redirects, is_fed=is_fed)

    def _push(
        self, nodes: Iterable[Node], redirects: Redirects = NONE, *, is_fed: bool = False
    ) -> None:
        self._stack.extend((node, redirects, is_fed) for node in reversed(list(nodes)))

    def _take(
        self,
        node: Node,
        sources: tuple[str, ...] = (),
        *,
        assignments: Iterable[tuple[str, str | None]] = (),
        redirects: Redirects = NONE,
        is_fed: bool = False,
    ) -> None:
        self.commands.append(
            Command(
                sources=sources,
                text=text_of(node),
                assignments=tuple(assignments),
                redirects=redirects,
                is_fed=is_fed or bool(redirects.reads or redirects.bodies),
            )
        )

    def _take_command(self, node: Node, redirects: Redirects, *, is_fed: bool) -> None:
        if _touch(node.children):
            self.doubts.add(NOT_SHELL)
        parts = [child for child in node.children if child.type not in _REDIRECTING]
        assigned = [child for child in parts if child.type == "variable_assignment"]
        if node.type == "command":
            parts = [child for child in parts if child.type != "variable_assignment"]
        elif node.type == "test_command":
            text = text_of(node)
            if text.startswith("[[") and _COMPARING.search(text):
                self.doubts.add(ARITHMETIC)
            parts = list(_leaves_of(node))
        own = self._redirects_of(child for child in node.children if child.type in _REDIRECTING)
        around = own + redirects
        self._take(
            node,
            (*_joined(parts), *around.words),
            assignments=map(_assignment_of, assigned),
            redirects=around,
            is_fed=is_fed,
        )
        inner = (
            part
            for child in node.children
            for part in ([child] if child.type in _RUNNING else child.children)
        )
        self._push(inner, is_fed=is_fed)

    def _take_pipeline(self, node: Node, redirects: Redirects, *, is_fed: bool) -> None:
        """Give a pipeline's redirections to its last command, to which they belong."""
        children = node.children
        feeds = [child.type in {"|", "|&"} for child in children]
        for at in reversed(range(len(children))):
            around = redirects if at == len(children) - 1 else NONE
            self._stack.append((children[at], around, is_fed or any(feeds[:at])))

    def _take_redirected(self, node: Node, redirects: Redirects, *, is_fed: bool) -> None:
        redirecting = [child for child in node.children if child.type in _REDIRECTING]
        if _touch(node.children):
            self.doubts.add(NOT_SHELL)
        around = redirects + self._redirects_of(redirecting)
        fed = is_fed or bool(around.reads or around.bodies)
        self._push(_within(redirecting), is_fed=fed)
        body = node.child_by_field_name("body")
        if body is None:
            self._take(node, around.words, redirects=around, is_fed=fed)
        elif body.type == "list":  # they belong to its last command
            *before, last = body.children
            self._stack.append((last, around, fed))
            self._push(before, is_fed=is_fed)
        else:
            self._stack.append((body, around, fed))

    def _redirects_of(self, nodes: Iterable[Node]) -> Redirects:
        found = NONE
        for node in nodes:
            words = list(_joined(child for child in node.children if child.type in _WORDS))
            if node.type == "heredoc_redirect":
                inner = [child for child in node.children if child.type in _REDIRECTING]
                found += Redirects(bodies=(_body_of(node),), words=tuple(words))
                found += self._redirects_of(inner)
            elif words:
                found += _redirect_of(node, words)
        return found

    def _look_at_doubtful(self, node: Node) -> None:
        """Notice what runs programs by the value of a name."""
        kind = node.type
        if kind == "function_definition":
            self.doubts.add(FUNCTION)
        elif kind in {"arithmetic_expansion", "compound_statement", "c_style_for_statement"}:
            if child_of(node, *_COUNTING) and _NAME.search(text_of(node).removeprefix("$")):
                self.doubts.add(ARITHMETIC)
        elif kind == "subscript":
            index = node.child_by_field_name("index")
            if index is None or not _PLAIN_INDEX.fullmatch(text_of(index)):
                self.doubts.add(INDEXED)
        elif kind == "for_statement":
            variable = node.child_by_field_name("variable")
            self._take(node, assignments=[(text_of(variable) if variable else "", None)])
        elif kind == "expansion":
            self._look_at_expansion(node)

    def _look_at_expansion(self, node: Node) -> None:
        kinds = [child.type for child in node.children]
        if "@" in kinds:
            self.doubts.add(PROMPT)
        if ":" in kinds and not {":", "number", "}"}.issuperset(kinds[kinds.index(":") :]):
            self.doubts.add(ARITHMETIC)
        if {"=", ":="}.intersection(kinds):
            name = child_of(node, "variable_name", "subscript")
            self._take(node, assignments=[(text_of(name) if name else "", None)])


def _joined(parts: Iterable[Node]) -> Iterator[str]:
    """Yield the sources of words; what touches is one word, whatever the tree says."""
    source, end = "", -1
    for part in parts:
        if end >= 0 and part.start_byte > end:
            yield source
            source = ""
        source, end = source + text_of(part), part.end_byte
    if end >= 0:
        yield source


def _touch(parts: list[Node]) -> bool:
    """Tell whether an assignment or a redirection runs into a word, as none does in a shell."""
    return any(
        before.end_byte == after.start_byte
        and (before.type in _ENDING or child_of(after, "file_descriptor") is not None)
        for before, after in pairwise(parts)
    )


def _leaves_of(node: Node) -> Iterator[Node]:
    """Yield the words of a test, however they are nested."""
    stack = list(reversed(node.children))
    while stack:
        at = stack.pop()
        if at.child_count and at.type not in _WORDS:
            stack.extend(reversed(at.children))
        else:
            yield at


def _within(redirecting: Iterable[Node]) -> Iterator[Node]:
    """Yield what is inside redirections, and the commands that stand behind a here-document."""
    for node in redirecting:
        inner = [child for child in node.children if child.type in _REDIRECTING]
        yield from (child for child in node.children if child.type not in _REDIRECTING)
        yield from _within(inner)


def _redirect_of(node: Node, words: list[str]) -> Redirects:
    operator = next((child.type for child in node.children if not child.is_named), "")
    target, *rest = words
    value = value_of(target)
    after = Redirects(words=tuple(rest))
    if node.type == "herestring_redirect":
        return after + Redirects(bodies=(value,))
    if operator in {"<&", ">&", "<&-", ">&-"} and _DESCRIPTOR.fullmatch(target):
        return after
    if operator.startswith("<"):
        return after + Redirects(
            reads=(value,), writes=(value,) if child_of(node, "ERROR") else ()
        )
    return after + Redirects(writes=(value,))


def _body_of(node: Node) -> str | None:
    body, start = child_of(node, "heredoc_body"), child_of(node, "heredoc_start")
    if body is None or start is None:
        return None
    text = text_of(body)
    is_quoted = text_of(start)[:1] in {"'", '"', "\\"}
    return text if is_quoted or not _EXPANDING.search(text) else None


def _assignment_of(node: Node) -> tuple[str, str | None]:
    name, _, value = text_of(node).partition("=")
    return name.partition("[")[0].removesuffix("+"), value_of(value)
