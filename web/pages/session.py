"""Who is signed in to the pages: a signed cookie, and a token in each form that it signs for.

Nothing about a session is stored; whether its person may still decide is asked at every request.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from bot.core.people import Approver
from web.keys import GATE

SESSION_LIFE: Final = timedelta(hours=12)
_NAME: Final = "ok2run_session"
_LONGEST: Final = 3072
_SIGNATURE_BYTES: Final = hashlib.sha256().digest_size


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One sign-in of a person; `nonce` tells it from their others."""

    person: str
    issued_at: datetime
    nonce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A person whose session holds, and the session."""

    person: Approver
    session: Session


class SessionSigner:
    """Signs sessions and form tokens with HMAC-SHA256.

    Where `secure`, the cookie goes over HTTPS only and bears the `__Host-` prefix, so that no
    other host and no plain page can set it.
    """

    def __init__(self, secret: bytes, *, secure: bool) -> None:
        self._cookie_key = derived(secret, b"cookie")
        self._form_key = derived(secret, b"form")
        self._secure = secure

    @property
    def cookie_name(self) -> str:
        """The cookie's name."""
        return f"__Host-{_NAME}" if self._secure else _NAME

    def sign(self, session: Session) -> str:
        """Return the session as the cookie carries it."""
        at = int(session.issued_at.timestamp() * 1000)
        content = json.dumps([session.person, at, session.nonce]).encode()
        return encoded(hmac.digest(self._cookie_key, content, "sha256") + content)

    def read(self, text: str, *, now: datetime) -> Session | None:
        """Return the session that the cookie carries; None where it is forged or has run out."""
        signed = decoded(text)
        if signed is None:
            return None
        signature, content = signed[:_SIGNATURE_BYTES], signed[_SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, hmac.digest(self._cookie_key, content, "sha256")):
            return None
        person, at, nonce = json.loads(content)
        issued_at = datetime.fromtimestamp(at / 1000, UTC)
        if not timedelta(0) <= now - issued_at < SESSION_LIFE:
            return None
        return Session(person=person, issued_at=issued_at, nonce=nonce)

    def form_token(self, session: Session, purpose: str) -> str:
        """Return the token that a form of this session carries, for one purpose only."""
        content = json.dumps(["csrf", session.nonce, purpose]).encode()
        return encoded(hmac.digest(self._form_key, content, "sha256"))

    def allows(self, session: Session, purpose: str, token: str) -> bool:
        """Tell whether the token is this session's for this purpose."""
        wanted = self.form_token(session, purpose).encode()
        return hmac.compare_digest(wanted, token.encode(errors="surrogatepass"))

    def sign_in(self, response: web.StreamResponse, person: Approver, *, now: datetime) -> None:
        """Start a session in the browser that gets this response."""
        session = Session(person=person.id, issued_at=now, nonce=secrets.token_urlsafe(16))
        response.set_cookie(
            self.cookie_name,
            self.sign(session),
            max_age=int(SESSION_LIFE.total_seconds()),
            path="/",
            httponly=True,
            samesite="Strict",
            secure=self._secure,
        )

    def sign_out(self, response: web.StreamResponse) -> None:
        """End the session in the browser that gets this response."""
        response.del_cookie(
            self.cookie_name, path="/", httponly=True, samesite="Strict", secure=self._secure
        )


SIGNER: Final = web.AppKey("signer", SessionSigner)


async def signed_in(request: web.Request) -> SignedIn | None:
    """Return who is signed in, where the session holds and the person may still decide."""
    signer, gate = request.app[SIGNER], request.app[GATE]
    cookie = request.cookies.get(signer.cookie_name)
    session = signer.read(cookie, now=gate.clock.now()) if cookie else None
    person = await gate.approver(session.person) if session is not None else None
    if session is None or person is None:
        return None
    return SignedIn(person=person, session=session)


def is_from_here(request: web.Request) -> bool:
    """Tell whether the browser, as far as it says, sends this from one of our own pages."""
    origin = request.headers.get("Origin")
    if origin is not None and not _is_own(origin, request.host):
        return False
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def _is_own(origin: str, host: str) -> bool:
    """Compare without the scheme, which a proxy in front may have changed."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.netloc.lower() == host.lower() != ""


def derived(secret: bytes, purpose: bytes) -> bytes:
    """Return a key for one purpose of the pages."""
    return hmac.digest(secret, b"ok2run pages " + purpose, "sha256")


def encoded(content: bytes) -> str:
    """Return bytes as a cookie or a form carries them."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes | None:
    """Return what `encoded` wrote, None where it is nothing of the kind."""
    if len(text) > _LONGEST or not text.isascii():
        return None
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
