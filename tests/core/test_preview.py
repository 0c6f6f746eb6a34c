"""What a person is shown: nothing invisible, nothing pushed out of sight, nothing forged."""

import re
import sys
import unicodedata

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.core.character import IGNORABLE
from bot.core.preview import (
    count_hidden,
    head_and_tail,
    hidden_in,
    mixed_script_words,
    one_line,
    show_line,
    show_revealed,
    show_text,
    utf16_length,
)
from bot.core.redaction import secrets_in

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
INVISIBLE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"}
TOKEN = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"

_BLOCK = 2_048
_MARKER = re.compile(r"⟨([^⟨⟩]*)⟩|([^⟨⟩])", re.DOTALL)
_POINT = re.compile(r"U\+([0-9A-F]{4,6})(?: ×(\d+))?")
_COUNT = re.compile(r"(\d+) (space|tab|blank line)s?( of)?")


def original(shown: str) -> str:
    """Read a shown text back, independently of how it was made."""
    lines: list[str] = []
    for line in shown.split("\n"):
        text, of, blank_lines = "", 0, []
        for match in _MARKER.finditer(line):
            marker, plain = match.groups()
            if plain is not None:
                text += plain
            elif point := _POINT.fullmatch(marker):
                text += chr(int(point[1], 16)) * int(point[2] or 1)
            else:
                count = _COUNT.fullmatch(marker)
                assert count, marker
                if count[2] == "blank line":
                    blank_lines += [text] * of
                    text, of = "", int(count[1]) if count[3] else 0
                    blank_lines += [""] * (0 if count[3] else int(count[1]))
                else:
                    text += {"space": " ", "tab": "\t"}[count[2]] * int(count[1])
        lines += [*blank_lines, *([text] * of)] if of or blank_lines else [text]
    return "\n".join(lines)


texts = st.text() | st.text(
    st.sampled_from(" \t\n\r⟨⟩x⟩\u200b\u202e\u0301\ufe0f\u200d🎉1\u20e3〈é中"), max_size=60
).map(lambda text: text.replace("x", " " * 17))


@pytest.mark.parametrize("show", [show_text, show_line])
def test_every_invisible_character_is_marked(show):
    for block in range(0, sys.maxunicode + 1, _BLOCK):
        characters = [
            character
            for character in map(chr, range(block, block + _BLOCK))
            if (unicodedata.category(character) in INVISIBLE or character in IGNORABLE)
            and character != " "
            and not (show is show_text and character in "\n\t")
        ]
        shown = show("".join(f"a{character}b" for character in characters))
        assert shown.text == "".join(f"a⟨U+{ord(c):04X}⟩b" for c in characters)
        assert shown.marked == len(characters)


def test_every_other_character_is_shown_as_it_is():
    for block in range(0, sys.maxunicode + 1, _BLOCK):
        text = "".join(
            f"a{character}b"
            for character in map(chr, range(block, block + _BLOCK))
            if unicodedata.category(character) not in INVISIBLE
            and character not in IGNORABLE
            and character not in "⟨⟩〈〉〈〉❬❭⧼⧽"
        )
        assert show_text(text).text == text


@pytest.mark.parametrize("character", ["\x00", "\u202e", "\u200b", "\u2028", "\ud800"])
def test_an_invisible_character_alone_is_marked(character):
    assert show_text(character).text == f"⟨U+{ord(character):04X}⟩"
    assert show_line(character).text == f"⟨U+{ord(character):04X}⟩"


@UNHURRIED
@given(texts)
@example("⟨U+202E⟩")
@example("\n\n\n")
@example(" \n\n \t\n\n")
@example("a\n\n\n\n  \n" + " " * 17)
def test_a_shown_text_can_be_read_back(text):
    if secrets_in(text):
        return

    assert original(show_text(text).text) == text
    assert original(show_line(text).text) == text


@UNHURRIED
@given(texts, texts)
def test_two_texts_are_never_shown_alike(one, other):
    if one == other or secrets_in(one) or secrets_in(other):
        return

    assert show_text(one).text != show_text(other).text
    assert show_line(one).text != show_line(other).text


@UNHURRIED
@given(texts)
def test_a_shown_line_is_one_line(text):
    assert show_line(text).text.isprintable() or "\ufe0f" in text


