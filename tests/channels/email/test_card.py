"""What a mail says: complete in plain text, alike in HTML, in its reader's language, no secret."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from bot.channels.email.card import Ways, card, reminder, subject, told
from bot.channels.email.compose import html
from bot.channels.email.letter import plain_text
from bot.core.question import Answer, Option
from bot.core.risk import Assessment, Level, Reason
from bot.locales import translator
from bot.locales.audience import Audience
from tests.builders import NOW, a_decision, a_question, an_action, an_approval

READER = Audience(translator=translator(None), timezone=ZoneInfo("UTC"))
CHINESE = Audience(
    language="zh_CN", translator=translator("zh_CN"), timezone=ZoneInfo("Asia/Shanghai")
)
LINKED = Ways(url="https://gate.example.org/a/made-up")
CANARY = "ghp_Zm9vYmFyQmF6UXV4MTIzNDU2Nzg5MGFiY2Rl"
BUTTON = "Approve or deny on its page"


class _Words(HTMLParser):
    """The text of a page, and everything that it would load or open."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.leads: list[str] = []
        self.tags: set[str] = set()

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.leads += [v or "" for k, v in attrs if k in {"href", "src", "background", "action"}]


def read(letter) -> _Words:
    words = _Words()
    words.feed(html(letter))
    return words


def mail(ways: Ways = LINKED, reader: Audience = READER, **changes):
    return card(an_approval(**changes), ways, reader)


def test_the_text_is_complete_in_itself():
    letter = mail(
        short_code="kqmrz",
        action=an_action(
            preview="git push origin main\nsecond line",
            reason="Tests pass, publishing the fix.",
            params={"command": "git push origin main", "force": False},
            context={"host": "api-server"},
        ),
    )

    text = plain_text(letter)

    assert text.startswith(
        "🟡 claude @ shop\n  git push origin main\n\n    git push origin main\n"
    )
    for line in (
        "    second line",
        "Risk: normal risk",
        "Type: Bash",
        "Where: /srv/shop on api-server",
        "Why: “Tests pass, publishing the fix.”",
        "Expires 2026-11-20 13:00:00 UTC, then denied · kqmrz",
        f"{BUTTON}:",
        "https://gate.example.org/a/made-up",
    ):
        assert line in text.split("\n"), line
    assert '"force": false' in text


def test_the_html_says_the_same_and_loads_nothing():
    letter = mail(action=an_action(preview='<img src="https://eve.example.org/x.png">&amp;'))

    page = read(letter)

    assert page.leads == ["https://gate.example.org/a/made-up"]
    assert not page.tags & {"img", "script", "link", "style", "iframe", "form", "object"}
    assert '<img src="https://eve.example.org/x.png">&amp;' in page.words
    assert "color-scheme" in html(letter)
    assert "url(" not in html(letter)


def test_the_subject_says_risk_agent_and_verb_and_ends_with_the_id():
    approval = an_approval(action=an_action(title="x" * 300))

    assert re.fullmatch(r"\[🟡\] claude @ shop: x+…x+ \[appr_[0-9a-f]{32}\]", subject(approval))
    assert len(subject(approval)) < 200


def test_no_secret_is_in_any_part():
    said = f"curl -H 'Authorization: Bearer {CANARY}' https://example.org"
    action = an_action(title=said, preview=said, params={"token": CANARY}, reason=said)
    for letter in (
        mail(action=action),
        reminder(an_approval(action=action), LINKED, READER),
        mail(action=an_action(title=said * 300, preview=said * 300)),
        told(
            an_approval(
                action=action,
                state="denied",
                ended_at=NOW,
                decision=a_decision(approved=False, note=f"use {CANARY}"),
            ),
            READER,
        ),
    ):
        everything = plain_text(letter) + html(letter) + letter.subject
        everything += letter.file.text if letter.file is not None else ""
        assert CANARY not in everything
        assert "⟨hidden: " in everything
    assert "values hidden" in plain_text(mail(action=action))


