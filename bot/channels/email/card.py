"""An approval as a mail: what is asked and how to answer, and later in a line how it ended."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.channels.email.letter import (
    Block,
    Choice,
    Fact,
    File,
    Letter,
    Line,
    Link,
    Part,
    Tone,
    is_whole,
    whole_text,
)
from bot.channels.email.words import LEVEL_WORDS, MARKS, name, ruling_lines, stamp, warnings
from bot.core.action import Action, Json
from bot.core.approval import Approval, Kind
from bot.core.preview import hidden_in, one_line, show_line, show_text
from bot.core.question import LETTERS, Question
from bot.locales import asked, decided
from bot.locales.audience import Audience

TITLE_LIMIT: Final = 100
_AGENT_LIMIT: Final = 40
_LINE_LIMIT: Final = 500
# Names under which agents pass the command itself and the words about it.
_REPEATED: Final = frozenset({"command", "cmd", "description", "title", "preview"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How a person may answer: by the link, and by a reply where those are taken."""

    url: str | None = None
    takes_replies: bool = False


def headline(approval: Approval) -> str:
    """Return risk, agent and place, as `🟡 claude @ shop`."""
    mark = "❓" if approval.kind is Kind.QUESTION else MARKS[approval.risk.level]
    times = f" {asked.mark_of(approval)} ·" if approval.copies else ""
    return f"{mark}{times} {_who(approval)}"


def subject(approval: Approval) -> str:
    """Return what stands in the list of mails; the id comes last, where older programs seek it."""
    mark = "❓" if approval.kind is Kind.QUESTION else MARKS[approval.risk.level]
    title = one_line(approval.action.title, limit=TITLE_LIMIT)
    return f"[{mark}] {_who(approval)}: {title} [{approval.id}]"


def card(approval: Approval, ways: Ways, reader: Audience) -> Letter:
    """Return the mail that asks."""
    title = show_line(approval.action.title).text
    parts = [*_times(approval, reader)]
    if len(title) > _LINE_LIMIT:
        parts.append(Block(label=reader.gettext("Title"), shown=title))
    parts += [*_asked(approval, reader), *_ends(approval, reader)]
    whole = Letter(
        subject=subject(approval),
        headline=headline(approval),
        title=one_line(approval.action.title, limit=_LINE_LIMIT),
        parts=(*parts, *_answering(approval, ways, reader), *_about(approval, reader)),
        reader=reader,
    )
    return _with_file(whole, approval, parts)


def reminder(approval: Approval, ways: Ways, reader: Audience) -> Letter:
    """Return the mail that asks once more, in a few lines."""
    words = reader.gettext("⏰ This still waits for an answer.")
    parts: list[Part] = [Line(words=words, tone=Tone.STRONG), *_ends(approval, reader)]
    return Letter(
        subject=f"Re: {subject(approval)}",
        headline=headline(approval),
        title=one_line(approval.action.title, limit=_LINE_LIMIT),
        parts=(*parts, *_answering(approval, ways, reader)),
        reader=reader,
    )


def told(approval: Approval, reader: Audience) -> Letter:
    """Return the mail that tells how it ended."""
    first, *more = stamp(approval, reader)
    parts: list[Part] = [Line(words=first, tone=Tone.STRONG)]
    parts += [Line(words=words) for words in more]
    override = approval.decision.override if approval.decision is not None else None
    if override is not None:
        label = reader.gettext("Runs instead")
        parts.append(Block(label=label, shown=show_text(override).text))
    words = reader.gettext("Nothing is left to do here; links in earlier mails only show this.")
    parts.append(Line(words=words, tone=Tone.QUIET))
    return Letter(
        subject=f"Re: {subject(approval)}",
        headline=headline(approval),
        title=one_line(approval.action.title, limit=_LINE_LIMIT),
        parts=tuple(parts),
        reader=reader,
    )


