"""A small HTTP server on loopback, at a free port."""

from collections.abc import Iterable

from aiohttp import web

_LARGEST = 64 * 1024 * 1024


class Server:
    """Serves some routes; what waits there is cut off at the end."""

    def __init__(self, routes: Iterable[web.RouteDef]) -> None:
        app = web.Application(client_max_size=_LARGEST)
        app.add_routes(routes)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        self._port = 0

    async def start(self, port: int = 0) -> None:
        """Listen from now on."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Listen no more."""
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self._port}"
