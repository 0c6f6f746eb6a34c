"""The simple commands of a text as they are written: words, assignments, redirections."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tree_sitter import Node

from bot.core.program_table import names
from bot.core.shell_redirect import (
    NONE,
    REDIRECTING,
    WORDS,
    Redirects,
    are_touching,
    joined,
    redirects_of,
    within,
)
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

ARITHMETIC = "It counts with names, whose values can run programs."
INDEXED = "It picks from a list by a text, which can run programs."
PROMPT = "It expands a value as a prompt, which can run programs."
FUNCTION = "It defines a function, which then runs in the place of a program."

_RUNNING = names(
    "command_substitution process_substitution arithmetic_expansion expansion subscript"
)
_COMMANDS = frozenset(("command", "declaration_command", "unset_command", "test_command"))
_COUNTING = frozenset(("((", "$((", "$["))
_PLAIN_INDEX = re.compile(r"\d+|[@*]")
_NAME = re.compile(r"[A-Za-z_'\"$`]")
_COMPARING = re.compile(r"\s-(?:eq|ne|lt|le|gt|ge)\s")
_RUNNING_TEXT = re.compile(r"[$<>]\(|`")
_NAMING = re.compile(r"\s-[vR]\s")


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
    nodes: int = 0


def read_commands(text: str) -> Reading:
    """Read a text as bash would; raises nothing, and takes no longer than the limits allow."""
    tree = parse(text)
    if tree is None or tree.root_node.descendant_count > NODES:
        return Reading(commands=(), doubts=frozenset({TOO_LONG}))
    walk = _Walk(text)
    walk.read(tree.root_node)
    return Reading(
        commands=tuple(walk.commands),
        doubts=frozenset(walk.doubts | doubts_of_tree(tree, text)),
        nodes=tree.root_node.descendant_count,
    )


class _Walk:
    """A tree while its commands are collected."""

    __slots__ = ("_stack", "_text", "commands", "doubts")

    def __init__(self, text: str) -> None:
        self._text = text
        self._stack: list[tuple[Node, Redirects, bool]] = []
        self.commands: list[Command] = []
        self.doubts: set[str] = set()

    def _of(self, node: Node | None) -> str:
        return text_of(self._text, node) if node else ""

    def read(self, root: Node) -> None:
        self._stack.append((root, NONE, False))
        while self._stack:
            self._look_at(*self._stack.pop())

    def _look_at(self, node: Node, redirects: Redirects, is_fed: bool) -> None:  # noqa: FBT001
        kind = node.type
        if kind in _COMMANDS:
            self._take_command(node, redirects, is_fed=is_fed)
        elif kind == "redirected_statement":
            self._take_redirected(node, redirects, is_fed=is_fed)
        elif kind in REDIRECTING:
            self._take(node, redirects=redirects_of(self._text, [node]), is_fed=is_fed)
            self._push(node.children, is_fed=is_fed)
        elif kind in {"variable_assignment", "variable_assignments"}:
            assigned = [node] if kind == "variable_assignment" else node.children
            self._take(node, assignments=map(self._assignment_of, assigned), redirects=redirects)
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
                text=self._of(node),
                assignments=tuple(assignments),
                redirects=redirects,
                is_fed=is_fed or bool(redirects.reads or redirects.bodies),
            )
        )

    def _take_command(self, node: Node, redirects: Redirects, *, is_fed: bool) -> None:
        if are_touching(node.children):
            self.doubts.add(NOT_SHELL)
        parts = [child for child in node.children if child.type not in REDIRECTING]
        assigned = [child for child in parts if child.type == "variable_assignment"]
        if node.type == "command":
            parts = [child for child in parts if child.type != "variable_assignment"]
        elif node.type == "test_command":
            text = self._of(node)
            if _NAMING.search(text) or (text.startswith("[[") and _COMPARING.search(text)):
                self.doubts.add(ARITHMETIC)
            parts = list(_leaves_of(node))
        redirecting = [child for child in node.children if child.type in REDIRECTING]
        own = redirects_of(self._text, redirecting)
        around = own + redirects
        self._take(
            node,
            (*joined(self._text, parts), *around.words),
            assignments=map(self._assignment_of, assigned),
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
        redirecting = [child for child in node.children if child.type in REDIRECTING]
        if are_touching(node.children):
            self.doubts.add(NOT_SHELL)
        around = redirects + redirects_of(self._text, redirecting)
        fed = is_fed or bool(around.reads or around.bodies)
        self._push(within(redirecting), is_fed=fed)
        body = node.child_by_field_name("body")
        if body is None:
            self._take(node, around.words, redirects=around, is_fed=fed)
        elif body.type == "list":  # they belong to its last command
            *before, last = body.children
            self._stack.append((last, around, fed))
            self._push(before, is_fed=is_fed)
        else:
            self._stack.append((body, around, fed))

    def _look_at_doubtful(self, node: Node) -> None:
        """Notice what runs programs by the value of a name."""
        kind = node.type
        if kind == "function_definition":
            self.doubts.add(FUNCTION)
        elif kind in {"arithmetic_expansion", "compound_statement", "c_style_for_statement"}:
            if child_of(node, *_COUNTING) and _NAME.search(self._of(node).removeprefix("$")):
                self.doubts.add(ARITHMETIC)
        elif kind == "command_substitution" and "`" in self._of(node)[1:-1]:
            # Tree-sitter takes the next backquotes for inner ones, a shell for the end.
            if self._of(node).startswith("`"):
                self.doubts.add(NOT_SHELL)
        elif kind == "subscript":
            index = node.child_by_field_name("index")
            if index is None or not _PLAIN_INDEX.fullmatch(self._of(index)):
                self.doubts.add(INDEXED)
        elif kind == "for_statement":
            variable = node.child_by_field_name("variable")
            self._take(node, assignments=[(self._of(variable), None)])
        elif kind == "expansion":
            self._look_at_expansion(node)

    def _look_at_expansion(self, node: Node) -> None:
        kinds = [child.type for child in node.children]
        if "'" in self._of(node) and _RUNNING_TEXT.search(self._of(node)):
            self.doubts.add(NOT_SHELL)  # in double quotes, these are no quotes
        if "!" in kinds:
            self.doubts.add(INDEXED)
        if "@" in kinds:
            self.doubts.add(PROMPT)
        if ":" in kinds and not {":", "number", "}"}.issuperset(kinds[kinds.index(":") :]):
            self.doubts.add(ARITHMETIC)
        if {"=", ":="}.intersection(kinds):
            name = child_of(node, "variable_name", "subscript")
            self._take(node, assignments=[(self._of(name), None)])

    def _assignment_of(self, node: Node) -> tuple[str, str | None]:
        name, _, value = self._of(node).partition("=")
        return name.partition("[")[0].removesuffix("+"), value_of(value)


def _leaves_of(node: Node) -> Iterator[Node]:
    """Yield the words of a test, however they are nested."""
    stack = list(reversed(node.children))
    while stack:
        at = stack.pop()
        if at.child_count and at.type not in WORDS:
            stack.extend(reversed(at.children))
        else:
            yield at
