"""What is judged by follows the policies of the database, whoever goes away meanwhile."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.core.errors import Busy
from bot.core.people import Key
from bot.core.policy import Verdict
from bot.core.policy_document import read_policy
from bot.core.risk import Level
from bot.core.subject import Subject
from bot.gate.book import PolicyBook
from bot.gate.policies import Policies
from bot.gate.policy_tables import KeptPolicy
from bot.ids import RandomIds
from tests.builders import NOW, a_key, an_approval

DENIES = {"name": "no", "rules": [{"match": {}, "decision": "deny"}]}
KEY: Key = a_key("admin")


class Slow:
    """A store that keeps what it is told once it may; then it can be read, or is busy."""

    def __init__(self, *, is_readable: bool = True) -> None:
        self.may_commit = asyncio.Event()
        self.is_asked = asyncio.Event()
        self.is_committed = asyncio.Event()
        self.is_readable = is_readable

    async def write(self, work):
        self.is_asked.set()
        await self.may_commit.wait()
        self.is_committed.set()
        return work.keywords["kept"]

    async def read(self, query):
        if not self.is_readable:
            raise Busy("try again")
        return (KeptPolicy(id="p", name="no", document=DENIES, made_at=NOW, changed_at=NOW),)


class Now:
    """A clock that stands."""

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC)


def verdict(book: PolicyBook) -> Verdict:
    return book.judge(an_approval(), agent="a", urgency=Level.LOW, channel=None).verdict


async def test_a_change_is_in_force_though_its_caller_went_away():
    store, book = Slow(), PolicyBook()
    policies = Policies(store, Now(), RandomIds(), book)

    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(policies.make(KEY, DENIES))
        await store.is_asked.wait()
        asking.cancel()
    store.may_commit.set()
    await store.is_committed.wait()
    async with asyncio.timeout(20):
        while not book.policies:
            await asyncio.sleep(0)

    assert verdict(book) is Verdict.DENY


async def test_everything_asks_where_a_change_cannot_be_read_again():
    store, book = Slow(is_readable=False), PolicyBook()
    store.may_commit.set()

    with pytest.raises(Busy):
        await Policies(store, Now(), RandomIds(), book).make(KEY, DENIES)

    judgement = book.judge(an_approval(), agent="a", urgency=Level.LOW, channel=None)
    assert judgement.verdict is Verdict.ASK
    assert judgement.is_strict


def test_what_is_explained_is_what_is_judged():
    book = PolicyBook()
    book.use(read_policy(DENIES).policies)
    subject = Subject(action="Bash")

    before, _ = book.explain(subject)
    book.distrust("It can't be read.")
    after, _ = book.explain(subject)

    assert before.verdict is Verdict.DENY
    assert (after.verdict, after.doubt) == (Verdict.ASK, "It can't be read.")


def test_without_a_rule_the_book_leaves_it_open_as_an_index_of_none_does():
    book = PolicyBook()

    judgement = book.judge(an_approval(), agent="a", urgency=Level.LOW, channel=None)

    assert judgement == book.explain(Subject(action="Bash"))[0]
    assert (judgement.verdict, judgement.policy) == (Verdict.ASK, None)
