"""`/v1/approvals`: ask, wait, read, withdraw, decide, report."""

import asyncio
import contextlib
import hashlib
from collections.abc import Mapping
from datetime import timedelta

from aiohttp import web

from bot.core.action import Action, canonical_json
from bot.core.approval import Approval, Kind, State
from bot.core.decision import Choice, Scope, Via
from bot.core.end import End
from bot.core.errors import InvalidAsk, NotFound
from bot.core.extent import Breadth, Extent
from bot.core.grant import extents_offered
from bot.core.people import Decider, Key, Right
from bot.core.question import (
    Answer,
    Option,
    Question,
    answer_in_words,
    checked_questions,
    choose,
    parse_answer,
)
from bot.core.risk import Level
from bot.gate.decide import Answered
from bot.gate.report import Filter
from bot.gate.service import Gate
from bot.gate.submit import Ask
from bot.locales.audience import Audience
from web.api.grant_models import ExtentView
from web.api.models import (
    ApprovalList,
    ApprovalView,
    AskAnswer,
    AskBody,
    AskQuery,
    AuditView,
    DecisionBody,
    ListQuery,
    OutcomeBody,
    WaitQuery,
)
from web.api.views import approval_view, ask_view, decision_view, entry_view, listed_view
from web.errors import from_gate, refusal
from web.keys import SPAWN
from web.operation import Call, Nothing, operation
from web.pages.template import TEMPLATES
from web.sse import EventStream

_LONGEST_KEY = 255


@operation(
    "Ask for an approval, or ask questions",
    right=Right.CREATE,
    body=AskBody,
    query=AskQuery,
    answer=AskAnswer,
    refuses=(403, 409, 413, 422, 503, 507),
)
async def create(call: Call[AskBody, AskQuery]) -> web.Response:
    """Take an ask; with `wait`, hold the answer until it is decided or the limit has passed."""
    gate, key, spawn = call.gate, call.key, call.request.app[SPAWN]
    limit, withdraws = timedelta(seconds=call.query.wait), call.query.on_disconnect == "withdraw"
    shows_number = _shows_number(call)
    id = gate.new_approval_id()
    try:
        approval = await gate.submit(key, _ask(call), id=id)
        id = approval.id
        if limit and approval.is_pending:
            del call, approval  # thousands may wait here; what they asked is in the store
            approval = await gate.wait(key, id, limit)
    except asyncio.CancelledError:  # the caller hung up
        if withdraws:
            spawn(_withdraw(gate, key, id))
        raise
    return web.json_response(ask_view(approval, now=gate.clock.now(), shows_number=shows_number))


def _shows_number(call: Call[AskBody, AskQuery]) -> bool:
    """Tell whether the caller shows the number while the person is still to decide."""
    return call.body.can_show_number and not call.query.wait


async def _withdraw(gate: Gate, key: Key, id: str) -> None:
    with contextlib.suppress(NotFound):  # it hung up before the ask was taken
        await gate.withdraw(key, id, reason="the agent went away")


def _ask(call: Call[AskBody, AskQuery]) -> Ask:
    idempotency_key = call.request.headers.get("Idempotency-Key")
    if idempotency_key is not None and not 1 <= len(idempotency_key) <= _LONGEST_KEY:
        raise InvalidAsk(f"Idempotency-Key takes 1 to {_LONGEST_KEY} characters.")
    return ask_of(
        call.body,
        idempotency_key=idempotency_key,
        fingerprint=_fingerprint(call.raw) if idempotency_key is not None else "",
        shows_number=_shows_number(call),
    )


def ask_of(
    body: AskBody,
    *,
    idempotency_key: str | None = None,
    fingerprint: str = "",
    shows_number: bool = False,
) -> Ask:
    """Return what a checked body asks for; raises InvalidAsk."""
    target = body.target
    address: str | None = None
    if target is not None:
        given = target.tg_chat_id if body.channel != "email" else target.email_to
        address = str(given) if given else None
    return Ask(
        action=Action(
            action_type=body.action_type,
            title=body.title,
            preview=body.preview,
            params=body.params,
            cwd=body.cwd,
            context=body.context,
            reason=body.reason,
            language=body.language,
        ),
        questions=_questions(body),
        session_id=body.session_id,
        agent=body.agent,
        life=timedelta(seconds=body.expires_in_sec),
        urgency=Level(body.urgency) if body.urgency is not None else Level.LOW,
        channel=_channel(body),
        address=address,
        idempotency_key=idempotency_key,
        fingerprint=fingerprint,
        can_show_number=shows_number,
    )


