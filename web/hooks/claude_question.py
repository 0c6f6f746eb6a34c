"""AskUserQuestion: Claude Code's questions as a question card, and the answers to them."""

from collections.abc import Mapping

from bot.core.action import Action, Json
from bot.core.approval import Approval
from bot.core.errors import InvalidAsk
from bot.core.question import Option, Question, checked_questions, texts_of
from bot.core.terms import Terms

TOOL = "AskUserQuestion"


def questions_of(given: Mapping[str, Json]) -> tuple[Question, ...]:
    """Return the questions; raises InvalidAsk for what a card cannot ask."""
    asked = given.get("questions")
    if not isinstance(asked, list):
        raise InvalidAsk("There are no questions.", place=("questions",))
    questions = checked_questions([_question(one) for one in asked])
    # Answers go back by the question's text.
    if len({one.text for one in questions}) < len(questions):
        raise InvalidAsk("Two questions are the same.", place=("questions",))
    return questions


def action_of(
    given: Mapping[str, Json], questions: tuple[Question, ...], cwd: str | None, terms: Terms
) -> Action:
    """Return what a card says beside the questions."""
    about = ", ".join(one.header or one.text for one in questions)
    title = questions[0].text if len(questions) == 1 else about
    return Action(
        action_type=TOOL,
        title=title,
        preview=_previews(given),
        params=given,
        cwd=cwd,
        terms=terms,
    )


def _previews(given: Mapping[str, Json]) -> str:
    """Return what the agent shows beside its options, each under its option's words."""
    asked = given.get("questions")
    found = []
    for one in asked if isinstance(asked, list) else ():
        options = one.get("options") if isinstance(one, Mapping) else None
        for option in options if isinstance(options, list) else ():
            preview = option.get("preview") if isinstance(option, Mapping) else None
            if isinstance(option, Mapping) and isinstance(preview, str) and preview.strip():
                found.append(f"{option.get('label')}:\n{preview}")
    return "\n\n".join(found)


def answered(approval: Approval) -> dict[str, Json]:
    """Return the whole input with the answers in it, by the text of their question."""
    given = approval.decision.answers if approval.decision is not None else ()
    pairs = zip(approval.questions, given, strict=False)
    answers: dict[str, Json] = {
        question.text: ", ".join(texts_of(question, answer)) for question, answer in pairs
    }
    return {**approval.action.params, "answers": answers}


def _question(asked: Json) -> Question:
    if not isinstance(asked, Mapping):
        raise InvalidAsk("A question is no object.", place=("questions",))
    options = asked.get("options")
    return Question(
        text=_text(asked, "question", needed=True),
        header=_text(asked, "header"),
        options=tuple(map(_option, options if isinstance(options, list) else ())),
        multiple=asked.get("multiSelect") is True,
    )


def _option(given: Json) -> Option:
    if not isinstance(given, Mapping):
        raise InvalidAsk("An option is no object.", place=("questions",))
    return Option(
        label=_text(given, "label", needed=True), description=_text(given, "description")
    )


def _text(given: Mapping[str, Json], name: str, *, needed: bool = False) -> str:
    value = given.get(name, "")
    if not isinstance(value, str) or (needed and not value.strip()):
        raise InvalidAsk("A question's words are missing.", place=("questions", name))
    return value