def _who(approval: Approval) -> str:
    agent = one_line(approval.agent, limit=_AGENT_LIMIT)
    place = place_of(approval.action)
    return f"{agent} @ {one_line(place, limit=_AGENT_LIMIT)}" if place else agent


def place_of(action: Action) -> str:
    """Return the last part of the working directory."""
    return (action.cwd or "").rstrip("/\\").replace("\\", "/").rpartition("/")[2]


def _times(approval: Approval, reader: Audience) -> list[Part]:
    return [Line(words=asked.times(approval, reader))] if approval.copies else []


def _asked(approval: Approval, reader: Audience) -> list[Part]:
    """Return everything that a person must know before they answer."""
    action = approval.action
    parts: list[Part] = []
    shown = show_text(action.preview).text
    says_title = approval.kind is Kind.QUESTION and action.preview == action.title
    if shown.strip() and not says_title:
        parts.append(Block(label="", shown=shown))
    parts += [Line(words=one, tone=Tone.WARNING) for one in warnings(approval, reader)]
    if action.params and not repeats(action):
        params = show_text(json_text(action.params)).text
        parts.append(Block(label=reader.gettext("Parameters"), shown=params))
    for number, question in enumerate(approval.questions, start=1):
        parts += _question(question, number, approval, reader)
    if approval.kind is Kind.ACTION:
        level = reader.gettext(LEVEL_WORDS[approval.risk.level])
        parts.append(Fact(name=reader.gettext("Risk"), words=level))
        parts.append(_fact(reader.gettext("Type"), show_line(action.action_type).text))
    parts += _where(action, reader)
    if action.reason:
        parts.append(_fact(reader.gettext("Why"), f"“{show_text(action.reason).text}”"))
    parts += _session_rules(approval, reader)
    parts += [Line(words=one) for one in ruling_lines(approval, reader)]
    hidden = sum(_hidden_in(part) for part in parts) + hidden_in(show_line(action.title).text)
    if hidden:
        parts.append(Line(words=decided.values_hidden(hidden, reader)))
    return parts


def _fact(label: str, shown: str) -> Part:
    """Return it in a line, or where it takes more than that in a block."""
    if "\n" in shown or len(shown) > _LINE_LIMIT:
        return Block(label=label, shown=shown)
    return Fact(name=label, words=shown)


def _hidden_in(part: Part) -> int:
    match part:
        case Block():
            return hidden_in(part.shown)
        case Fact():
            return hidden_in(part.words)
        case Choice():
            return hidden_in(part.label) + hidden_in(part.description)
        case _:
            return 0


def _question(question: Question, number: int, approval: Approval, reader: Audience) -> list[Part]:
    parts: list[Part] = []
    if len(approval.questions) > 1:
        label = reader.gettext("Question {n}").format(n=number)
        text = f"{question.header}: {question.text}" if question.header else question.text
        parts.append(Block(label=label, shown=show_text(text).text))
    elif question.text != approval.action.title:
        parts.append(Block(label="", shown=show_text(question.text).text))
    parts += [
        Choice(
            letter=letter,
            label=show_text(option.label).text,
            description=show_text(option.description).text,
        )
        for letter, option in zip(LETTERS, question.options, strict=False)
    ]
    if question.multiple:
        parts.append(Line(words=reader.gettext("Several may be chosen."), tone=Tone.QUIET))
    if question.allow_custom and question.options:
        words = reader.gettext("Or answer in your own words.")
        parts.append(Line(words=words, tone=Tone.QUIET))
    return parts


def _where(action: Action, reader: Audience) -> list[Part]:
    if not action.cwd:
        return []
    where = show_line(action.cwd).text
    host = action.context.get("host")
    if isinstance(host, str) and host:
        template = reader.gettext("{cwd} on {host}")
        where = template.format(cwd=where, host=one_line(host, limit=_LINE_LIMIT))
    return [_fact(reader.gettext("Where"), where)]


