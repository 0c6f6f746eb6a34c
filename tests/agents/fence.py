"""What keeps an agent on this machine: a proxy that lets nothing through and notes who tried."""

import asyncio
from typing import Self


class Fence:
    """An HTTP proxy that refuses; `attempts` are the first lines of what wanted to get out."""

    def __init__(self) -> None:
        self.attempts: list[str] = []
        self._known: set[str] = set()
        self._server: asyncio.Server | None = None

    def lets_try(self, host: str) -> None:
        """Think nothing of an attempt to reach this host; it is refused all the same."""
        self._known.add(host)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._refuse, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which a program is told of it."""
        assert self._server is not None
        url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        own = "127.0.0.1,localhost"
        proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), url)
        lower = {name.lower(): value for name, value in proxies.items()}
        return {**proxies, **lower, "NO_PROXY": own, "no_proxy": own}

    async def _refuse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = (await reader.readline()).decode("latin-1").strip()
        if not any(f" {host}:" in line for host in self._known):
            self.attempts.append(line)
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()