def test_a_marker_in_the_text_is_not_taken_for_one():
    assert show_text("⟨hidden: GitHub token⟩").text == ("⟨U+27E8⟩hidden: GitHub token⟨U+27E9⟩")
    assert show_text("⟨U+202E⟩").marked == 0


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("git status" + " " * 4000 + "; reboot", "git status⟨4000 spaces⟩; reboot"),
        ("a" + "\t" * 30 + "b", "a⟨30 tabs⟩b"),
        ("\t" * 30 + "b", "⟨30 tabs⟩b"),
        ("a" + " " * 16 + "b", "a" + " " * 16 + "b"),
        ("a" + " \t" * 9 + "b", "a" + "⟨1 space⟩⟨1 tab⟩" * 9 + "b"),
        (" " * 40 + "b", " " * 40 + "b"),
        (" " * 41 + "b", "⟨41 spaces⟩b"),
        ("a" + " " * 17, "a⟨17 spaces⟩"),
        ("a" + "\n" * 41 + "b", "a\n⟨40 blank lines⟩\nb"),
        ("a\n\n\nb", "a\n\n\nb"),
        (
            "a\n \n \n\t\n\nb",
            "a\n⟨2 blank lines of⟩⟨1 space⟩⟨1 blank line of⟩⟨1 tab⟩⟨1 blank line⟩\nb",
        ),
        ("a\r\n\r\n\r\n\r\nb", "a⟨U+000D⟩\n⟨3 blank lines of⟩⟨U+000D⟩\nb"),
        ("\u200b" * 500, "⟨U+200B ×500⟩"),
    ],
)
def test_padding_is_counted_and_not_shown(text, shown):
    assert show_text(text).text == shown


def test_a_line_shows_its_line_breaks_and_tabs():
    assert show_line("a\n\tb" + " " * 20).text == "a⟨U+000A⟩⟨U+0009⟩b⟨20 spaces⟩"


def test_line_ends_of_windows_are_marked_but_not_counted():
    shown = show_text("a\r\nb\r\r\nc\rd")

    assert shown.text == "a⟨U+000D⟩\nb⟨U+000D ×2⟩\nc⟨U+000D⟩d"
    assert shown.marked == 2


@pytest.mark.parametrize(
    ("text", "shown", "marked"),
    [
        ("❤️ 1️⃣", "❤️ 1️⃣", 0),
        ("👩\u200d💻", "👩⟨U+200D⟩💻", 0),
        ("❤️\u200d🔥", "❤️⟨U+200D⟩🔥", 0),
        ("a\u200db", "a⟨U+200D⟩b", 1),
        ("👩\u200d\u200d💻", "👩⟨U+200D ×2⟩💻", 2),
        ("👩\u200d", "👩⟨U+200D⟩", 1),
        ("a\ufe0f", "a⟨U+FE0F⟩", 1),
        ("1\ufe0f", "1⟨U+FE0F⟩", 1),
        ("❤\ufe0f\ufe0f", "❤\ufe0f⟨U+FE0F⟩", 1),
        ("\u2800\ufe0f", "⟨U+2800⟩⟨U+FE0F⟩", 2),
        ("\ufe0f", "⟨U+FE0F⟩", 1),
    ],
)
def test_emoji_stay_readable(text, shown, marked):
    assert show_text(text).text == shown
    assert show_text(text).marked == count_hidden(text) == marked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("e\u0301", "e\u0301"),
        ("é\u0302\u0303\u0304\u0305", "é\u0302\u0303\u0304\u0305"),
        ("e" + "\u0301" * 7, "e" + "\u0301" * 4 + "⟨U+0301 ×3⟩"),
        ("ก\u0e34\u0e48", "ก\u0e34\u0e48"),
        ("\u0301a", "⟨U+0301⟩a"),
        ("a\n\u0301", "a\n⟨U+0301⟩"),
        ("a \u0301", "a ⟨U+0301⟩"),
        ("\u200b\u0338", "⟨U+200B⟩⟨U+0338⟩"),
        (f"{TOKEN}\u0338", "⟨hidden: GitHub token⟩⟨U+0338⟩"),
    ],
)
def test_combining_characters_stand_on_a_base_and_not_too_many(text, shown):
    assert show_text(text).text == shown


def test_the_original_is_measured_and_secrets_are_counted():
    shown = show_text(f"echo {TOKEN}\u202e⟨\n\n\n\n\n{TOKEN}\n{TOKEN} x")

    assert shown.text == (
        "echo ⟨hidden: GitHub token⟩⟨U+202E⟩⟨U+27E8⟩\n⟨4 blank lines⟩\n"
        "⟨hidden: GitHub token⟩\n⟨hidden: GitHub token⟩ x"
    )
    assert (shown.hidden_values, shown.marked) == (3, 1)
    assert shown.length == 5 + 3 * 40 + 2 + 5 + 3
    assert show_line(f"{TOKEN} x").text == "⟨hidden: GitHub token⟩ x"


def test_a_hidden_value_does_not_make_a_line_begin():
    assert show_text(f"{TOKEN}\n\n\nb").text == "⟨hidden: GitHub token⟩\n\n\nb"
    assert show_text(TOKEN + " " * 30 + "b").text == "⟨hidden: GitHub token⟩⟨30 spaces⟩b"


