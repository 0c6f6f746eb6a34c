"""A text parsed by tree-sitter, within limits, and held against the text afterwards.

Tree-sitter and a shell disagree in places: every leaf must be what its kind says, and nothing
but blanks may stand between two of them; otherwise the tree is doubted.
"""

import re

import tree_sitter_bash
from tree_sitter import Language, Node, Parser, Tree

LENGTH = 16 * 1024  # bytes that are parsed
NODES = 4_000  # nodes that are looked at
# Characters that nest or recover: the parser's time grows with the square of their number
# (600 of the worst take some 15 ms), and it can't be stopped inside a step.
_COSTLY = 600
_HEREDOCS = 12  # the scanner keeps their delimiters in a small buffer
_REPORTS = 1_000  # reports of progress, one in some hundred steps

NOT_SHELL = "It is not read as a shell would read it."
TOO_LONG = "It is too long or too involved to be followed to the end."
CONTINUED = "A word goes on in the next line."

_LANGUAGE = Language(tree_sitter_bash.language())
_LEAVES = {
    kind: re.compile(pattern, re.DOTALL)
    for kind, pattern in {
        "word": r"""(?!\#)(?:[^\s'"\\`$<>&|;()]|\\.)+""",
        "raw_string": r"'[^']*'",
        "ansi_c_string": r"\$'(?:[^'\\]|\\.)*'",
        "string_content": r"(?:[^\"\\`]|\\.)*",
        "regex": r"[^`<>&;\s]*",
        "extglob_pattern": r"[^`$<>&;\s]*",
        "variable_name": r"\w+",
        "special_variable_name": r"[*@?!#$0_-]",
        "test_operator": r"-[a-zA-Z]+|[=!<>~-]+",
        "number": r"-?[\w#]+",
        "file_descriptor": r"\d+",
        "comment": r"#[^\n]*",
        "heredoc_start": r"""(?:[\w.-]+|'[\w. -]+'|"[\w. -]+"|\\[\w.-]+)""",
    }.items()
}
_BODY = re.compile(r"(?:[^\\`$]|\\.|\\$|\$(?![({\[]))*", re.DOTALL)
_GAP = re.compile(r"(?:[ \t\n]|\\\n)*")
_BROKEN_WORD = re.compile(r"\S(?:\\\n)+\S")


def parse(source: bytes) -> Tree | None:
    """Return the tree, None where the text is past a limit; raises nothing."""
    costly = sum(map(source.count, (b"|", b"(", b")", b"<", b">", b"$", b"[", b"{")))
    if len(source) > LENGTH or costly > _COSTLY or source.count(b"<<") > _HEREDOCS:
        return None
    reports = 0

    def is_enough(_offset: int, _has_error: bool) -> bool:  # noqa: FBT001 (tree-sitter's form)
        nonlocal reports
        reports += 1
        return reports > _REPORTS

    try:
        return Parser(_LANGUAGE).parse(
            lambda offset, _point: source[offset:], progress_callback=is_enough
        )
    except ValueError:  # what a stopped parser raises
        return None


def text_of(node: Node) -> str:
    """Return what stands in the text for the node."""
    return (node.text or b"").decode(errors="replace")


def child_of(node: Node, *kinds: str) -> Node | None:
    """Return the first child of one of the kinds."""
    return next((child for child in node.children if child.type in kinds), None)


def doubts_of_tree(tree: Tree, source: bytes) -> set[str]:
    """Return what speaks against the tree's being what a shell reads."""
    doubts = {NOT_SHELL} if tree.root_node.has_error else set()
    if b"\\`" in source:  # a substitution within a substitution, which the parser does not see
        doubts.add(NOT_SHELL)
    if _BROKEN_WORD.search(source.decode(errors="replace")):
        doubts.add(CONTINUED)
    if not _is_covered(tree, source):
        doubts.add(NOT_SHELL)
    return doubts


def _is_covered(tree: Tree, source: bytes) -> bool:
    """Tell whether the leaves are what they are called and only blanks are between them."""
    cursor = tree.walk()
    end = 0
    while True:
        node = cursor.node
        is_body = node is not None and node.type == "heredoc_body"
        if node is not None and (is_body or node.child_count == 0):
            if not _is_gap(source[end : node.start_byte]) or not _is_leaf(node):
                return False
            end = node.end_byte
        if not is_body and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return _is_gap(source[end:])


def _is_gap(between: bytes) -> bool:
    return not between or _GAP.fullmatch(between.decode(errors="replace")) is not None


def _is_leaf(node: Node) -> bool:
    if node.type == "heredoc_body":
        return _is_body(node)
    pattern = _LEAVES.get(node.type)
    return pattern is None or pattern.fullmatch(text_of(node)) is not None


def _is_body(body: Node) -> bool:
    """Tell whether a here-document ends where a shell ends it, and runs nothing but its nodes."""
    around = body.parent
    start = around and child_of(around, "heredoc_start")
    closing = around and child_of(around, "heredoc_end")
    if not start or not closing:
        return False
    delimiter = text_of(start).strip("'\"\\")
    lines = text_of(body).split("\n")
    if text_of(closing).strip() != delimiter or delimiter in (line.strip("\t") for line in lines):
        return False
    if text_of(start) != delimiter:  # quoted: nothing runs
        return True
    text = body.text or b""
    pieces = []
    at = 0
    for child in body.children:
        if child.type != "heredoc_content":
            pieces.append(text[at : child.start_byte - body.start_byte])
            at = child.end_byte - body.start_byte
    return all(_BODY.fullmatch(piece.decode(errors="replace")) for piece in (*pieces, text[at:]))
