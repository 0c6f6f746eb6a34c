"""E-mail as a channel: a card is one mail, and its end another in the same thread.

A mail can't be edited. What changes while an approval waits is told by the page behind the link;
its end is told once a card, to everybody whom it was mailed to, whoever decided it. Nothing that
is sent here makes anything else be sent.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage

from bot.channels.email import card as cards
from bot.channels.email.card import Ways
from bot.channels.email.code import code_letter
from bot.channels.email.compose import Envelope, compose, message_id
from bot.channels.email.device_mail import device_letter
from bot.channels.email.letter import Letter
from bot.channels.email.listing import listing
from bot.channels.email.readers import Readers
from bot.channels.email.transport import Transport
from bot.core.approval import Approval
from bot.gate import lost
from bot.gate.channel import EMAIL, Card, CardKind, ChannelError, Sheet, Target
from bot.gate.device import CODE_KIND, kind_of
from bot.gate.devices import Devices
from bot.gate.mail_claims import MailClaims
from bot.gate.mail_list import MailList
from bot.gate.mails import Mails

LINK_PATH = "/a/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How mails are written: from whom, and which ways to answer they tell."""

    sender: str
    sender_name: str
    public_url: str | None = None
    takes_replies: bool = False


class EmailChannel:
    """Mails for people, one recipient each."""

    def __init__(
        self,
        transport: Transport,
        mails: Mails,
        claims: MailClaims,
        devices: Devices,
        readers: Readers,
        manner: Manner,
    ) -> None:
        self._claims = claims
        self._transport = transport
        self._mails = mails
        self._devices = devices
        self._readers = readers
        self._manner = manner

    @property
    def name(self) -> str:
        """The word for it in targets."""
        return EMAIL

    async def post(self, card: Card, approval: Approval, *, silent: bool = False) -> str:
        """Mail a card, a reminder, or how an approval ended; return the mail's Message-ID.

        That is the same whenever the same card is sent once more. A mail makes no sound of its
        own, so `silent` changes nothing.
        """
        reader = await self._readers.at(card.target)
        if lost.tells(card):
            letter = await asyncio.to_thread(cards.told, approval, reader)
        else:
            write = cards.reminder if card.kind is CardKind.REMINDER else cards.card
            ways = await self._ways(card, approval)
            letter = await asyncio.to_thread(write, approval, ways, reader)
        return await self._send(card.id, card.target, letter, follows=card.beside)

    async def edit(self, card: Card, approval: Approval) -> None:
        """Do nothing while it waits; once it has ended, have that told in a mail of its own."""
        if not approval.is_pending and not lost.tells(card):
            raise ChannelError("a mail stays as it was sent", tells_anew=True)

    async def remove(self, card: Card, approval: Approval) -> None:
        """Do nothing: a mail that was sent stays."""

    def needs_attachment(self, approval: Approval) -> bool:
        """Tell that no file follows: a mail has it with it."""
        return False

    async def attach(self, card: Card, approval: Approval) -> None:
        """Do nothing, as no file follows."""

    async def show_sheet(self, sheet: Sheet, content: object) -> str:
        """Mail the list of a burst; lists with buttons are none that a mail can show."""
        if not isinstance(content, MailList) or sheet.message is not None:
            raise ChannelError("this list can't be mailed", permanent=True)
        waiting = [row.approval.id for row in content.rows if row.approval.is_pending]
        tokens: Mapping[str, str] = {}
        if self._manner.public_url is not None:
            tokens = await self._mails.new_tokens(waiting, sheet.target)
        urls = {id: self._url(token) for id, token in tokens.items()}
        reader = await self._readers.at(sheet.target)
        letter = await asyncio.to_thread(listing, content, urls, reader)
        return await self._send(sheet.id, sheet.target, letter)

    async def say(self, target: Target, body: str) -> None:
        """Mail a code: to let a browser in, or for an address that somebody named; nothing else.

        A code that is no good any more by now is not sent.
        """
        if kind_of(body) == CODE_KIND:
            code = await self._devices.code_in(target, body)
            if code is not None:
                reader = await self._readers.at(target)
                await self._send(body, target, device_letter(code, reader))
            return
        try:
            address = json.loads(body)["claim"]
        except (ValueError, KeyError, TypeError) as error:
            raise ChannelError("this message is not one of ours", permanent=True) from error
        letter = await self._claims.letter(address)
        if letter is None:
            return
        reader = await self._readers.at(target)
        name = f"code {address} {letter.code}"
        await self._send(name, target, code_letter(letter, reader))

    async def _ways(self, card: Card, approval: Approval) -> Ways:
        url = None
        if self._manner.public_url is not None:
            tokens = await self._mails.new_tokens([approval.id], card.target)
            url = self._url(tokens[approval.id])
        return Ways(url=url, takes_replies=self._manner.takes_replies)

    def _url(self, token: str) -> str:
        return f"{self._manner.public_url}{LINK_PATH}{token}"

    async def _send(
        self, name: str, target: Target, letter: Letter, *, follows: str | None = None
    ) -> str:
        manner = self._manner
        envelope = Envelope(
            sender_name=manner.sender_name,
            sender=manner.sender,
            to=target.address,
            message_id=message_id(name, manner.sender),
            follows=follows,
        )
        message: EmailMessage = await asyncio.to_thread(compose, letter, envelope)
        await self._transport.send(message, target.address)
        return envelope.message_id
