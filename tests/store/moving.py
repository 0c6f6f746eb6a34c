"""A gate that has lived a little, and its file, to look into and to alter."""

import hashlib
import json
import sqlite3
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from bot.core.device import Device, OpenCode
from bot.core.halt import Halt, HaltKind
from bot.core.people import Role
from bot.core.preference import Preferences
from bot.core.risk import Level
from bot.gate.call import Call
from bot.gate.channel import Target, Update
from bot.gate.mail_link import new_link
from bot.gate.mailbox_tables import Claim
from bot.gate.registry import OWNER, bootstrap
from bot.ids import RandomIds
from bot.store import open_reader, sqlite_path
from bot.store.engine import StoreError
from bot.store.statements import statement
from bot.store.table import ROWS_AT_ONCE, TABLES
from bot.store.transfer import row_line
from tests.builders import NOW, an_approval
from tests.postgres import execute, run
from tests.store.kit import unit
from tests.world import ADMIN_KEY, ORDINARY, World

LOST = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND application_name = 'ok2run {}'"
)
ANA, BEN = 1001, 1002
LONG_AGO = NOW - timedelta(days=1)
GRANTED = {"action_type": "Bash", "title": "ls ☂", "preview": "ls ☂", "cwd": "/srv/läden"}
REPEATED = {"Idempotency-Key": "ключ-1"}


def go_on():
    return False


def engine_of(url):
    return "sqlite" if url.startswith("sqlite") else "postgresql"


MAILBOX = Target(channel="email", address="ana@example.org")


@asynccontextmanager
async def a_gate(url, clock):
    async with World.start(url, clock=clock, users=(ANA, BEN), loops=False) as world:
        yield world


async def live(world):
    """Let a gate do what gates do, so that every table has rows; return what to know of it."""
    agent = {"headers": REPEATED, "json": ORDINARY}
    first = await world.call("POST", "/v1/approvals", **agent)
    pending = (await first.json())["approval_id"]
    for number in range(ROWS_AT_ONCE + 3):
        title = f"Größe {number} 漢字 🙂\u2028"
        id = (await world.ask(title=title, params={"n": number}))["approval_id"]
        if number % 3:
            await world.decide(id, "denied" if number % 2 else "approved", note="перед обедом")
    granting = (await world.ask(**GRANTED))["approval_id"]
    assert (await world.decide(granting, scope="always")).status == 200
    assert (await world.ask(**GRANTED))["status"] == "approved"
    policy = {"name": "regeln ☂", "rules": [{"match": {"action": "ls"}, "decision": "ask"}]}
    made = await world.call("POST", "/v1/policies", key=ADMIN_KEY, json=policy)
    assert made.status == 200
    prefers = Preferences(language="zh_CN", timezone="Asia/Shanghai")
    await world.gate.preferences.change(OWNER, lambda _: prefers)
    await world.store.write(
        unit(lambda tx: tx.dismissals.add("f" * 64, name="ls", identity="person:1", at=NOW))
    )
    await world.gate.topics.made(Target(channel="telegram", address="-1005"), "агент", "7")
    call = Call(tool="0" * 64, attempt="1" * 64)
    await world.store.write(unit(lambda tx: tx.calls.add(an_approval(), call)))
    await world.store.write(unit(lambda tx: tx.turns.begin("a" * 12, "s1", NOW)))
    over = Halt(kind=HaltKind.PAUSE, by="Ana", identity="person:1", since=LONG_AGO, until=LONG_AGO)
    await world.store.write(unit(lambda tx: tx.halts.put(over)))
    await world.store.write(unit(partial(_hold, granting)))
    await world.store.write(
        unit(lambda tx: tx.updates.first_sight(Update(channel="telegram", id=2**40), NOW))
    )
    await world.gate.people.offer(Role.VIEWER, by="telegram-1001")
    eve = Target(channel="telegram", address="6666")
    await world.store.write(unit(lambda tx: tx.pairings.fail(eve, now=NOW, since=NOW)))
    await world.store.write(unit(lambda tx: tx.menus.put("1 default", "0" * 64)))
    await _ask_by_mail(world, pending)
    return {
        "pending": pending,
        "link": await world.queue_link(),
        "admin": await bootstrap(world.store, world.clock, RandomIds()),
    }


