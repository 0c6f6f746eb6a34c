"""The page behind a mail's link: one card, decided here as in any other channel.

A link shows the card to whoever opens it: mails are read by programs too, which follow their
links, run the pages and send the forms. So nothing that a link leads to decides by itself. What
decides is a browser in which somebody typed a code that no mail with a link ever contains, or the
number that the agent shows; only EMAIL_CONFIRM=click lets the button alone do.
"""

import re
from typing import Final

from aiohttp import web

from bot.core.approval import Approval
from bot.core.decision import Choice
from bot.core.device import MailConfirm, code_in
from bot.core.errors import InvalidAsk, TooHasty
from web.keys import ALLOW_REVEAL, GATE
from web.pages.fault import for_people
from web.pages.form import Asking, Form, pressed, purpose, read_form
from web.pages.live import CHANGES
from web.pages.mail_session import MAIL_CONFIRM, MAIL_SIGNER, Visitor, device_for, visitor
from web.pages.mail_view import card_page, decider_of, found, is_open, nowhere, path_of, state_of
from web.pages.session import SIGNER, is_from_here
from web.pages.speech import say_to_person
from web.pages.template import Templates
from web.pages.writing import RUN, WRITTEN, Changing, running, written
from web.sse import EventStream

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_APPROVAL: Final = re.compile(r"appr_[0-9a-f]{32}", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]{2}", re.ASCII)
_BROWSERS: Final = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
_SYSTEMS: Final = ("iPhone", "iPad", "Android", "Windows", "Mac OS", "Linux")
_CALLED: Final = {"Edg": "Edge", "OPR": "Opera", "Mac OS": "macOS"}


@for_people
async def open_link(request: web.Request) -> web.StreamResponse:
    """Exchange a link's token for a cookie, and lead to the page whose address has none.

    That decides nothing and uses nothing up: a scanner may have been here before.
    """
    name = request.match_info["name"]
    if _APPROVAL.fullmatch(name):
        return await _show(request, name)
    gate = request.app[GATE]
    link = await gate.devices.open(name) if _TOKEN.fullmatch(name) else None
    approval = None if link is None else await found(request, link.approval_id)
    if link is None or approval is None:
        return await nowhere(request)
    if not is_open(request, approval) and await device_for(request, link.address) is None:
        return await nowhere(request)
    response = _lead_to(approval.id)
    request.app[MAIL_SIGNER].remember(
        response, approval_id=approval.id, address=link.address, now=gate.clock.now()
    )
    return response


@for_people
async def old_link(request: web.Request) -> web.StreamResponse:
    """Lead an enrolled browser from an older mail's link to the page; it decides nothing."""
    id = request.match_info["id"]
    if not _APPROVAL.fullmatch(id) or await visitor(request, id) is None:
        return await nowhere(request)
    return _lead_to(id)


async def _show(request: web.Request, id: str) -> web.StreamResponse:
    who = await visitor(request, id)
    approval = None if who is None else await found(request, id)
    if who is None or approval is None:
        return await nowhere(request)
    if approval.is_pending and approval.copy_of is not None:
        response = _lead_to(approval.copy_of)
        now = request.app[GATE].clock.now()
        request.app[MAIL_SIGNER].remember(
            response, approval_id=approval.copy_of, address=who.address, now=now
        )
        return response
    return await card_page(request, who, approval)


@for_people
async def press(request: web.Request) -> web.StreamResponse:
    """Take a press on the card: decide, and lead back once that is durable; or ask once more."""
    who, approval, form = await _sent(request)
    if not who.may_press:
        raise web.HTTPForbidden
    # What has ended takes no choice; the gate is asked all the same, so that it is remembered.
    choice = Choice(approve=False)
    if approval.is_pending:
        try:
            wanted = _wanted(approval, form, who)
        except InvalidAsk as error:
            return await card_page(request, who, approval, fault=error, form=form)
        if not isinstance(wanted, Choice):
            kept = Form(fields={"code": [form.code]})
            return await card_page(request, who, approval, asking=wanted, form=kept)
        choice = wanted
    answered = await request.app[GATE].devices.decide(
        approval.id,
        choice,
        address=who.address,
        device_id=None if who.device is None else who.device.id,
        shown=form.shown,
        typed=form.code == approval.short_code,
    )
    if isinstance(answered.refusal, InvalidAsk | TooHasty):
        now = answered.approval or approval
        return await card_page(request, who, now, fault=answered.refusal, form=form)
    if answered.refusal is not None:
        raise answered.refusal
    return _lead_to(approval.id)


def _wanted(approval: Approval, form: Form, who: Visitor) -> Choice | Asking | Changing:
    person = "" if who.person is None else f"person:{who.person.id}"
    if form.first("do") in WRITTEN:
        return written(approval, form, person=person)
    return pressed(approval, form, person=person)


@for_people
async def reveal(request: web.Request) -> web.StreamResponse:
    """Show what the card hides, in this one answer, once the audit has who asked to see it."""
    who, approval, _ = await _sent(request)
    if not who.may_press:
        raise web.HTTPForbidden
    if not request.app[ALLOW_REVEAL]:
        raise web.HTTPNotFound
    seen = await request.app[GATE].reveal(approval.id, decider_of(who))
    if seen.refusal is not None or seen.approval is None:
        raise seen.refusal or web.HTTPForbidden
    return await card_page(request, who, seen.approval, reveals=True)