@pytest.mark.parametrize(
    "text", ["", "git status", "if x:\n    pass\n", "中文，测试。", "naïve – “x”"]
)
def test_ordinary_text_is_shown_as_it_is(text):
    for shown in (show_text(text), show_line(text.replace("\n", " "))):
        assert shown.text == text.replace("\n", " ") or shown.text == text
        assert (shown.hidden_values, shown.marked) == (0, 0)
    assert count_hidden(text) == 0


@pytest.mark.parametrize(
    "text",
    [
        "\u200b\u200c" * 50_000,
        " \n\n" * 30_000,
        ("\u0301" * 100 + "e") * 1_000,
        "⟨" * 100_000,
        " \t" * 50_000,
        "token=abc1 \u200b" * 8_000,
        "://a:" * 20_000,
    ],
)
def test_a_hostile_text_is_shown(text):
    assert show_text(text).length == len(text)
    assert show_line(text).length == len(text)


@UNHURRIED
@given(st.text())
def test_utf16_length_counts_code_units(text):
    assert utf16_length(text) == len(text.encode("utf-16-le")) // 2


@UNHURRIED
@given(st.text(st.sampled_from("ab\n🎉\u200b⟨é"), max_size=200), st.integers(0, 60))
def test_an_excerpt_fits_and_cuts_no_marker(text, limit):
    shown = show_text(text).text

    excerpt = head_and_tail(shown, limit=limit)

    assert utf16_length(excerpt.head) + utf16_length(excerpt.tail) <= limit
    assert shown.startswith(excerpt.head)
    assert shown.endswith(excerpt.tail)
    assert len(excerpt.head) + len(excerpt.tail) + excerpt.omitted_characters == len(shown)
    for part in (excerpt.head, excerpt.tail):
        assert not _MARKER.sub("", part)
    assert excerpt.is_whole == (utf16_length(shown) <= limit) == (excerpt.omitted_lines == 0)


def test_an_excerpt_keeps_whole_lines_of_both_ends():
    text = "\n".join(f"line {number}" for number in range(100))

    excerpt = head_and_tail(text, limit=60)

    assert excerpt.head.splitlines() == [f"line {number}" for number in range(5)]
    assert excerpt.tail.splitlines() == ["line 98", "line 99"]
    assert excerpt.omitted_lines == 93


def test_an_excerpt_of_one_long_line_keeps_its_tail():
    excerpt = head_and_tail("x" * 5_000 + "; rm -rf ~", limit=300)

    assert excerpt.head == "x" * 200
    assert excerpt.tail.endswith("; rm -rf ~")
    assert len(excerpt.tail) == 100
    assert excerpt.omitted_lines == 1


def test_a_whole_text_is_no_excerpt():
    excerpt = head_and_tail("one\ntwo", limit=7)

    assert excerpt.is_whole
    assert (excerpt.head, excerpt.tail) == ("one\ntwo", "")


@UNHURRIED
@given(st.text(), st.integers(0, 40))
def test_a_headline_is_one_line_and_fits(text, limit):
    line = one_line(text, limit=limit)

    assert utf16_length(line) <= limit
    assert "\n" not in line


def test_a_headline_is_shortened_in_the_middle():
    assert one_line("git status", limit=10) == "git status"
    assert one_line("rm -rf " + "x" * 100 + " ~/backups", limit=21) == "rm -rf xxx… ~/backups"
    assert one_line("a" * 12 + "\u200b" * 9 + "b" * 12, limit=30) == "a" * 12 + "…" + "b" * 12


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("git status", ()),
        ("gіt stаtus gіt", ("gіt", "stаtus")),  # Cyrillic і and а
        ("pαypal", ("pαypal",)),
        ("ｒm", ("ｒm",)),
        ("сοde", ("сοde",)),
        ("Привет мир", ()),
        ("使用npm安装 テストtest", ()),
        ("naïve Größe 5µs Δx λx", ()),
        ("SQL-запрос", ()),
        ("ｒｍ", ()),
        ("𝐫m", ("𝐫m",)),
        ("ΑΒΓ", ()),
    ],
)
def test_words_of_letters_that_look_alike_are_found(text, words):
    assert mixed_script_words(text) == words


def test_values_hidden_in_a_shown_text_are_counted_and_never_forged():
    text = f"⟨hidden: token⟩ {TOKEN} {TOKEN}"

    assert hidden_in(show_text(text).text) == 2
    assert hidden_in(show_line(text).text) == 2


def test_a_revealed_text_is_escaped_and_not_redacted():
    assert show_revealed(f"{TOKEN}\u202e⟨\nb") == f"{TOKEN}⟨U+202E⟩⟨U+27E8⟩\nb"
