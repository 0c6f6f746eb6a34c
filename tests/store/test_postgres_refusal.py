"""What PostgreSQL refuses, and whom the engine refuses."""

import asyncio
import traceback
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from bot.core.errors import Busy
from bot.store import open_store
from bot.store.engine import StoreError, StoreFull, StoreTaken
from bot.store.postgres_fault import StoreReadOnly
from tests.builders import an_action, an_approval
from tests.port import a_port
from tests.postgres import a_database, a_server, execute
from tests.store.kit import a_record, adding, all_entries, start
from tests.store.test_postgres import SHORT, a_store, end_session, is_kept

PASSWORD = "correct-horse-battery"


def a_big_approval():
    return an_approval(action=an_action(preview="x" * 2000))


async def test_a_second_daemon_is_refused_and_the_first_goes_on(postgres_url):
    approval = an_approval()
    async with a_store(postgres_url) as store:
        for _ in range(3):
            with pytest.raises(StoreTaken, match="Another ok2run uses this database"):
                async with open_store(postgres_url):
                    pass

        await store.write(adding(approval))

        assert await is_kept(store, approval)
    async with open_store(postgres_url):
        pass


FULL = """
CREATE FUNCTION be_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF length(NEW.action) > 1000 THEN
        RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100';
    END IF;
    RETURN NEW;
END $$;
"""


WHILE_INSERTING = """
CREATE TRIGGER be_full BEFORE INSERT ON approvals FOR EACH ROW EXECUTE FUNCTION be_full();
"""


WHILE_COMMITTING = """
CREATE CONSTRAINT TRIGGER be_full AFTER INSERT ON approvals DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION be_full();
"""


@pytest.mark.parametrize("when", [WHILE_INSERTING, WHILE_COMMITTING], ids=["insert", "commit"])
async def test_a_full_disk_keeps_what_is_small_enough_and_nothing_of_the_rest(
    postgres_url, caplog, when
):
    small = [an_approval(), an_approval()]
    big = a_big_approval()
    async with a_store(postgres_url) as store, asyncio.TaskGroup() as tasks:
        await execute(postgres_url, FULL + when)

        writes = [
            store.write(adding(each, audit=(a_record("asked"),)))
            for each in (small[0], big, small[1])
        ]
        answers = await asyncio.gather(*await start(tasks, *writes))

        assert [type(answer) for answer in answers] == [type(None), StoreFull, type(None)]
        assert answers[1].http_status == 507
        assert "were not kept" in caplog.text
        kept = [await is_kept(store, each) for each in (small[0], big, small[1])]
        assert kept == [True, False, True]
        assert len(await store.read(all_entries)) == 2


async def test_a_server_that_takes_no_changes_refuses_them_and_still_reads(postgres_url):
    before, during, after = an_approval(), an_approval(), an_approval()
    name = urlsplit(postgres_url).path.strip("/")
    async with a_store(postgres_url) as store:
        await store.write(adding(before))
        assert await is_kept(store, before)
        await execute(
            postgres_url, f"ALTER DATABASE {name} SET default_transaction_read_only = on"
        )
        await end_session(postgres_url, "writer", "reader")

        with pytest.raises(StoreReadOnly, match="takes no changes now; try again later"):
            await store.write(adding(during))

        assert [await is_kept(store, each) for each in (before, during)] == [True, False]
        await execute(
            postgres_url,
            "SET default_transaction_read_only = off",
            f"ALTER DATABASE {name} RESET default_transaction_read_only",
        )
        await end_session(postgres_url, "reader")
        await store.write(adding(after))
        assert await is_kept(store, after)


async def test_a_chain_that_another_session_holds_is_busy_until_it_lets_go(postgres_url):
    during, after = an_approval(), an_approval()
    async with a_store(postgres_url, busy_timeout=SHORT) as store:
        other = await asyncpg.connect(postgres_url)
        await other.execute("BEGIN; SELECT * FROM audit_head FOR UPDATE")

        with pytest.raises(Busy, match="locked by another program"):
            await store.write(adding(during))

        await other.execute("ROLLBACK")
        await other.close()
        await store.write(adding(after))
        assert [await is_kept(store, each) for each in (during, after)] == [False, True]


async def test_a_database_that_forgets_what_it_confirmed_is_refused(postgres_url):
    name = urlsplit(postgres_url).path.strip("/")
    await execute(postgres_url, f"ALTER DATABASE {name} SET synchronous_commit = off")

    with pytest.raises(StoreError, match=r"set synchronous_commit = on\."):
        async with open_store(postgres_url):
            pass


async def test_a_database_in_another_encoding_is_refused(postgres, postgres_url):
    latin = f"{urlsplit(postgres_url).path.strip('/')}_latin"
    await execute(
        postgres.url,
        f"CREATE DATABASE {latin} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'",
    )
    try:
        with pytest.raises(StoreError, match="encoding is LATIN1"):
            async with open_store(at(postgres_url, path=f"/{latin}")):
                pass
    finally:
        await execute(postgres.url, f"DROP DATABASE {latin} WITH (FORCE)")


@pytest.fixture(scope="module")
def guarded():
    """A server that does not sync, with a user who needs a password, and that user's database."""
    with a_server(fsync="off") as server:
        rules = server.data / "pg_hba.conf"
        rules.write_text(f"host all guarded 127.0.0.1/32 scram-sha-256\n{rules.read_text()}")
        with a_database(server) as url:
            asyncio.run(
                execute(
                    url,
                    f"CREATE USER guarded PASSWORD '{PASSWORD}'",
                    "SELECT pg_reload_conf()",
                )
            )
            port = urlsplit(url).port
            yield at(url, netloc=f"guarded:{PASSWORD}@127.0.0.1:{port}")


def at(url, **changes):
    return urlunsplit(urlsplit(url)._replace(**changes))


def said(error):
    """Return every word that an exception and those behind it could put into a log."""
    words, behind = [], [error]
    while behind:
        each = behind.pop()
        if each is not None:
            words += [str(each), repr(each), repr(each.args)]
            behind += [each.__cause__, each.__context__]
    return "".join([*words, *traceback.format_exception(error)])


async def test_a_server_that_does_not_sync_is_refused(guarded):
    with pytest.raises(StoreError, match=r"set fsync = on\."):
        async with open_store(guarded):
            pass


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"password": "swordfish-swordfish"}, "password authentication failed"),
        ({"path": "/absent"}, 'database "absent" does not exist'),
        ({"port": a_port()}, "refused|Connect"),
        ({"host": "localhost.invalid"}, "."),
    ],
    ids=["a wrong password", "an absent database", "nobody who listens", "an unknown host"],
)
async def test_who_is_not_let_in_is_told_why_in_one_line_without_the_password(
    guarded, changes, why
):
    parts = urlsplit(guarded)
    password = changes.get("password", PASSWORD)
    host, port = changes.get("host", "127.0.0.1"), changes.get("port", parts.port)
    url = at(
        guarded,
        netloc=f"guarded:{password}@{host}:{port}",
        path=changes.get("path", parts.path),
    )

    with pytest.raises(StoreError, match=why) as raised:
        async with open_store(url):
            pass

    line = str(raised.value)
    assert line.startswith(f"The database {host}:{port}")
    assert "\n" not in line
    assert password not in said(raised.value)
