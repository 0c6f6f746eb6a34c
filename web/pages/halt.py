"""That the gate is paused or snoozed, as the queue page says it above the cards."""

from typing import Final

from bot.core.preview import one_line
from bot.gate.halt import Standing
from web.pages.template import Templates

RESUME: Final = "/queue/resume"
_NAME_LIMIT: Final = 64


def halt_words(standing: Standing, say: Templates) -> str:
    """Return the banner's words; empty where nothing is halted."""
    halt = standing.halt
    if halt is None:
        return ""
    if not halt.is_pause:
        template = say.gettext("🌙 Snoozed by {name} until {until}: new asks go straight back.")
    elif halt.until is None:
        template = say.gettext("⏸ Paused by {name} since {since}: new asks wait.")
    else:
        template = say.gettext("⏸ Paused by {name} until {until}: new asks wait.")
    return template.format(
        name=one_line(halt.by, limit=_NAME_LIMIT),
        since=say.clock(halt.since),
        until="" if halt.until is None else say.clock(halt.until, near=halt.since),
    )
