"""What a card says while somebody chooses what Session or Always shall cover, and until when.

Every choice prints its rule, word for word and never shortened: that could be another's rule.
"""

from typing import Final

from aiogram.utils.formatting import Text

from bot.channels.telegram.stamp import rule_whole
from bot.channels.telegram.text import Reader
from bot.core.approval import Approval
from bot.core.card import Face
from bot.core.decision import Choice, Scope
from bot.core.end import End
from bot.core.panel import Panel, left_out
from bot.locales import N_, rule

# On buttons; the rules say it in whole sentences.
_ENDS: Final = {
    End.QUARTER: N_("15 min"),
    End.HOUR: N_("1 h"),
    End.TODAY: N_("today"),
    End.THRICE: N_("next 3"),
    End.SESSION: N_("this session"),
    End.REVOKED: N_("until revoked"),
}


def panel_lines(approval: Approval, face: Face, reader: Reader) -> list[Text]:
    """Return what is to be chosen from, or the one rule that waits for its second tap."""
    if not approval.is_pending:
        return []
    if face.choosing is not None:
        return _choices(approval, face.choosing, reader)
    if face.confirming is not None and face.scope is not Scope.ONCE:
        return [rule_whole(rule.grant_offered(approval, face.confirmed), reader)]
    return []


def end_label(end: End, panel: Panel, reader: Reader) -> str:
    """Return a button's words for an end, marked where it is chosen."""
    words = reader.gettext(_ENDS[end])
    return f"● {words}" if end is panel.end else words


def _choices(approval: Approval, panel: Panel, reader: Reader) -> list[Text]:
    question = (
        reader.gettext("🔁 What may it do in this session without asking?")
        if panel.scope is Scope.SESSION
        else reader.gettext("♾ What may it do from now on without asking?")
    )
    lines = [Text(question)]
    for number, extent in enumerate(panel.extents, start=1):
        choice = Choice(approve=True, scope=panel.scope, extent=extent, end=panel.end)
        words = rule_whole(rule.grant_offered(approval, choice), reader)
        lines.append(Text(f"{number}) ", words))
    missing = left_out(approval, panel)
    if missing:
        lines.append(Text(_too_long(missing, panel, reader)))
    return lines


def _too_long(missing: int, panel: Panel, reader: Reader) -> str:
    if not panel.extents:
        return reader.gettext(
            "The rule is too long to be shown here whole, so it can't be chosen here. "
            "Go back and approve once."
        )
    return reader.ngettext(
        "{n} more choice is too long to be shown here whole, and is left out.",
        "{n} more choices are too long to be shown here whole, and are left out.",
        missing,
    ).format(n=missing)
