"""HTTPS, with and without a proxy: only a certificate that fits gets the key."""

import asyncio
import datetime
import ssl
from collections.abc import AsyncIterator
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ok2run import AsyncGate, Gate, GateUnreachable

ANSWER = b'{"approval_id": "appr_1", "status": "pending"}'
HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(ANSWER)
NAME = "gate.example.com"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for this machine and for one name, with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    begin = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin.replace(year=2100))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName(NAME), x509.IPAddress(ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "gate.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return file


class Server:
    """What was sent to it, in the clear."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.port = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(HEAD + ANSWER)
        await writer.drain()
        writer.close()


@pytest.fixture
async def server(certificate: Path) -> AsyncIterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = Server()
    listening = await asyncio.start_server(server.answer, "127.0.0.1", 0, ssl=context)
    server.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield server


@pytest.fixture
async def proxy(server: Server) -> AsyncIterator[Server]:
    """A proxy that leads every name to the server."""
    proxy = Server()

    leading: list[asyncio.Event] = []

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(data)
        writer.close()

    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        over = asyncio.Event()
        leading.append(over)
        proxy.asked.append(await reader.readuntil(b"\r\n\r\n"))
        there = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(pipe(reader, there[1]), pipe(there[0], writer))
        over.set()

    listening = await asyncio.start_server(lead, "127.0.0.1", 0)
    proxy.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield proxy
        for over in leading:
            await over.wait()


async def ask(url: str, *, blocking: bool) -> str:
    if blocking:
        gate = Gate(url, "agent-key", patience=0)
        return (await asyncio.to_thread(gate.submit, "deploy")).id
    return (await AsyncGate(url, "agent-key", patience=0).submit("deploy")).id


BOTH = pytest.mark.parametrize("blocking", [True, False])


@BOTH
async def test_a_trusted_certificate_is_spoken_to(
    server: Server, certificate: Path, monkeypatch: pytest.MonkeyPatch, blocking: bool
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    assert await ask(f"https://127.0.0.1:{server.port}", blocking=blocking) == "appr_1"
    assert b"Bearer agent-key" in server.asked[0]


@BOTH
async def test_an_unknown_certificate_gets_no_key_and_is_not_tried_again(
    server: Server, monkeypatch: pytest.MonkeyPatch, blocking: bool
):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)

    with pytest.raises(GateUnreachable) as caught:
        await ask(f"https://127.0.0.1:{server.port}", blocking=blocking)

    assert not caught.value.temporary
    assert server.asked == []


@BOTH
async def test_a_proxy_sees_neither_the_key_nor_the_ask(
    server: Server,
    proxy: Server,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    blocking: bool,
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")

    assert await ask(f"https://{NAME}", blocking=blocking) == "appr_1"
    assert proxy.asked[0].startswith(b"CONNECT gate.example.com:443 HTTP/1.")
    assert b"agent-key" not in proxy.asked[0]
    assert b"Bearer agent-key" in server.asked[0]


@BOTH
async def test_a_certificate_for_another_name_gets_no_key(
    server: Server,
    proxy: Server,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    blocking: bool,
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")

    with pytest.raises(GateUnreachable):
        await ask("https://other.example.com", blocking=blocking)

    assert server.asked == []
