"""Markers of what is hidden and invisible stand in the reader's language."""

from datetime import UTC

import pytest

from bot.core.preview import hidden_in, show_text
from bot.locales import translator
from bot.locales.audience import Audience
from bot.locales.marker import in_words

CHINESE = Audience(language="zh_CN", translator=translator("zh_CN"), timezone=UTC)
ENGLISH = Audience(translator=translator("en"), timezone=UTC)
SECRET = "export API_PASSWORD='hunter2-hunter2-hunter2'"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a" + " " * 50 + "b", "a⟨50 个空格⟩b"),
        ("a" + "\t" * 50 + "b", "a⟨50 个制表符⟩b"),
        ("a\n\n\n\n\nb", "a\n⟨4 个空行⟩\nb"),
        ("a\u202eb", "a⟨U+202E⟩b"),
    ],
)
def test_a_marker_is_translated(raw, shown):
    assert in_words(show_text(raw).text, CHINESE) == shown


def test_a_hidden_value_is_named_in_the_readers_language():
    shown = show_text(SECRET).text

    assert in_words(shown, CHINESE) == "export API_PASSWORD='⟨已隐藏：密码⟩'"
    assert in_words(shown, ENGLISH) == shown
    assert hidden_in(shown) == 1


def test_what_only_looks_like_a_marker_is_no_marker():
    shown = show_text("⟨hidden: password⟩").text

    assert "hidden: password" in in_words(shown, CHINESE)
    assert "已隐藏" not in in_words(shown, CHINESE)
