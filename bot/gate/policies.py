"""Policies kept in the database: list, make, change, remove – and what a change would do."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from bot.core.action import Json, canonical_json
from bot.core.audit import Record
from bot.core.backtest import Backtest
from bot.core.errors import (
    GateError,
    NotFound,
    PolicyIsFile,
    PolicyNameTaken,
    PolicyUnread,
)
from bot.core.fault import Fault, PolicyFaulty
from bot.core.people import Key
from bot.core.policy import DEFAULT_PRIORITY, Policy
from bot.core.policy_document import document_of, read_policies, read_policy
from bot.gate.backtest import backtest_policies
from bot.gate.book import PolicyBook
from bot.gate.events import Event, PoliciesChanged
from bot.gate.policy_tables import KeptPolicy
from bot.gate.ports import Clock, Ids, Store
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A policy of the database, and what its reader warns of.

    Where it has `faults`, it can't be read any more, and `policy` is its name and place alone.
    """

    kept: KeptPolicy
    policy: Policy
    warnings: tuple[Fault, ...] = ()
    faults: tuple[Fault, ...] = ()


class Policies:
    """What operators do with the policies of the database; the book follows each commit."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, book: PolicyBook) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._changing = asyncio.Lock()
        self._trying = asyncio.Lock()
        self._is_behind = False
        self.book = book

    def notice(self, events: Sequence[Event]) -> None:
        """Know that a commit has changed the policies, whoever made it."""
        if any(isinstance(event, PoliciesChanged) for event in events):
            self._is_behind = True

    async def follow(self) -> None:
        """Judge by what was committed, where that is not so yet; raises Busy."""
        async with self._changing:  # who comes while it is under way waits for its end
            if self._is_behind and not self.book.is_file:
                await self._use_again()

    async def load(self) -> None:
        """Bring the database's policies into force, unless a file's are; raises Busy."""
        if not self.book.is_file:
            await self._use_all()

    async def _use_all(self) -> None:
        self._is_behind = False
        kept = await self._store.read(lambda tx: tx.policies.all())
        await asyncio.to_thread(self._use, kept)

    def _use(self, kept: Sequence[KeptPolicy]) -> None:
        """Put these into force; where one can't be read, it may have been a denial."""
        readings = [(one, read_policy(one.document)) for one in kept]
        broken = [(one, reading) for one, reading in readings if reading.faults]
        if broken:
            one, reading = broken[0]
            self.book.distrust(f'The policy "{one.name}" can\'t be read: {reading.faults[0]}')
        else:
            self.book.use(policy for _, reading in readings for policy in reading.policies)

    async def all(self) -> tuple[Shown, ...]:
        """Return every policy of the database, in the order in which they are judged."""
        kept = await self._store.read(lambda tx: tx.policies.all())
        return await asyncio.to_thread(_all_shown, kept)

    async def get(self, id: str) -> Shown:
        """Return one policy; raises NotFound."""
        kept = _found(await self._store.read(lambda tx: tx.policies.get(id)))
        return await asyncio.to_thread(_shown, kept)

    async def make(self, key: Key, document: object) -> Shown:
        """Keep a new policy; it is in force when this returns.

        Raises PolicyFaulty with every fault, PolicyNameTaken, PolicyIsFile.
        """
        policy, warnings = await asyncio.to_thread(_read, document)
        now, id = self._clock.now(), f"policy_{self._ids.other()}"
        kept = KeptPolicy(
            id=id, name=policy.name, document=document_of(policy), made_at=now, changed_at=now
        )
        await self._change(partial(made, kept=kept, actor=f"key:{key.id}"))
        return Shown(kept=kept, policy=policy, warnings=warnings)

    async def put(self, key: Key, id: str, document: object) -> Shown:
        """Replace a policy by this one, as `make`; raises NotFound too."""
        policy, warnings = await asyncio.to_thread(_read, document)
        work = partial(
            changed,
            id=id,
            changes=document_of(policy),
            actor=f"key:{key.id}",
            now=self._clock.now(),
        )
        return Shown(kept=await self._change(work), policy=policy, warnings=warnings)

    async def patch(
        self, key: Key, id: str, *, name: str | None, priority: float | None, enabled: bool | None
    ) -> Shown:
        """Change a policy's name or place, or switch it on or off; raises as `put`."""
        given: dict[str, Json] = {"name": name, "priority": priority, "enabled": enabled}
        changes = {word: value for word, value in given.items() if value is not None}
        work = partial(
            changed, id=id, changes=changes, actor=f"key:{key.id}", now=self._clock.now()
        )
        return await asyncio.to_thread(_shown, await self._change(work))

    async def remove(self, key: Key, id: str) -> None:
        """Remove a policy; raises NotFound, PolicyIsFile."""
        await self._change(partial(removed, id=id, actor=f"key:{key.id}", now=self._clock.now()))

    async def backtest(self, documents: Sequence[object], *, alone: bool, limit: int) -> Backtest:
        """Return what these policies would have made of the newest `limit` of the history.

        Unless they are `alone`, each takes the place of the one of its name among those in force,
        beside the others. Nothing is kept. Raises PolicyFaulty, PolicyUnread, Busy.
        """
        reading = await asyncio.to_thread(read_policies, {"policies": list(documents)})
        if reading.faults:
            raise PolicyFaulty(reading.faults)
        if not alone and self.book.fault is not None:
            raise PolicyUnread(f"{self.book.fault} Put that right, or try yours alone.")
        in_force = () if alone else self.book.policies
        async with self._trying:  # one at a time, so that they never take every thread
            tried = _replaced(in_force, reading.policies)
            return await backtest_policies(self._store, tried, limit=limit)

    async def _change(self, work: "partial[Steps[Done[KeptPolicy]]]") -> KeptPolicy:
        if self.book.is_file:
            raise PolicyIsFile("The policy is kept in POLICY_FILE; change that file.")
        # A caller that goes away must not part the commit from what is judged by.
        return await asyncio.shield(self._followed(work))

    async def _followed(self, work: "partial[Steps[Done[KeptPolicy]]]") -> KeptPolicy:
        async with self._changing:  # the book sees changes in the order of their commits
            try:
                return await self._store.write(work)
            finally:  # also where it can't be told whether it was kept
                await self._use_again()

    async def _use_again(self) -> None:
        try:
            await self._use_all()
        except GateError:
            self._is_behind = True
            self.book.distrust("The policies may have changed and can't be read; restart ok2run.")
            raise