@for_people
async def mail_code(request: web.Request) -> web.StreamResponse:
    """Have a code mailed to the address that the link went to, for who can name it.

    Programs that send every form of a page do not: else each would use up the hour's only code.
    """
    who, approval, form = await _sent(request)
    say = await _say(request, who)
    typed = form.first("address").strip().casefold()
    if who.person is None or typed != who.address.address.casefold():
        told = say.gettext("That is not the address that the mail with this link went to.")
        return await card_page(request, who, approval, told=told)
    mailed = await request.app[GATE].devices.mail_code(who.address)
    if mailed.is_owed:
        told = say.gettext("A code is on its way in another mail. Type it here within 10 minutes.")
    elif mailed.not_before is None:
        told = say.gettext("Nobody who may decide has this address.")
    else:
        told = say.gettext(
            "A code was mailed within the last hour; the next one can be at {time}. "
            "Until then /code in the chat tells you one, or  ok2run code  on the gate's machine."
        ).format(time=say.clock(mailed.not_before))
    return await card_page(request, who, approval, told=told)


@for_people
async def enrol(request: web.Request) -> web.StreamResponse:
    """Enrol this browser for the address by a code, and lead back."""
    who, approval, form = await _sent(request)
    say = await _say(request, who)
    code = code_in(form.first("code"))
    if code is None:
        told = say.gettext("The code has six digits.")
        return await card_page(request, who, approval, told=told)
    name = browser_name(request.headers.get("User-Agent", ""))
    done = await request.app[GATE].devices.enrol(who.address, code, name=name)
    if done.device is None:
        told = (
            say.gettext("That is not the code. Look at it again.")
            if done.is_open
            else say.gettext("No code is open for this address; have a new one sent.")
        )
        return await card_page(request, who, approval, told=told)
    response = _lead_to(approval.id)
    request.app[MAIL_SIGNER].enrol(response, done.device)
    return response


@for_people
async def number(request: web.Request) -> web.StreamResponse:
    """Take the number that the agent shows as proof that a person is there, and lead back."""
    who, approval, form = await _sent(request)
    signer, gate = request.app[MAIL_SIGNER], request.app[GATE]
    visit = signer.visit(request, approval.id, now=gate.clock.now())
    if request.app[MAIL_CONFIRM] is not MailConfirm.NUMBER or visit is None:
        raise web.HTTPForbidden
    typed = form.first("number").strip()
    is_right = _NUMBER.fullmatch(typed) is not None and await gate.devices.try_number(
        approval.id, who.address, int(typed)
    )
    if not is_right:
        say = await _say(request, who)
        told = say.gettext(
            "That is not the number, or three wrong ones were typed; nothing was decided. "
            "A code works too."
        )
        return await card_page(request, who, approval, told=told)
    response = _lead_to(approval.id)
    signer.prove(response, visit)
    return response


async def events(request: web.Request) -> web.StreamResponse:
    """Tell an open page that it is not true any more, until it has ended or the gate stops."""
    id = request.match_info["id"]
    if await visitor(request, id) is None or await found(request, id) is None:
        return await nowhere(request)
    if request.method == "HEAD":
        return web.Response(content_type="text/event-stream")
    changes, waiters = request.app[CHANGES], request.app[GATE].waiters
    stream = EventStream(request)
    await stream.open()
    told = ""
    while not waiters.is_stopped and await visitor(request, id) is not None:
        seen = changes.count
        approval = await found(request, id)
        if approval is not None and state_of(approval) != told:
            told = state_of(approval)
            await stream.send("state", told)
        if approval is None or not approval.is_pending:
            break
        if await changes.after(seen, limit=stream.quiet) == seen:
            await stream.keep_alive()
    return await stream.close()


async def _sent(request: web.Request) -> tuple[Visitor, Approval, Form]:
    """Return who sent a form of ours, about what, and the form; raises 403 for any other form."""
    id = request.match_info["id"]
    who = await visitor(request, id)
    if who is None or not is_from_here(request):
        raise web.HTTPForbidden
    form = await read_form(request)
    wanted = purpose(request.path, form)
    if form.first("do") == RUN:
        wanted = running(request.path, form.words("words"))
    if not request.app[SIGNER].allows(who.session, wanted, form.first("token")):
        raise web.HTTPForbidden
    approval = await found(request, id)
    if approval is None:
        raise web.HTTPForbidden
    return who, approval, form


async def _say(request: web.Request, who: Visitor) -> Templates:
    return await say_to_person(request, None if who.person is None else who.person.id)


def _lead_to(approval_id: str) -> web.Response:
    headers = {
        "Location": path_of(approval_id),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    return web.Response(status=303, headers=headers)


def browser_name(agent: str) -> str:
    """Return what a browser says of itself in two words, as its owner would call it."""
    parts = [
        next((_CALLED.get(word, word) for word in words if word in agent), "")
        for words in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(part for part in parts if part) or "browser"
