"""Mails' links and the browsers behind them, for the pages, the chat and the command line."""

import json
from collections.abc import Callable
from functools import partial

from bot.core.decision import Choice
from bot.core.device import Device, code_from
from bot.gate import device
from bot.gate.channel import Target
from bot.gate.decide import Answered, FreshGrant
from bot.gate.link_tables import Link
from bot.gate.mail_link import find_link
from bot.gate.ports import Clock, Ids, Store


class Devices:
    """Links are opened here, browsers enrolled, listed and revoked.

    Codes follow from `secret`, which is in no database.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        fresh_grant: Callable[[], FreshGrant],
        *,
        secret: bytes,
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._fresh_grant = fresh_grant
        self._secret = secret

    async def open(self, token: str) -> Link | None:
        """Return what a token opens, in its time or past it; None where it is none of ours."""
        return await self._store.read(partial(find_link, token=token))

    async def find(self, id: str) -> Device | None:
        """Return a browser that is in force."""
        now = self._clock.now()
        return await self._store.read(lambda tx: tx.devices.find(id, now=now))

    async def listing(self) -> tuple[Device, ...]:
        """Return every browser in force, last used first."""
        now = self._clock.now()
        return await self._store.read(lambda tx: tx.devices.listing(now=now))

    async def revoke(self, id: str, *, actor: str) -> bool:
        """Let a browser decide no more; tell whether it did until now."""
        now = self._clock.now()
        return await self._store.write(partial(device.revoke_device, id=id, actor=actor, now=now))

    async def mail_code(self, address: Target) -> device.Mailed:
        """Have a code mailed to an address, at most one an hour. Raises Busy."""
        return await self._store.write(
            partial(
                device.code_mail,
                address=address,
                nonce=self._ids.other(),
                delivery_id=self._ids.other(),
                now=self._clock.now(),
            )
        )

    async def tell_code(self, address: Target, *, actor: str) -> str | None:
        """Return a new code for an address, None where nobody is known there. Raises Busy."""
        nonce = self._ids.other()
        was_made = await self._store.write(
            partial(
                device.new_code, address=address, nonce=nonce, actor=actor, now=self._clock.now()
            )
        )
        return self._code(address, nonce) if was_made else None

    async def code_in(self, address: Target, body: str) -> str | None:
        """Return the code that an owed mail (`{"kind": "code", …}`) is to tell.

        None where the body is about something else, and where the code is no good any more, so
        that no mail is to be sent.
        """
        if device.kind_of(body) != device.CODE_KIND:
            return None
        wanted = json.loads(body).get("nonce")
        code = await self._store.read(lambda tx: tx.devices.code(address))
        if code is None or code.nonce != wanted or not code.is_open(self._clock.now()):
            return None
        return self._code(address, code.nonce)

    async def enrol(self, address: Target, typed: str, *, name: str) -> device.Enrolled:
        """Enrol a browser by a code of six digits; return after it is durable. Raises Busy."""
        return await self._store.write(
            partial(
                device.enrol,
                address=address,
                typed=typed,
                secret=self._secret,
                device_id=self._ids.handle(),
                name=name,
                now=self._clock.now(),
            )
        )

    async def try_number(self, approval_id: str, address: Target, typed: int) -> bool:
        """Tell whether a number typed behind a link is the agent's. Raises Busy."""
        return await self._store.write(
            partial(
                device.try_number,
                approval_id=approval_id,
                address=address,
                typed=typed,
                now=self._clock.now(),
            )
        )

    async def decide(
        self,
        approval_id: str,
        choice: Choice,
        *,
        address: Target,
        device_id: str | None,
        shown: int,
        typed: bool,
    ) -> Answered:
        """Decide behind a link, as `Gate.decide` does. Raises Busy."""
        return await self._store.write(
            partial(
                device.decide_behind,
                approval_id=approval_id,
                address=address,
                device=device_id,
                choice=choice,
                shown=shown,
                typed=typed,
                now=self._clock.now(),
                fresh=self._fresh_grant(),
            )
        )

    def _code(self, address: Target, nonce: str) -> str:
        return code_from(self._secret, address=address.address, nonce=nonce)
