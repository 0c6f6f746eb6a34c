import pytest

from bot.core.spoken import Spoken, is_bare_no, spoken_in
from tests.core.data.unclear_words import NEARLY, UNCLEAR


@pytest.mark.parametrize(
    "words",
    ["yes kqmrz", "Yes KQMRZ", " yes  kqmrz. ", "yes, kqmrz!", "“yes kqmrz”", "YES\nkqmrz"],
)
def test_yes_and_a_code_is_clear(words: str) -> None:
    assert spoken_in(words) == Spoken(approve=True, code="kqmrz")
    assert Spoken(approve=True, code="kqmrz").is_clear


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("no kqmrz", ""),
        ("NO kqmrz.", ""),
        ("no kqmrz wrong branch", "wrong branch"),
        ("no, kqmrz: use Staging – not this", "use Staging – not this"),
        ("no kqmrz – later", "later"),
        ("no kqmrz\nlater,\nplease", "later,\nplease"),
    ],
)
def test_no_and_a_code_takes_the_rest_as_the_reason(words: str, reason: str) -> None:
    found = spoken_in(words)

    assert found == Spoken(approve=False, code="kqmrz", rest=reason)
    assert found.is_clear


@pytest.mark.parametrize("words", UNCLEAR)
def test_no_other_text_is_a_yes_or_a_no(words: str) -> None:
    assert spoken_in(words) is None


@pytest.mark.parametrize("template", NEARLY)
def test_what_is_nearly_right_is_never_a_clear_yes(template: str) -> None:
    found = spoken_in(template.format(code="kqmrz"))

    assert found is None or not (found.approve and found.is_clear)


@pytest.mark.parametrize("words", ["yes kqmr", "yes kqmrzz", "yes kqmrl", "yes kqmrİ"])
def test_a_code_has_five_of_its_letters(words: str) -> None:
    assert spoken_in(words) is None


@pytest.mark.parametrize("words", ["no", "No!", " NO. ", "don’t", "DON'T", "不行", "不要。"])
def test_a_bare_no_is_known(words: str) -> None:
    assert is_bare_no(words)


@pytest.mark.parametrize("words", ["no, use staging", "not now", "yes", "", "不行，用测试环境"])
def test_anything_with_more_in_it_is_no_bare_no(words: str) -> None:
    assert not is_bare_no(words)