def test_what_is_long_is_cut_and_goes_along_whole():
    preview = "\n".join(f"line {n}" for n in range(5_000))
    letter = mail(short_code="kqmrz", action=an_action(preview=preview))

    assert letter.file is not None
    assert letter.file.name == "request-kqmrz.txt"
    assert preview in letter.file.text
    text = plain_text(letter)
    assert "line 0\n" in text
    assert "line 4999\n" in text
    assert "line 2500\n" not in text
    assert "characters left out here; the attached file has them …" in text
    assert f"📎 Full text attached: {len(letter.file.text):,} characters" in text
    assert len(html(letter).encode()) < 102_000


def test_a_short_one_has_no_file():
    assert mail().file is None


def test_a_dangerous_one_says_so():
    risk = Assessment(
        level=Level.CRITICAL,
        reasons=(Reason(floor_class="history", text="Rewrites published history."),),
        floor=("history",),
    )

    text = plain_text(mail(risk=risk))

    assert text.startswith("🟣 claude @ shop")
    assert "⚠ Rewrites published history." in text
    assert "⚠ This kind always asks; no standing approval covers it." in text
    assert "⚠ This is critical risk: approving takes" in text


def test_a_question_lists_its_options_with_letters():
    question = a_question(
        text="Which database?",
        options=(Option(label="SQLite", description="one file"), Option(label="PostgreSQL")),
        multiple=True,
    )
    letter = mail(action=an_action(title="Which database?", preview=""), questions=(question,))

    text = plain_text(letter)

    assert "  A) SQLite – one file\n  B) PostgreSQL\n" in text
    assert "Several may be chosen." in text
    assert "Or answer in your own words." in text
    assert "then unanswered" in text
    assert letter.subject.startswith("[❓] claude @ shop: Which database? [appr_")
    assert "Answer on its page" in text


def test_without_a_link_it_says_how_to_answer_otherwise():
    text = plain_text(mail(Ways()))

    assert "This mail holds no link, because the gate has no public address." in text
    assert "https://" not in text
    assert read(mail(Ways())).leads == []


@pytest.mark.parametrize(("takes", "told"), [(True, True), (False, False)])
def test_the_grammar_of_a_reply_is_told_only_where_replies_are_taken(takes: bool, told: bool):
    text = plain_text(mail(Ways(url=LINKED.url, takes_replies=takes)))

    assert ("reply to this mail, in the first line: 1 to approve once" in text) is told


def test_odd_characters_are_shown_as_markers():
    letter = mail(action=an_action(title="ls \u202etxt.exe", preview="a\x1b[2Jb"))

    assert "⟨U+202E⟩" in letter.subject
    assert "\u202e" not in plain_text(letter) + html(letter)
    assert "⟨U+001B⟩" in plain_text(letter)


def test_its_reader_has_their_language_and_zone():
    letter = mail(
        reader=CHINESE,
        action=an_action(preview=f"export TOKEN={CANARY}", context={"host": "api-server"}),
    )

    text, page = plain_text(letter), html(letter)

    assert "2026-11-20 21:00:00 CST" in text
    assert '<html lang="zh-CN">' in page
    assert "普通风险" in text or "风险" in text
    assert "hidden:" not in text + page
    assert "Expires" not in text
    assert CANARY not in text + page


def test_the_end_is_told_in_a_few_lines():
    approval = an_approval(
        state="approved",
        ended_at=NOW,
        decision=a_decision(note="go on", override="git push origin staging"),
    )

    text = plain_text(told(approval, READER))

    assert "✏️ Approved by Ana in Telegram with a change, 12:01 UTC" in text
    assert "“go on”" in text
    assert "    git push origin staging" in text
    assert "/a/" not in text
    assert len(text.splitlines()) < 15


def test_answers_are_told_with_their_words():
    question = a_question("SQLite", "PostgreSQL", text="Which database?")
    approval = an_approval(
        questions=(question,),
        state="approved",
        ended_at=NOW,
        decision=a_decision(answers=(Answer(letters=("B",)),), note="B"),
    )

    assert "💬 B) PostgreSQL" in plain_text(told(approval, READER))


def test_silence_is_told_as_what_it_came_to():
    approval = an_approval(state="expired", ended_at=NOW + timedelta(hours=1))

    text = plain_text(told(approval, READER))

    assert "⌛ Expired at 13:00 UTC, nobody answered. Denied." in text
