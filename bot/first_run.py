"""The first run's gate: real store, real bot, one owner to pair and one card to tap."""

import asyncio
import contextlib
import importlib
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.clock import SystemClock
from bot.core.action import Action
from bot.core.approval import Approval
from bot.core.errors import GateError
from bot.core.people import AGENT_RIGHTS, Approver, Key, Role
from bot.gate.channel import Channel
from bot.gate.deliver import Courier
from bot.gate.events import Event, PeopleChanged
from bot.gate.pairing import FIRST_RUN, PAIRED, take_back
from bot.gate.registry import Setup, prepare
from bot.gate.service import Gate
from bot.gate.submit import Ask
from bot.gate.timers import Timers
from bot.ids import RandomIds
from bot.settings import Settings
from bot.store.store import SqlStore

if TYPE_CHECKING:
    from bot.channels.telegram.bot import TelegramBot

CARD_LIFE: Final = timedelta(minutes=10)
_FLUSH_SECONDS: Final = 5.0
_LOOK_SECONDS: Final = 1.0
_ACTION: Final = Action(
    action_type="ok2run setup",
    title="This is a test: tap a button",
    preview="echo 'It works.'",
)


class FirstRun:
    """What `ok2run setup` does once the token is known; `stop` takes back what was not finished.

    Policies are left out: what they would decide is not what is tried here.
    """

    def __init__(
        self, settings: Settings, token: str, store: SqlStore, *, tasks: asyncio.TaskGroup
    ) -> None:
        self._settings = settings
        self._token = token
        self._store = store
        self._tasks = tasks
        self._clock = SystemClock()
        self._ids = RandomIds()
        self._channels: dict[str, Channel] = {}
        self._courier = Courier(store, self._clock, channels=self._channels, spawn=self._spawn)
        self._timers = Timers(store, self._clock)
        self._running: set[asyncio.Task[None]] = set()
        self._loops: set[asyncio.Task[None]] = set()
        self._came: asyncio.Future[Approver] = asyncio.get_running_loop().create_future()
        self._before: dict[str, Role] = {}
        self._unfinished: Approver | None = None
        self._waiting: tuple[Key, str] | None = None
        self._bot: TelegramBot | None = None

    async def start(self) -> None:
        """Start the gate and its bot; updates are fetched from now on."""
        self._tasks.create_task(self._store.run())
        setup = Setup(
            telegram=True,
            telegram_users=self._settings.allowed_user_ids,
            telegram_chat=self._settings.approval_tg_chat_id,
            agent_keys=tuple(key.get_secret_value() for key in self._settings.agent_keys),
            admin_key=(
                self._settings.admin_api_key.get_secret_value()
                if self._settings.admin_api_key is not None
                else None
            ),
        )
        registry, _ = await prepare(self._store, self._clock, self._ids, setup, makes_key=False)
        zone = self._settings.display_timezone
        self._gate = Gate(self._store, self._clock, self._ids, registry, timezone=zone)
        self._before = {
            known.person.id: known.person.role
            for known in registry.people
            if PAIRED in known.sources
        }
        self._store.on_committed(self._notice)
        self._store.on_committed(self._timers.notice)
        self._store.on_committed(self._courier.notice)
        # In a thread: the import takes seconds, and Ctrl-C is heard meanwhile.
        module = await asyncio.to_thread(importlib.import_module, "bot.channels.telegram.bot")
        bot: TelegramBot = module.TelegramBot.build(
            self._gate,
            token=self._token,
            base=self._settings.telegram_api_base,
            spawn=self._spawn,
            clock=self._clock,
            timezone=zone,
            language=self._settings.default_language,
        )
        self._bot = bot
        self._channels[bot.channel.name] = bot.channel
        for loop in (self._timers.run(), self._courier.run(), bot.poll()):
            self._spawn(loop)
            self._loops |= self._running

    async def offer(self) -> str:
        """Return a new code for the owner."""
        await self._gate.people.withdraw_offers(by=FIRST_RUN)
        return await self._gate.people.offer(Role.OWNER, by=FIRST_RUN)

    async def owner(self, *, within: timedelta, trouble: Callable[[str], None]) -> Approver | None:
        """Return who used the code, or None after that time.

        `trouble` hears what keeps updates from coming.
        """
        end = self._clock.now() + within
        told: str | None = None
        while self._clock.now() < end:
            done, _ = await asyncio.wait({self._came}, timeout=_LOOK_SECONDS)
            if done:
                self._unfinished = self._came.result()
                return self._unfinished
            now = self._bot.trouble if self._bot is not None else None
            if now is not None and now != told:
                trouble(now)
            told = now
        return None

    async def card(self, owner: Approver) -> Approval:
        """Ask the owner with a card of the real gate; return it at its end."""
        sha256 = self._ids.other() * 2
        key = Key(
            id=sha256[:12],
            name="ok2run setup",
            sha256=sha256,
            rights=AGENT_RIGHTS,
            created_at=self._clock.now(),
        )
        address = next(
            target.address
            for known in self._gate.people.here
            if known.person.id == owner.id
            for target in known.targets
            if target.channel == "telegram"
        )
        ask = Ask(action=_ACTION, life=CARD_LIFE, channel="telegram", address=address)
        id = self._gate.new_approval_id()
        self._waiting = (key, id)
        approval = await self._gate.submit(key, ask, id=id)
        while approval.is_pending:
            approval = await self._gate.wait(key, id, CARD_LIFE)
        self._waiting = None
        decision = approval.decision
        if decision is not None and decision.grant_id is not None:
            await self._gate.revoke(key, decision.grant_id)
        return approval

    def finish(self) -> None:
        """Let what was made stand."""
        self._unfinished = None

    async def stop(self) -> None:
        """Take back what was not finished, show it, and stop everything."""
        try:
            with contextlib.suppress(GateError, TimeoutError):
                async with asyncio.timeout(_FLUSH_SECONDS):
                    await self._take_back()
                    await self._courier.flush()
            if self._bot is not None:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_FLUSH_SECONDS):
                        await self._bot.stop_polling()
            answers = self._running - self._loops  # a tap is answered beside what it did
            if answers:
                await asyncio.wait(answers, timeout=_FLUSH_SECONDS)
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)
            if self._bot is not None:
                await self._bot.close()
            await self._store.close()

    async def _take_back(self) -> None:
        if self._bot is None:
            return
        await self._gate.people.withdraw_offers(by=FIRST_RUN)
        if self._waiting is not None:
            key, id = self._waiting
            await self._gate.withdraw(key, id, reason="setup was stopped")
        owner = self._unfinished
        if owner is not None:
            await self._store.write(
                partial(
                    take_back,
                    id=owner.id,
                    role=self._before.get(owner.id),
                    by=FIRST_RUN,
                    now=self._clock.now(),
                )
            )

    def _notice(self, events: Sequence[Event]) -> None:
        for event in events:
            came = event.came if isinstance(event, PeopleChanged) else None
            if came is not None and came.role is Role.OWNER and not self._came.done():
                self._came.set_result(came)

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = self._tasks.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
