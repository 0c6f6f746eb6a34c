"""A proxy before PostgreSQL that cuts a connection at its COMMIT, or lets nobody through."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

# A message of the simple protocol: its kind, its length, its text.
# https://www.postgresql.org/docs/current/protocol-message-formats.html
_COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"

Cut = Literal["before", "after"]


class Proxy:
    """Passes everything on, until it is told otherwise.

    `cut` is for the next COMMIT alone: the client is hung up on "before" the server has it, or
    "after" the server has answered it, and the answer is lost. Where it `is_silent`, clients are
    not told that the server has hung up, as when its machine is gone.
    """

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        self._server = parts.hostname or "127.0.0.1", parts.port or 5432
        self._parts = parts
        self._listening: asyncio.Server | None = None
        self._clients: set[asyncio.StreamWriter] = set()
        self._port = 0
        self.cut: Cut | None = None
        self.after_the_cut: Callable[[], None] = lambda: None
        self.is_silent = False
        self.cuts = 0

    @property
    def url(self) -> str:
        user = f"{self._parts.username}@" if self._parts.username else ""
        return urlunsplit(self._parts._replace(netloc=f"{user}127.0.0.1:{self._port}"))

    async def up(self) -> None:
        """Let everybody through."""
        self._listening = await asyncio.start_server(self._pass, "127.0.0.1", self._port)
        self._port = self._listening.sockets[0].getsockname()[1]

    def down(self) -> None:
        """Hang up on everybody, and let nobody in."""
        self.let_nobody_in()
        for client in self._clients:
            client.close()

    def let_nobody_in(self) -> None:
        """Leave those who are connected alone."""
        if self._listening is not None:
            self._listening.close()

    async def _pass(self, from_client: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        self._clients.add(client)
        from_server, server = await asyncio.open_connection(*self._server)
        try:
            with suppress(OSError):
                async with asyncio.TaskGroup() as tasks:
                    answers = tasks.create_task(self._answer(from_server, client))
                    while data := await from_client.read(65536):
                        if self.cut is not None and data.endswith(_COMMIT):
                            answers.cancel()
                            await asyncio.wait([answers])
                            await self._cut(data, from_server, server)
                            break
                        server.write(data)
                    answers.cancel()
        finally:
            self._clients.discard(client)
            server.close()
            client.close()

    async def _answer(
        self, from_server: asyncio.StreamReader, client: asyncio.StreamWriter
    ) -> None:
        while data := await from_server.read(65536):
            client.write(data)
        if not self.is_silent:
            client.close()

    async def _cut(
        self, data: bytes, from_server: asyncio.StreamReader, server: asyncio.StreamWriter
    ) -> None:
        if self.cut == "after":
            server.write(data)
            await from_server.read(65536)
        self.cut = None
        self.cuts += 1
        self.after_the_cut()


@asynccontextmanager
async def a_proxy(server: str) -> AsyncIterator[Proxy]:
    """A proxy before the server of this URL; its own `url` leads to the same database."""
    proxy = Proxy(server)
    await proxy.up()
    try:
        yield proxy
    finally:
        proxy.down()
