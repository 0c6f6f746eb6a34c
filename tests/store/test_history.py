"""What people decided, read beside whoever uses the database."""

import re

import pytest

from bot.core.backtest import Answer
from bot.store.engine import StoreError
from bot.store.history import read_history, read_kept_policies
from tests.store.moving import a_gate, alter
from tests.world import ADMIN_KEY, ORDINARY


async def test_only_what_people_decided_is_read_newest_first(database_url, clock):
    async with a_gate(database_url, clock) as world:
        await world.ask(title="pending")
        for number, decision in enumerate(("approved", "denied", "approved")):
            id = (await world.ask(title=f"{number}"))["approval_id"]
            await world.decide(id, decision)
            clock.advance(seconds=1)

        history = await read_history(database_url, limit=10)
        newest = await read_history(database_url, limit=2)

    assert [past.approval.action.title for past in history] == ["2", "1", "0"]
    assert [past.answer for past in history] == [
        Answer.APPROVED,
        Answer.DENIED,
        Answer.APPROVED,
    ]
    assert newest == history[:2]


async def test_more_than_a_page_is_read(database_url, clock):
    async with a_gate(database_url, clock) as world:
        for number in range(5):
            await world.decide((await world.ask(title=f"{number}"))["approval_id"], "approved")

        assert len(await read_history(database_url, limit=10, at_once=2)) == 5
        assert len(await read_history(database_url, limit=3, at_once=2)) == 3


async def test_the_policies_of_the_database_are_read(database_url, clock):
    document = {"name": "mine", "rules": [{"match": {"action": "Read"}, "decision": "allow"}]}
    async with a_gate(database_url, clock) as world:
        assert await read_kept_policies(database_url) == ()
        made = await world.call("POST", "/v1/policies", key=ADMIN_KEY, json=document)
        assert made.status in {200, 201}, await made.text()

        (kept,) = await read_kept_policies(database_url)

    assert kept.name == "mine"
    assert kept.document["rules"] == document["rules"]


async def test_an_agent_has_the_name_of_its_key_and_never_the_one_that_it_gave(
    database_url, clock
):
    async with a_gate(database_url, clock) as world:
        id = (await world.ask(**{**ORDINARY, "agent": "root"}))["approval_id"]
        await world.decide(id, "approved")
        (named,) = await read_history(database_url, limit=10)
        await alter(database_url, "DELETE FROM keys")

        (gone,) = await read_history(database_url, limit=10)

    assert named.approval.agent == "root"
    assert named.subject.agent not in {"root", ""}
    assert gone.subject.agent == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("DELETE FROM schema_version", "Start ok2run once"),
        ("INSERT INTO schema_version VALUES (9999, 'future')", "A newer ok2run made this"),
        ("UPDATE approvals SET action = '{'", "holds what can't be read"),
        ("DROP TABLE keys", "can't be read"),
    ],
)
async def test_what_is_no_gate_of_this_program_is_told(database_url, clock, change, words):
    async with a_gate(database_url, clock) as world:
        await world.decide((await world.ask())["approval_id"], "approved")
    await alter(database_url, change)

    with pytest.raises(StoreError, match=words):
        await read_history(database_url, limit=10)


@pytest.mark.parametrize("content", [b"", b"no database at all, and of some length" * 99])
async def test_a_file_that_is_no_gate_is_told(tmp_path, content):
    (tmp_path / "some.db").write_bytes(content)

    with pytest.raises(StoreError, match=r"some\.db (holds no gate|can't be read)"):
        await read_history(str(tmp_path / "some.db"), limit=10)

    assert (tmp_path / "some.db").read_bytes() == content


async def test_a_server_without_such_a_database_is_told(postgres):
    url = re.sub(r"/postgres$", "/none", postgres.url)

    with pytest.raises(StoreError, match=r"none can't be read"):
        await read_history(url, limit=10)
