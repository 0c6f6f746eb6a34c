"""A burst of approvals as one mail: what waits, with a link each, and what has ended."""

from collections.abc import Mapping

from bot.channels.email.card import headline
from bot.channels.email.letter import Entry, Letter, Line, Part, Tone
from bot.channels.email.words import stamp
from bot.core.approval import Approval
from bot.core.preview import one_line
from bot.core.risk import Level
from bot.gate.mail_list import MailList, Row
from bot.locales.audience import Audience

_TITLE_LIMIT = 200


def listing(listed: MailList, urls: Mapping[str, str], reader: Audience) -> Letter:
    """Return the mail; `urls` are the links of what waits, by approvals' ids."""
    waiting = [row for row in listed.rows if row.approval.is_pending]
    ended = [row for row in listed.rows if not row.approval.is_pending]
    title = _title(waiting, ended, listed.more, reader)
    parts: list[Part] = [
        Entry(
            words=_words(row.approval),
            note=_expires(row.approval, reader),
            url=urls.get(row.approval.id),
            button=reader.gettext("Answer on its page"),
        )
        for row in waiting
    ]
    if listed.more:
        words = reader.ngettext(
            "{n} more is on the queue page.", "{n} more are on the queue page.", listed.more
        )
        parts.append(Line(words=words.format(n=listed.more), tone=Tone.STRONG))
    if waiting and not urls:
        words = reader.gettext(
            "This mail holds no link, because the gate has no public address. Answer in Telegram, "
            "on the gate's queue page, or with  ok2run approve  and  ok2run deny ."
        )
        parts.append(Line(words=words))
    parts += [
        Entry(words=_words(row.approval), note=stamp(row.approval, reader)[0]) for row in ended
    ]
    return Letter(
        subject=f"[📥] {title}",
        headline="📥 ok2run",
        title=title,
        parts=tuple(parts),
        reader=reader,
    )


def _title(waiting: list[Row], ended: list[Row], more: int, reader: Audience) -> str:
    pieces = []
    count = len(waiting) + more
    if count:
        words = reader.ngettext("{n} waiting", "{n} waiting", count)
        pieces.append(words.format(n=count))
    high = sum(row.approval.risk.level.rank >= Level.HIGH.rank for row in waiting)
    if high:
        pieces.append(reader.ngettext("{n} high", "{n} high", high).format(n=high))
    if ended:
        words = reader.ngettext("{n} ended", "{n} ended", len(ended))
        pieces.append(words.format(n=len(ended)))
    return " · ".join(pieces)


def _words(approval: Approval) -> str:
    return f"{headline(approval)}: {one_line(approval.action.title, limit=_TITLE_LIMIT)}"


def _expires(approval: Approval, reader: Audience) -> str:
    template = reader.gettext("Expires {time} · {code}")
    return template.format(time=reader.full(approval.expires_at), code=approval.short_code)
