"""The gate as it is installed: the daemon as a process, Telegram beside it, and Ana's phone."""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import ClientSession

from bot.clock import SystemClock
from tests.agents.claude_code import http_hooks
from tests.agents.script import Json
from tests.channels.telegram.conftest import a_port
from tests.daemon import ROOT, Daemon
from tests.fakes.telegram import Card, FakeTelegram, Person

KEY = "agent-key-of-nobody-0001"
ADMIN_KEY = "admin-key-of-nobody-0001"
ANA = 1001
_PATIENCE = 60.0


class GateProcess:
    """A daemon with one approver, Ana, who has a phone; it keeps its address when it restarts."""

    def __init__(self, directory: Path, **settings: str) -> None:
        self._directory = directory
        self._settings = settings
        self.telegram = FakeTelegram(clock=SystemClock().now)

    async def __aenter__(self) -> Self:
        await self.telegram.__aenter__()
        self.ana: Person = self.telegram.person(ANA, "Ana")
        self._directory.mkdir(parents=True, exist_ok=True)
        self.daemon = Daemon(
            self._directory,
            PORT=str(a_port()),
            TELEGRAM_BOT_TOKEN=self.telegram.token,
            TELEGRAM_API_BASE=self.telegram.url,
            TELEGRAM_MODE="polling",
            ALLOWED_USER_IDS=str(ANA),
            APPROVAL_TG_CHAT_ID=str(ANA),
            APPROVAL_API_KEY=KEY,
            ADMIN_API_KEY=ADMIN_KEY,
            **self._settings,
        )
        try:
            await self.daemon.__aenter__()
        except BaseException:
            await self.telegram.__aexit__(None, None, None)
            raise
        self.command = _command(self._directory)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.daemon.__aexit__(kind, error, trace)
        if kind is not None:
            for card in self.ana.home.messages.values():
                print(f"--- on Ana's phone\n{card.text}\n{card.labels}")
        await self.telegram.__aexit__(kind, error, trace)

    @property
    def environment(self) -> Mapping[str, str]:
        """What an agent has of it."""
        return {"APPROVAL_GATE_URL": self.daemon.url, "APPROVAL_API_KEY": KEY}

    def claude_settings(
        self, *events: str, limit: int = 600, on_failure: str = "continue"
    ) -> Json:
        """Return the settings by which Claude Code asks here, and tells what happened."""
        return http_hooks(
            f"{self.daemon.url}/v1/hooks/claude-code?limit={limit}",
            *(events or ("PermissionRequest",)),
            timeout=limit,
            on_failure=on_failure,
            headers={"Authorization": "Bearer $APPROVAL_API_KEY"},
        )

    async def card(self, words: str, *, buttons: bool | None = None) -> Card:
        """Wait for the newest message with these words."""
        return await self.ana.wait_for_card(words, buttons=buttons, timeout=_PATIENCE)

    async def taps(self, label: str, card: Card) -> str:
        """Let Ana tap, and return what she is told."""
        return await (await self.ana.tap(label, card=card)).wait(_PATIENCE)

    async def denies(self, card: Card, words: str) -> None:
        """Let Ana reply to the card, and deny with what she wrote."""
        await self.ana.reply(card, words)
        offer = await self.card("What shall I do with", buttons=True)
        await self.taps("❌ Deny with this reason", offer)

    async def notes(self, card: Card, words: str) -> None:
        """Let Ana reply to the card, and approve with what she wrote beside."""
        await self.ana.reply(card, words)
        offer = await self.card("What shall I do with", buttons=True)
        await self.taps("✅ Approve with this note", offer)

    async def takes_session(self, card: Card) -> None:
        """Let Ana allow the first choice for this session."""
        label = next(label for label in card.labels if "Session" in label)
        await self.taps(label, card)
        await self.sees("What may it do in this session", card)
        await self.taps("1", card)

    async def replaces(self, card: Card, command: str) -> None:
        """Let Ana reply with another command, look at it, and let that run."""
        await self.ana.reply(card, command)
        offer = await self.card("What shall I do with", buttons=True)
        await self.taps("✏️ Run this instead", offer)
        await self.sees("Run this instead?", offer)
        await self.taps("✅ Run this", offer)

    async def sees(self, words: str, card: Card) -> str:
        """Wait until the card says so; return its text."""
        try:
            return await self.telegram.changes.until(
                lambda: card.text if words in card.text else None, _PATIENCE
            )
        except TimeoutError:
            raise AssertionError(f"{words!r} did not come: {card.text}") from None

    @property
    def cards(self) -> list[Card]:
        """Return everything that the bot has sent to Ana."""
        bot = self.telegram.me["id"]
        return [one for one in self.ana.home.messages.values() if one.sender.get("id") == bot]

    async def approvals(self) -> list[Json]:
        """Return everything that was asked, oldest first, each in full."""
        listed = (await self._get("/v1/approvals?limit=100", KEY))["approvals"]
        return [
            await self._get(f"/v1/approvals/{one['approval_id']}", KEY) for one in listed[::-1]
        ]

    async def recorded(self) -> str:
        """Return what became of the last ask, in a line."""
        last = (await self.approvals())[-1]
        decision = last["decision"]
        if decision is None:
            return f"{last['title']}: {last['status']}, {last['end_reason']}"
        note = f", “{decision['note']}”" if decision["note"] else ""
        return f"{last['action_type']} {last['title']}: {last['status']} by {decision['by']}{note}"

    async def ended(self, status: str, count: int = 1) -> Json:
        """Wait until so many have been asked and the last has this status; return it."""
        async with asyncio.timeout(_PATIENCE):
            while len(found := await self.approvals()) < count or found[-1]["status"] != status:
                await asyncio.sleep(0.1)
        return found[-1]

    async def audit(self, id: str) -> list[str]:
        """Return what was audited of an approval, in order."""
        entries = (await self._get(f"/v1/approvals/{id}/audit", KEY))["entries"]
        return [entry["kind"] for entry in entries]

    async def _get(self, path: str, key: str) -> Json:
        headers = {"Authorization": f"Bearer {key}"}
        async with (
            ClientSession(headers=headers) as session,
            session.get(self.daemon.url + path) as answer,
        ):
            found: Json = await answer.json()
            assert answer.status == 200, found
            return found


def _command(directory: Path) -> Path:
    """Put the command where an agent can run it; return where it is."""
    command = directory / "bin" / "ok2run"
    command.parent.mkdir()
    program = "import sys; from bot.command import main; sys.exit(main(sys.argv[1:]))"
    path = f"{ROOT}{os.pathsep}{ROOT / 'web' / 'client'}"
    start = f"PYTHONPATH={path} exec {sys.executable} -c '{program}'"
    command.write_text(f'#!/bin/sh\n{start} "$@"\n')
    command.chmod(0o755)
    return command
