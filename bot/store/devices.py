"""Browsers that decide for an address, and the codes that enrol them ↔ rows."""

from datetime import datetime
from typing import Final

from bot.core.audit import milliseconds
from bot.core.device import Device, OpenCode
from bot.gate.channel import Target
from bot.gate.steps import Row, Steps
from bot.store.column import instant, maybe_instant, maybe_milliseconds, number, text
from bot.store.statements import load

_SQL: Final = load("devices.sql")
_ADD = _SQL["add"]
_FIND = _SQL["find"]
_LISTING = _SQL["listing"]
_USE = _SQL["use"]
_REVOKE = _SQL["revoke"]
_CODE = _SQL["code"]
_PUT_CODE = _SQL["put_code"]
_TRY_CODE = _SQL["try_code"]
_USE_CODE = _SQL["use_code"]


class DeviceRows:
    """Devices by their ids, codes by the addresses that they are for."""

    def add(self, device: Device) -> Steps[None]:
        """Save a new one."""
        yield (
            _ADD,
            {
                "id": device.id,
                "channel": device.channel,
                "address": device.address,
                "person": device.person,
                "name": device.name,
                "made_at": milliseconds(device.made_at),
                "used_at": milliseconds(device.used_at),
                "expires_at": milliseconds(device.expires_at),
            },
        )

    def find(self, id: str, *, now: datetime) -> Steps[Device | None]:
        """Return it, where it is in force."""
        rows = yield _FIND, {"id": id, "now": milliseconds(now)}
        return _device(rows[0]) if rows else None

    def listing(self, *, now: datetime) -> Steps[tuple[Device, ...]]:
        """Return all that are in force, last used first."""
        rows = yield _LISTING, {"now": milliseconds(now)}
        return tuple(_device(row) for row in rows)

    def use(self, id: str, *, now: datetime) -> Steps[None]:
        """Keep when it was last used."""
        yield _USE, {"id": id, "now": milliseconds(now)}

    def revoke(self, id: str, *, now: datetime) -> Steps[bool]:
        """Take it out of force; tell whether it was in it."""
        rows = yield _REVOKE, {"id": id, "now": milliseconds(now)}
        return bool(rows)

    def code(self, address: Target) -> Steps[OpenCode | None]:
        """Return the last code that was made for an address."""
        rows = yield _CODE, _place(address)
        if not rows:
            return None
        nonce, expires_at, tries, used_at, mailed_at = rows[0]
        return OpenCode(
            nonce=text(nonce),
            expires_at=instant(expires_at),
            tries=number(tries),
            used_at=maybe_instant(used_at),
            mailed_at=maybe_instant(mailed_at),
        )

    def put_code(self, address: Target, code: OpenCode) -> Steps[None]:
        """Save a new code in place of the one before."""
        yield (
            _PUT_CODE,
            {
                **_place(address),
                "nonce": code.nonce,
                "expires_at": milliseconds(code.expires_at),
                "mailed_at": maybe_milliseconds(code.mailed_at),
            },
        )

    def try_code(self, address: Target, nonce: str, *, tries: int) -> Steps[bool]:
        """Count one more try of a code that had so many; tell whether it still had."""
        rows = yield _TRY_CODE, {**_place(address), "nonce": nonce, "tries": tries}
        return bool(rows)

    def use_code(self, address: Target, nonce: str, *, now: datetime) -> Steps[bool]:
        """Use a code up; tell whether it was still to be used."""
        rows = yield _USE_CODE, {**_place(address), "nonce": nonce, "now": milliseconds(now)}
        return bool(rows)


def _device(row: Row) -> Device:
    id, channel, address, person, name, made_at, used_at, expires_at = row
    return Device(
        id=text(id),
        channel=text(channel),
        address=text(address),
        person=text(person),
        name=text(name),
        made_at=instant(made_at),
        used_at=instant(used_at),
        expires_at=instant(expires_at),
    )


def _place(address: Target) -> dict[str, str]:
    return {"channel": address.channel, "address": address.address}
