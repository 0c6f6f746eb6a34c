"""`/v1/devices`: browsers that decide behind mails' links, and a code to let one in."""

from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from bot.core.device import CODE_LIFE, Device
from bot.core.errors import NotFound
from bot.core.people import Right
from bot.gate.channel import Target
from bot.locales import N_
from web.api.views import seconds
from web.operation import Call, Nothing, operation

_CHANNEL = "email"


class CodeBody(BaseModel):
    """The mail address for which a browser is to be let in."""

    model_config = ConfigDict(extra="forbid")

    address: str = Field(min_length=3, max_length=320, pattern=r"^[^\s\x00]+@[^\s\x00]+$")


class CodeAnswer(BaseModel):
    """Six digits to type on the page behind a mail's link, and for how many seconds."""

    code: str
    expires_in: int


class DeviceView(BaseModel):
    """A browser that was let in for an address."""

    id: str
    address: str
    name: str
    made_at: int
    used_at: int
    expires_at: int


class DevicesAnswer(BaseModel):
    """Every browser in force, last used first."""

    devices: list[DeviceView]


class RevokedDevice(BaseModel):
    """The browser that decides no more."""

    id: str
    status: Literal["revoked"]


def device_view(device: Device) -> dict[str, Any]:
    """Return a browser as the wire has it."""
    return {
        "id": device.id,
        "address": device.address,
        "name": device.name,
        "made_at": seconds(device.made_at),
        "used_at": seconds(device.used_at),
        "expires_at": seconds(device.expires_at),
    }


@operation(
    "Tell a code that lets a browser in",
    right=Right.ADMIN,
    body=CodeBody,
    answer=CodeAnswer,
    refuses=(404, 413, 422, 503, 507),
)
async def code(call: Call[CodeBody, Nothing]) -> web.Response:
    """Make a code for an approver's mail address; it works once, in an older one's place."""
    address = Target(channel=_CHANNEL, address=call.body.address)
    found = await call.gate.devices.tell_code(address, actor=f"key:{call.key.id}")
    if found is None:
        raise NotFound(N_("Nobody who is known here has this address."))
    return web.json_response({"code": found, "expires_in": int(CODE_LIFE.total_seconds())})


@operation(
    "List browsers that decide behind mails' links",
    right=Right.ADMIN,
    answer=DevicesAnswer,
    refuses=(503,),
)
async def listing(call: Call[Nothing, Nothing]) -> web.Response:
    """Return every browser in force, last used first."""
    found = await call.gate.devices.listing()
    return web.json_response({"devices": [device_view(device) for device in found]})


@operation(
    "Let a browser decide no more",
    right=Right.ADMIN,
    answer=RevokedDevice,
    refuses=(404, 503, 507),
)
async def revoke(call: Call[Nothing, Nothing]) -> web.Response:
    """Take a browser out of force at once."""
    if not await call.gate.devices.revoke(call.id, actor=f"key:{call.key.id}"):
        raise NotFound(N_("There is no such browser, or it decides no more already."))
    return web.json_response({"id": call.id, "status": "revoked"})
