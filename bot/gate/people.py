"""People: who may what here, for channels and the first run."""

from collections.abc import Mapping
from functools import partial

from bot.core.pairing import code_from
from bot.core.people import Approver, Role
from bot.gate import pairing
from bot.gate.channel import Update
from bot.gate.known import Known
from bot.gate.ports import Clock, Ids, Store
from bot.gate.press import Person
from bot.gate.registry import OWNER, Registry, everybody, sha256_of
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction


class People:
    """Pairs people, lists and removes them."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, registry: Registry) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._registry = registry
        store.on_committed(registry.notice)

    @property
    def here(self) -> tuple[Known, ...]:
        """Everybody whom a channel reaches, who may most first."""
        return tuple(known for known in self._registry.people if known.targets)

    async def offer(self, role: Role, *, by: str) -> str:
        """Return a new pairing code, the only time it is seen; it works once, for ten minutes."""
        code = code_from(self._ids.token())
        now = self._clock.now()
        await self._store.write(
            partial(pairing.add_code, sha256=sha256_of(code), role=role, made_by=by, now=now)
        )
        return code

    async def withdraw_offers(self, *, by: str) -> None:
        """Let the unused codes that somebody made work no more."""
        await self._store.write(partial(pairing.drop_codes, made_by=by))

    async def pair(self, code: str, *, person: Person, update: Update) -> pairing.Paired:
        """Let a person in by a code; return after it is durable. Raises Busy."""
        return await self._store.write(
            partial(
                pairing.pair,
                sha256=sha256_of(code),
                person=person,
                update=update,
                now=self._clock.now(),
            )
        )

    async def remove(self, id: str, *, by: str) -> Approver:
        """Take a paired person's place away. Raises NotFound, NotAllowed, LastOwner."""
        return await self._store.write(
            partial(pairing.remove, id=id, by=by, now=self._clock.now())
        )

    async def menus(self) -> Mapping[str, str]:
        """Return which list of commands a channel was given last, by scope: its hash."""
        return await self._store.read(lambda tx: tx.menus.all())

    async def remember_menu(self, scope: str, sha256: str | None) -> None:
        """Keep which list stands in a scope now; None where there is none any more."""

        def work(tx: Transaction) -> Steps[Done[None]]:
            if sha256 is None:
                yield from tx.menus.drop(scope)
            else:
                yield from tx.menus.put(scope, sha256)
            return Done(value=None)

        await self._store.write(work)

    async def listing(self) -> tuple[Known, ...]:
        """Return everybody whom a channel reaches, as the store has it, who may most first."""
        found = await self._store.read(everybody)
        return tuple(known for known in found if known.person.id != OWNER.id)
