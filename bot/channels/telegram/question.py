"""What a card says about questions: the one to be answered now, its options, earlier answers."""

from typing import Final

from aiogram.utils.formatting import Text

from bot.channels.telegram.action import TITLE_LIMIT, Body
from bot.channels.telegram.layout import Block, Part
from bot.channels.telegram.stamp import answer_words
from bot.channels.telegram.text import Reader, code, fill, line_code, shown_line, shown_text
from bot.core.approval import Approval
from bot.core.card import Face
from bot.core.preview import one_line, utf16_length
from bot.core.question import LETTERS, Question
from bot.locales import decided

_OPTIONS_LIMIT: Final = 1800
_OPTION_LIMITS: Final = (800, 300, 150, 100, 60, 40)
_EARLIER_LIMIT: Final = 70
_HEADER_LIMIT: Final = 60


def asked(approval: Approval, face: Face) -> str:
    """Return the question that the headline names."""
    if len(approval.questions) > 1 and not approval.is_pending:
        return approval.action.title
    return approval.questions[min(face.step, len(approval.questions) - 1)].text


def body(approval: Approval, face: Face, reader: Reader) -> Body:
    """Return the current question; of several that have ended, all of them with their answers."""
    if len(approval.questions) > 1 and not approval.is_pending:
        decision = approval.decision
        answers = decision.answers if decision is not None else ()
        told = [one.text for one in approval.questions]
        told += [
            one.options[LETTERS.index(letter)].label
            for one, answer in zip(approval.questions, answers, strict=False)
            for letter in answer.letters
        ]
        hidden = _hidden([approval.agent, approval.action.title, *told], approval, reader)
        return Body(parts=[*_answered(approval, reader), *hidden])
    question = approval.questions[min(face.step, len(approval.questions) - 1)]
    parts: list[Part] = []
    if question.header:
        about = line_code(question.header, limit=_HEADER_LIMIT)
        parts.append(fill(reader.gettext("About: {header}"), header=about))
    text = shown_text(question.text).text
    if utf16_length(shown_line(question.text).text) > TITLE_LIMIT:
        parts.append(Block(shown=text))
    preview = shown_text(approval.action.preview).text
    said = [approval.agent, question.header, question.text, *_options_of(question)]
    if preview.strip() and preview not in {text, shown_text(approval.action.title).text}:
        parts.append(Block(shown=preview, language=approval.action.language))
        said.append(approval.action.preview)
    options, are_whole = _options(question)
    earlier = zip(approval.questions, face.answers, strict=False)
    parts += options
    parts += [
        Text(f"{number}. ", answer_words(before, answer, limit=_EARLIER_LIMIT))
        for number, (before, answer) in enumerate(earlier, start=1)
    ]
    said += [answer.custom for answer in face.answers if answer.custom]
    parts += _hidden(said, approval, reader)
    if question.multiple and approval.is_pending:
        parts.append(Text(reader.gettext("Tick what applies, then tap Done.")))
    return Body(parts=parts, is_whole=are_whole)


def option_text(label: str, description: str) -> str:
    """Return an option as one line, as the agent sent it."""
    return f"{label} – {description}" if description else label


def _options(question: Question) -> tuple[list[Text], bool]:
    """Return the options in lines, at their greatest length that leaves room for the rest."""
    lines: list[Text] = []
    for limit in _OPTION_LIMITS:
        texts = [option_text(one.label, one.description) for one in question.options]
        shown = [one_line(text, limit=limit) for text in texts]
        lines = [
            Text(f"{letter}) ", code(text)) for letter, text in zip(LETTERS, shown, strict=False)
        ]
        if sum(utf16_length(text) + 4 for text in shown) <= _OPTIONS_LIMIT:
            whole = all(utf16_length(shown_line(text).text) <= limit for text in texts)
            return lines, whole
    return lines, False


def _answered(approval: Approval, reader: Reader) -> list[Text]:
    answers = approval.decision.answers if approval.decision is not None else ()
    lines: list[Text] = []
    for number, question in enumerate(approval.questions, start=1):
        lines.append(Text(f"{number}. ", line_code(question.text, limit=300)))
        if number <= len(answers):
            lines.append(Text("💬 ", answer_words(question, answers[number - 1], limit=240)))
    return lines


def _options_of(question: Question) -> list[str]:
    return [text for one in question.options for text in (one.label, one.description)]


def _hidden(said: list[str], approval: Approval, reader: Reader) -> list[Text]:
    """Return the line that counts the values hidden in these texts and in how it ended."""
    texts = [*said, *decided.texts(approval)]
    hidden = sum(shown_text(text).hidden_values for text in texts)
    return [Text(decided.values_hidden(hidden, reader))] if hidden else []
