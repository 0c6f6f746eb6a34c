"""Gate: the one object that channels and the web receive.

It draws ids and the time, queues the use cases as units of work, and waits; what they decide
stands in their own modules.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial

from bot.core.approval import Approval, Outcome
from bot.core.audit import Entry
from bot.core.brake import Brake
from bot.core.decision import Choice, Via
from bot.core.errors import NotFound
from bot.core.grant import Grant
from bot.core.people import Approver, Decider, Key
from bot.core.routing import addresses_for, most_cards, within
from bot.gate import decide, registry, report, reveal, revoke, submit
from bot.gate.approval_tables import Page
from bot.gate.asking import Fresh
from bot.gate.book import PolicyBook
from bot.gate.calls import Calls
from bot.gate.channel import Target
from bot.gate.chat import Chat
from bot.gate.claim import Receipts, Signer
from bot.gate.decide import FreshGrant
from bot.gate.devices import Devices
from bot.gate.events import Event
from bot.gate.halts import Halts
from bot.gate.mail_claims import MailClaims
from bot.gate.mails import Mails
from bot.gate.number import numbered
from bot.gate.people import People
from bot.gate.policies import Policies
from bot.gate.ports import Clock, Ids, Store
from bot.gate.preference import PeoplePreferences
from bot.gate.rules import Rules
from bot.gate.sheets import Sheets
from bot.gate.steps import Done, Steps
from bot.gate.submit import Ask
from bot.gate.tables import Transaction
from bot.gate.topic import Topics
from bot.gate.turn import Turns
from bot.gate.wait import Waiters


class Gate:
    """Asks, decisions, waits and reports, for every way in.

    `timezone` is the one in which a grant's today ends. Without a `signer` nothing can be claimed;
    without a `code_secret` no browser is enrolled behind a mail's link.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        keys: registry.Registry,
        *,
        book: PolicyBook | None = None,
        timezone: tzinfo = UTC,
        brake: Brake | None = None,
        signer: Signer | None = None,
        code_secret: bytes | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._registry = keys
        self.policies = Policies(store, clock, ids, PolicyBook() if book is None else book)
        self.preferences = PeoplePreferences(store, clock)
        self.people = People(store, clock, ids, keys)
        self.topics = Topics(store, clock)
        self.calls = Calls(store, clock)
        self.turns = Turns(store, clock, ids, keys)
        store.on_committed(self.policies.notice)
        self.rules = Rules(store, self.policies)
        self._receipts = None if signer is None else Receipts(store, clock, ids, signer)
        self._timezone = timezone
        self._brake = Brake() if brake is None else brake
        self.mails = Mails(store, clock, ids, is_on=keys.setup.email)
        self.mail_claims = MailClaims(store, clock, ids, is_on=keys.setup.email)
        self.halts = Halts(
            store,
            clock,
            ids,
            keys,
            book=self.policies.book,
            timezone=timezone,
            brake=self._brake,
        )
        self._devices = (
            None
            if code_secret is None
            else Devices(store, clock, ids, self._fresh_grant, secret=code_secret)
        )
        self.sheets = Sheets(store, clock, ids, timezone)
        self.chat = Chat(store, clock, ids, self._fresh_grant)
        self.waiters = Waiters(clock)
        store.on_committed(self.waiters.wake)

    @property
    def clock(self) -> Clock:
        """The gate's source of time."""
        return self._clock

    @property
    def receipts(self) -> Receipts:
        """Claims, where this gate signs receipts."""
        if self._receipts is None:
            raise RuntimeError("gate: it was built without a signer")
        return self._receipts

    @property
    def devices(self) -> Devices:
        """Links in mails and the browsers behind them, where this gate has a secret for codes."""
        if self._devices is None:
            raise RuntimeError("gate: it was built without a secret for codes")
        return self._devices

    async def chores(self) -> datetime | None:
        """Do what falls due beside deadlines; return when it wants to be next. Raises Busy."""
        await self.policies.follow()
        return await self.halts.work()

    def authenticate(self, secret: str) -> Key | None:
        """Return the API key with this secret, or None."""
        return self._registry.authenticate(secret)

    def new_approval_id(self) -> str:
        """Return an id for an approval to be submitted."""
        return self._ids.approval()

    async def submit(self, key: Key, ask: Ask, *, id: str) -> Approval:
        """Take an ask under this new id; return after it is durable.

        Where the idempotency key was used before, the approval of then is returned, with its id.
        Raises InvalidAsk, ChannelOff, TargetNotAllowed, KeyReused, Busy; then nothing was kept,
        but for OutcomeUnknown.
        """
        reaches = self._registry.reaches
        found = addresses_for(reaches, channel=ask.channel, address=ask.address)
        short_codes = self._ids.short_codes()
        judge = partial(
            submit.judged,
            ask,
            key,
            self.policies.book,
            id=id,
            short_code=short_codes[0],
            now=self._clock.now(),
        )
        # What is long is judged beside the loop, which it would hold up.
        approval, judgement = await asyncio.to_thread(judge) if submit.is_long(ask) else judge()
        approval = numbered(approval, judgement, ask, self._ids)
        routing = approval.routing
        targets = tuple(
            Target(channel=channel, address=address)
            for channel, address in within(found, reaches, routing.channels)
        )
        most = len(targets) + most_cards(routing.approvers, reaches)
        return await self._store.write(
            partial(
                submit.submit,
                ask=ask,
                approval=approval,
                judgement=judgement,
                targets=targets,
                fresh=Fresh.draw(self._ids, short_codes=short_codes, cards=most),
                brake=self._brake,
                zone=self._timezone,
                fallback=self._registry.setup.fallback,
            )
        )

    async def is_ruled(self, key: Key, ask: Ask) -> bool:
        """Tell whether a rule of the policies speaks of what is asked; nothing is kept of it."""
        judge = partial(
            submit.judged,
            ask,
            key,
            self.policies.book,
            id="",
            short_code="",
            now=self._clock.now(),
        )
        _, judgement = await asyncio.to_thread(judge) if submit.is_long(ask) else judge()
        return judgement.policy is not None

    async def get(self, key: Key, id: str) -> Approval:
        """Return an approval that the key may see; raises NotFound."""
        return await self._store.read(partial(report.one, key=key, id=id))

    async def wait(self, key: Key, id: str, limit: timedelta) -> Approval:
        """Return the approval at its end, or as it stands when the limit has passed.

        Raises NotFound.
        """
        with self.waiters.expecting(id, limit) as end:
            ended = await self._if_ended(key, id) or await end
        return ended if ended is not None else await self.get(key, id)

    async def _if_ended(self, key: Key, id: str) -> Approval | None:
        approval = await self.get(key, id)
        return None if approval.is_pending else approval

    async def listing(self, key: Key, wanted: report.Filter) -> Page[Approval]:
        """Return approvals that the key may see, newest first."""
        return await self._store.read(partial(report.listing, key=key, wanted=wanted))

    async def audit_of(self, key: Key, id: str) -> tuple[Entry, ...]:
        """Return an approval's audit entries; raises NotFound."""
        return await self._store.read(partial(report.audit_of, key=key, id=id))

    async def decide(
        self,
        id: str,
        decider: Decider,
        choice: Choice,
        *,
        shown: int | None = None,
        typed: bool = False,
    ) -> decide.Answered:
        """Decide; return the one result that everybody is told. Raises Busy.

        `shown` is how many copies the person's card showed, for which it is too; without it the
        decision is for this one alone. `typed` tells that they typed the card's code.
        """
        return await self._store.write(
            partial(
                decide.decide,
                approval_id=id,
                decider=decider,
                choice=choice,
                shown=shown,
                typed=typed,
                now=self._clock.now(),
                fresh=self._fresh_grant(),
            )
        )

    async def withdraw(self, key: Key, id: str, *, reason: str | None = None) -> Approval:
        """Take an ask back; what has ended stays. Raises NotFound for another key's."""
        now = self._clock.now()

        def work(tx: Transaction) -> Steps[Done[Approval]]:
            approval = yield from report.own(tx, key=key, id=id)
            return (yield from decide.withdraw(tx, approval, now=now, reason=reason))

        return await self._store.write(work)

    async def report(
        self, key: Key, id: str, *, exit_code: int | None, summary: str | None
    ) -> Approval:
        """Keep what became of an approved action; raises NotFound, IllegalTransition."""
        outcome = Outcome(exit_code=exit_code, summary=summary, reported_at=self._clock.now())

        def work(tx: Transaction) -> Steps[Done[Approval]]:
            approval = yield from report.own(tx, key=key, id=id)
            return (yield from decide.report(tx, approval, outcome))

        return await self._store.write(work)

    async def grants(self, key: Key) -> tuple[Grant, ...]:
        """Return grants in force that the key may see."""
        return await self._store.read(partial(report.grants, key=key, now=self._clock.now()))

    async def grant(self, key: Key, id: str) -> Grant:
        """Return a grant, in force or not, that the key may see; raises NotFound."""
        return await self._store.read(partial(report.grant, key=key, id=id))

    async def uses(self, key: Key, id: str, *, limit: int) -> tuple[Approval, ...]:
        """Return what a grant has let pass, newest first; raises NotFound."""
        return await self._store.read(partial(report.uses, key=key, id=id, limit=limit))

    async def revoke(self, key: Key, id: str) -> Grant:
        """Revoke a grant, as often as asked; raises NotFound."""
        now = self._clock.now()

        def work(tx: Transaction) -> Steps[Done[Grant]]:
            grant = yield from report.grant(tx, key=key, id=id)
            decider = Decider(name=key.name, via=Via.API, key=key)
            done = yield from revoke.revoke(tx, grant_id=id, decider=decider, now=now)
            return Done(value=grant, audit=done.audit, events=done.events)

        return await self._store.write(work)

    # What channels and pages call.

    def _fresh_grant(self) -> FreshGrant:
        return FreshGrant(id=self._ids.grant(), timezone=self._timezone, brake=self._brake)

    async def approver_at(self, address: Target) -> Approver | None:
        """Return the approver who has this address, or None for a stranger."""
        return await self._store.read(lambda tx: tx.people.by_address(address))

    async def pending(self, *, limit: int = 200) -> tuple[Approval, ...]:
        """Return what waits and has a card of its own, oldest first; copies share one."""
        return await self._store.read(lambda tx: tx.approvals.shown(limit=limit))

    async def any(self, id: str) -> Approval:
        """Return an approval for an approver or the page; raises NotFound."""
        approval = await self._store.read(lambda tx: tx.approvals.get(id))
        if approval is None:
            raise NotFound("approval not found")
        return approval

    async def reveal(self, id: str, decider: Decider) -> reveal.Revealed:
        """Keep that this person sees what the card hides; return after it is durable."""
        now = self._clock.now()
        return await self._store.write(
            partial(reveal.reveal, approval_id=id, decider=decider, now=now)
        )

    async def use_link(self, token: str) -> Approver | None:
        """Use a one-time link to the queue page up; None where it is no good."""
        return await registry.use_link(self._store, self._clock, token)

    async def approver(self, id: str) -> Approver | None:
        """Return an enabled approver, or None."""
        return await self._store.read(registry.approver(id))

    def on_committed(self, listener: Callable[[Sequence[Event]], None]) -> None:
        """Call this after each commit."""
        self._store.on_committed(listener)

    async def check(self) -> None:
        """Ask the store for something small; raises where it does not answer."""
        await self._store.read(lambda tx: tx.approvals.next_deadline())

    def stop_waiting(self) -> None:
        """Wake every held request, now and from now on: the gate is going down."""
        self.waiters.stop()
