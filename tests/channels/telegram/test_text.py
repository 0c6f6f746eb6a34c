import pytest
from aiogram.utils.formatting import Code, Text

from bot.channels.telegram.layout import Block, fit
from bot.channels.telegram.text import code, cut, fill, length, name
from bot.core.preview import utf16_length
from bot.locales import N_, translator
from tests.channels.telegram.conftest import READER


def test_a_sentence_is_filled_in_the_order_of_its_language() -> None:
    text, entities = fill("{b} then {a}", a="x", b=Code("y")).render()

    assert text == "y then x"
    assert [(one.type, one.offset) for one in entities] == [("code", 0)]


def test_braces_in_what_is_filled_in_stay_themselves() -> None:
    assert fill("{a}", a=Code("{b}")).render()[0] == "{b}"


def test_empty_code_is_no_entity() -> None:
    assert Text("a", code("")).render()[1] == []


@pytest.mark.parametrize("plain", ["Ana", "Ana María", "O'Neill", "Jean-Luc", "安娜"])
def test_a_plain_name_stands_as_text(plain: str) -> None:
    assert name(plain).render()[1] == []


@pytest.mark.parametrize("odd", ["@ana", "ana.com", "/ana", "+4930123456", "#ana", "a\u202eb"])
def test_a_name_that_could_be_a_link_stands_as_code(odd: str) -> None:
    assert [one.type for one in name(odd).render()[1]] == ["code"]


@pytest.mark.parametrize("limit", [5, 50, 199, 200])
def test_cut_keeps_the_limit(limit: int) -> None:
    for text in ("x" * 500, "🙂" * 500, "a ⟨U+202E⟩" * 50, "line\n" * 100):
        assert utf16_length(cut(text, limit)) <= limit


def test_cut_leaves_what_fits() -> None:
    assert cut("abc", 3) == "abc"


def test_blocks_give_way_evenly() -> None:
    parts = [Text("head"), Block(shown="a" * 1000), Block(shown="b" * 1000), Block(shown="c" * 9)]

    fitted = fit(parts, READER, limit=1000)

    assert not fitted.is_whole
    text = fitted.text.render()[0]
    assert utf16_length(text) <= 1000
    assert "c" * 9 in text
    assert abs(text.count("a") - text.count("b")) < 20


def test_length_counts_as_telegram_does() -> None:
    assert length(Text("🙂", Code("a"))) == 3


def test_english_stands_where_there_is_no_catalogue() -> None:
    for language in (None, "", "en", "xx-YY", "zh_CN"):
        assert translator(language).gettext("No such sentence.") == "No such sentence."


def test_a_marked_constant_is_itself() -> None:
    assert N_("a") == "a"