def _channel(body: AskBody) -> str | None:
    """Return the channel named; a target alone names its channel too."""
    if body.channel is None and body.target is not None:
        if body.target.tg_chat_id:
            return "telegram"
        if body.target.email_to:
            return "email"
    return body.channel


def _fingerprint(raw: object) -> str:
    return hashlib.sha256(canonical_json(raw)).hexdigest()


def _questions(body: AskBody) -> tuple[Question, ...]:
    if body.questions is not None:
        if body.options:
            raise InvalidAsk("Send options or questions, not both.", place=("options",))
        return checked_questions(
            [
                Question(
                    text=asked.question,
                    header=asked.header,
                    options=tuple(
                        Option(label=option.label, description=option.description)
                        for option in asked.options
                    ),
                    multiple=asked.multiple,
                    allow_custom=asked.allow_custom,
                )
                for asked in body.questions
            ]
        )
    if not body.options:
        return ()
    options = tuple(Option(label=label) for label in body.options)
    return (
        Question(
            text=body.title,
            options=options,
            multiple=body.multiple,
            allow_custom=body.allow_custom,
        ),
    )


@operation(
    "Read one approval, or wait for its end",
    right=Right.READ,
    query=WaitQuery,
    answer=ApprovalView,
    refuses=(404, 422, 503),
)
async def read(call: Call[Nothing, WaitQuery]) -> web.Response:
    """Tell how an approval stands; with `wait`, the moment it is decided."""
    if call.query.wait:
        limit = timedelta(seconds=call.query.wait)
        approval = await call.gate.wait(call.key, call.id, limit)
    else:
        approval = await call.gate.get(call.key, call.id)
    return web.json_response(approval_view(approval, call.request.app[TEMPLATES]))


@operation(
    "Follow one approval as server-sent events",
    right=Right.READ,
    answer=ApprovalView,
    refuses=(404, 503),
    streams=True,
)
async def events(call: Call[Nothing, Nothing]) -> web.StreamResponse:
    """Send the approval as it stands, and again at its end; then close."""
    approval = await call.gate.get(call.key, call.id)
    say, stream = call.request.app[TEMPLATES], EventStream(call.request)
    await stream.open()
    await stream.send("status", approval_view(approval, say))
    while approval.is_pending and not call.gate.waiters.is_stopped:
        approval = await call.gate.wait(call.key, call.id, stream.quiet)
        if approval.is_pending:
            await stream.keep_alive()
        else:
            await stream.send("status", approval_view(approval, say))
    return await stream.close()


@operation(
    "List approvals, newest first",
    right=Right.READ,
    query=ListQuery,
    answer=ApprovalList,
    refuses=(422, 503),
)
async def listing(call: Call[Nothing, ListQuery]) -> web.Response:
    """List own approvals; keys that decide see every key's."""
    wanted = Filter(
        state=State(call.query.status) if call.query.status is not None else None,
        session_id=call.query.session_id,
        limit=call.query.limit,
        cursor=call.query.cursor,
    )
    page = await call.gate.listing(call.key, wanted)
    return web.json_response(
        {"approvals": [listed_view(item) for item in page.items], "next_cursor": page.cursor}
    )


@operation(
    "Withdraw an ask",
    right=Right.CREATE,
    answer=ApprovalView,
    refuses=(404, 409, 503, 507),
)
async def withdraw(call: Call[Nothing, Nothing]) -> web.Response:
    """Take an ask back; one that was decided or ran out stays as it is and answers 409."""
    approval = await call.gate.withdraw(call.key, call.id)
    if approval.state is not State.WITHDRAWN:
        return not_pending(approval)
    return web.json_response(approval_view(approval, call.request.app[TEMPLATES]))


@operation(
    "Report what became of an approved action",
    right=Right.CREATE,
    body=OutcomeBody,
    answer=ApprovalView,
    refuses=(404, 409, 413, 422, 503, 507),
)
async def report(call: Call[OutcomeBody, Nothing]) -> web.Response:
    """Keep the outcome, once; it is shown on the card."""
    approval = await call.gate.report(
        call.key, call.id, exit_code=call.body.exit_code, summary=call.body.summary
    )
    return web.json_response(approval_view(approval, call.request.app[TEMPLATES]))


