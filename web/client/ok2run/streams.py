"""The same HTTP as `Wire` speaks, over asyncio: a wait costs a connection and no thread."""

import asyncio
import base64
import http.client
import io
import ssl
import urllib.request
from typing import TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

from ok2run.address import check_key, host_of, is_loopback
from ok2run.answer import ANSWER_LIMIT, Json, meaning, unreachable
from ok2run.errors import GateError
from ok2run.exchange import Call, Exchange, Pause, Steps

T = TypeVar("T")

_HEAD_LIMIT = 64 * 1024  # bytes
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class AsyncWire:
    """Speaks to one gate with one key; a request that is cancelled hangs up at once."""

    def __init__(self, url: str, key: str, *, timeout: float = 15, patience: float = 5) -> None:
        """Take what `Wire` takes. Raises Misconfigured."""
        host = host_of(url)
        check_key(key)
        self.url = url.rstrip("/")
        self.exchange = Exchange(self.url, patience=patience)
        self._key = key
        self._timeout = timeout
        self._address = urlsplit(self.url)
        self._proxy = None if is_loopback(host) else _proxy_for(self._address)

    async def run(self, steps: Steps[T]) -> T:
        """Carry out each step and return what they come to."""
        answer: Json | None = None
        error: GateError | None = None
        while True:
            try:
                step = steps.send(answer) if error is None else steps.throw(error)
            except StopIteration as done:
                value: T = done.value
                return value
            answer = error = None
            if isinstance(step, Pause):
                await asyncio.sleep(step.seconds)
                continue
            try:
                answer = await self._carry(step)
            except GateError as failed:
                error = failed

    async def _carry(self, call: Call) -> Json:
        try:
            async with asyncio.timeout((call.limit or self._timeout) + max(call.hold, 0)):
                status, retry_after, content = await self._send(call)
        except (OSError, EOFError, ValueError, http.client.HTTPException) as error:
            raise unreachable(self.url, error) from error
        return meaning(self.url, status, content, retry_after=retry_after)

    async def _send(self, call: Call) -> tuple[int, str, bytes]:
        reader, writer = await self._connect()
        try:
            writer.write(self._request(call))
            await writer.drain()
            status, fields = await _head(reader)
            content = await _content(reader, status, fields)
        finally:
            writer.transport.abort()
        return status, str(fields.get("Retry-After", "")), content

    def _request(self, call: Call) -> bytes:
        content = call.content or b""
        fields = {
            "Host": self._address.netloc,
            **call.fields(self._key),
            "Connection": "close",
        }
        if call.body is not None:
            fields["Content-Length"] = str(len(content))
        target = self._address.path + call.target
        if self._proxy is not None and self._address.scheme == "http":
            target = f"http://{self._address.netloc}{target}"
            fields |= _proxy_fields(self._proxy)
        lines = [f"{call.method} {target} HTTP/1.1", *(f"{n}: {v}" for n, v in fields.items())]
        return "\r\n".join([*lines, "", ""]).encode("ascii") + content

    async def _connect(self) -> Streams:
        secure = self._address.scheme == "https"
        host, port = self._address.hostname or "", self._address.port or (443 if secure else 80)
        context = ssl.create_default_context() if secure else None
        if self._proxy is None:
            return await asyncio.open_connection(host, port, ssl=context, limit=_HEAD_LIMIT)
        proxy = self._proxy
        streams = await asyncio.open_connection(
            proxy.hostname, proxy.port or 80, limit=_HEAD_LIMIT
        )
        if context is not None:
            await self._tunnel(streams, f"{host}:{port}", proxy)
            await streams[1].start_tls(context, server_hostname=host)
        return streams

    async def _tunnel(self, streams: Streams, place: str, proxy: SplitResult) -> None:
        fields = {"Host": place, **_proxy_fields(proxy)}
        lines = [f"CONNECT {place} HTTP/1.1", *(f"{n}: {v}" for n, v in fields.items())]
        streams[1].write("\r\n".join([*lines, "", ""]).encode("ascii"))
        status, _ = await _head(streams[0])
        if status != 200:
            streams[1].transport.abort()
            raise OSError(f"the proxy answered {status}")


async def _head(reader: asyncio.StreamReader) -> tuple[int, http.client.HTTPMessage]:
    """Read the status and the header fields; what comes before the final answer is passed over."""
    while True:
        head = await _until(reader, b"\r\n\r\n")
        line, _, rest = head.partition(b"\r\n")
        version, _, said = line.partition(b" ")
        if not version.startswith(b"HTTP/1.") or not said[:3].isdigit():
            raise http.client.BadStatusLine(line[:80].decode("ascii", "replace"))
        if not 100 <= int(said[:3]) < 200:
            return int(said[:3]), http.client.parse_headers(io.BytesIO(rest))


async def _content(
    reader: asyncio.StreamReader, status: int, fields: http.client.HTTPMessage
) -> bytes:
    if status in (204, 304):
        return b""
    if "chunked" in str(fields.get("Transfer-Encoding", "")).lower():
        return await _chunks(reader)
    length = fields.get("Content-Length")
    if length is None:
        content = await reader.read(ANSWER_LIMIT)
        while more := await reader.read(ANSWER_LIMIT):
            content = _within(content + more)
        return content
    if not (length.isascii() and length.isdigit() and int(length) <= ANSWER_LIMIT):
        raise http.client.HTTPException("the answer's length is out of bounds")
    return await reader.readexactly(int(length))


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    content = b""
    while True:
        line = await _until(reader, b"\r\n")
        size = int(line.split(b";")[0], 16)
        if size == 0:
            return content
        if not 0 < size <= ANSWER_LIMIT:
            raise http.client.HTTPException("the answer's length is out of bounds")
        content = _within(content + await reader.readexactly(size))
        await reader.readexactly(2)


async def _until(reader: asyncio.StreamReader, end: bytes) -> bytes:
    try:
        return await reader.readuntil(end)
    except asyncio.LimitOverrunError as error:
        raise http.client.HTTPException("the answer's head is too long") from error


def _within(content: bytes) -> bytes:
    if len(content) > ANSWER_LIMIT:
        raise http.client.HTTPException("the answer is too long")
    return content


def _proxy_for(address: SplitResult) -> SplitResult | None:
    """Return the proxy that the environment names for this address."""
    named = urllib.request.getproxies().get(address.scheme)
    if not named or urllib.request.proxy_bypass(address.netloc):
        return None
    return urlsplit(named if "://" in named else f"http://{named}")


def _proxy_fields(proxy: SplitResult) -> dict[str, str]:
    if proxy.username is None:
        return {}
    name = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {base64.b64encode(name.encode()).decode()}"}
