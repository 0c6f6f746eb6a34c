"""Every language says everything, and says it with the same names in it."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment

from bot.core.risk import REASON_TEXTS
from bot.locales import LANGUAGES, language_of, translator
from bot.locales.catalogue import ROOT, TRANSLATED, extracted, faults, kept, placeholders

TEMPLATES = sorted((ROOT / "web" / "pages" / "templates").glob("*.html"))
# Names, and words of the protocol that are the same in every language.
NAMES = {"ok2run", "HTTP", "openapi.json"}


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_untranslated_fuzzy_unused_or_filled_in_otherwise(language):
    found = faults(language)

    assert not found, "run python -m bot.locales.update, translate:\n" + "\n".join(found)


def test_what_stands_in_code_in_templates_and_in_cores_tables_is_found():
    found = extracted("zh_CN")

    assert found.get("✅ Approve") is not None
    assert found.get("Show it whole") is not None
    assert found.get("Only {names} may decide this.") is not None
    assert found.get("password") is not None
    assert all(found.get(text) is not None for text in REASON_TEXTS)


def test_each_fault_is_told_in_a_line_that_names_the_message():
    catalogue = extracted("zh_CN")
    catalogue.get("❌ Deny").string = "❌ 拒绝"
    catalogue.get("❌ Deny").flags.add("fuzzy")
    catalogue.get("{n} of {count}").string = "{n}"
    catalogue.add("Said no more.", "不再说")

    told = faults("zh_CN", catalogue)

    assert any(line.startswith("zh_CN: not translated: '✅ Approve' (bot/") for line in told)
    assert "zh_CN: fuzzy: '❌ Deny'" in told
    assert "zh_CN: other placeholders: '{n} of {count}'" in told
    assert "zh_CN: not used any more: 'Said no more.'" in told
    assert "zh_CN: the .mo is not that of the .po" in told


@pytest.mark.parametrize(
    ("texts", "found"),
    [("{n} of {count}", {"{n}", "{count}"}), (("one", "%(n)s more"), {"%(n)s"}), ("", set())],
)
def test_placeholders_of_a_plural_are_those_of_its_last_form(texts, found):
    assert placeholders(texts) == found


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_keeps_the_signs_that_buttons_and_lines_begin_with(language):
    for message in kept(language):
        signs = re.match(r"[^\w\s“”(/{%…'⟨]*", str(message.id or ""))
        if message.id and isinstance(message.id, str) and signs and signs[0]:
            assert message.string.startswith(signs[0]), message.id


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_nothing_past_the_catalogue(template: Path):
    said, is_translated, is_block = [], False, False
    tokens = Environment(autoescape=True, extensions=["jinja2.ext.i18n"]).lex(
        template.read_text("utf-8")
    )
    for _, kind, value in tokens:
        if kind == "block_begin":
            is_block = True
        elif kind == "block_end":
            is_block = False
        elif is_block and kind == "name" and value in {"trans", "endtrans"}:
            is_translated = value == "trans"
        elif kind == "data":
            said.append(" " if is_translated else value)
        elif kind == "variable_begin":
            said.append("{}")
    html = "".join(said)
    shown = re.findall(r'(?:title|alt|placeholder|aria-label)="([^"]*)"', html)
    shown.append(re.sub(r"<[^>]*>", " ", html))

    words = {word for text in shown for word in re.findall(r"[^\W\d_][\w.]+", text)}

    assert words <= NAMES


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("zh", "zh_CN"),
        ("zh-hans", "zh_CN"),
        ("zh_CN", "zh_CN"),
        ("ZH-Hant-TW", "zh_CN"),
        ("中文", "zh_CN"),
        ("English", "en"),
        ("de", None),
        ("", None),
        ("zhx", None),
    ],
)
def test_a_tag_leads_to_the_language_that_serves_it(tag, language):
    assert language_of(tag) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_translator(language):
    said = translator(language).gettext("❌ Deny")

    assert (said == "❌ Deny") is (language == "en")


@pytest.mark.parametrize("tag", [None, "", "de", "../zh_CN"])
def test_what_is_no_language_is_english(tag):
    assert translator(tag).gettext("❌ Deny") == "❌ Deny"
