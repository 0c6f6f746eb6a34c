"""The scenes: a gate of its own for each, in which Ana is asked and taps."""

import asyncio
import json
import tempfile
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from bot.clock import SystemClock
from tests.daemon import Daemon
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram.person import Card, Person
from tests.pictures.ask import (
    BURST,
    CLAUDE_EDIT,
    CLAUDE_QUESTION,
    CRITICAL,
    PUSH,
    QUESTION,
    REMOVE,
    TEST,
    WAITING,
    command,
)

Draw: TypeAlias = Callable[[FakeTelegram, Card, str], Awaitable[None]]

_KEY = "agent-key-for-pictures"
_PATIENCE = 30


async def ask(daemon: Daemon, body: dict[str, Any], path: str = "/v1/approvals") -> None:
    """Ask as an agent does; a hook's ask ends when it is answered."""
    request = urllib.request.Request(  # noqa: S310  the daemon's own address
        f"{daemon.url}{path}",
        data=json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {daemon.agent_key}",
            "Content-Type": "application/json",
        },
    )
    await asyncio.to_thread(lambda: urllib.request.urlopen(request).close())  # noqa: S310


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A gate, its Telegram, and the person with the phone."""

    daemon: Daemon
    telegram: FakeTelegram
    ana: Person

    async def asked(self, body: dict[str, Any]) -> Card:
        """Let an agent ask; return the card that comes."""
        await ask(self.daemon, body)
        return await self.ana.wait_for_card(body["title"], buttons=True, timeout=_PATIENCE)

    async def told(self, words: str, contains: str) -> Card:
        """Write a command; return what it is answered with."""
        last = self.telegram.messages(self.ana.chat_id)[-1:]
        await self.ana.send(words)
        newer = last[0] if last else None
        return await self.ana.wait_for_card(contains, newer_than=newer, timeout=_PATIENCE)


@asynccontextmanager
async def scene() -> AsyncIterator[Scene]:
    """Begin with an empty chat."""
    with tempfile.TemporaryDirectory() as directory:
        async with (
            FakeTelegram(clock=SystemClock().now) as telegram,
            Daemon(
                Path(directory),
                TELEGRAM_BOT_TOKEN=telegram.token,
                TELEGRAM_API_BASE=telegram.url,
                ALLOWED_USER_IDS="1001",
                APPROVAL_API_KEY=_KEY,
            ) as daemon,
        ):
            yield Scene(daemon=daemon, telegram=telegram, ana=telegram.person(1001, "Ana"))


async def cards(at: Scene, draw: Draw) -> None:
    """Draw an action's card, a dangerous one's, a question's, and one that was decided."""
    for name, body in {"card": PUSH, "card-danger": REMOVE, "card-question": QUESTION}.items():
        card = await at.asked(body)
        await draw(at.telegram, card, name)
        if name == "card":
            await at.ana.tap("Approve", card=card)
            await card.shows("Approved")
            await draw(at.telegram, card, "card-decided")


async def number(at: Scene, draw: Draw) -> None:
    """Draw the choice of three numbers on a card of critical risk."""
    card = await at.asked(CRITICAL)
    await at.ana.tap("Approve…", card=card)
    await card.until(lambda one: "← Back" in one.labels)
    await draw(at.telegram, card, "card-number")


async def scopes(at: Scene, draw: Draw) -> None:
    """Draw the panel that Always opens."""
    card = await at.asked(TEST)
    await at.ana.tap("Always", card=card)
    await card.until(lambda one: "← Back" in one.labels)
    await draw(at.telegram, card, "scopes")


async def offer(at: Scene, draw: Draw) -> None:
    """Draw what a reply with another command is asked about."""
    card = await at.asked(PUSH)
    await at.ana.reply(card, "git push origin staging")
    offered = await at.ana.wait_for_card("What shall I do with", buttons=True, timeout=_PATIENCE)
    await at.ana.tap("Run this instead", card=offered)
    await offered.shows("Run this instead?")
    await draw(at.telegram, offered, "offer")


async def digest(at: Scene, draw: Draw) -> None:
    """Draw the list that stands for a burst of asks."""
    for body in BURST:
        await ask(at.daemon, body)
    card = await at.ana.wait_for_card("📥", buttons=True, timeout=_PATIENCE)
    await card.shows(f"📥 {len(BURST)} waiting", timeout=_PATIENCE)
    await draw(at.telegram, card, "digest")


async def pending(at: Scene, draw: Draw) -> None:
    """Draw what waits, asked for by a command."""
    for body in WAITING:
        await ask(at.daemon, body)
    card = await at.told("/pending", f"📥 {len(WAITING)} waiting")
    await draw(at.telegram, card, "pending")


async def grants(at: Scene, draw: Draw) -> None:
    """Draw two standing approvals, one of them used."""
    for body, choice in ((TEST, "2"), (command("git commit -am 'Fix'"), "1")):
        card = await at.asked(body)
        await at.ana.tap("Always", card=card)
        await card.until(lambda one: "← Back" in one.labels)
        await at.ana.tap(choice, card=card)
        await card.shows("From now on")
    for line in ("npm test -- cart", "npm test -- unit", "npm test"):
        await ask(at.daemon, command(line))
    await draw(at.telegram, await at.told("/grants", "standing approval"), "grants")


async def claude_code(at: Scene, draw: Draw) -> None:
    """Draw the cards of a change of a file and of a question, asked for by Claude Code's hooks."""
    for name, hook, words, label in (
        ("card-claude", CLAUDE_EDIT, "cart.ts", "Approve"),
        ("card-claude-question", CLAUDE_QUESTION, "sessions be kept", "In a cookie"),
    ):
        async with asyncio.TaskGroup() as asking:
            asking.create_task(ask(at.daemon, hook, "/v1/hooks/claude-code?limit=3600"))
            card = await at.ana.wait_for_card(words, buttons=True, timeout=_PATIENCE)
            await draw(at.telegram, card, name)
            await at.ana.tap(label, card=card)


SCENES = (cards, number, scopes, offer, digest, pending, grants, claude_code)
