"""`/v1/people`: who is known here, and the mail addresses that they are given, by admin keys."""

from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from bot.core.people import Right
from bot.gate.known import Known
from web.api.approvals import decider_of
from web.api.views import seconds
from web.operation import Call, Nothing, operation


class AddressView(BaseModel):
    """Where a person is reached."""

    channel: str
    address: str


class PersonView(BaseModel):
    """A person, what they may do, and where they are reached."""

    id: str
    name: str
    role: str
    addresses: list[AddressView]


class PeopleView(BaseModel):
    """Everybody who is known here."""

    people: list[PersonView]


class ClaimBody(BaseModel):
    """A mail address that is to be a person's: `name` is theirs, their id, or somebody new's."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    address: str = Field(min_length=3, max_length=254)


class ClaimView(BaseModel):
    """The code is on its way to the address, and good until then (seconds since 1970)."""

    person: str
    name: str
    address: str
    expires_at: int


class ConfirmBody(BaseModel):
    """The code that was mailed to an address."""

    model_config = ConfigDict(extra="forbid")

    address: str = Field(min_length=3, max_length=254)
    code: str = Field(min_length=1, max_length=40)


class RemoveBody(BaseModel):
    """The address that is nobody's from now on."""

    model_config = ConfigDict(extra="forbid")

    address: str = Field(min_length=3, max_length=254)


def person_view(known: Known) -> dict[str, Any]:
    """Return a person."""
    addresses = [
        {"channel": target.channel, "address": target.address} for target in known.targets
    ]
    person = known.person
    return {
        "id": person.id,
        "name": person.name,
        "role": str(person.role),
        "addresses": addresses,
    }


@operation("List people", right=Right.ADMIN, answer=PeopleView, refuses=(503,))
async def listing(call: Call[Nothing, Nothing]) -> web.Response:
    """List who is known here, who may most first."""
    people = await call.gate.people.listing()
    return web.json_response({"people": [person_view(known) for known in people]})


@operation(
    "Name a mail address for a person",
    right=Right.ADMIN,
    body=ClaimBody,
    answer=ClaimView,
    refuses=(413, 422, 503, 507),
)
async def claim(call: Call[ClaimBody, Nothing]) -> web.Response:
    """Mail a code there; the address is theirs once the code is told back."""
    kept = await call.gate.mail_claims.claim(
        call.body.address, call.body.name, decider_of(call.key)
    )
    answer = {
        "person": kept.person,
        "name": kept.name,
        "address": kept.address,
        "expires_at": seconds(kept.expires_at),
    }
    return web.json_response(answer)


@operation(
    "Confirm a person's mail address",
    right=Right.ADMIN,
    body=ConfirmBody,
    answer=PeopleView,
    refuses=(413, 422, 503, 507),
)
async def confirm(call: Call[ConfirmBody, Nothing]) -> web.Response:
    """Give the address to the person it was named for, by the code that was mailed to it."""
    await call.gate.mail_claims.confirm(call.body.address, call.body.code, decider_of(call.key))
    people = await call.gate.people.listing()
    return web.json_response({"people": [person_view(known) for known in people]})


@operation(
    "Take a mail address away",
    right=Right.ADMIN,
    body=RemoveBody,
    answer=PeopleView,
    refuses=(403, 404, 413, 422, 503, 507),
)
async def remove(call: Call[RemoveBody, Nothing]) -> web.Response:
    """Let an address be nobody's; who had no other is not known any more."""
    await call.gate.mail_claims.remove(call.body.address, decider_of(call.key))
    people = await call.gate.people.listing()
    return web.json_response({"people": [person_view(known) for known in people]})
