"""Programs that read mails: they open every link and send every form, and decide nothing."""

import asyncio
import itertools
import random
from collections.abc import Sequence

import pytest
from aiohttp import ClientSession, CookieJar, DummyCookieJar

from bot.core.device import MailConfirm
from tests.web.pages.mail_kit import ANA, Browser, Mailbox, asked, enrolled, know, link
from tests.web.pages.reader import Markup, Sheet
from tests.world import World

BASH = {"action_type": "Bash", "title": "npm test", "preview": "npm test", "cwd": "/srv/shop"}
KINDS = (
    BASH,
    {"urgency": "high"},
    {"urgency": "critical", "can_show_number": True},
    {"options": ["SQLite", "PostgreSQL"]},
    {"options": ["red", "green"], "multiple": True},
)
GUESSES = ("", "on", "test", "123456", "12", "scanner@example.org")
AT_ONCE = 20


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """A robot knows no engine."""
    return sqlite_url


@pytest.fixture
async def world(build) -> World:
    found: World = await build(brake=None)
    await know(found, ANA, name="Ana")
    return found


async def mails(world: World, count: int) -> list[tuple[str, str]]:
    """Return the approvals of so many mails, of every kind, with their links."""
    found = []
    for number, kind in zip(range(count), itertools.cycle(KINDS), strict=False):
        body = {"session_id": f"s{number}", **kind, "reason": f"mail {number}"}
        id = await asked(world, **body)
        found.append((id, await link(world, id)))
    return found


async def nothing_was_decided(world: World, sent: Sequence[tuple[str, str]]) -> None:
    for id, _ in sent:
        assert (await world.read(id))["status"] == "pending"


async def the_person_still_decides(world: World, sent: Sequence[tuple[str, str]]) -> None:
    browser = Browser.of(world)
    await enrolled(world, browser, sent[0][0])
    for id, path in random.Random(7).sample(list(sent), min(10, len(sent))):
        await browser.open(path)
        assert browser.status == 200
        await browser.press("deny")
        assert (await world.read(id))["status"] == "denied"
    await browser.close()


async def looks(world: World, path: str) -> None:
    """Robot A: it looks at the link in every way that a program does, three times."""
    async with ClientSession(
        str(world.client.make_url("/")), cookie_jar=CookieJar(unsafe=True)
    ) as session:
        for _ in range(3):
            for method in ("HEAD", "GET", "OPTIONS"):
                async with session.request(method, path) as answer:
                    assert answer.status in {200, 405}
            for headers in ({"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}):
                async with session.get(path, headers=headers) as answer:
                    assert answer.status == 200


class Robot:
    """Robot B: it opens the link, and sends each form with each button and each guess."""

    def __init__(self, world: World, session: ClientSession) -> None:
        self._world = world
        self._session = session
        self.sent = 0

    async def visit(self, path: str) -> None:
        async with self._session.get(path) as answer:
            page, at = await answer.text(), str(answer.url)
        for form in Markup(page).forms:
            words = dict.fromkeys([*form.buttons, ""])
            for button, guess in itertools.product(words, GUESSES):
                await self._send(form, button, guess, referer=at)

    async def _send(self, form: Sheet, button: str, guess: str, *, referer: str) -> None:
        fields = {"do": button, **form.fields} if button else dict(form.fields)
        for name in ("address", "code", "number", "note", "words", "q0", "extent", "end"):
            fields[name] = guess
        async with self._session.post(
            form.action, data=fields, headers={"Referer": referer}
        ) as answer:
            page = await answer.text()
            self.sent += 1
        assert answer.status < 500
        # And once with every word that a button could send.
        for do in (
            ()
            if guess
            else ("approve", "deny", "stop", "always", "confirm", "grant", "run", "answer")
        ):
            path = form.action.rsplit("/", 1)[0] if form.action.count("/") > 2 else form.action
            async with self._session.post(path, data={**fields, "do": do}) as answer:
                await answer.read()
                self.sent += 1
            assert answer.status in {403, 404}, page


async def acts(world: World, path: str) -> int:
    sent = 0
    for jar in (CookieJar(unsafe=True), DummyCookieJar()):
        async with ClientSession(str(world.client.make_url("/")), cookie_jar=jar) as session:
            robot = Robot(world, session)
            await robot.visit(path)
            sent += robot.sent
    return sent


async def robot_a(world: World, count: int) -> None:
    sent = await mails(world, count)
    for batch in itertools.batched(sent, AT_ONCE) if hasattr(itertools, "batched") else [sent]:
        await asyncio.gather(*(looks(world, path) for _, path in batch))

    await nothing_was_decided(world, sent)
    await the_person_still_decides(world, sent)


async def robot_b(world: World, count: int) -> None:
    mailbox = world.channels["email"] = Mailbox(world)
    sent = await mails(world, count)
    await world.gate.devices.tell_code(ANA, actor="key:test")
    requests = 0
    for _, path in sent:
        requests += await acts(world, path)

    assert requests >= 10 * count
    await world.courier.flush()
    assert mailbox.codes == []
    assert await world.gate.devices.listing() == ()
    await nothing_was_decided(world, sent)
    await the_person_still_decides(world, sent)


async def test_looking_at_links_decides_nothing(world: World):
    await robot_a(world, 10)


async def test_sending_every_form_decides_nothing(world: World):
    await robot_b(world, 5)


@pytest.fixture
async def by_number(build) -> World:
    found: World = await build(mail_confirm=MailConfirm.NUMBER)
    await know(found, ANA, name="Ana")
    return found


async def test_sending_every_form_decides_nothing_where_a_number_counts(by_number: World):
    answer = await by_number.ask(urgency="critical", can_show_number=True)
    id = answer["approval_id"]
    if str(answer["confirm_number"]) in GUESSES:
        return  # once in ninety times a robot that guesses is right, and is let look further

    await acts(by_number, await link(by_number, id))

    await nothing_was_decided(by_number, [(id, "")])


@pytest.mark.full
async def test_looking_at_a_thousand_mails_decides_nothing(world: World):
    await robot_a(world, 1000)


@pytest.mark.full
async def test_sending_every_form_of_a_thousand_mails_decides_nothing(world: World):
    await robot_b(world, 1000)
