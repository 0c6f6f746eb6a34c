"""How a session's message looks: it waits at its terminal, has finished, or goes on."""

from datetime import timedelta
from typing import Final

from aiogram.utils.formatting import Text

from bot.channels.telegram.answers import Answer
from bot.channels.telegram.leaf import Leaf
from bot.channels.telegram.text import Reader, cut, fill, line_code, lines, pre, shown_text
from bot.gate.turn import Stage, Told
from bot.locales import N_

_WORDS_LIMIT: Final = 700
_HEADS: Final = {
    Stage.WAITING: N_("🖥 {agent} waits at its terminal, {time}"),
    Stage.FINISHED: N_("🏁 {agent} has finished, {time}"),
    Stage.BEGUN: N_("▶️ {agent} goes on, {time}"),
    Stage.ENDED: N_("🏁 {agent} has ended its session, {time}"),
}


def leaf(told: Told, reader: Reader) -> Leaf:
    """Return where the session is, and the agent's own words."""
    head = fill(reader.gettext(_HEADS[told.stage]), agent=_who(told), time=reader.time(told.at))
    took = Text(" · ", _span(told.took, reader)) if told.took is not None else Text()
    parts: list[object] = [Text(head, took)]
    words = cut(shown_text(told.words.strip()).text, _WORDS_LIMIT)
    if words and told.stage in {Stage.WAITING, Stage.FINISHED}:
        parts.append(pre(words, None))
    return Leaf(text=lines(parts))


def answer(_told: object, _reader: Reader) -> Answer:
    """Return nothing: it has no buttons."""
    return Answer()


def _who(told: Told) -> Text:
    agent = line_code(told.agent, limit=40)
    place = told.cwd.rstrip("/\\").replace("\\", "/").rpartition("/")[2]
    return Text(agent, " @ ", line_code(place, limit=40)) if place else agent


def _span(took: timedelta, reader: Reader) -> str:
    minutes = round(took.total_seconds() / 60)
    if minutes < 60:
        return reader.gettext("{n} min").format(n=minutes)
    return reader.gettext("{n} h").format(n=round(minutes / 60))
