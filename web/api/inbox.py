"""`POST /v1/inbox/email-reply`: the older clients' way to decide, with a key that may."""

import re
from typing import Final

from aiohttp import web

from bot.core.approval import Approval, Kind
from bot.core.decision import Choice, Scope
from bot.core.errors import InvalidAsk
from bot.core.people import Right
from bot.core.question import choose, parse_answer
from web.api.approvals import answered_response, decider_of
from web.api.mail_reply import (
    Reply,
    Unclear,
    answer_in,
    check_replacement,
    own_words,
    read_reply,
)
from web.api.models import EmailReplyAnswer, EmailReplyBody
from web.errors import refusal
from web.operation import Call, Nothing, operation
from web.pages.template import TEMPLATES

_ID: Final = re.compile(r"appr_[A-Za-z0-9]+")
_SCOPES: Final = {"1": Scope.ONCE, "2": Scope.SESSION, "6": Scope.ALWAYS}


@operation(
    "Decide by a forwarded mail reply",
    right=None,
    body=EmailReplyBody,
    answer=EmailReplyAnswer,
    refuses=(403, 404, 409, 410, 413, 422, 503, 507),
)
async def email_reply(call: Call[EmailReplyBody, Nothing]) -> web.Response:
    """Read id and code from a mail reply, and decide."""
    ids = _ids_in(call.body.subject or "") or _ids_in(call.body.body)
    if len(ids) != 1:
        return refusal(422, "approval_id not found", "invalid")
    text = own_words(call.body.body)
    try:
        # What is no reply at all is told before it is looked for what it is about.
        read_reply(text, is_question=True)
    except Unclear as error:
        return refusal(422, str(error), "invalid")
    approval = await call.gate.any(ids.pop())
    if approval.key_id != call.key.id and not call.key.may(Right.DECIDE):
        return refusal(403, "approval client mismatch", "not_allowed")
    try:
        reply = read_reply(text, is_question=approval.kind is Kind.QUESTION)
        choice = _choice(approval, reply)
    except Unclear as error:
        return refusal(422, str(error), "invalid")
    answered = await call.gate.decide(approval.id, decider_of(call.key), choice)
    ended = answered.approval
    view = {"status": ended.state if ended else None, "approval_id": approval.id}
    return answered_response(answered, say=call.request.app[TEMPLATES], view=view)


def _ids_in(text: str) -> set[str]:
    """Return the ids that a text names; where it is more than one, none of them is meant.

    An agent could have named another approval in its title, which the subject begins with.
    """
    return set(_ID.findall(text))


def _choice(approval: Approval, reply: Reply) -> Choice:
    code, payload = reply.code, reply.payload
    if code == "3":
        return Choice(approve=False)
    if approval.kind is Kind.QUESTION:
        if code not in {"", "4"} or len(approval.questions) != 1:
            raise InvalidAsk("Answer a question with 4 and the option's letter, or your words.")
        (question,) = approval.questions
        if reply.letters:
            return Choice(approve=True, answers=(choose(question, reply.letters),))
        return Choice(approve=True, answers=(parse_answer(question, answer_in(payload)),))
    if code == "4":
        return Choice(approve=True, note=payload)
    if code == "5":
        check_replacement(approval.action, payload)
        return Choice(approve=True, override=payload)
    return Choice(approve=True, scope=_SCOPES[code])
