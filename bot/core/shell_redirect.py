"""The redirections of a command: the files they read and write, the texts they give."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from tree_sitter import Node

from bot.core.program_table import names
from bot.core.shell_tree import child_of, text_of
from bot.core.shell_word import value_of

WORDS = names(
    "word string raw_string ansi_c_string translated_string number concatenation simple_expansion"
    " expansion command_substitution process_substitution arithmetic_expansion brace_expression"
    " extglob_pattern special_variable_name variable_name regex test_operator command_name"
)
REDIRECTING = frozenset(("file_redirect", "herestring_redirect", "heredoc_redirect"))
_ENDING = frozenset(("variable_assignment", "file_redirect", "herestring_redirect"))
_DESCRIPTOR = re.compile(r"\d+-?|-")
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


NONE = Redirects()


def redirects_of(text: str, nodes: Iterable[Node]) -> Redirects:
    """Return what redirections read, write and give."""
    found = NONE
    for node in nodes:
        words = list(joined(text, (child for child in node.children if child.type in WORDS)))
        if node.type == "heredoc_redirect":
            inner = [child for child in node.children if child.type in REDIRECTING]
            found += Redirects(bodies=(_body_of(text, node),), words=tuple(words))
            found += redirects_of(text, inner)
        elif words:
            found += _redirect_of(node, words)
    return found


def joined(text: str, parts: Iterable[Node]) -> Iterator[str]:
    """Yield the sources of words; what touches is one word, whatever the tree says."""
    source, end = "", -1
    for part in parts:
        if end >= 0 and part.start_byte > end:
            yield source
            source = ""
        source, end = source + text_of(text, part), part.end_byte
    if end >= 0:
        yield source


def are_touching(parts: list[Node]) -> bool:
    """Tell whether an assignment or a redirection runs into a word, as none does in a shell."""
    return any(
        before.end_byte == after.start_byte
        and (before.type in _ENDING or child_of(after, "file_descriptor") is not None)
        for before, after in pairwise(parts)
    )


def within(redirecting: Iterable[Node]) -> Iterator[Node]:
    """Yield what is inside redirections, and the commands that stand behind a here-document."""
    for node in redirecting:
        inner = [child for child in node.children if child.type in REDIRECTING]
        yield from (child for child in node.children if child.type not in REDIRECTING)
        yield from within(inner)


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


def _body_of(text: str, node: Node) -> str | None:
    parts = {child.type: text_of(text, child) for child in node.children}
    body = parts.get("heredoc_body", "$")
    is_quoted = parts.get("heredoc_start", "")[:1] in {"'", '"', "\\"}
    return body if is_quoted or not _EXPANDING.search(body) else None
