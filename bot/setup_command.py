"""`ok2run setup`: the first run, from the bot's token to a test card that was tapped.

Nothing stands before the end: `.env` is written last, and what was begun is taken back.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from bot import variable
from bot.channels.telegram.probe import Probe, ProbeError
from bot.core.errors import GateError
from bot.core.pairing import CODE_LIFE, shown_code
from bot.core.people import Approver
from bot.core.preview import one_line
from bot.env_file import with_values, write_private
from bot.environment import RawVariables, read_variables
from bot.first_run import FirstRun
from bot.logs import add_secret, configure_logging
from bot.settings import (
    DEFAULT_API_BASE,
    KNOWN_UNUSED,
    SECRET_VARIABLES,
    VARIABLES,
    Settings,
    SettingsError,
    load_settings,
)
from bot.store import open_store
from bot.store.engine import StoreError
from bot.store.store import SqlStore
from bot.terminal import Terminal, TerminalClosed

_TOKEN: Final = "TELEGRAM_BOT_TOKEN"  # noqa: S105  a name
_BASE: Final = "TELEGRAM_API_BASE"
_STAND_IN: Final = "1:" + "x" * 35
_INTERRUPTED: Final = 130
_LOOK_FOR_OTHERS: Final = timedelta(seconds=3)


class _GivenUp(Exception):
    """It can't go on; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What there is already: the settings, and a token with the place it comes from."""

    settings: Settings
    token: str | None
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _BotFacts:
    """A token that Telegram knows, the bot's name, and whether `.env` has to get the token."""

    token: str
    username: str
    is_new: bool


def main() -> int:
    """Run the first run in this terminal; return 0 once the gate can serve."""
    if not Terminal.is_there():
        print(
            "ok2run: setup asks questions; run it in a terminal, without redirecting its input "
            "or output. Without one, set TELEGRAM_BOT_TOKEN and ALLOWED_USER_IDS yourself.",
            file=sys.stderr,
        )
        return 2
    terminal = Terminal()
    try:
        asyncio.run(_setup(terminal, os.environ, Path.cwd()))
    except (KeyboardInterrupt, asyncio.CancelledError):
        terminal.say("\nStopped. Nothing was set up, and .env is as it was.")
        return _INTERRUPTED
    except TerminalClosed:
        terminal.say("\nok2run: the input has ended before the answers; nothing was set up.")
        return 1
    except SettingsError as error:
        return _told(*error.faults)
    except (_GivenUp, GateError, StoreError) as error:
        return _told(str(error))
    except BaseExceptionGroup as group:
        known = group.subgroup((GateError, StoreError))
        if known is None:
            raise
        return _told(*map(str, known.exceptions))
    return 0


def _told(*faults: str) -> int:
    for fault in faults:
        print(f"ok2run: {fault}", file=sys.stderr)
    return 1


async def _setup(terminal: Terminal, environ: Mapping[str, str], directory: Path) -> None:
    _end_on_signals()
    found = _look_around(environ, directory)
    settings = found.settings
    configure_logging("console", "critical", settings.secret_values())
    async with open_store(settings.database.location) as store:
        terminal.say("Set up ok2run: your agents ask, you tap in Telegram.\n", style="bold")
        bot = await _bot(terminal, found)
        await _clear_the_way(terminal, settings, bot)
        await _pair_and_try(terminal, settings, bot, store)
        _write(terminal, found, bot, environ, directory)
    terminal.say("\nNext, start the gate:  ok2run serve", style="bold")


def _end_on_signals() -> None:
    """End as Ctrl-C does where the terminal or the system asks for it."""
    task = asyncio.current_task()
    if task is None:
        return
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)


def _look_around(environ: Mapping[str, str], directory: Path) -> _Found:
    """Read the settings but for the token, which may be missing or wrong. Raises SettingsError."""
    file = (directory / ".env").resolve()
    if not os.access(file.parent, os.W_OK) or (file.exists() and not os.access(file, os.R_OK)):
        raise _GivenUp(f"{file} can't be written; run setup where it can, as the gate's own user.")
    raw = read_variables(
        environ,
        directory,
        names=VARIABLES,
        secret_names=SECRET_VARIABLES,
        other_names=KNOWN_UNUSED,
    )
    place = _place(environ, raw, directory)
    if place in {".env", ""}:  # what stands there is judged when it is used
        environ = {**environ, _TOKEN: _STAND_IN}
    settings = load_settings(environ, directory)
    return _Found(settings=settings, token=raw.values.get(_TOKEN), place=place)


def _place(environ: Mapping[str, str], raw: RawVariables, directory: Path) -> str:
    """Return where a token comes from: the environment, a file, `.env`, or nowhere."""
    if any(environ.get(name, "").strip() for name in (_TOKEN, f"{_TOKEN}_FILE")):
        return "the environment"
    alone = read_variables({}, directory, names=(_TOKEN,), secret_names=())
    if _TOKEN in alone.values:
        return ".env"
    return f"{_TOKEN}_FILE" if _TOKEN in {*raw.values, *raw.unreadable} else ""


async def _bot(terminal: Terminal, found: _Found) -> _BotFacts:
    """Return a bot that Telegram knows: that of the token there is, or of one asked for."""
    base = found.settings.telegram_api_base
    if found.token is not None:
        username = await _known_bot(terminal, found.token, base)
        if username is not None and await terminal.agree(
            f"There is a token already, in {found.place}. Use it?", default=True
        ):
            return _BotFacts(token=found.token, username=username, is_new=False)
        if found.place != ".env":
            raise _GivenUp(
                f"The token comes from {found.place}, which wins over .env; change it there, and "
                "run  ok2run setup  again."
            )
    terminal.say("Make a bot: write /newbot to @BotFather in Telegram, and copy the token.")
    while True:
        token = await terminal.ask("Bot token:")
        username = await _known_bot(terminal, token, base)
        if username is not None:
            return _BotFacts(token=token, username=username, is_new=True)


