"""The buttons of a card."""

import pytest

from tests.builders import a_question, an_action, an_approval
from tests.channels.telegram.test_cards import labels, shown

# Buttons


def test_an_ordinary_card_has_its_buttons_in_their_places() -> None:
    assert labels(shown(an_approval())) == [
        ["✅ Approve", "❌ Deny"],
        ["🔁 Session", "♾ Always"],
        ["📋 Copy", "🔍 Details"],
    ]


def test_the_colours_tell_what_the_words_tell() -> None:
    message = shown(an_approval())

    assert message.markup is not None
    styles = [[button.style for button in row] for row in message.markup.inline_keyboard]
    assert styles == [["success", "danger"], [None, None], [None, None]]


@pytest.mark.parametrize(
    "preview",
    ["", " ", "a\nb", "x" * 257, "a\u200bb", "TOKEN=ghp_abcdefghijklmnopqrstuvwxyz0123456789"],
)
def test_what_is_not_one_plain_line_cannot_be_copied(preview: str) -> None:
    message = shown(an_approval(action=an_action(preview=preview)))

    assert labels(message)[-1] == ["🔍 Details"]


def test_copy_gives_the_command_as_it_was_sent() -> None:
    message = shown(an_approval(action=an_action(preview="echo 'x'  y")))

    assert message.markup is not None
    copy = message.markup.inline_keyboard[-1][0].copy_text
    assert copy is not None
    assert copy.text == "echo 'x'  y"


def test_options_are_cut_on_buttons_and_whole_in_the_text() -> None:
    option = "a long description of what would be done if this were chosen"

    message = shown(an_approval(questions=(a_question(option, "no"),)))

    assert option in message.text
    assert labels(message)[0] == [
        "A) a long description o…if this were chosen",
        "B) no",
    ]
