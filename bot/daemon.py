"""The parts of the daemon put together, and the order in which they start and stop."""

import asyncio
import contextlib
import gc
import importlib
import logging
import socket
import sys
from collections.abc import Coroutine, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.channels.email.build import email_channel
from bot.channels.email.channel import Manner as MailManner
from bot.channels.email.transport import Transport
from bot.channels.telegram.switch import TelegramSwitch
from bot.clock import SystemClock
from bot.core.brake import Brake
from bot.core.device import MailConfirm
from bot.core.errors import Busy
from bot.gate.book import PolicyBook
from bot.gate.channel import Channel
from bot.gate.deliver import Courier
from bot.gate.nudges import Nudges
from bot.gate.registry import Setup, prepare, queue_link_token
from bot.gate.service import Gate
from bot.gate.timers import Timers
from bot.gate.turn import Wanted
from bot.ids import RandomIds
from bot.locales.preferred import Usual
from bot.logs import add_secret
from bot.mail_server import mail_server
from bot.policy_file import PolicyFile
from bot.policy_watch import PolicyWatch
from bot.secret import SecretKey
from bot.settings import Settings
from bot.signing import ReceiptSigner
from bot.store.engine import StoreOver
from bot.store.store import SqlStore
from web.app import build_app
from web.hooks.dialect import Manner

if TYPE_CHECKING:
    from bot.channels.telegram.bot import TelegramBot

log = logging.getLogger(__name__)

FLUSH_SECONDS: Final = 3.0
_BACKLOG: Final = 1024
_KEEP_ALIVE_SECONDS: Final = 75.0
_HANDLERS_END_SECONDS: Final = 5.0
_HOW_TO_USE_TELEGRAM: Final = {
    False: "To be asked in Telegram, stop this and run  ok2run setup  in this directory.",
    True: "Nobody may decide in Telegram yet: stop this and run  ok2run setup  in this directory.",
}


class StartError(Exception):
    """The daemon cannot start; the message is a line for its operator."""


