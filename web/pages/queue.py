"""The queue page: what waits, decided here as in any other channel."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from aiohttp import web

from bot.core.administer import may_administer
from bot.core.approval import Approval
from bot.core.decision import Choice, Via
from bot.core.errors import InvalidAsk, NotFound, TooHasty
from bot.core.people import Approver, Decider
from bot.core.preview import hidden_in, one_line
from bot.locales import asked, decided
from web.keys import ALLOW_REVEAL, GATE, TELEGRAM
from web.pages.asset import asset_response
from web.pages.card import CardView, card_view
from web.pages.choosing import choosing_view, rule_words
from web.pages.fault import SIGN_IN_ADVICE, for_people, not_signed_in
from web.pages.form import (
    Asking,
    Form,
    confirming,
    pressed,
    purpose,
    read_form,
    sent_again,
)
from web.pages.halt import RESUME, halt_words
from web.pages.live import CHANGES
from web.pages.said import revealed
from web.pages.session import SIGNER, SignedIn, is_from_here, signed_in
from web.pages.speech import say_to
from web.pages.template import Templates
from web.pages.words import result, stamp
from web.sse import EventStream

MOST_CARDS: Final = 50
_LOOKED_AT: Final = 200
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{20,128}")
_GATHER_SECONDS: Final = 0.1
_TITLE_LIMIT: Final = 200
_LEAVE: Final = "/queue/leave"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultView:
    """What the last press in this browser came to."""

    sentence: str
    title: str
    stamp: tuple[str, ...]
    good: bool


async def home(_request: web.Request) -> web.Response:
    """Lead to the queue."""
    raise web.HTTPSeeOther("/queue")


@for_people
async def open_link(request: web.Request) -> web.Response:
    """Exchange a one-time link for a session.

    HEAD and prefetching never use the link up. A browser that comes from another site's page
    keeps a strict cookie back on a redirect, so there a page of our own leads on.
    """
    if request.method == "HEAD":
        return web.Response(headers={"Cache-Control": "no-store"})
    say = await say_to(request, None)
    if _is_prefetch(request):
        return say.message(
            say.gettext("Not opened yet"),
            say.gettext("Your browser looked at this link beforehand. Open it to sign in."),
            status=503,
        )
    token = request.query.get("token", "")
    gate = request.app[GATE]
    person = await gate.use_link(token) if _TOKEN.fullmatch(token) else None
    if person is None:
        return say.message(
            say.gettext("This link is no good any more"),
            say.gettext("This link was used or is over ten minutes old."),
            advice=say.gettext("Restart ok2run to get a new one."),
            status=403,
        )
    if request.headers.get("Sec-Fetch-Site", "none") in {"none", "same-origin"}:
        response = web.Response(
            status=303, headers={"Location": "/queue", "Cache-Control": "no-store"}
        )
    else:
        response = say.page("open.html", headers={"Referrer-Policy": "no-referrer"})
    request.app[SIGNER].sign_in(response, person, now=gate.clock.now())
    return response


def _decider(person: Approver) -> Decider:
    return Decider(
        name=person.name, via=Via.WEB, person=person.id, looks_only=not person.may_decide
    )


def _is_prefetch(request: web.Request) -> bool:
    said = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return any("prefetch" in words.lower() or "prerender" in words.lower() for words in said)


@for_people
async def page(request: web.Request) -> web.Response:
    """Show what waits: the most dangerous first, then the oldest.

    `card` shows one alone and whole, `fragment` the list without the page around it, `done` and
    `late` (an approval's id each) what became of a press.
    """
    who = await signed_in(request)
    if who is None:
        return await not_signed_in(request)
    if "card" in request.query:
        approval = await request.app[GATE].any(request.query["card"])
        return await _card_page(request, who, approval)
    pending = await request.app[GATE].pending(limit=_LOOKED_AT)
    in_order = sorted(pending, key=lambda one: (-one.risk.level.rank, one.created_at, one.id))
    shown = in_order[:MOST_CARDS]
    now = request.app[GATE].clock.now()
    say, signer = await say_to(request, who), request.app[SIGNER]
    telegram = request.app[TELEGRAM]
    # Beside the loop, which a text of a megabyte would hold up.
    views = await asyncio.to_thread(
        lambda: [card_view(approval, say, now=now, whole=False) for approval in shown]
    )
    return say.page(
        "list.html" if "fragment" in request.query else "queue.html",
        cards=[(view, signer.form_token(who.session, view.path)) for view in views],
        count=len(pending),
        may_be_more=len(pending) == _LOOKED_AT,
        behind=len(pending) - len(shown),
        now=now.isoformat(),
        result=None if "fragment" in request.query else await _last_result(request, say),
        person=who.person.name,
        reveal_token=_reveal_token(request, who),
        token_refused=telegram is not None and telegram.is_token_refused,
        halt=halt_words(await request.app[GATE].halts.standing(), say),
        resume=RESUME,
        resume_token=signer.form_token(who.session, RESUME),
        leave=_LEAVE,
        leave_token=signer.form_token(who.session, _LEAVE),
    )


async def _last_result(request: web.Request, say: Templates) -> ResultView | None:
    """Return what the address says was pressed, in words of how it stands in the store."""
    own = "done" in request.query
    id = request.query.get("done") or request.query.get("late")
    if not id:
        return None
    try:
        approval = await request.app[GATE].any(id)
    except NotFound:
        return None
    if approval.is_pending and not (own and approval.votes):
        return None
    title = one_line(approval.action.title, limit=_TITLE_LIMIT)
    told = () if approval.is_pending else stamp(approval, say)
    hidden = sum(hidden_in(line) for line in (title, *told))
    return ResultView(
        sentence=result(approval, say, by_this=own),
        title=title,
        stamp=(*told, decided.values_hidden(hidden, say)) if hidden else tuple(told),
        good=own and approval.decision is not None and approval.decision.approved,
    )


async def _card_page(
    request: web.Request,
    who: SignedIn,
    approval: Approval,
    *,
    asking: Asking | None = None,
    fault: InvalidAsk | TooHasty | None = None,
    form: Form | None = None,
    reveals: bool = False,
) -> web.Response:
    """Return a page with one card, whole: to read, choose, confirm, put right, or reveal."""
    if not approval.is_pending:
        raise web.HTTPSeeOther(f"/queue?late={approval.id}")
    if approval.copy_of is not None:
        raise web.HTTPSeeOther(f"/queue?card={approval.copy_of}")
    say, signer = await say_to(request, who), request.app[SIGNER]
    now = request.app[GATE].clock.now()
    view: CardView = await asyncio.to_thread(card_view, approval, say, now=now, whole=True)
    choice = asking.choice if asking is not None else None
    confirms = asking is not None and asking.confirms
    status, words = (200, "") if fault is None else (fault.http_status, say.refusal(fault))
    if isinstance(fault, TooHasty):
        words = asked.too_hasty_here(fault, say)
    return say.page(
        "one.html",
        status=status,
        card=view,
        token=signer.form_token(who.session, view.path),
        choosing=choosing_view(approval, choice.scope, say)
        if choice is not None and not confirms
        else None,
        confirming=sent_again(choice) if choice is not None and confirms else None,
        rule=rule_words(approval, choice, say) if choice is not None else "",
        confirm_token=signer.form_token(who.session, confirming(view.path, choice))
        if choice is not None
        else "",
        fault=words,
        faulty=fault.place[0] if isinstance(fault, InvalidAsk) and fault.place else None,
        asks_code=isinstance(fault, TooHasty) or bool(form is not None and form.code),
        given=form if form is not None else Form(fields={}),
        reveal_token=None if reveals else _reveal_token(request, who),
        revealed=revealed(approval, say) if reveals else (),
        now=now.isoformat(),
    )


@for_people
async def press(request: web.Request) -> web.Response:
    """Take a press on a card: decide, and lead back once that is durable; or ask once more."""
    who, form = await _sent(request)
    id = request.match_info["id"]
    gate = request.app[GATE]
    decider = _decider(who.person)
    approval = await gate.any(id)
    # What has ended takes no choice; the gate is asked all the same, so that it is remembered.
    choice = Choice(approve=False)
    if approval.is_pending:
        try:
            wanted = pressed(approval, form, person=decider.identity)
        except InvalidAsk as error:
            return await _card_page(request, who, approval, fault=error, form=form)
        if isinstance(wanted, Asking):
            kept = Form(fields={"code": [form.code]})
            return await _card_page(request, who, approval, asking=wanted, form=kept)
        choice = wanted
    typed = form.code == approval.short_code
    answered = await gate.decide(id, decider, choice, shown=form.shown, typed=typed)
    if isinstance(answered.refusal, InvalidAsk | TooHasty):
        now = answered.approval or approval
        return await _card_page(request, who, now, fault=answered.refusal, form=form)
    if answered.refusal is not None:
        raise answered.refusal
    own = answered.by_this or answered.counted
    raise web.HTTPSeeOther(f"/queue?{'done' if own else 'late'}={id}")


@for_people
async def reveal(request: web.Request) -> web.Response:
    """Show what a card hides, in this one answer, once it is in the audit who asked to see it."""
    who, _ = await _sent(request)
    if not request.app[ALLOW_REVEAL]:
        raise web.HTTPNotFound
    decider = _decider(who.person)
    found = await request.app[GATE].reveal(request.match_info["id"], decider)
    if found.refusal is not None or found.approval is None:
        raise found.refusal or NotFound("approval not found")
    return await _card_page(request, who, found.approval, reveals=True)


def _reveal_token(request: web.Request, who: SignedIn) -> Callable[[str], str] | None:
    """Return what makes the token of a form that reveals; None where that is not allowed."""
    if not request.app[ALLOW_REVEAL]:
        return None
    return partial(request.app[SIGNER].form_token, who.session)


@for_people
async def leave(request: web.Request) -> web.Response:
    """End the session in this browser."""
    who, _ = await _sent(request)
    say = await say_to(request, who)
    response = say.message(
        say.gettext("You are signed out"),
        say.gettext("This browser shows the queue no more."),
        advice=say.gettext(SIGN_IN_ADVICE),
    )
    request.app[SIGNER].sign_out(response)
    return response


@for_people
async def resume(request: web.Request) -> web.Response:
    """End a pause or a snooze, and lead back."""
    who, _ = await _sent(request)
    if not may_administer(who.person):
        raise web.HTTPForbidden
    decider = Decider(name=who.person.name, via=Via.WEB, person=who.person.id)
    await request.app[GATE].halts.resume(decider)
    raise web.HTTPSeeOther("/queue")


async def _sent(request: web.Request) -> tuple[SignedIn, Form]:
    """Return who sent a form of ours, and the form; raises 401, and 403 for any other form."""
    who = await signed_in(request)
    if who is None:
        raise web.HTTPUnauthorized
    if not is_from_here(request):
        raise web.HTTPForbidden
    form = await read_form(request)
    wanted = purpose(request.path, form)
    if not request.app[SIGNER].allows(who.session, wanted, form.first("token")):
        raise web.HTTPForbidden
    return who, form


async def events(request: web.Request) -> web.StreamResponse:
    """Tell an open page that the queue has changed, until the session or the gate ends."""
    if await signed_in(request) is None:
        return await not_signed_in(request)
    if request.method == "HEAD":
        return web.Response(content_type="text/event-stream")
    changes, waiters = request.app[CHANGES], request.app[GATE].waiters
    stream = EventStream(request)
    await stream.open()
    seen = changes.count
    await stream.send("changed", seen)
    while not waiters.is_stopped and await signed_in(request) is not None:
        if await changes.after(seen, limit=stream.quiet) == seen:
            await stream.keep_alive()
            continue
        await asyncio.sleep(_GATHER_SECONDS)  # a burst of changes is one
        seen = changes.count
        await stream.send("changed", seen)
    return await stream.close()


async def static(request: web.Request) -> web.Response:
    """Serve the pages' style sheet, script or icon."""
    return asset_response(request)
