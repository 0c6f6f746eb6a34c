"""Characters that do not look like what they are: invisible, combining, look-alike."""

import re
import unicodedata

# Code points that draw nothing although their category says otherwise; the rest of what
# draws nothing is in the categories that `str.isprintable` denies.
IGNORABLE = frozenset(
    chr(point)
    for first, last in (
        (0x034F, 0x034F),  # combining grapheme joiner
        (0x115F, 0x1160),  # Hangul fillers
        (0x17B4, 0x17B5),  # Khmer inherent vowels
        (0x180B, 0x180F),  # Mongolian variation selectors
        (0x2800, 0x2800),  # Braille blank
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),  # variation selectors
        (0xFFA0, 0xFFA0),
        (0xFFFC, 0xFFFC),  # object replacement
        (0x16FE4, 0x16FE4),  # Khitan filler
        (0x1D159, 0x1D159),  # null notehead
        (0xE0100, 0xE01EF),  # variation selectors supplement
    )
    for point in range(first, last + 1)
)

# The markers' own brackets and what can be taken for them.
BRACKETS = frozenset("⟨⟩〈〉〈〉❬❭⧼⧽")

EMOJI_PRESENTATION = "\ufe0f"
ZERO_WIDTH_JOINER = "\u200d"
_EMOJI_OUTSIDE_SO = frozenset("↔◻◼◽◾‼⁉〰〽ℹ")

_WORD = re.compile(r"[^\W\d_]{2,}")
_LOOKS_LATIN = frozenset({"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU"})
_DRESSED_LATIN = frozenset({"FULLWIDTH", "MATHEMATICAL"})
# Greek letters of formulas, which nobody takes for Latin ones.
_FORMULA = frozenset("ΓΔΘΛΞΠΣΦΨΩβδθλμξπφψ")


def is_invisible(character: str) -> bool:
    """Tell whether the character draws nothing, or not by itself.

    True for the categories Cc, Cf, Cn, Co, Cs, Zl, Zp, Zs but the blank U+0020 (exactly those
    that `str.isprintable` denies) and for the ignorable ones of other categories.
    """
    return not character.isprintable() or character in IGNORABLE


def is_combining(character: str) -> bool:
    """Tell whether the character is drawn over or around the one before it."""
    return not character.isascii() and unicodedata.category(character) in {"Mn", "Me"}


def is_emoji(character: str) -> bool:
    """Tell whether the character may take part in an emoji sequence; wider than Unicode's list."""
    return (
        character in _EMOJI_OUTSIDE_SO
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        or unicodedata.category(character) == "So"
    )


def mixed_script_words(text: str) -> tuple[str, ...]:
    """Return the words that mix letters of scripts which look alike, each once, in order.

    Latin beside Chinese, Japanese or Korean is ordinary and not among them.
    """
    if text.isascii():
        return ()
    found = dict.fromkeys(
        word for word in _WORD.findall(text) if not word.isascii() and _mixes_scripts(word)
    )
    return tuple(found)


def _mixes_scripts(word: str) -> bool:
    scripts = {
        unicodedata.name(letter, "?").partition(" ")[0]
        for letter in set(word)
        if letter not in _FORMULA
    }
    alike = scripts & _LOOKS_LATIN
    dressed = scripts & _DRESSED_LATIN
    plain = scripts & {"LATIN"}
    return len(alike) + bool(plain or dressed) > 1 or bool(plain and dressed)
