"""Keys and people: the environment's are brought into the store, and looked up from here."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.core.action import Json
from bot.core.audit import Record
from bot.core.people import AGENT_RIGHTS, ALL_RIGHTS, Approver, Key, Role
from bot.core.routing import Reach
from bot.gate.channel import EMAIL, Target
from bot.gate.events import Event, PeopleChanged
from bot.gate.fallback import Fallback
from bot.gate.known import Known, addresses_in
from bot.gate.ports import Clock, Ids, Query, Store
from bot.gate.steps import Done, Steps
from bot.gate.tables import Transaction

OWNER: Final = Approver(id="owner", name="owner", role=Role.OWNER)
LINK_LIFE: Final = timedelta(minutes=10)
ENVIRONMENT: Final = "environment"
_MADE_HERE: Final = "first start"
_BOOTSTRAP: Final = "bootstrap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What the operator set: keys, Telegram's people and default chat, the default mail address.

    `telegram` and `email` tell whether that channel is on; `email_after` is how long an ask waits
    in Telegram before it is mailed, None for ever.
    """

    agent_keys: tuple[str, ...] = ()
    admin_key: str | None = None
    telegram: bool = False
    telegram_users: tuple[int, ...] = ()
    telegram_chat: int | None = None
    email: bool = False
    email_default: str | None = None
    email_after: timedelta | None = None

    @property
    def fallback(self) -> Fallback:
        """When those who do not answer elsewhere are mailed."""
        return Fallback(is_on=self.email, after=self.email_after, default=self.email_default)

    @property
    def approvers(self) -> tuple[int, ...]:
        """Telegram ids of the people who may decide; a private chat's id is its person's."""
        own = (self.telegram_chat,) if self.telegram_chat and self.telegram_chat > 0 else ()
        return tuple(dict.fromkeys((*self.telegram_users, *own)))


