"""What a card on the page says and offers: an approval's texts, escaped for the eye.

Everything that is approved stands on the card. One that is too long for a list shows heads and
tails there and offers no approval; its own page shows it whole.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final

from bot.core.approval import Approval, Kind
from bot.core.card import Face, Verb, asks_twice, buttons
from bot.core.decision import Choice, Scope
from bot.core.grant import extents_offered
from bot.core.preview import one_line
from bot.core.question import LETTERS, Question
from bot.core.redaction import redact
from bot.core.risk import Level
from bot.locales import N_, asked, decided
from bot.locales.rule import grant_offered, rule_text
from web.pages.said import hidden_values, repeats, said
from web.pages.shown import (
    Block,
    block,
    json_text,
    mixed_script_words,
    shown_line,
    shown_text,
)
from web.pages.template import Templates
from web.pages.words import ruling_lines
from web.pages.writing import may_note, replaceable

# Characters of a card's texts that a list shows whole.
LONGEST_IN_LIST: Final = 20_000

_MARKS: Final = {
    Level.LOW: "🟢",
    Level.NORMAL: "🟡",
    Level.HIGH: "🔴",
    Level.CRITICAL: "🟣",
}
_LEVELS: Final = {
    Level.LOW: N_("low risk"),
    Level.NORMAL: N_("normal risk"),
    Level.HIGH: N_("high risk"),
    Level.CRITICAL: N_("critical risk"),
}
# What the buttons say already.
_EMOJI: Final = "🔁♾\ufe0f "
_MOST_WORDS: Final = 5
_LINE_LIMIT: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionView:
    """One choice, with its letter."""

    letter: str
    label: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """One question and how it may be answered; `text` is empty where the title says it."""

    name: str
    header: str
    text: str
    options: tuple[OptionView, ...]
    multiple: bool
    allow_custom: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """A card, ready for the template.

    `path` is where its forms go, `back` what leads away from a second press. `command` is what may
    be changed, empty where nothing may; `takes_note` tells whether a note goes with an approval.
    `rules` says what Session and Always would allow at one tap; where something narrower can be
    granted, a tap asks what. `numbers` are those of which the agent shows one.
    """

    id: str
    path: str
    back: str
    short_code: str
    is_question: bool
    level: str
    mark: str
    copies: int
    asked: str
    times: str
    level_words: str
    agent: str
    place: str
    title: str
    blocks: tuple[Block, ...]
    is_whole: bool
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    ruling: tuple[str, ...]
    action_type: str
    where: str
    reason: str
    questions: tuple[QuestionView, ...]
    asks_twice: bool
    numbers: tuple[int, ...]
    takes_reason: bool
    keeps_note: bool
    takes_note: bool
    command: str
    offers: frozenset[str]
    rules: dict[str, str]
    may_choose: bool
    expires_at: str
    expires_clock: str
    expires_in: str
    then: str
    details: tuple[tuple[str, str], ...]
    hidden: int


def card_view(
    approval: Approval,
    say: Templates,
    *,
    now: datetime,
    whole: bool,
    alone: str | None = None,
) -> CardView:
    """Return the card of a pending approval; `whole` shows it to the last character.

    `alone` is the path of a page of its own, where words may go along too; without it, it is one
    of the queue's.
    """
    action = approval.action
    whole = whole or _length(approval) <= LONGEST_IN_LIST
    is_question = approval.kind is Kind.QUESTION
    offers = {button.verb.name.lower() for row in buttons(approval, Face()) for button in row}
    return CardView(
        id=approval.id,
        path=alone or f"/queue/{approval.id}",
        back=alone or f"/queue#card-{approval.id}",
        short_code=approval.short_code,
        is_question=is_question,
        level=approval.risk.level.value,
        mark="❓" if is_question else _MARKS[approval.risk.level],
        copies=approval.copies,
        asked=asked.mark_of(approval),
        times=asked.times(approval, say),
        level_words=say.gettext(_LEVELS[approval.risk.level]),
        agent=_line(approval.agent, whole=whole),
        place=_line(_last_part(action.cwd), whole=whole),
        title=_text(action.title, whole=whole),
        blocks=_blocks(approval, say, whole=whole),
        is_whole=whole,
        warnings=tuple(
            say.gettext(reason.text) for reason in approval.risk.reasons if reason.text
        ),
        notes=tuple(_notes(approval, say)),
        ruling=tuple(ruling_lines(approval, say)),
        action_type=_line(action.action_type, whole=whole),
        where=_where(approval, say, whole=whole),
        reason=_text(action.reason or "", whole=whole),
        questions=tuple(
            _question(question, number, approval)
            for number, question in enumerate(approval.questions)
            if whole
        ),
        asks_twice=asks_twice(approval),
        numbers=approval.number.offered if approval.number is not None else (),
        keeps_note=approval.loses_notes,
        takes_note=alone is not None and may_note(approval),
        command=replaceable(approval) if alone is not None else "",
        takes_reason=approval.kind is Kind.ACTION and approval.routing.require_reason,
        offers=frozenset(offers if whole else offers - _APPROVING),
        rules={
            scope.value: rule_text(
                grant_offered(approval, Choice(approve=True, scope=scope)), say
            ).lstrip(_EMOJI)
            for scope, verb in ((Scope.SESSION, Verb.SESSION), (Scope.ALWAYS, Verb.ALWAYS))
            if verb.name.lower() in offers and whole
        },
        may_choose=len(extents_offered(approval)) > 1,
        expires_at=approval.expires_at.isoformat(),
        expires_clock=say.clock(approval.expires_at, near=now),
        then=asked.in_silence(approval, say),
        expires_in=say.until(approval.expires_at, now=now),
        details=tuple(_details(approval, say, whole=whole)),
        hidden=hidden_values(approval),
    )


_APPROVING: Final = frozenset(
    verb.name.lower()
    for verb in (Verb.APPROVE, Verb.SESSION, Verb.ALWAYS, Verb.PICK, Verb.TICK, Verb.CUSTOM)
)


def _length(approval: Approval) -> int:
    return sum(len(shown_text(one.text).text) for one in said(approval))


def _blocks(approval: Approval, say: Templates, *, whole: bool) -> tuple[Block, ...]:
    action = approval.action
    found = []
    if action.preview.strip():
        found.append(block(action.preview, whole=whole))
    if not repeats(approval):
        label = say.gettext("Parameters")
        found.append(block(json_text(action.params), label=label, whole=whole))
    return tuple(found)


def _notes(approval: Approval, say: Templates) -> list[str]:
    """Return what to know about Session, and about how the texts are shown."""
    lines = _session_rules(approval, say)
    texts = [one.text for one in said(approval)]
    marked = sum(shown_text(text).marked for text in texts)
    if marked:
        template = say.ngettext(
            "{n} hidden character is shown as a marker ⟨U+…⟩.",
            "{n} hidden characters are shown as markers ⟨U+…⟩.",
            marked,
        )
        lines.append(template.format(n=say.number(marked)))
    # Of what is shown: a word may be a secret, or stand in one.
    words = dict.fromkeys(word for text in texts for word in mixed_script_words(redact(text).text))
    if words:
        listed = ", ".join(list(words)[:_MOST_WORDS])
        template = say.gettext("Letters of different scripts that look alike: {words}")
        lines.append(template.format(words=shown_line(listed).text))
    hidden = hidden_values(approval)
    if hidden:
        lines.append(decided.values_hidden(hidden, say))
    return lines


def _session_rules(approval: Approval, say: Templates) -> list[str]:
    template, terms = asked.session_rules(approval, say), approval.action.terms
    if not template or terms is None:
        return []
    rules = shown_line(", ".join(terms.session_rules)).text
    return [template.format(agent=shown_line(approval.agent).text, rules=rules)]


def _line(raw: str, *, whole: bool) -> str:
    return shown_line(raw).text if whole else one_line(raw, limit=_LINE_LIMIT)


def _text(raw: str, *, whole: bool) -> str:
    shown = block(raw, whole=whole)
    return f"{shown.head} … {shown.tail}" if shown.omitted_characters else shown.head


def _where(approval: Approval, say: Templates, *, whole: bool) -> str:
    action = approval.action
    if not action.cwd:
        return ""
    host = action.context.get("host")
    cwd = _line(action.cwd, whole=whole)
    if isinstance(host, str) and host:
        machine = _line(host, whole=whole)
        return say.gettext("{cwd} on {host}").format(cwd=cwd, host=machine)
    return cwd


def _last_part(cwd: str | None) -> str:
    if not cwd:
        return ""
    path = PureWindowsPath(cwd) if "\\" in cwd else PurePosixPath(cwd)
    return path.name or cwd


def _question(question: Question, number: int, approval: Approval) -> QuestionView:
    said_already = len(approval.questions) == 1 and question.text == approval.action.title
    return QuestionView(
        name=f"q{number}",
        header=shown_line(question.header).text,
        text="" if said_already else shown_text(question.text).text,
        options=tuple(
            OptionView(
                letter=letter,
                label=shown_text(option.label).text,
                description=shown_text(option.description).text,
            )
            for letter, option in zip(LETTERS, question.options, strict=False)
        ),
        multiple=question.multiple,
        allow_custom=question.allow_custom,
    )


def _details(approval: Approval, say: Templates, *, whole: bool) -> list[tuple[str, str]]:
    rows = [
        (say.gettext("Asked"), say.full(approval.created_at)),
        (say.gettext("Expires"), say.full(approval.expires_at)),
        (say.gettext("Approval"), approval.id),
        (say.gettext("Key"), approval.key_id),
        (say.gettext("Digest"), approval.digest),
    ]
    if approval.session_id:
        rows.insert(3, (say.gettext("Session"), _line(approval.session_id, whole=whole)))
    if approval.action.context and whole:
        context = shown_text(json_text(approval.action.context)).text
        rows.append((say.gettext("Context"), context))
    return rows
