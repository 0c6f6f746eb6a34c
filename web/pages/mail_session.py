"""Who stands behind a mail's link: a short cookie for one approval, and a long one for a browser.

Both are `SameSite=Lax`. The link is opened from a mail, which to the browser is another site: it
would keep a strict cookie back from the redirect that takes the token out of the address, and the
page would find nobody. A lax one comes along with such a navigation, which is a GET and decides
nothing, and with no form that another site sends; each of our own forms has a token besides.
"""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from aiohttp import web

from bot.core.device import DEVICE_LIFE, Device, MailConfirm
from bot.core.people import Approver
from bot.gate.channel import Target
from bot.gate.device import is_of
from web.keys import GATE
from web.pages.session import Session, decoded, derived, encoded

VISIT_LIFE: Final = timedelta(hours=1)
_VISIT: Final = "ok2run_mail_"
_DEVICE: Final = "ok2run_device_"
_MARK_DIGITS: Final = 12
_MOST_DEVICES: Final = 10
_SIGNATURE_BYTES: Final = hashlib.sha256().digest_size

MAIL_CONFIRM: Final = web.AppKey("mail_confirm", MailConfirm)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A link that was opened in this browser: for which approval, mailed to which address.

    `is_proved` tells that the agent's number was typed here.
    """

    approval_id: str
    address: Target
    opened_at: datetime
    nonce: str
    is_proved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who looks at an approval behind a mail's link, as far as their browser proves it.

    `person` has the address now, None where nobody does. Only who `may_press` decides here.
    """

    address: Target
    session: Session
    person: Approver | None
    device: Device | None
    may_press: bool


class MailSigner:
    """Signs the cookies behind mails' links with HMAC-SHA256."""

    def __init__(self, secret: bytes, *, secure: bool) -> None:
        self._visit_key = derived(secret, b"mail link")
        self._device_key = derived(secret, b"mail device")
        self._secure = secure

    def remember(
        self, response: web.StreamResponse, *, approval_id: str, address: Target, now: datetime
    ) -> None:
        """Keep in the browser that a link was opened there."""
        nonce = secrets.token_urlsafe(16)
        visit = Visit(approval_id=approval_id, address=address, opened_at=now, nonce=nonce)
        self._keep_visit(response, visit)

    def prove(self, response: web.StreamResponse, visit: Visit) -> None:
        """Keep in the browser that it showed who is there, for this approval."""
        self._keep_visit(response, replace(visit, is_proved=True))

    def visit(self, request: web.Request, approval_id: str, *, now: datetime) -> Visit | None:
        """Return the link to this approval that was opened in this browser within the hour."""
        cookie = request.cookies.get(self._name(_VISIT, approval_id))
        found = None if cookie is None else _read(self._visit_key, cookie)
        if found is None:
            return None
        id, channel, address, at, nonce, is_proved = found
        opened_at = datetime.fromtimestamp(at / 1000, UTC)
        if id != approval_id or not timedelta(0) <= now - opened_at < VISIT_LIFE:
            return None
        return Visit(
            approval_id=id,
            address=Target(channel=channel, address=address),
            opened_at=opened_at,
            nonce=nonce,
            is_proved=is_proved,
        )

    def enrol(self, response: web.StreamResponse, device: Device) -> None:
        """Keep in the browser which one it is."""
        name = self._name(_DEVICE, f"{device.channel}:{device.address}")
        value = _signed(self._device_key, [device.id])
        self._set(response, name, value, life=DEVICE_LIFE)

    def devices(self, request: web.Request) -> tuple[str, ...]:
        """Return the ids of the devices that this browser says it is, one an address."""
        prefix = self._name(_DEVICE, "")[: -_MARK_DIGITS or None]
        said = [value for name, value in request.cookies.items() if name.startswith(prefix)]
        found = (_read(self._device_key, value) for value in said[:_MOST_DEVICES])
        return tuple(content[0] for content in found if content is not None)

    def _keep_visit(self, response: web.StreamResponse, visit: Visit) -> None:
        content = [
            visit.approval_id,
            visit.address.channel,
            visit.address.address,
            int(visit.opened_at.timestamp() * 1000),
            visit.nonce,
            visit.is_proved,
        ]
        name = self._name(_VISIT, visit.approval_id)
        self._set(response, name, _signed(self._visit_key, content), life=VISIT_LIFE)

    def _name(self, kind: str, about: str) -> str:
        mark = hashlib.sha256(about.encode()).hexdigest()[:_MARK_DIGITS]
        return f"{'__Host-' if self._secure else ''}{kind}{mark}"

    def _set(
        self, response: web.StreamResponse, name: str, value: str, *, life: timedelta
    ) -> None:
        response.set_cookie(
            name,
            value,
            max_age=int(life.total_seconds()),
            path="/",
            httponly=True,
            samesite="Lax",
            secure=self._secure,
        )


MAIL_SIGNER: Final = web.AppKey("mail_signer", MailSigner)


async def visitor(request: web.Request, approval_id: str) -> Visitor | None:
    """Return who looks at an approval: whoever opened its link here, or an enrolled browser.

    None for anybody else.
    """
    gate, signer = request.app[GATE], request.app[MAIL_SIGNER]
    visit = signer.visit(request, approval_id, now=gate.clock.now())
    device = await device_for(request, None if visit is None else visit.address)
    if visit is not None:
        address, nonce = visit.address, f"mail {visit.nonce}"
    elif device is not None:
        address, nonce = _address_of(device), f"device {device.id} {approval_id}"
    else:
        return None
    person = await gate.approver_at(address)
    if device is not None and (person is None or not is_of(device, address, person.id)):
        device = None
    if visit is None and device is None:
        return None
    is_click = request.app[MAIL_CONFIRM] is MailConfirm.CLICK
    is_proved = visit is not None and (is_click or visit.is_proved)
    return Visitor(
        address=address,
        # What the tokens of this visitor's forms are bound to.
        session=Session(person="", issued_at=gate.clock.now(), nonce=nonce),
        person=person,
        device=device,
        may_press=device is not None or is_proved,
    )


async def device_for(request: web.Request, address: Target | None) -> Device | None:
    """Return the enrolled browser that this is: for the address, or for any where it is None."""
    gate = request.app[GATE]
    for id in request.app[MAIL_SIGNER].devices(request):
        found = await gate.devices.find(id)
        if found is not None and address in {None, _address_of(found)}:
            return found
    return None


def _address_of(device: Device) -> Target:
    return Target(channel=device.channel, address=device.address)


def _signed(key: bytes, content: list[object]) -> str:
    text = json.dumps(content).encode()
    return encoded(hmac.digest(key, text, "sha256") + text)


def _read(key: bytes, cookie: str) -> list[Any] | None:
    """Return the content of a cookie that we signed."""
    signed = decoded(cookie)
    if signed is None:
        return None
    signature, text = signed[:_SIGNATURE_BYTES], signed[_SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, hmac.digest(key, text, "sha256")):
        return None
    found: list[Any] = json.loads(text)
    return found
