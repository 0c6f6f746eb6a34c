"""Whatever an agent sends, Telegram takes the card: posted, edited, attached, in detail."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.telegram.cards import card, needs_attachment
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.details import attachment
from bot.channels.telegram.pacing import Pacing
from bot.core.action import Action
from bot.core.approval import Approval, Outcome, decided, expired, reported, withdrawn
from bot.core.card import Face
from bot.core.decision import Scope
from bot.core.preview import show_text
from bot.core.question import Answer, Option, Question
from bot.core.risk import REASON_TEXTS, Assessment, Level, Reason
from bot.gate.channel import Card, CardKind
from tests.builders import CHAT, NOW, a_card, a_decision, an_approval
from tests.channels.telegram.conftest import READER, EagerClock, SameReader, a_bot, close
from tests.fakes.telegram import FakeTelegram

PIECES = (
    "git push", " ", "\n", "\r\n", "\t", "\0", "\x1b[31m", "\u202e", "\u200b", "\ud800", "\udfff",
    "🙂", "👨‍👩‍👧", "a\u0301\u0301\u0301\u0301\u0301\u0301", "⟨", "⟩", "`", "</code>", "<b>",
    "@evil",
    "https://evil.example/x", "/start", "安装", "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "password=hunter22", "{", "}", "{time}", "\\", "\u2028", "\ufeff", "%s", "٣",
)  # fmt: skip

pieces = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
texts = st.one_of(pieces, st.text(max_size=60))


@st.composite
def long_texts(draw: st.DrawFn) -> str:
    return draw(texts) * draw(st.sampled_from([1, 1, 1, 7, 60]))


values = st.recursive(
    st.one_of(texts, st.integers(-(2**40), 2**40), st.booleans(), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)
    ),
    max_leaves=8,
)
actions = st.builds(
    Action,
    action_type=texts,
    title=long_texts(),
    preview=long_texts(),
    params=st.dictionaries(texts, values, max_size=4),
    cwd=st.one_of(st.none(), texts),
    context=st.dictionaries(st.one_of(st.just("host"), texts), values, max_size=4),
    reason=st.one_of(st.none(), long_texts()),
    language=st.one_of(st.none(), st.sampled_from(["bash", "diff", "c++", "json"]), texts),
)
options = st.builds(Option, label=texts, description=texts)
questions = st.builds(
    Question,
    text=long_texts(),
    header=texts,
    options=st.lists(options, max_size=26).map(tuple),
    multiple=st.booleans(),
    allow_custom=st.just(True),
)
reasons = st.lists(
    st.sampled_from(REASON_TEXTS).map(lambda text: Reason(floor_class=None, text=text)),
    max_size=12,
).map(tuple)
risks = st.builds(Assessment, level=st.sampled_from(list(Level)), reasons=reasons)


@st.composite
def approvals(draw: st.DrawFn) -> Approval:
    approval = an_approval(
        agent=draw(texts),
        session_id=draw(st.one_of(st.just(""), texts)),
        questions=tuple(draw(st.lists(questions, max_size=3))),
        risk=draw(risks),
    )
    return with_action(approval, draw(actions))


def with_action(approval: Approval, action: Action) -> Approval:
    """Put in an action also where it has no digest, such as with lone surrogates."""
    return replace(approval, action=action)


def answers_to(approval: Approval, words: str) -> tuple[Answer, ...]:
    return tuple(
        Answer(letters=("A",)) if question.options else Answer(custom=words)
        for question in approval.questions
    )


def faces_of(approval: Approval, words: str) -> list[Face]:
    if not approval.questions:
        confirming = [Face(confirming="person:x", scope=scope) for scope in Scope]
        return [Face(), *confirming]
    answers = answers_to(approval, words)
    return [Face(answers=answers[:step], ticked=("A",)) for step in range(len(answers))]


def ends_of(approval: Approval, words: str) -> list[Approval]:
    found = [
        expired(approval, at=NOW),
        withdrawn(approval, at=NOW, reason=words),
        decided(approval, a_decision(approved=False, note=words, by=words)),
    ]
    if approval.questions:
        answers = answers_to(approval, words)
        return [*found, decided(approval, a_decision(answers=answers, by=words))]
    outcome = Outcome(exit_code=1, summary=words, reported_at=NOW)
    standing = decided(approval, a_decision(scope=Scope.ALWAYS, note=words, by=words))
    changed = decided(approval, a_decision(override=words, by=words))
    return [*found, standing, changed, reported(standing, outcome), reported(changed, outcome)]


async def show_everywhere(
    telegram: FakeTelegram, channel: TelegramChannel, approval: Approval, words: str
) -> None:
    """Post, turn, attach, detail, prompt and end it; every refusal fails the test."""
    posted = a_card(approval, handle="AbCdEfGhIjKlMnOpQrSt_-")
    posted = replace(posted, message=await channel.post(posted, approval))
    for face in faces_of(approval, words):
        await channel.edit(replace(posted, face=face.dump()), approval)
    if channel.needs_attachment(approval):
        await channel.attach(posted, approval)
    await channel.post(beside(posted, CardKind.DETAILS), approval)
    if approval.questions:
        await channel.post(beside(posted, CardKind.PROMPT), approval)
    for ended in ends_of(approval, words):
        await channel.edit(posted, ended)
    refused = [call.outcome for call in telegram.calls if call.outcome != "ok"]
    assert [one for one in refused if "not modified" not in one] == []
    assert all(len(one.entities) < 100 for one in telegram.messages(1001))


def beside(card: Card, kind: CardKind) -> Card:
    return replace(card, id=f"{card.id}-{kind}", kind=kind, message=None, beside=card.message)


@pytest.fixture
async def shop() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as telegram:
        telegram.person(1001, "Ana")
        yield telegram


async def shown_in(telegram: FakeTelegram, approval: Approval, words: str) -> None:
    telegram.calls.clear()
    bot = a_bot(telegram)
    try:
        await show_everywhere(
            telegram, TelegramChannel(bot, Pacing(EagerClock()), SameReader()), approval, words
        )
    finally:
        await close(bot)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(approval=approvals(), words=texts)
async def test_nothing_an_agent_sends_is_refused(
    shop: FakeTelegram, approval: Approval, words: str
) -> None:
    await shown_in(shop, approval, words)


LARGE = {
    "100 kB in one line": "x" * 100_000,
    "100 kB in lines": "echo line\n" * 10_000,
    "emoji": "🙂" * 4096,
    "families": "👨‍👩‍👧" * 2000,
    "bidi": "a\u202eb" * 3000,
    "zero width": "\u200b" * 5000,
    "blank lines": "\n" * 9000,
    "spaces": " " * 9000,
    "markers": "⟨" * 5000,
    "surrogates": "\ud83d" * 3000,
    "entities": "<b>&amp;</b>`*_[" * 1000,
    "stacked": "e" + "\u0301" * 5000,
}


@pytest.mark.parametrize("name", LARGE)
@pytest.mark.parametrize("place", ["title", "preview", "params", "reason", "question", "option"])
async def test_large_texts_are_taken_wherever_they_stand(
    shop: FakeTelegram, name: str, place: str
) -> None:
    text = LARGE[name]
    action = Action(action_type="Bash", title="t", preview="p", cwd="/srv/shop")
    asked: tuple[Question, ...] = ()
    if place == "params":
        action = replace(action, params={"a": text})
    elif place == "question":
        asked = (Question(text=text, options=(Option(label="a"),)),)
    elif place == "option":
        asked = (Question(text="?", options=(Option(label=text), Option(label="b" + text))),)
    else:
        action = replace(action, **{place: text})
    approval = with_action(an_approval(questions=asked), action)

    await shown_in(shop, approval, text[:2000])


@settings(max_examples=50, deadline=None)
@given(approval=approvals())
def test_what_is_not_attached_stands_whole_on_the_card(approval: Approval) -> None:
    if approval.questions or needs_attachment(approval, READER):
        return

    text = card(approval, Face(), "h" * 22, READER).text

    if approval.action.preview.strip():
        assert show_text(approval.action.preview).text in text
    assert "left out" not in text


@settings(max_examples=30, deadline=None)
@given(approval=approvals())
def test_a_file_holds_the_whole_text(approval: Approval) -> None:
    file = attachment(approval, READER)

    assert file.content
    if approval.action.preview.strip():
        assert show_text(approval.action.preview).text in file.text
    for question in approval.questions:
        assert "\n".join(show_text(question.text).text.splitlines()[:1]) in file.text


async def test_an_expiry_far_away_is_taken(shop: FakeTelegram) -> None:
    approval = an_approval(expires_at=NOW + timedelta(days=7))

    await shown_in(shop, approval, "")


def test_the_chat_of_these_tests_is_anas() -> None:
    assert CHAT.address == "1001"
