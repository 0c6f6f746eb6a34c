"""A person's browser without a screen: reads forms out of a page, and sends them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from aiohttp import ClientResponse

from tests.world import World


@dataclass
class Sheet:
    """One form: where it goes, what it carries, and its buttons."""

    action: str
    id: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)


class Markup(HTMLParser):
    """What a page holds: its forms, its text, its elements and their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Sheet] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self._borrowed: list[tuple[str, str]] = []
        self._open: Sheet | None = None
        self.feed(html)
        for owner, button in self._borrowed:
            next(form for form in self.forms if form.id == owner).buttons.append(button)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.elements.append((tag, given))
        if tag == "form":
            self._open = Sheet(action=given["action"], id=given.get("id", ""))
            self.forms.append(self._open)
        elif tag == "button" and "form" in given:
            self._borrowed.append((given["form"], given["value"]))
        elif tag == "button" and self._open is not None:
            self._open.buttons.append(given.get("value", ""))
        elif tag == "input" and given.get("type") == "hidden" and self._open is not None:
            self._open.fields[given["name"]] = given["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None

    def handle_data(self, data: str) -> None:
        self.words.append(data)


class Reader:
    """One browser with its cookies, on the pages of a world."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def get(self, path: str, *, status: int = 200, **more: Any) -> str:
        response = await self.world.client.get(path, **more)
        text = await response.text()
        assert response.status == status, text
        return text

    async def post(self, path: str, fields: Any, **more: Any) -> ClientResponse:
        response = await self.world.client.post(path, data=fields, **more)
        await response.read()
        return response

    async def sign_in(self) -> None:
        await self.get(await self.world.queue_link())

    async def press(self, id: str, button: str, *, page: str | None = None, **more: Any) -> str:
        """Press a button of this approval's card; return the page it leads to."""
        html = page if page is not None else await self.get("/queue")
        form = sheet(html, id, button)
        fields = [("do", button), *form.fields.items()]
        for name, values in more.items():
            given = [values] if isinstance(values, str) else values
            fields += [(name.replace("_", "-"), value) for value in given]
        response = await self.post(form.action, fields)
        return await response.text()


def sheet(html: str, id: str, button: str) -> Sheet:
    """Return the form of an approval's card that has this button."""
    return next(
        form
        for form in Markup(html).forms
        if form.action.endswith(f"/{id}") and button in form.buttons
    )


def buttons_of(html: str, id: str) -> list[str]:
    """Return every button of an approval's card."""
    return [
        button
        for form in Markup(html).forms
        if form.action.endswith(f"/{id}")
        for button in form.buttons
    ]
