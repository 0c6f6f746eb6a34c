"""What the doctor asks Telegram: the token, where updates go, and the chats that cards go to."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.channels.telegram.probe import Probe, ProbeError
from bot.channels.telegram.switch import WEBHOOK_PATH, Mode
from bot.channels.telegram.updates import ALLOWED_UPDATES

_MANY_WAIT: Final = 50
_SMALL_ERROR: Final = timedelta(seconds=5)
_LARGE_ERROR: Final = timedelta(minutes=1)
_LOOK: Final = timedelta(seconds=3)
Lines = Sequence[tuple[str, str]]
GOOD, DOUBTFUL, WRONG = "✅", "⚠", "❌"


async def look_at_token(probe: Probe, *, base: str) -> tuple[Lines, bool]:
    """Return what Telegram says of the token, and whether it knows it."""
    try:
        me = await probe.facts("getMe")
    except ProbeError as error:
        if error.is_wrong_token:
            line = (
                "Telegram does not know TELEGRAM_BOT_TOKEN: it is mistyped, or was revoked. "
                "@BotFather shows the one in force with /token."
            )
            return ((WRONG, line),), False
        return (
            ((WRONG, f"Telegram was not reached at {base} ({error}); check the network."),),
            False,
        )
    return ((GOOD, f"The bot is @{me.get('username', '')}."),), True


def look_at_clock(probe: Probe, now: datetime) -> Lines:
    """Return how far this machine's clock is from Telegram's."""
    if probe.date is None:
        return ((DOUBTFUL, "Telegram did not tell its time, so the clock is not checked."),)
    error = abs(now - probe.date)
    if error <= _SMALL_ERROR:
        return ((GOOD, "The clock agrees with Telegram's."),)
    mark = DOUBTFUL if error <= _LARGE_ERROR else WRONG
    seconds = round(error.total_seconds())
    direction = "ahead of" if now > probe.date else "behind"
    line = f"The clock is {seconds} s {direction} Telegram's; set it, as with NTP."
    return ((mark, line),)


async def look_at_updates(
    probe: Probe, *, mode: Mode, public_url: str | None, may_fetch: bool
) -> Lines:
    """Return how updates come, and what keeps them from it.

    `may_fetch` lets it fetch once, without confirming anything: where no gate of ours runs.
    """
    try:
        info = await probe.facts("getWebhookInfo")
    except ProbeError as error:
        return ((WRONG, f"Telegram did not say where updates go ({error}); try again."),)
    url = str(info.get("url") or "")
    found = _mode_lines(mode, url, public_url, is_running=not may_fetch)
    found += _webhook_lines(info) if url else []
    waiting = info.get("pending_update_count")
    if isinstance(waiting, int) and waiting >= _MANY_WAIT:
        found.append((DOUBTFUL, f"{waiting} updates wait to be taken; is the gate running?"))
    if mode == "polling" and not url and may_fetch:
        found += await _conflict(probe)
    return found


def _mode_lines(
    mode: Mode, url: str, public_url: str | None, *, is_running: bool
) -> list[tuple[str, str]]:
    if mode == "polling":
        if not url:
            return [(GOOD, "Updates are fetched (polling).")]
        line = (
            "Updates are to be fetched, but a webhook takes them; the next start of the gate "
            "removes it. If another program set it, give that its own bot."
        )
        return [(WRONG if is_running else DOUBTFUL, line)]
    wanted = f"{public_url}{WEBHOOK_PATH}"
    if url == wanted:
        return [(GOOD, f"Updates come by webhook to {wanted}.")]
    if not url:
        line = "Updates are to come by webhook, and none is set; the gate sets it when it starts."
        return [(WRONG if is_running else DOUBTFUL, line)]
    line = (
        f"The webhook leads elsewhere than to {wanted}: set PUBLIC_URL right, or restart the gate."
    )
    return [(WRONG, line)]


def _webhook_lines(info: object) -> list[tuple[str, str]]:
    if not isinstance(info, dict):
        return []
    found = []
    error, at = info.get("last_error_message"), info.get("last_error_date")
    if error:
        when = f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC" if at else "lately"
        line = f"Telegram's last call to the webhook failed, {when}: {str(error)[:200]}."
        found.append((DOUBTFUL, f"{line} Can PUBLIC_URL be reached from outside?"))
    allowed = info.get("allowed_updates")
    missing = set(ALLOWED_UPDATES) - set(allowed) if isinstance(allowed, list) and allowed else ()
    if missing:
        names = ", ".join(sorted(missing))
        found.append((WRONG, f"The webhook leaves out {names}; restart the gate to set it anew."))
    return found


async def _conflict(probe: Probe) -> list[tuple[str, str]]:
    """Look whether another program fetches: it takes a call of ours away within seconds."""
    try:
        await probe.ask("getUpdates", wait=_LOOK, timeout=round(_LOOK.total_seconds()), limit=1)
    except ProbeError as error:
        if error.status == 409:
            line = "Another program fetches this bot's updates (409); stop it, or use another bot."
            return [(WRONG, line)]
        return [(WRONG, f"Updates can't be fetched ({error}).")]
    return []


async def look_at_chats(probe: Probe, chats: Iterable[str]) -> Lines:
    """Return whether the bot can write to each chat; it leaves no message there."""
    found = []
    for chat in chats:
        try:
            await probe.facts("getChat", chat_id=chat)
            await probe.ask("sendChatAction", wait=timedelta(), chat_id=chat, action="typing")
        except ProbeError as error:
            what = "the group: is the bot in it, and may it write there?"
            if not chat.startswith("-"):
                what = "this person: they have to open the bot and tap Start once."
            found.append((WRONG, f"Chat {chat} can't be written to ({error}). Ask {what}"))
        else:
            found.append((GOOD, f"Chat {chat} can be written to."))
    return found
