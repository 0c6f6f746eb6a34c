"""A text parsed by tree-sitter, within limits, and held against the text afterwards.

Tree-sitter and a shell disagree in places: every leaf must be what its kind says, and nothing
but blanks may stand between two of them; otherwise the tree is doubted.
"""

import re

import tree_sitter_bash
from tree_sitter import Language, Node, Parser, Tree

LENGTH = 16 * 1024  # characters that are parsed
NODES = 1_500  # nodes that are looked at
# Characters that nest or recover: the parser's time grows with the square of their number
# (400 of the worst take some 13 ms), and it can't be stopped inside a step.
_COSTLY = 400
_HEREDOCS = 12  # the scanner keeps their delimiters in a small buffer
_REPORTS = 700  # reports of progress, one in some hundred steps

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
        "regex": r"(?:[^`$<>&;\s]|\$(?![({\[]))*",
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
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_BROKEN_WORD = re.compile(r"\S(?:\\\n)+\S")


def parse(text: str) -> Tree | None:
    """Return the tree, None where the text is past a limit; raises nothing.

    Offsets in it are those of characters. The parser is given a dot for every character beyond
    ASCII: its scanner hands characters to C functions that read past their tables at others
    (tree-sitter-bash 0.25.1 crashes at `${` and a U+E0061).
    """
    if len(text) > LENGTH or text.count("<<") > _HEREDOCS:
        return None
    if sum(map(text.count, "|()<>$[{")) > _COSTLY:
        return None
    source = _BEYOND_ASCII.sub(".", text).encode("ascii")
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


def text_of(text: str, node: Node) -> str:
    """Return what stands in the text for the node."""
    return text[node.start_byte : node.end_byte]


def child_of(node: Node, *kinds: str) -> Node | None:
    """Return the first child of one of the kinds."""
    return next((child for child in node.children if child.type in kinds), None)


def doubts_of_tree(tree: Tree, text: str) -> set[str]:
    """Return what speaks against the tree's being what a shell reads."""
    doubts = set()
    # An escaped backquote begins a substitution within another, which the parser does not see.
    if tree.root_node.has_error or "\\`" in text or not _is_covered(tree, text):
        doubts.add(NOT_SHELL)
    if _BROKEN_WORD.search(text):
        doubts.add(CONTINUED)
    return doubts


def _is_covered(tree: Tree, text: str) -> bool:
    """Tell whether the leaves are what they are called and only blanks are between them."""
    cursor = tree.walk()
    end = 0
    while True:
        node = cursor.node
        is_body = node is not None and node.type == "heredoc_body"
        if node is not None and (is_body or node.child_count == 0):
            if not _GAP.fullmatch(text, end, node.start_byte) or not _is_leaf(text, node):
                return False
            end = node.end_byte
        if not is_body and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return _GAP.fullmatch(text, end) is not None


def _is_leaf(text: str, node: Node) -> bool:
    if node.type == "heredoc_body":
        return _is_body(text, node)
    pattern = _LEAVES.get(node.type)
    return pattern is None or pattern.fullmatch(text, node.start_byte, node.end_byte) is not None


def _is_body(text: str, body: Node) -> bool:
    """Tell whether a here-document ends where a shell ends it, and runs nothing but its nodes."""
    parts = {child.type: text_of(text, child) for child in (body.parent or body).children}
    start = parts.get("heredoc_start", "")
    delimiter = start.strip("'\"\\")
    lines = (line.strip("\t") for line in text_of(text, body).split("\n"))
    if parts.get("heredoc_end", "").strip() != delimiter or delimiter in lines:
        return False
    if start != delimiter:  # quoted: nothing runs
        return True
    pieces = []
    at = body.start_byte
    for child in body.children:
        if child.type != "heredoc_content":
            pieces.append(text[at : child.start_byte])
            at = child.end_byte
    return all(_BODY.fullmatch(piece) for piece in (*pieces, text[at : body.end_byte]))
