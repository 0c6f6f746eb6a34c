"""What a card says about an action: what would be done, where, why, and what is odd about it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aiogram.utils.formatting import Code, ExpandableBlockQuote, Text

from bot.channels.telegram.layout import Block, Part
from bot.channels.telegram.stamp import ruling_lines
from bot.channels.telegram.text import Reader, cut, fill, line_code, shown_line, shown_text
from bot.core.action import Action, Json
from bot.core.approval import Approval
from bot.core.confirmation import confirmation
from bot.core.preview import utf16_length
from bot.core.risk import Level
from bot.core.routing import Confirm
from bot.locales import N_, asked, decided

TITLE_LIMIT: Final = 100
_TYPE_LIMIT: Final = 60
_CWD_LIMIT: Final = 200
_REASON_LIMIT: Final = 500
_MOST_REASONS: Final = 6
_RULES_LIMIT: Final = 400

LEVEL_WORDS: Final = {
    Level.LOW: N_("low risk"),
    Level.NORMAL: N_("normal risk"),
    Level.HIGH: N_("high risk"),
    Level.CRITICAL: N_("critical risk"),
}

# Names under which agents pass the command itself and the words about it.
_REPEATED: Final = frozenset({"command", "cmd", "description", "title", "preview"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The lines between the headline and the end of a card; whole unless a line was shortened."""

    parts: list[Part]
    is_whole: bool = True


def body(approval: Approval, reader: Reader) -> Body:
    """Return what a person must know before they decide about the action."""
    action = approval.action
    rows = [Text(asked.times(approval, reader))] if approval.copies else []
    rows += [
        fill(reader.gettext("Type: {type}"), type=line_code(action.action_type, limit=_TYPE_LIMIT))
    ]
    if action.cwd:
        rows.append(_where(action, action.cwd, reader))
    if action.reason:
        why = Code(cut(shown_text(action.reason).text, _REASON_LIMIT))
        rows.append(ExpandableBlockQuote(fill(reader.gettext("Why: {reason}"), reason=why)))
    hidden = hidden_values(approval)
    if hidden:
        rows.append(Text(decided.values_hidden(hidden, reader)))
    changed = _changed(approval, reader)
    command, parameters = texts(action, reader), parameter_text(action, reader)
    rows += [*ruling_lines(approval, reader), *session_rules(approval, reader)]
    parts = [*changed, *command, *_warnings(approval, reader), *parameters]
    return Body(parts=[*parts, *rows], is_whole=rows_are_whole(action))


def asked_for(approval: Approval, reader: Reader) -> list[Part]:
    """Return what would be done and the warnings, without what else there is to know."""
    action = approval.action
    command, parameters = texts(action, reader), parameter_text(action, reader)
    times = [Text(asked.times(approval, reader))] if approval.copies else []
    also = session_rules(approval, reader)
    return [*command, *_warnings(approval, reader), *parameters, *times, *also]


def session_rules(approval: Approval, reader: Reader) -> list[Text]:
    """Return what Session has the agent keep by itself, where it does."""
    template, terms = asked.session_rules(approval, reader), approval.action.terms
    if not template or terms is None:
        return []
    rules = line_code(", ".join(terms.session_rules), limit=_RULES_LIMIT)
    return [fill(template, agent=line_code(approval.agent, limit=40), rules=rules)]


def texts(action: Action, reader: Reader) -> list[Block]:
    """Return the title, where the headline cannot hold it, and the preview; none twice."""
    found: list[Block] = []
    title, preview = shown_text(action.title).text, shown_text(action.preview).text
    if utf16_length(shown_line(action.title).text) > TITLE_LIMIT and title != preview:
        found.append(Block(shown=title, label=reader.gettext("Title:")))
    if preview.strip():
        found.append(Block(shown=preview, language=action.language))
    return found


def parameter_text(action: Action, reader: Reader) -> list[Block]:
    """Return the parameters, where they say more than title and preview do."""
    if not action.params or repeats(action.params, action):
        return []
    params = shown_text(json_text(action.params)).text
    return [Block(shown=params, language="json", label=reader.gettext("Parameters:"))]


def repeats(params: Mapping[str, Json], action: Action) -> bool:
    """Tell whether the parameters say nothing that title and preview do not show."""
    if action.terms is not None and action.terms.says_all:
        return True
    said = (action.title, action.preview)  # no set: a value may be a list
    if all(name in _REPEATED and value in said for name, value in params.items()):
        return True
    try:
        return bool(json.loads(action.preview) == dict(params))
    except (ValueError, RecursionError):
        return False


def json_text(value: object) -> str:
    """Return a JSON value as people read it."""
    if isinstance(value, Mapping):
        value = dict(value)
    return json.dumps(value, indent=2, ensure_ascii=False)


def hidden_values(approval: Approval) -> int:
    """Return how many values are hidden in what the card shows of the action and its end."""
    action = approval.action
    texts = [action.preview, action.cwd or "", action.reason or "", action.action_type]
    texts += [approval.agent, *decided.texts(approval)]
    host = action.context.get("host")
    if action.cwd and isinstance(host, str):
        texts.append(host)
    if action.title not in action.preview:
        texts.append(action.title)
    if action.params and not repeats(action.params, action):
        texts.append(json_text(action.params))
    return sum(shown_text(text).hidden_values for text in texts)


def _where(action: Action, cwd: str, reader: Reader) -> Text:
    where = line_code(cwd, limit=_CWD_LIMIT)
    host = action.context.get("host")
    if isinstance(host, str) and host:
        machine = line_code(host, limit=60)
        return fill(reader.gettext("Where: {cwd} on {host}"), cwd=where, host=machine)
    return fill(reader.gettext("Where: {cwd}"), cwd=where)


def _changed(approval: Approval, reader: Reader) -> list[Part]:
    """Return the command that was approved in place of the one asked for."""
    override = approval.decision.override if approval.decision is not None else None
    if override is None:
        return []
    shown = shown_text(override).text
    changed = Block(shown=shown, language=approval.action.language)
    return [changed, Text(reader.gettext("Instead of what was asked for:"))]


def _warnings(approval: Approval, reader: Reader) -> list[Text]:
    risk = approval.risk
    said = [reader.gettext(reason.text) for reason in risk.reasons if reason.text]
    lines = [Text("⚠ ", words) for words in said[:_MOST_REASONS]]
    if len(said) > _MOST_REASONS:
        left = len(said) - _MOST_REASONS
        more = reader.ngettext("⚠ and {n} more reason", "⚠ and {n} more reasons", left)
        lines.append(Text(more.format(n=left)))
    takes = confirmation(approval) if approval.is_pending else None
    if takes is not None:
        template = (
            reader.gettext("⚠ This is {level}: approving takes the number that your agent shows.")
            if takes is Confirm.NUMBER
            else reader.gettext("⚠ This is {level}: approving takes a second tap.")
        )
        lines.append(Text(template.format(level=reader.gettext(LEVEL_WORDS[risk.level]))))
    return lines


def rows_are_whole(action: Action) -> bool:
    """Tell whether type, directory and reason stand whole on the card."""
    rows = ((action.action_type, _TYPE_LIMIT), (action.cwd or "", _CWD_LIMIT))
    fits = all(utf16_length(shown_line(text).text) <= limit for text, limit in rows)
    return fits and utf16_length(shown_text(action.reason or "").text) <= _REASON_LIMIT
