"""The whole of an approval: as a message behind the Details button, and as a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiogram.utils.formatting import Text

from bot.channels.telegram import action
from bot.channels.telegram.layout import CAPTION_LIMIT, MESSAGE_LIMIT
from bot.channels.telegram.text import Reader, code, fill, length, lines, pre, shown_text
from bot.core.approval import Approval, Kind
from bot.core.preview import hidden_in
from bot.core.question import LETTERS, Question
from bot.locales import decided
from bot.locales.marker import in_words

_COUNT_LIMIT: Final = 40  # the line that counts hidden values
_EXTENSIONS: Final = {"diff": "diff", "patch": "diff", "json": "json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing known of an approval; a language makes it a block of its own."""

    label: str
    shown: str
    language: str | None = None

    @property
    def is_block(self) -> bool:
        """Tell whether it takes lines of its own."""
        return self.language is not None or "\n" in self.shown


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file to send: its name, its text as people read it, and the words beside it."""

    name: str
    text: str
    caption: Text

    @property
    def content(self) -> bytes:
        """The file's bytes; never none, for Telegram takes no empty file."""
        return (self.text or "\n").encode()


def attachment(approval: Approval, reader: Reader) -> File:
    """Return what a card could not hold whole: the preview alone where the rest stands there."""
    asked = approval.action
    is_alone = (
        approval.kind is Kind.ACTION
        and bool(asked.preview.strip())
        and action.rows_are_whole(asked)
        and len(action.texts(asked, reader)) == 1
        and not action.parameter_text(asked, reader)
    )
    if is_alone:
        text = shown_text(asked.preview).text
        extension = _EXTENSIONS.get((asked.language or "").lower(), "txt")
    else:
        text = _as_file([*_asked_facts(approval, reader), *_long_facts(approval, reader)])
        extension = "txt"
    caption = fill(
        reader.gettext("Full text of {code}, {n} characters · SHA-256 of what is asked: {digest}"),
        code=code(approval.short_code),
        n=f"{len(in_words(text, reader)):,}",
        digest=code(approval.digest[:8]),
    )
    caption = lines([caption, *_hidden(text, reader)])
    name = _file_name(approval, extension)
    return File(name=name, text=in_words(text, reader), caption=caption)


def details(approval: Approval, reader: Reader) -> Text | File:
    """Return everything known of the approval; a file where it does not fit into one message."""
    first, last = _gate_facts(approval, reader), _context_facts(approval, reader)
    message = [*first, *_asked_facts(approval, reader), *last]
    text = lines([_as_message(message), *_hidden(_as_file(message), reader)])
    if length(text) <= MESSAGE_LIMIT:
        return text
    facts = [*first, *_asked_facts(approval, reader), *_long_facts(approval, reader), *last]
    caption = _as_message(first)
    if length(caption) > CAPTION_LIMIT - _COUNT_LIMIT:
        caption = _as_message([fact for fact in first if fact.label])
    whole = _as_file(facts)
    caption = lines([caption, *_hidden(whole, reader)])
    return File(name=_file_name(approval, "txt"), text=in_words(whole, reader), caption=caption)


def _file_name(approval: Approval, extension: str) -> str:
    return f"request-{approval.short_code or approval.id}.{extension}"


def _gate_facts(approval: Approval, reader: Reader) -> list[Fact]:
    """Return what the gate knows; all of it is short but the reasons, which have no label."""
    risk = approval.risk
    level = reader.gettext(action.LEVEL_WORDS[risk.level])
    return [
        Fact(label=reader.gettext("Risk"), shown=level),
        *(Fact(label="", shown=f"⚠ {reader.gettext(reason.text)}") for reason in risk.reasons),
        Fact(label=reader.gettext("Approval"), shown=approval.id),
        Fact(label=reader.gettext("Short code"), shown=approval.short_code),
        Fact(label=reader.gettext("Asked at"), shown=reader.full(approval.created_at)),
        Fact(label=reader.gettext("Expires at"), shown=reader.full(approval.expires_at)),
        *_claimed_fact(approval, reader),
        Fact(
            label=reader.gettext("SHA-256 of what is asked, {start}…").format(
                start=approval.digest[:8]
            ),
            shown=approval.digest,
        ),
    ]


def _claimed_fact(approval: Approval, reader: Reader) -> list[Fact]:
    """Return when the agent took its receipt, right before it ran what was approved."""
    if approval.claimed_at is None:
        return []
    return [Fact(label=reader.gettext("Claimed at"), shown=reader.full(approval.claimed_at))]


def _asked_facts(approval: Approval, reader: Reader) -> list[Fact]:
    """Return what the agent said in few words."""
    asked = approval.action
    said = (
        (reader.gettext("Agent"), approval.agent),
        (reader.gettext("Session"), approval.session_id),
        (reader.gettext("Type"), asked.action_type),
        (reader.gettext("Where"), asked.cwd or reader.gettext("no directory named")),
        (reader.gettext("Title"), asked.title),
        (reader.gettext("Why"), asked.reason or ""),
    )
    facts = [Fact(label=label, shown=shown_text(raw).text) for label, raw in said if raw]
    if asked.params:
        params = shown_text(action.json_text(asked.params)).text
        facts.append(Fact(label=reader.gettext("Parameters"), shown=params, language="json"))
    return facts


def _context_facts(approval: Approval, reader: Reader) -> list[Fact]:
    if not approval.action.context:
        return []
    context = shown_text(action.json_text(approval.action.context)).text
    return [Fact(label=reader.gettext("Context"), shown=context, language="json")]


def _long_facts(approval: Approval, reader: Reader) -> list[Fact]:
    """Return the preview and the questions, whole."""
    facts = []
    if approval.action.preview.strip():
        preview = shown_text(approval.action.preview).text
        facts.append(Fact(label=reader.gettext("Preview"), shown=preview, language=""))
    for number, question in enumerate(approval.questions, start=1):
        label = reader.gettext("Question {n}").format(n=number)
        facts.append(Fact(label=label, shown=_question_text(question), language=""))
    return facts


def _question_text(question: Question) -> str:
    parts = [question.header, question.text] if question.header else [question.text]
    for letter, option in zip(LETTERS, question.options, strict=False):
        described = (
            f"{option.label} – {option.description}" if option.description else option.label
        )
        parts.append(f"{letter}) {described}")
    return shown_text("\n".join(parts)).text


def _hidden(shown: str, reader: Reader) -> list[Text]:
    """Return the line that counts the values hidden in a shown text; none where there are none."""
    hidden = hidden_in(shown)
    return [Text(decided.values_hidden(hidden, reader))] if hidden else []


def _as_message(facts: Sequence[Fact]) -> Text:
    return lines(_fact(fact) for fact in facts)


def _fact(fact: Fact) -> Text:
    if not fact.label:
        return Text(fact.shown)
    if fact.is_block:
        return lines([Text(fact.label, ":"), pre(fact.shown, fact.language)])
    return Text(fact.label, ": ", code(fact.shown))


def _as_file(facts: Sequence[Fact]) -> str:
    parts = []
    for fact in facts:
        if fact.is_block:
            parts.append(f"\n{fact.label}:\n{fact.shown}\n")
        else:
            parts.append(f"{fact.label}: {fact.shown}" if fact.label else fact.shown)
    return "\n".join(parts) + "\n"