def _session_rules(approval: Approval, reader: Audience) -> list[Part]:
    template, terms = asked.session_rules(approval, reader), approval.action.terms
    if not template or terms is None:
        return []
    rules = show_line(", ".join(terms.session_rules)).text
    return [Line(words=template.format(agent=name(approval.agent), rules=rules))]


def _ends(approval: Approval, reader: Audience) -> list[Part]:
    time = reader.full(approval.expires_at)
    template = (
        reader.gettext("Expires {time}, then unanswered · {code}")
        if asked.is_unanswered(approval)
        else reader.gettext("Expires {time}, {then} · {code}")
    )
    then = asked.in_silence(approval, reader)
    words = template.format(time=time, then=then, code=approval.short_code)
    return [Line(words=words, tone=Tone.STRONG)]


def _answering(approval: Approval, ways: Ways, reader: Audience) -> list[Part]:
    """Return how to answer: what does not work here is not offered."""
    parts: list[Part] = []
    is_question = approval.kind is Kind.QUESTION
    if ways.url is not None:
        words = (
            reader.gettext("Answer on its page")
            if is_question
            else reader.gettext("Approve or deny on its page")
        )
        parts.append(Link(words=words, url=ways.url))
        words = reader.gettext(
            "The link is yours alone: do not forward this mail. Opening it decides nothing."
        )
        parts.append(Line(words=words, tone=Tone.QUIET))
    elif not ways.takes_replies:
        words = reader.gettext(
            "This mail holds no link, because the gate has no public address. Answer in Telegram, "
            "on the gate's queue page, or with  ok2run approve  and  ok2run deny ."
        )
        parts.append(Line(words=words))
    if ways.takes_replies:
        words = _how_to_reply(approval, reader)
        parts.append(Line(words=words))
    return parts


def _how_to_reply(approval: Approval, reader: Audience) -> str:
    if approval.kind is Kind.QUESTION:
        return reader.gettext(
            "Or reply to this mail, in the first line: 4 and a letter, or 4 and your own words; "
            "3 to give no answer."
        )
    if approval.always_asks:
        return reader.gettext(
            "Or reply to this mail, in the first line: 1 to approve, 3 to deny, 4 and a note to "
            "approve with it."
        )
    return reader.gettext(
        "Or reply to this mail, in the first line: 1 to approve once, 2 for this session, 3 to "
        "deny, 4 and a note to approve with it, 5 and what is to run instead, 6 from now on."
    )


def _about(approval: Approval, reader: Audience) -> list[Part]:
    return [
        Fact(name=reader.gettext("Approval"), words=approval.id),
        Fact(name=reader.gettext("Digest"), words=approval.digest),
    ]


def _with_file(letter: Letter, approval: Approval, parts: Sequence[Part]) -> Letter:
    """Attach the whole text where the mail leaves some of it out."""
    if all(is_whole(part) for part in parts):
        return letter
    title = show_line(approval.action.title).text
    text = letter.say("\n\n".join([title, *filter(None, map(whole_text, parts))])) + "\n"
    file = File(name=f"request-{approval.short_code or approval.id}.txt", text=text)
    note = letter.reader.gettext("📎 Full text attached: {n} characters")
    line = Line(words=note.format(n=f"{len(text):,}"), tone=Tone.STRONG)
    return replace(letter, parts=(line, *letter.parts), file=file)


def repeats(action: Action) -> bool:
    """Tell whether the parameters say nothing that title and preview do not show."""
    if action.terms is not None and action.terms.says_all:
        return True
    said = {action.title, action.preview}
    if all(
        key in _REPEATED and isinstance(value, str) and value in said
        for key, value in action.params.items()
    ):
        return True
    try:
        return bool(json.loads(action.preview) == dict(action.params))
    except (ValueError, RecursionError):
        return False


def json_text(value: Mapping[str, Json]) -> str:
    """Return a JSON object as people read it."""
    return json.dumps(dict(value), indent=2, ensure_ascii=False)