def _replaced(in_force: Sequence[Policy], given: Sequence[Policy]) -> tuple[Policy, ...]:
    """Return those in force with these in the places of their names; new ones come after."""
    by_name = {policy.name: policy for policy in given}
    kept = [by_name.pop(policy.name, policy) for policy in in_force]
    return (*kept, *by_name.values())


def _read(document: object) -> tuple[Policy, tuple[Fault, ...]]:
    reading = read_policy(document)
    if reading.faults:
        raise PolicyFaulty(reading.faults)
    return reading.policies[0], reading.warnings


def _shown(kept: KeptPolicy) -> Shown:
    reading = read_policy(kept.document)
    if reading.faults:  # it is shown all the same, so that it can be replaced or removed
        return Shown(kept=kept, policy=_outline(kept), faults=reading.faults)
    return Shown(kept=kept, policy=reading.policies[0], warnings=reading.warnings)


_HIGHEST: Final = 1e9  # of a priority that is believed


def _outline(kept: KeptPolicy) -> Policy:
    """Return what can be told of a policy that can't be read."""
    priority, enabled = kept.document.get("priority"), kept.document.get("enabled")
    if not isinstance(priority, int | float) or not -_HIGHEST < priority < _HIGHEST:
        priority = DEFAULT_PRIORITY
    return Policy(name=kept.name, priority=float(priority), is_enabled=enabled is not False)


def _all_shown(kept: Sequence[KeptPolicy]) -> tuple[Shown, ...]:
    return tuple(sorted(map(_shown, kept), key=lambda one: one.policy.priority))


def _found(kept: KeptPolicy | None) -> KeptPolicy:
    if kept is None:
        raise NotFound("policy not found")
    return kept


def made(tx: Transaction, *, kept: KeptPolicy, actor: str) -> Steps[Done[KeptPolicy]]:
    """Keep a new policy; raises PolicyNameTaken."""
    yield from _refuse_name(tx, kept)
    yield from tx.policies.add(kept)
    return _done("policy.made", kept, actor, kept.made_at)


def changed(
    tx: Transaction, *, id: str, changes: Mapping[str, Json], actor: str, now: datetime
) -> Steps[Done[KeptPolicy]]:
    """Change parts of a policy's document; raises NotFound, PolicyNameTaken."""
    before = _found((yield from tx.policies.get(id)))
    document = {**before.document, **changes}
    kept = replace(before, name=str(document["name"]), document=document, changed_at=now)
    yield from _refuse_name(tx, kept)
    yield from tx.policies.change(kept)
    return _done("policy.changed", kept, actor, now)


def removed(tx: Transaction, *, id: str, actor: str, now: datetime) -> Steps[Done[KeptPolicy]]:
    """Remove a policy; raises NotFound."""
    kept = _found((yield from tx.policies.get(id)))
    yield from tx.policies.remove(id)
    return _done("policy.removed", kept, actor, now)


def _refuse_name(tx: Transaction, kept: KeptPolicy) -> Steps[None]:
    for other in (yield from tx.policies.all()):
        if other.name == kept.name and other.id != kept.id:
            raise PolicyNameTaken(f'There is a policy "{kept.name}" already; take another name.')


def _done(kind: str, kept: KeptPolicy, actor: str, now: datetime) -> Done[KeptPolicy]:
    digest = hashlib.sha256(canonical_json(kept.document)).hexdigest()
    facts: dict[str, Json] = {"policy": kept.id, "name": kept.name, "sha256": digest}
    record = Record(kind=kind, at=now, actor=actor, facts=facts)
    return Done(value=kept, audit=(record,), events=(PoliciesChanged(),))