def sha256_of(secret: str) -> str:
    """Return the hash under which a key or token is kept: 64 hex digits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def mail_person_id(address: str) -> str:
    """Return the id of whoever is known by a mail address alone."""
    return f"{EMAIL}-{sha256_of(address)[:16]}"


def new_secret(ids: Ids) -> str:
    """Return a new API key."""
    return f"ok2_{ids.token()}"


@dataclass(slots=True)
class Registry:
    """Keys, people and reaches, held in memory and renewed when they change."""

    keys: dict[str, Key] = field(default_factory=dict)
    reaches: dict[str, Reach] = field(default_factory=dict)
    people: tuple[Known, ...] = ()
    setup: Setup = field(default_factory=Setup)

    def authenticate(self, secret: str) -> Key | None:
        """Return the key with this secret, or None."""
        digest = sha256_of(secret)
        key = self.keys.get(digest)
        return key if key is not None and hmac.compare_digest(key.sha256, digest) else None

    @property
    def has_approvers(self) -> bool:
        """Tell whether Telegram reaches anybody who may decide."""
        return bool(addresses_in("telegram", self.people, deciding=True))

    def notice(self, events: Sequence[Event]) -> None:
        """Take in who is there after a change."""
        for event in events:
            if isinstance(event, PeopleChanged):
                self.know(event.people)

    def know(self, people: tuple[Known, ...]) -> None:
        """Reach these people from now on; whoever holds `reaches` sees that."""
        self.people = people
        if self.setup.telegram:
            self.reaches["telegram"] = _telegram_reach(self.setup, people)
        if self.setup.email:
            self.reaches[EMAIL] = _email_reach(self.setup, people)


async def prepare(
    store: Store, clock: Clock, ids: Ids, setup: Setup, *, makes_key: bool = True
) -> tuple[Registry, str | None]:
    """Bring the operator's settings into the store; return the registry and a key made just now.

    A key is made where the environment names no agent key and none was made before, unless
    `makes_key` is false.
    """
    now = clock.now()
    spare = new_secret(ids) if makes_key else None
    made = await store.write(partial(_sync, setup=setup, spare=spare, now=now))
    keys = await store.read(_all_keys)
    registry = Registry(keys={key.sha256: key for key in keys}, setup=setup)
    registry.know(await store.read(everybody))
    return registry, spare if made else None


def _telegram_reach(setup: Setup, people: tuple[Known, ...]) -> Reach:
    """Cards go to the chat, else to all who may decide; an agent may name anybody known."""
    named = tuple(str(user) for user in setup.approvers)
    deciding = dict.fromkeys((*named, *addresses_in("telegram", people, deciding=True)))
    known = addresses_in("telegram", people, deciding=False)
    chat = (str(setup.telegram_chat),) if setup.telegram_chat is not None else ()
    return Reach(default=chat or tuple(deciding), allowed=frozenset((*chat, *deciding, *known)))


def _email_reach(setup: Setup, people: tuple[Known, ...]) -> Reach:
    """Mails go to the default address, else to all who may decide; an agent may name those."""
    deciding = addresses_in(EMAIL, people, deciding=True)
    default = (setup.email_default,) if setup.email_default is not None else deciding
    return Reach(default=default, allowed=frozenset((*default, *deciding)))


def everybody(tx: Transaction) -> Steps[tuple[Known, ...]]:
    """Return everybody who is known."""
    return (yield from tx.people.listing())


def _all_keys(tx: Transaction) -> Steps[tuple[Key, ...]]:
    return (yield from tx.keys.all())


def _sync(tx: Transaction, *, setup: Setup, spare: str | None, now: datetime) -> Steps[Done[bool]]:
    wanted = [
        _key(secret, name="agent" if n == 0 else f"agent-{n + 1}", now=now)
        for n, secret in enumerate(setup.agent_keys)
    ]
    if setup.admin_key is not None:
        wanted.append(_key(setup.admin_key, name="admin", now=now, is_admin=True))
    for key in wanted:
        yield from tx.keys.put(key, source=ENVIRONMENT)
    yield from tx.keys.keep_only(ENVIRONMENT, [key.id for key in wanted])
    if setup.agent_keys:  # the operator's own take the place of the one made for them
        yield from tx.keys.keep_only(_MADE_HERE, [])
    records: list[Record] = []
    makes_one = not setup.agent_keys and not (yield from tx.keys.any_from(_MADE_HERE))
    if makes_one and spare is not None:
        key = _key(spare, name="agent", now=now)
        yield from tx.keys.put(key, source=_MADE_HERE)
        records.append(_key_record(key, "first start", now))
    approvers = {f"telegram-{user}": user for user in setup.approvers}
    for id, user in approvers.items():
        person = Approver(id=id, name=f"id {user}")
        address = Target(channel="telegram", address=str(user))
        yield from tx.people.put(person, address, source=ENVIRONMENT)
    mailed = yield from _sync_mail(tx, setup)
    yield from tx.people.keep_only(ENVIRONMENT, [*approvers, *mailed])
    yield from tx.people.put(OWNER, None, source="page")
    return Done(value=makes_one, audit=tuple(records))


def _sync_mail(tx: Transaction, setup: Setup) -> Steps[tuple[str, ...]]:
    """Let whoever reads the default mail address decide; return the person's id, if it is new.

    An address that belongs to a person already stays theirs, so that nobody is two.
    """
    if not setup.email or setup.email_default is None:
        return ()
    address = Target(channel=EMAIL, address=setup.email_default)
    id = mail_person_id(address.address)
    known = yield from tx.people.by_address(address)
    if known is not None and known.id != id:
        return ()
    person = Approver(id=id, name=address.address)
    yield from tx.people.put(person, address, source=ENVIRONMENT)
    return (id,)


def _key(secret: str, *, name: str, now: datetime, is_admin: bool = False) -> Key:
    digest = sha256_of(secret)
    return Key(
        id=digest[:12],
        name=name,
        sha256=digest,
        rights=ALL_RIGHTS if is_admin else AGENT_RIGHTS,
        created_at=now,
    )


def _key_record(key: Key, actor: str, now: datetime) -> Record:
    rights: list[Json] = [str(right) for right in sorted(key.rights)]
    facts: dict[str, Json] = {"key": key.id, "name": key.name, "rights": rights}
    return Record(kind="key.made", at=now, actor=actor, facts=facts)


async def bootstrap(store: Store, clock: Clock, ids: Ids) -> str:
    """Make an admin key and return it, the only time it is seen."""
    secret = new_secret(ids)
    key = _key(secret, name="bootstrap", now=clock.now(), is_admin=True)
    await store.write(partial(_put_key, key=key))
    return secret


def _put_key(tx: Transaction, *, key: Key) -> Steps[Done[None]]:
    yield from tx.keys.put(key, source=_BOOTSTRAP)
    return Done(value=None, audit=(_key_record(key, "bootstrap", key.created_at),))


async def queue_link_token(store: Store, clock: Clock, ids: Ids) -> str:
    """Return the token of a new one-time link to the queue page, good for ten minutes."""
    token = ids.token()
    add = partial(_add_link, sha256=sha256_of(token), expires_at=clock.now() + LINK_LIFE)
    await store.write(add)
    return token


def _add_link(tx: Transaction, *, sha256: str, expires_at: datetime) -> Steps[Done[None]]:
    yield from tx.people.add_link(sha256, person=OWNER.id, expires_at=expires_at)
    return Done(value=None)


async def use_link(store: Store, clock: Clock, token: str) -> Approver | None:
    """Use a one-time link up; return its person, or None where it is no good any more."""
    now = clock.now()
    return await store.write(partial(_use_link, sha256=sha256_of(token), now=now))


def _use_link(tx: Transaction, *, sha256: str, now: datetime) -> Steps[Done[Approver | None]]:
    person = yield from tx.people.use_link(sha256, now=now)
    if person is None:
        return Done(value=None)
    approver = yield from tx.people.get(person)
    record = Record(kind="page.opened", at=now, actor=f"person:{person}")
    return Done(value=approver, audit=(record,))


def approver(id: str) -> Query[Approver | None]:
    """Return the query that finds an enabled approver."""
    return lambda tx: tx.people.get(id)
