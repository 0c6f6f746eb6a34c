"""The value of one word of a command line, where it is the same however and wherever it runs."""

import re

_PIECE = re.compile(
    r"""(?P<plain>[A-Za-z0-9_./:@%+,=^!\]\#-]+|[^\x00-\x7f]+|\{\}|(?<=[\w/.^@])~)
    |\\(?P<escape>.)
    |'(?P<single>[^']*)'
    |"(?P<double>(?:[^"\\`$]|\\.|\$(?=[\s"\\.,/:;%=)|]))*)"
    |\$'(?P<ansi>(?:[^'\\]|\\.)*)'
    |(?P<end>\$\Z)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED_IN_DOUBLE = re.compile(r"\\([$`\"\\\n])")
_ANSI_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|(.))",
    re.DOTALL,
)
_ANSI_LETTERS = {
    "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t",
    "v": "\v", "\\": "\\", "'": "'", '"': '"', "?": "?",
}  # fmt: skip
_ALONE = frozenset({"[", "[[", "{", "}"})  # what means itself where it is a whole word


def value_of(source: str) -> str | None:
    """Return the word that a shell makes of its source, None where that depends on anything.

    It depends on variables, substitutions, file names (`*`), braces (`{a,b}`), and the home
    directory (`~`).
    """
    if source in _ALONE:
        return source
    pieces = []
    at = 0
    while at < len(source):
        match = _PIECE.match(source, at)
        if match is None:
            return None
        piece = _value_of_piece(match.lastgroup or "", match[match.lastgroup or 0])
        if piece is None:
            return None
        pieces.append(piece)
        at = match.end()
    return "".join(pieces)


def _value_of_piece(kind: str, text: str) -> str | None:
    if kind == "escape":
        return "" if text == "\n" else text
    if kind == "double":
        return _ESCAPED_IN_DOUBLE.sub(lambda match: match[1].replace("\n", ""), text)
    if kind == "ansi":
        return value_of_ansi(text)
    return text


def value_of_ansi(text: str) -> str | None:
    """Return what `$'…'` stands for; None for what shells do not agree upon."""
    pieces = []
    at = 0
    for match in _ANSI_ESCAPE.finditer(text):
        pieces.append(text[at : match.start()])
        at = match.end()
        short, wide, wider, octal, letter = match.groups()
        if letter is not None:
            character = _ANSI_LETTERS.get(letter)
        else:
            code = int(octal, 8) if octal else int(short or wide or wider, 16)
            character = chr(code) if 0 < code < 0x80 else None  # NUL ends it, others are bytes
        if character is None:
            return None
        pieces.append(character)
    return "".join((*pieces, text[at:]))
