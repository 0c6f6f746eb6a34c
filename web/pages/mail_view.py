"""What the page behind a mail's link shows: the card, who has to prove what, or how it ended."""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Final

from aiohttp import web

from bot.core.approval import Approval
from bot.core.decision import Via
from bot.core.device import MailConfirm
from bot.core.errors import GateError, InvalidAsk, NotFound, TooHasty
from bot.core.people import Decider, refusal_to_decide
from bot.core.preview import hidden_in, one_line
from bot.locales import asked, decided
from web.keys import ALLOW_REVEAL, GATE
from web.pages.card import card_view
from web.pages.choosing import choosing_view, rule_words
from web.pages.form import Asking, Form, confirming, sent_again
from web.pages.mail_session import MAIL_CONFIRM, Visitor
from web.pages.said import revealed
from web.pages.session import SIGNER
from web.pages.shown import shown_text
from web.pages.speech import say_to_person, say_to_whoever
from web.pages.template import Templates
from web.pages.words import result, stamp
from web.pages.writing import Changing, running

_TITLE_LIMIT: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The forms by which somebody shows that they are no program, each with its token.

    `number_token` is empty where the agent shows no number that counts here.
    """

    mail_token: str
    code_token: str
    number_token: str


def path_of(approval_id: str) -> str:
    """Return where an approval is shown behind its link."""
    return f"/a/{approval_id}"


def state_of(approval: Approval) -> str:
    """Return what changes as soon as an open page is not true any more."""
    return f"{approval.state} {approval.revision} {approval.copies}"


def is_open(request: web.Request, approval: Approval) -> bool:
    """Tell whether there is still something to decide."""
    return approval.is_pending and request.app[GATE].clock.now() < approval.expires_at


async def found(request: web.Request, id: str) -> Approval | None:
    """Return an approval, None where there is none."""
    try:
        return await request.app[GATE].any(id)
    except NotFound:
        return None


async def nowhere(request: web.Request) -> web.Response:
    """Return the one page for every link that leads nowhere: unknown, over, or not for here."""
    say = await say_to_whoever(request)
    response = say.message(
        say.gettext("This link shows nothing"),
        say.gettext("What it was for is over, or it never was a link, or it is an older one."),
        advice=say.gettext(
            "Open the link in the newest mail about it, in a browser that keeps cookies. "
            "Nothing was decided by this link."
        ),
        status=404,
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


async def card_page(
    request: web.Request,
    who: Visitor,
    approval: Approval,
    *,
    asking: Asking | Changing | None = None,
    fault: GateError | None = None,
    form: Form | None = None,
    told: str = "",
    reveals: bool = False,
) -> web.Response:
    """Return the page as it stands now: the card, what a press still takes, or how it ended."""
    say = await say_to_person(request, None if who.person is None else who.person.id)
    if not is_open(request, approval):
        return _ended(request, who, approval, say)
    path = path_of(approval.id)
    token = request.app[SIGNER].form_token
    now = request.app[GATE].clock.now()
    view = await asyncio.to_thread(card_view, approval, say, now=now, whole=True, alone=path)
    choice = asking.choice if isinstance(asking, Asking) else None
    confirms = isinstance(asking, Asking) and asking.confirms
    changing = asking if isinstance(asking, Changing) else None
    refusal = _refusal(who, approval)
    may_reveal = request.app[ALLOW_REVEAL] and who.may_press and refusal is None
    return say.page(
        "mail.html",
        status=200 if fault is None else fault.http_status,
        card=view,
        path=path,
        state=state_of(approval),
        presses=who.may_press and refusal is None,
        told=told or ("" if refusal is None else say.refusal(refusal)),
        voted=_own_vote(who, approval, say),
        proof=None if who.may_press or refusal is not None else _proof(request, who, approval),
        token=token(who.session, path),
        choosing=choosing_view(approval, choice.scope, say)
        if choice is not None and not confirms
        else None,
        confirming=sent_again(choice) if choice is not None and confirms else None,
        note=choice.note or "" if choice is not None else "",
        changing=changing,
        rule=rule_words(approval, choice, say) if choice is not None else "",
        confirm_token=token(who.session, confirming(path, choice)) if choice is not None else "",
        run_token=token(who.session, running(path, changing.words)) if changing else "",
        fault=_fault_words(fault, say),
        faulty=fault.place[0] if isinstance(fault, InvalidAsk) and fault.place else None,
        asks_code=isinstance(fault, TooHasty) or bool(form is not None and form.code),
        reveal_token=partial(token, who.session) if may_reveal and not reveals else None,
        revealed=revealed(approval, say) if reveals else (),
        given=form if form is not None else Form(fields={}),
        now=now.isoformat(),
    )


def _fault_words(fault: GateError | None, say: Templates) -> str:
    if isinstance(fault, TooHasty):
        return asked.too_hasty_here(fault, say)
    return "" if fault is None else say.refusal(fault)


def _ended(request: web.Request, who: Visitor, approval: Approval, say: Templates) -> web.Response:
    """Return the page that tells how it ended."""
    decision = approval.decision
    own = decision is not None and who.person is not None and _is_own(who, approval)
    title = one_line(approval.action.title, limit=_TITLE_LIMIT)
    lines = [] if approval.is_pending else stamp(approval, say)
    hidden = sum(hidden_in(line) for line in (title, *lines))
    if hidden:
        lines.append(decided.values_hidden(hidden, say))
    if approval.is_pending:  # its time is up, and the timer has not come round yet
        sentence = say.gettext("Its time is up; nobody can decide it any more.")
    else:
        sentence = result(approval, say, by_this=own)
    return say.page(
        "mail_ended.html",
        sentence=sentence,
        title=title,
        stamp=lines,
        ran_instead=""
        if decision is None or decision.override is None
        else shown_text(decision.override).text,
        good=own and decision is not None and decision.approved,
    )


def _is_own(who: Visitor, approval: Approval) -> bool:
    decision = approval.decision
    if decision is None or who.person is None or decision.via is not Via.EMAIL:
        return False
    return decision.approver_id == f"person:{who.person.id}"


def _own_vote(who: Visitor, approval: Approval, say: Templates) -> str:
    """Return that this person's answer counts already, where several have to give one."""
    if who.person is None:
        return ""
    identity = f"person:{who.person.id}"
    if all(vote.identity != identity for vote in approval.votes):
        return ""
    return result(approval, say, by_this=True)


def _refusal(who: Visitor, approval: Approval) -> GateError | None:
    """Return why whoever has the address may not decide this, told before they try."""
    return refusal_to_decide(approval, decider_of(who))


def decider_of(who: Visitor) -> Decider:
    """Return a visitor as the one who acts."""
    person = who.person
    return Decider(
        name="" if person is None else person.name,
        via=Via.EMAIL,
        person=None if person is None else person.id,
        looks_only=person is not None and not person.may_decide,
    )


def _proof(request: web.Request, who: Visitor, approval: Approval) -> Proof:
    token, path = request.app[SIGNER].form_token, path_of(approval.id)
    takes_number = request.app[MAIL_CONFIRM] is MailConfirm.NUMBER and approval.number is not None
    return Proof(
        mail_token=token(who.session, f"{path}/mail-code"),
        code_token=token(who.session, f"{path}/code"),
        number_token=token(who.session, f"{path}/number") if takes_number else "",
    )