async def _ask_by_mail(world, id):
    """Keep what there is of mails: a link, a browser behind it, codes, an address with a past."""
    token, until = RandomIds().token(), NOW + timedelta(days=1)
    await world.store.write(
        unit(partial(new_link, token=token, approval_id=id, address=MAILBOX, now=NOW))
    )
    device = Device(
        id="d" * 32,
        channel=MAILBOX.channel,
        address=MAILBOX.address,
        person=OWNER.id,
        name="Телефон",
        made_at=NOW,
        used_at=NOW,
        expires_at=until,
    )
    claim = Claim(
        address="ben@example.org",
        person="person-2",
        name="Ben",
        made_by="Ana",
        made_at=NOW,
        expires_at=until,
    )
    code = OpenCode(nonce="n" * 32, expires_at=until)
    await world.store.write(unit(lambda tx: tx.devices.add(device)))
    await world.store.write(unit(lambda tx: tx.devices.put_code(MAILBOX, code)))
    await world.store.write(unit(lambda tx: tx.mailboxes.put_claim(claim)))
    await world.store.write(
        unit(lambda tx: tx.mailboxes.failed(MAILBOX.address, fault="refused", now=NOW))
    )


def _hold(id, tx):
    """Hold what has ended meanwhile, so that nothing comes of it."""
    approval = yield from tx.approvals.get(id)
    yield from tx.held.add(approval, urgency=Level.LOW, channel=None, address=None)


def tables_in(content):
    """The rows of an exported file, by table."""
    tables = {}
    for line in content.splitlines()[1:-1]:
        value = json.loads(line)
        if isinstance(value, dict):
            rows = tables.setdefault(value["table"], [])
        else:
            rows.append(value)
    return tables


def sealed(lines):
    """The content of these lines with a last line that is true of them."""
    *body, last = lines
    end = json.loads(last)
    content = b"".join(body)
    end["rows"] = sum(line.startswith(b"[") for line in body)
    end["sha256"] = hashlib.sha256(content).hexdigest()
    return content + json.dumps(end, separators=(",", ":")).encode() + b"\n"


def changed(content, table, place, change):
    """The content with one row of a table changed, and sealed again."""
    lines = content.splitlines(keepends=True)
    start = next(at for at, line in enumerate(lines) if f'"table":"{table}"'.encode() in line)
    row = json.loads(lines[start + 1 + place])
    change(row)
    lines[start + 1 + place] = row_line(row)
    return sealed(lines)


async def rows_of(url, text):
    """The rows that a statement reads beside whoever uses the database."""
    reader = open_reader(url)

    def steps():
        return (yield statement("rows", text), {})

    try:
        return [tuple(row) for row in await reader.read(steps)]
    finally:
        await reader.close()


async def is_empty(url):
    """Tell whether no table has a row, or there are none."""
    if engine_of(url) == "sqlite" and not sqlite_path(url).exists():
        return True
    reader = open_reader(url)

    def steps():
        for table in TABLES:
            if (yield table.first, {"limit": 1}):
                return False
        return True

    try:
        return await reader.read(steps)
    except StoreError:  # it has no tables
        return True
    finally:
        await reader.close()


async def alter(url, text):
    """Run a statement behind the store's back."""
    if engine_of(url) == "sqlite":
        database = sqlite3.connect(sqlite_path(url))
        with database:
            database.execute(text)
        database.close()
    else:
        await execute(url, text)


def losing(url, session):
    """A `stop` that ends a session of the server, once, in the midst of it."""
    calls = []

    def stop():
        calls.append(None)
        if len(calls) == 5:
            run(execute(url, LOST.format(session)))
        return False

    return stop
