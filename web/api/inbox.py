"""`POST /v1/inbox/email-reply`: the older clients' way to decide, with a key that may."""

import re
from typing import Final

from aiohttp import web

from bot.core.approval import Approval, Kind
from bot.core.decision import Choice, Scope
from bot.core.errors import InvalidAsk
from bot.core.people import Right
from bot.core.question import parse_answer
from web.api.approvals import answered_response, decider_of
from web.api.models import EmailReplyAnswer, EmailReplyBody
from web.errors import refusal
from web.operation import Call, Nothing, operation
from web.pages.template import TEMPLATES

_ID: Final = re.compile(r"appr_[A-Za-z0-9]+")
_PAYLOAD_WANTED: Final = frozenset("45")
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
    text = call.body.body
    found = _ID.search(call.body.subject or "") or _ID.search(text)
    if found is None:
        return refusal(422, "approval_id not found", "invalid")
    reply = own_words(text)
    if not reply:
        return refusal(422, "empty reply", "invalid")
    code, payload = _code_and_payload(reply)
    if code is None:
        return refusal(422, "invalid code", "invalid")
    if code in _PAYLOAD_WANTED and not payload:
        return refusal(422, "payload required", "invalid")
    approval = await call.gate.any(found.group())
    if approval.key_id != call.key.id and not call.key.may(Right.DECIDE):
        return refusal(403, "approval client mismatch", "not_allowed")
    choice = _choice(approval, code, payload)
    answered = await call.gate.decide(approval.id, decider_of(call.key), choice)
    ended = answered.approval
    view = {"status": ended.state if ended else None, "approval_id": approval.id}
    return answered_response(answered, say=call.request.app[TEMPLATES], view=view)


def own_words(body: str) -> str:
    """Return what was written above the quoted mail and the signature."""
    lines: list[str] = []
    for line in body.splitlines():
        if _ends_the_reply(line.strip()):
            break
        lines.append(line)
    return "\n".join(lines).strip()


def _ends_the_reply(line: str) -> bool:
    lowered = line.lower()
    return (
        line.startswith((">", "-----Original Message-----", "Subject:", "To:", "Cc:"))
        or (lowered.startswith("on ") and lowered.endswith("wrote:"))
        or line in ("--", "__")
        or lowered.startswith("sent from my")
        or (line.startswith("From:") and "@" in line)
    )


def _code_and_payload(reply: str) -> tuple[str | None, str]:
    code, *rest = reply.split(maxsplit=1)
    if len(code) != 1 or code not in "123456":
        return None, ""
    return code, rest[0].strip() if rest else ""


def _choice(approval: Approval, code: str, payload: str) -> Choice:
    if code == "3":
        return Choice(approve=False)
    if approval.kind is Kind.QUESTION:
        if code != "4" or len(approval.questions) != 1:
            raise InvalidAsk("Answer a question with 4 and the option's letter, or your words.")
        return Choice(approve=True, answers=(parse_answer(approval.questions[0], payload),))
    if code == "4":
        return Choice(approve=True, note=payload)
    if code == "5":
        return Choice(approve=True, override=payload)
    return Choice(approve=True, scope=_SCOPES[code])
