"""`ok2run doctor`: what is well, what is not, and what to do about it; a line each."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.channels.telegram import doctor as telegram
from bot.channels.telegram.probe import Probe
from bot.clock import SystemClock
from bot.core.preview import one_line
from bot.doctor import (
    Finding,
    Mark,
    approver_findings,
    daemon_findings,
    daemon_health,
    database,
    doubtful,
    good,
    wrong,
)
from bot.doctor_hooks import hook_findings
from bot.doctor_mail import mail_findings
from bot.gate.known import Known, addresses_in
from bot.logs import Scrubber, configure_logging
from bot.settings import Settings, SettingsError, load_settings

_LINE: Final = 600


def main(test_mail: str | None = None) -> int:
    """Look at everything, print it, and return 1 where something is wrong.

    `test_mail` is the address that a test mail goes to, empty for the default one.
    """
    try:
        settings = load_settings(os.environ, Path.cwd())
    except SettingsError as error:
        _print([wrong(fault) for fault in error.faults], Scrubber())
        return 1
    configure_logging("console", "critical", settings.secret_values())
    found = [good("The settings can be read.")]
    found += [doubtful(warning) for warning in settings.warnings]
    found += asyncio.run(_look(settings, test_mail))
    _print(found, Scrubber(settings.secret_values()))
    return 1 if any(finding.mark is Mark.WRONG for finding in found) else 0


def _print(found: Sequence[Finding], scrubber: Scrubber) -> None:
    for finding in found:
        print(f"{finding.mark} {scrubber.scrub(one_line(finding.line, limit=_LINE))}")


async def _look(settings: Settings, test_mail: str | None) -> list[Finding]:
    found: list[Finding] = []
    health = await daemon_health(settings)
    if health is not None:
        found += daemon_findings(health)
    kept = await database(settings, is_running=health is not None)
    found += kept.findings
    is_running = health is not None or kept.is_taken
    found += await hook_findings(settings, os.environ, Path.cwd(), is_running=health is not None)
    found += await mail_findings(settings, kept.people, test=test_mail)
    if settings.telegram_bot_token is None:
        line = "Telegram is off; run  ok2run setup  to be asked there."
        return [*found, doubtful(line)]
    found += await _look_at_telegram(settings, kept.people, is_running=is_running)
    found += approver_findings(settings, kept.people)
    fault = settings.missing_approvers()
    if fault is not None and not any(known.person.may_decide for known in kept.people):
        found.append(wrong(fault))
    return found


async def _look_at_telegram(
    settings: Settings, people: Sequence[Known], *, is_running: bool
) -> list[Finding]:
    token = settings.telegram_bot_token
    if token is None:
        return []
    base = settings.telegram_api_base
    probe = Probe(base=base, token=token.get_secret_value())
    lines, is_known = await telegram.look_at_token(probe, base=base)
    lines = [*lines]
    if is_known:
        lines += telegram.look_at_clock(probe, SystemClock().now())
        lines += await telegram.look_at_updates(
            probe,
            mode=settings.telegram_mode,
            public_url=settings.public_url,
            may_fetch=not is_running,
        )
        lines += await telegram.look_at_chats(probe, _chats(settings, people))
    return [Finding(mark=Mark(mark), line=line) for mark, line in lines]


def _chats(settings: Settings, people: Sequence[Known]) -> tuple[str, ...]:
    """Return the chats that cards go to, each once."""
    named = [str(id) for id in sorted(settings.approver_ids)]
    chat = settings.approval_tg_chat_id
    first = [str(chat)] if chat is not None else []
    paired = addresses_in("telegram", people, deciding=False)
    return tuple(dict.fromkeys((*first, *named, *paired)))
