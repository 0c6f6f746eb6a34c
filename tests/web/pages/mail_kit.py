"""People with mail addresses, the links that mails bring them, and their browsers."""

from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientResponse, ClientSession, CookieJar

from bot.core.people import Approver, Role
from bot.gate.channel import Card, CardKind, Target
from tests.store.kit import unit
from tests.web.pages.reader import Markup, Sheet
from tests.world import World

ANA = Target(channel="email", address="ana@example.org")
BEN = Target(channel="email", address="ben@example.org")
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1"


async def know(world: World, address: Target, *, name: str, role: Role = Role.APPROVER) -> None:
    """Let somebody be an approver who has this address."""
    person = Approver(id=name.lower(), name=name, role=role)
    await world.store.write(unit(lambda tx: tx.people.put(person, address, source="paired")))


async def asked(world: World, **body: Any) -> str:
    return str((await world.ask(**body))["approval_id"])


async def link(world: World, id: str, address: Target = ANA) -> str:
    """Return the path of a link as a mail brings it."""
    return f"/a/{(await world.gate.mails.new_tokens([id], address))[id]}"


class Mailbox:
    """A channel that takes mails, and tells what codes they brought."""

    name = "email"

    def __init__(self, world: World) -> None:
        self._world = world
        self.codes: list[tuple[str, str]] = []
        self.bodies: list[str] = []

    async def say(self, target: Target, body: str) -> None:
        self.bodies.append(body)
        code = await self._world.gate.devices.code_in(target, body)
        if code is not None:
            self.codes.append((target.address, code))

    def needs_attachment(self, approval: object) -> bool:
        return False

    async def post(self, card: Card, approval: object, *, silent: bool = False) -> str:
        assert card.kind is CardKind.CARD
        return card.id

    async def edit(self, card: Card, approval: object) -> None:
        return None

    async def remove(self, card: Card, approval: object) -> None:
        return None


@dataclass
class Browser:
    """One browser with cookies of its own."""

    world: World
    session: ClientSession
    status: int = 0
    path: str = ""
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, world: World, **headers: str) -> "Browser":
        session = ClientSession(
            str(world.client.make_url("/")),
            cookie_jar=CookieJar(unsafe=True),
            headers={"User-Agent": PHONE, **headers},
        )
        return cls(world=world, session=session)

    async def open(self, path: str, **more: Any) -> str:
        """Go to an address as a person does; return the page."""
        async with self.session.get(path, **more) as response:
            return await self._see(response)

    async def send(self, path: str, fields: Any, **more: Any) -> str:
        async with self.session.post(path, data=fields, **more) as response:
            return await self._see(response)

    async def press(self, button: str, **more: Any) -> str:
        """Press a button of the page that is open; return the one that it leads to."""
        form = self.form(button)
        fields = [("do", button), *form.fields.items()]
        for name, values in more.items():
            given = [values] if isinstance(values, str) else values
            fields += [(name.replace("_", "-"), value) for value in given]
        return await self.send(form.action, fields)

    async def fill(self, path: str, **fields: str) -> str:
        """Send the form of the page that goes to an address ending so."""
        form = next(form for form in self.forms if form.action.endswith(path))
        return await self.send(form.action, {**form.fields, **fields})

    async def let_in(self, code: str) -> str:
        return await self.fill("/code", code=code)

    async def close(self) -> None:
        await self.session.close()

    @property
    def forms(self) -> list[Sheet]:
        return Markup(self.html).forms

    @property
    def text(self) -> str:
        return Markup(self.html).text

    @property
    def buttons(self) -> list[str]:
        return [button for form in self.forms for button in form.buttons if button]

    def form(self, button: str) -> Sheet:
        return next(form for form in self.forms if button in form.buttons)

    async def _see(self, response: ClientResponse) -> str:
        self.html = await response.text()
        self.status, self.path = response.status, response.url.raw_path_qs
        self.headers = dict(response.headers)
        return self.html


async def enrolled(world: World, browser: Browser, id: str, address: Target = ANA) -> Browser:
    """Let a browser in by a code, and leave it on the approval's page."""
    await browser.open(await link(world, id, address))
    code = await world.gate.devices.tell_code(address, actor="key:test")
    assert code is not None
    await browser.let_in(code)
    return browser
