"""What draws nothing and can be spliced into a word, and how it is done."""

# By name, what is put between the characters of a secret.
SPLICES = {
    "zero width space": "\u200b",
    "zero width joiner": "\u200d",
    "word joiner": "\u2060",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "bidirectional override": "\u202e\u2066",
    "null": "\x00",
    "backspace": "\x08",
    "no-break space": "\u00a0",
    "combining accent": "\u0301",
    "enclosing circle": "\u20dd",
    "variation selector": "\ufe0f",
    "supplementary variation selector": "\U000e0100",
    "tag": "\U000e0041",
    "filler": "\u3164",
    "private use": "\ue000",
    "line continuation": "\\\n",
    "line continuation of two characters": "\\\r\n",
}


def spliced(secret: str, splice: str, every: int) -> str:
    """Return the secret with the splice after each `every` characters but the last."""
    return splice.join(secret[at : at + every] for at in range(0, len(secret), every))