@operation(
    "Decide, with the scope request:decide; never with the key that asked",
    right=None,
    body=DecisionBody,
    answer=ApprovalView,
    refuses=(403, 404, 409, 410, 413, 422, 503, 507),
)
async def decide(call: Call[DecisionBody, Nothing]) -> web.Response:
    """Decide an approval with a key that may; never with the key that asked."""
    approval = await call.gate.get(call.key, call.id)
    choice = _choice(call.body, approval)
    answered = await call.gate.decide(call.id, decider_of(call.key), choice)
    return answered_response(answered, say=call.request.app[TEMPLATES])


def _choice(body: DecisionBody, approval: Approval) -> Choice:
    answers: tuple[Answer, ...] = ()
    if approval.kind is Kind.QUESTION and body.decision == "approved":
        answers = _answers(body, approval.questions)
    elif body.answers:
        raise InvalidAsk("Only a question that is approved takes answers.", place=("answers",))
    return Choice(
        approve=body.decision == "approved",
        scope=Scope(body.scope),
        extent=_extent(body.extent, approval),
        end=End(body.end) if body.end is not None else None,
        note=body.note or None,
        override=body.override,
        number=body.confirm_number,
        answers=answers,
    )


def _extent(given: int | ExtentView | None, approval: Approval) -> Extent | None:
    if isinstance(given, int):
        offered = extents_offered(approval)
        if given >= len(offered):
            raise InvalidAsk("This action offers no such extent.", place=("extent",))
        return offered[given]
    if given is None:
        return None
    return Extent(breadth=Breadth(given.breadth), text=given.text, more=given.more)


def _answers(body: DecisionBody, questions: tuple[Question, ...]) -> tuple[Answer, ...]:
    """Read answers: for one question its texts or letters, for several an entry each."""
    given = body.answers or ([body.note] if body.note else [])
    if len(questions) == 1:
        texts = [text for entry in given for text in _texts(entry)]
        return (_answer(questions[0], texts),) if texts else ()
    if len(given) != len(questions):
        raise InvalidAsk(f"This asks for {len(questions)} answers.", place=("answers",))
    pairs = zip(questions, given, strict=True)
    return tuple(_answer(question, _texts(entry)) for question, entry in pairs)


def _texts(entry: str | list[str]) -> list[str]:
    return [entry] if isinstance(entry, str) else entry


def _answer(question: Question, texts: list[str]) -> Answer:
    parsed = [parse_answer(question, text) for text in texts]
    letters = [letter for answer in parsed for letter in answer.letters]
    words = [answer.custom for answer in parsed if answer.custom is not None]
    if letters and words:
        raise InvalidAsk("Answer with options or in words, not both.", place=("answers",))
    return answer_in_words(question, ", ".join(words)) if words else choose(question, letters)


def decider_of(key: Key) -> Decider:
    """Return a key as the one who decides."""
    return Decider(name=key.name, via=Via.API, key=key)


def answered_response(
    answered: Answered, *, say: Audience, view: Mapping[str, object] | None = None
) -> web.Response:
    """Return 200 for the decision that won, and for the others the same result as a refusal."""
    approval = answered.approval
    if answered.refusal is not None:
        return from_gate(answered.refusal)
    if approval is None:
        return from_gate(NotFound("approval not found"))
    if not answered.by_this and not answered.counted:
        return not_pending(approval, late_before=answered.late_before)
    return web.json_response(approval_view(approval, say) if view is None else view)


def not_pending(approval: Approval, *, late_before: bool = False) -> web.Response:
    """Return the refusal to one who came too late, with the result that stands.

    410 is for the first who comes after time ran out; it is 409 afterwards, as ever in this
    contract.
    """
    more: dict[str, object] = {
        "status": approval.state,
        "decision": decision_view(approval),
    }
    if approval.state is State.EXPIRED and not late_before:
        return refusal(410, "approval expired", "expired", more=more)
    return refusal(409, "approval not pending", "not_pending", more=more)


@operation(
    "Read an approval's audit entries",
    right=Right.READ,
    answer=AuditView,
    refuses=(404, 503),
)
async def audit(call: Call[Nothing, Nothing]) -> web.Response:
    """List what the audit chain holds about one approval."""
    entries = await call.gate.audit_of(call.key, call.id)
    return web.json_response({"entries": [entry_view(entry) for entry in entries]})
