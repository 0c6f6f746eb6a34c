"""The message that asks a person for their own words."""

from typing import Final

from aiogram.utils.formatting import Text

from bot.channels.telegram.text import Reader, line_code, lines
from bot.core.approval import Approval
from bot.core.card import Face
from bot.locales import N_

PLACEHOLDER: Final = N_("Your answer …")
_QUESTION_LIMIT: Final = 300


def prompt(approval: Approval, face: Face, reader: Reader) -> Text:
    """Return the words that ask for an answer to the question which is current."""
    question = approval.questions[min(face.step, len(approval.questions) - 1)]
    asked = line_code(question.text, limit=_QUESTION_LIMIT)
    return lines([Text(reader.gettext("📝 Reply to this message with your answer.")), asked])