def leaves(group: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    """Yield the exceptions in a group and in the groups in it."""
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from leaves(error)
        else:
            yield error


class Daemon:
    """The parts and their order: `start` and `stop` read from top to bottom.

    Where the store must not be used any more, `over` says why, and a stop is wanted.
    """

    def __init__(
        self,
        settings: Settings,
        secret: SecretKey,
        store: SqlStore,
        *,
        tasks: asyncio.TaskGroup,
        stop_wanted: asyncio.Event,
    ) -> None:
        self.over: StoreOver | None = None
        self._stop_wanted = stop_wanted
        self._settings = settings
        self._secret = secret
        self._store = store
        self._tasks = tasks
        self._clock = SystemClock()
        self._ids = RandomIds()
        self._channels: dict[str, Channel] = {}
        self._courier = Courier(
            store,
            self._clock,
            channels=self._channels,
            spawn=self.spawn,
            timezone=settings.display_timezone,
            few_mails=settings.digest_after,
        )
        self._loops: list[asyncio.Task[None]] = []
        self._spawned: set[asyncio.Task[None]] = set()
        self._switch = self._telegram_switch()
        self._bot: TelegramBot | None = None
        self._transport: Transport | None = None

    async def start(self) -> None:
        """Start every part; return once requests are answered."""
        self._tasks.create_task(self._run_store())
        listening = self._bind()  # before a key is made that is shown only once
        registry, new_key = await prepare(self._store, self._clock, self._ids, self._setup())
        self._registry = registry
        self._check_approvers()
        zone = self._settings.display_timezone
        book = PolicyBook(is_file=self._settings.policy_file is not None)
        self._gate = Gate(
            self._store,
            self._clock,
            self._ids,
            registry,
            book=book,
            timezone=zone,
            brake=self._brake(),
            signer=ReceiptSigner(self._secret.for_purpose("receipts")),
            code_secret=self._secret.for_purpose("device codes"),
        )
        await self._load_policies(book)
        nudges = Nudges(self._store, self._clock, self._ids, registry.reaches)
        timers = Timers(self._store, self._clock, chores=[nudges.work, self._gate.chores])
        self._store.on_committed(timers.notice)
        self._store.on_committed(self._courier.notice)
        self._runner = await self._listen(listening)
        self._keep(timers.run())
        self._keep(self._courier.run())
        if self._switch is not None:
            self._keep(self._run_telegram(self._switch))
        self._open_mail()
        await self._say_hello(new_key)
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)

    def _check_approvers(self) -> None:
        """Refuse a group as default chat in which nobody may decide."""
        fault = self._settings.missing_approvers()
        if fault is not None and not self._registry.has_approvers:
            raise StartError(fault)

    async def _load_policies(self, book: PolicyBook) -> None:
        """Bring the policies into force before the first request: the file's or the database's."""
        if self._settings.policy_file is None:
            await self._gate.policies.load()
            return
        watch = PolicyWatch(PolicyFile(self._settings.policy_file), book, spawn=self.spawn)
        await watch.start()
        self._keep(watch.run(self._clock))

    async def stop(self) -> None:
        """Stop in order: take nothing new, answer what is held, finish, flush, close."""
        log.info("stopping", extra={"event": "stopping"})
        for site in list(self._runner.sites):
            await site.stop()
        self._gate.stop_waiting()
        await self._runner.cleanup()
        if self._switch is not None:
            await self._switch.stop()
        await self._flush()
        under_way = [*self._loops, *self._spawned]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        if self._bot is not None:
            await self._bot.close()
        if self._transport is not None:
            await self._transport.close()
        await self._store.close()
        log.info("stopped", extra={"event": "stopped"})

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """Start a detached task, the one place that may; its fault is logged and stays its own."""
        task = self._tasks.create_task(_guarded(work))
        self._spawned.add(task)
        task.add_done_callback(self._spawned.discard)

    def _keep(self, loop: Coroutine[object, object, None]) -> None:
        self._loops.append(self._tasks.create_task(_as_task(loop)))

    def _setup(self) -> Setup:
        settings = self._settings
        admin, seconds = settings.admin_api_key, settings.email_fallback_seconds
        return Setup(
            agent_keys=tuple(key.get_secret_value() for key in settings.agent_keys),
            admin_key=admin.get_secret_value() if admin is not None else None,
            telegram=settings.telegram_bot_token is not None,
            telegram_users=settings.allowed_user_ids,
            telegram_chat=settings.approval_tg_chat_id,
            email=settings.email_smtp_host is not None,
            email_default=settings.approval_email,
            email_after=None if seconds is None else timedelta(seconds=seconds),
        )

    def _brake(self) -> Brake:
        settings = self._settings
        return Brake(
            approvals=settings.brake_approvals,
            window=timedelta(seconds=settings.brake_seconds),
            pending=settings.brake_pending,
            burst=settings.digest_after,
        )

    def _hook_manner(self) -> Manner:
        settings = self._settings
        return Manner(
            session_rules=settings.claude_code_session_rules,
            turns=Wanted(
                waiting=settings.hook_messages == "all",
                finished=settings.hook_messages != "off",
                after=timedelta(minutes=settings.hook_finished_after),
            ),
        )

    async def _run_store(self) -> None:
        try:
            await self._store.run()
        except* StoreOver as group:
            self.over = next(error for error in leaves(group) if isinstance(error, StoreOver))
            log.critical("%s", self.over, extra={"event": "store_over"})
            self._stop_wanted.set()

    def _bind(self) -> socket.socket:
        host, port = self._settings.host, self._settings.port
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            return socket.create_server(
                found[4][:2], family=found[0], backlog=_BACKLOG, reuse_port=False
            )
        except OSError as error:
            why = error.strerror or str(error)
            raise StartError(f"HOST, PORT: cannot listen on {host}:{port} ({why}).") from error

    async def _listen(self, listening: socket.socket) -> web.AppRunner:
        settings = self._settings
        app = build_app(
            self._gate,
            spawn=self.spawn,
            cookie_secret=self._secret.for_purpose("page sessions"),
            telegram=self._switch,
            public_url=settings.public_url,
            timezone=settings.display_timezone,
            language=settings.default_language,
            allow_reveal=settings.allow_reveal,
            mcp_execute=settings.mcp_execute,
            hook_manner=self._hook_manner(),
            mail_confirm=MailConfirm(settings.email_confirm),
        )
        runner = web.AppRunner(
            app,
            access_log=None,
            handler_cancellation=True,
            keepalive_timeout=_KEEP_ALIVE_SECONDS,
            shutdown_timeout=_HANDLERS_END_SECONDS,
        )
        await runner.setup()
        await web.SockSite(runner, listening, backlog=_BACKLOG).start()
        return runner

    async def _say_hello(self, new_key: str | None) -> None:
        """Tell the terminal, and never the log, what is shown only once."""
        address = self._runner.addresses[0]
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address[0], address[0])  # noqa: S104
        url = f"http://[{host}]:{address[1]}" if ":" in host else f"http://{host}:{address[1]}"
        print(f"ok2run listens on {url}")
        if new_key is not None:
            add_secret(new_key)
            print(f"Agent key, shown only now:  {new_key}")
        if self._switch is None or not self._registry.has_approvers:  # nobody else could decide
            token = await queue_link_token(self._store, self._clock, self._ids)
            add_secret(token)
            print(f"Queue page, for ten minutes: {url}/queue/open?token={token}")
            print(_HOW_TO_USE_TELEGRAM[self._switch is not None])
        sys.stdout.flush()
        log.info("listening", extra={"event": "listening", "port": address[1]})

    def _telegram_switch(self) -> TelegramSwitch | None:
        settings = self._settings
        if settings.telegram_bot_token is None:
            return None
        given = settings.telegram_webhook_secret
        made = self._secret.for_purpose("telegram webhook").hex()
        secret = given.get_secret_value() if given is not None else made
        add_secret(secret)
        return TelegramSwitch(
            mode=settings.telegram_mode, public_url=settings.public_url, webhook_secret=secret
        )

    async def _run_telegram(self, switch: TelegramSwitch) -> None:
        """Load the bot beside the loop, which its import would hold up for seconds."""
        settings = self._settings
        token = settings.telegram_bot_token
        if token is None:
            return
        module = await asyncio.to_thread(importlib.import_module, "bot.channels.telegram.bot")
        bot: TelegramBot = module.TelegramBot.build(
            self._gate,
            token=token.get_secret_value(),
            base=settings.telegram_api_base,
            spawn=self.spawn,
            clock=self._clock,
            timezone=settings.display_timezone,
            language=settings.default_language,
            topics=settings.telegram_topics == "agent",
        )
        self._bot = bot
        self._channels[bot.channel.name] = bot.channel
        # What is owed to Telegram waits for a restart with a token that is taken.
        bot.standing.on_refused(lambda: self._channels.pop(bot.channel.name, None))
        self._courier.nudge()
        await switch.run(bot)

    def _open_mail(self) -> None:
        """Let mails go out, where a mail server is named."""
        settings = self._settings
        server = mail_server(settings)
        if server is None or settings.email_from is None:
            return
        channel, self._transport = email_channel(
            self._gate,
            server,
            MailManner(
                sender=settings.email_from.address,
                sender_name=settings.email_from.name,
                public_url=settings.public_url,
                takes_replies=settings.email_replies,
            ),
            Usual(language=settings.default_language, timezone=settings.display_timezone),
            self._clock,
        )
        self._channels[channel.name] = channel
        self._courier.nudge()

    async def _flush(self) -> None:
        """Give the outbox a bounded time to deliver what can be delivered now."""
        with contextlib.suppress(TimeoutError, Busy):
            async with asyncio.timeout(FLUSH_SECONDS):
                await self._courier.flush()


async def _as_task(work: Coroutine[object, object, None]) -> None:
    await work


async def _guarded(work: Coroutine[object, object, None]) -> None:
    try:
        await work
    except Exception:
        log.exception("a task failed")