async def _known_bot(terminal: Terminal, token: str, base: str) -> str | None:
    """Return the name of the token's bot; None, and why, where Telegram knows none."""
    try:
        variable.parse_bot_token(token)
    except ValueError as error:
        terminal.say(f"❌ That is no token: {error}")
        return None
    add_secret(token)
    while True:
        try:
            me = await Probe(base=base, token=token).facts("getMe")
        except ProbeError as error:
            if error.is_wrong_token:
                terminal.say(
                    "❌ Telegram does not know this token: it is mistyped, or was revoked. "
                    "@BotFather shows the one in force with /token."
                )
                return None
            terminal.say(f"❌ Telegram was not reached at {base} ({error}).")
            if not await terminal.agree("Try again?", default=True):
                raise _GivenUp(
                    f"Telegram was not reached at {base}; check the network, or {_BASE}."
                ) from None
        else:
            username = str(me.get("username", ""))
            name = one_line(str(me.get("first_name", "")), limit=64)
            terminal.say(f"✅ This is the bot @{username} ({name}).")
            return username


async def _clear_the_way(terminal: Terminal, settings: Settings, bot: _BotFacts) -> None:
    """Make sure that updates come here: no webhook takes them, and no other program."""
    probe = Probe(base=settings.telegram_api_base, token=bot.token)
    try:
        info = await probe.facts("getWebhookInfo")
        url = str(info.get("url", ""))
        if url:
            terminal.say(f"⚠ Telegram sends this bot's updates to {one_line(url, limit=200)}.")
            if not await terminal.agree("Delete that webhook, and go on here?", default=False):
                raise _GivenUp(
                    "The webhook stays as it is, and nothing was set up; use another bot, or "
                    "let setup delete it."
                )
            await probe.ask("deleteWebhook", drop_pending_updates=False)
        await _look_for_others(terminal, probe)
    except ProbeError as error:
        raise _GivenUp(f"Telegram did not answer as it should ({error}); try again.") from None


async def _look_for_others(terminal: Terminal, probe: Probe) -> None:
    """Warn where another program fetches the updates: it takes the call away within seconds."""
    seconds = round(_LOOK_FOR_OTHERS.total_seconds())
    try:
        await probe.ask("getUpdates", wait=_LOOK_FOR_OTHERS, timeout=seconds, limit=1)
    except ProbeError as error:
        if error.status != 409:
            raise
        terminal.say(
            "⚠ Another program fetches this bot's updates (409). Stop it, or it may take your "
            "/start away; this goes on meanwhile."
        )


async def _pair_and_try(
    terminal: Terminal, settings: Settings, bot: _BotFacts, store: SqlStore
) -> None:
    async with asyncio.TaskGroup() as tasks:
        run = FirstRun(settings, bot.token, store, tasks=tasks)
        try:
            await run.start()
            owner = await _owner(terminal, run, bot)
            await _try_card(terminal, run, owner)
            run.finish()
        finally:
            await run.stop()


async def _owner(terminal: Terminal, run: FirstRun, bot: _BotFacts) -> Approver:
    def trouble(what: str) -> None:
        terminal.say(f"⚠ Updates don't come: {what}. Waiting goes on.")

    while True:
        code = await run.offer()
        link = f"https://t.me/{bot.username}?start={code}"
        terminal.say("\nOpen this link on your phone, or scan it, and tap Start:\n")
        terminal.say(f"  {link}\n")
        terminal.show(link)
        terminal.say(f"Or write to @{bot.username}:  /start {shown_code(code)}")
        terminal.say("It works once, for ten minutes; whoever uses it owns the gate. Waiting …")
        owner = await run.owner(within=CODE_LIFE, trouble=trouble)
        if owner is not None:
            terminal.say(f"✅ {one_line(owner.name, limit=64)} is the owner.")
            return owner
        terminal.say("Nobody used the code in ten minutes. Here is another.")


async def _try_card(terminal: Terminal, run: FirstRun, owner: Approver) -> None:
    while True:
        terminal.say("A test card is in your chat with the bot: tap Approve or Deny. Waiting …")
        approval = await run.card(owner)
        decision = approval.decision
        if decision is not None:
            word = "approved" if decision.approved else "denied"
            terminal.say(f"✅ The test card was {word}; taps arrive.")
            return
        terminal.say("Nobody tapped in ten minutes, so it expired. Here is another.")


def _write(
    terminal: Terminal,
    found: _Found,
    bot: _BotFacts,
    environ: Mapping[str, str],
    directory: Path,
) -> None:
    """Write what is new into `.env`, for its owner's eyes; what stands there stays."""
    values = {_TOKEN: bot.token} if bot.is_new else {}
    base = found.settings.telegram_api_base
    if environ.get(_BASE, "").strip() and base != DEFAULT_API_BASE:
        values[_BASE] = base
    path = directory / ".env"
    before = path.read_bytes() if path.exists() else b""
    if not values and not before:
        terminal.say(f"✅ The token stays in {found.place}; .env is not needed.")
        return
    try:
        write_private(path, with_values(before, values))
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise _GivenUp(
            f"{path} could not be written ({why}). You are paired; put {_TOKEN} there yourself."
        ) from None
    did = f"Wrote {' and '.join(values)} to" if values else "The token stays in"
    terminal.say(f"✅ {did} {path}, for your eyes only (mode 0600).")
