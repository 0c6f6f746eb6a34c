"""`/v1/policies`: written rules, for keys that administer."""

from collections.abc import Sequence
from typing import Any, Final, cast

from aiohttp import web

from bot.core.backtest import Backtest, Difference
from bot.core.fault import Faults, Place, PolicyFaulty
from bot.core.people import Right
from bot.core.policy import Explanation, Judgement
from bot.core.policy_document import document_of
from bot.core.subject_document import read_subject
from bot.gate.policies import Shown
from web.api.policy_models import (
    BacktestAnswer,
    BacktestBody,
    ExplainBody,
    ExplanationAnswer,
    PolicyBody,
    PolicyChange,
    PolicyList,
    PolicyView,
    RemovedView,
)
from web.api.views import seconds
from web.operation import Call, Nothing, operation

_MOST_SHOWN: Final = 500  # differences of a backtest
_LISTED: Final = 1_000  # characters of a title


@operation("List policies", right=Right.ADMIN, answer=PolicyList, refuses=(503,))
async def listing(call: Call[Nothing, Nothing]) -> web.Response:
    """List the policies of the database in the order in which they are judged."""
    shown = await call.gate.policies.all()
    return web.json_response(
        {
            "source": "file" if call.gate.policies.book.is_file else "database",
            "policies": [_policy_view(one) for one in shown],
        }
    )


@operation("Read a policy", right=Right.ADMIN, answer=PolicyView, refuses=(404, 503))
async def read(call: Call[Nothing, Nothing]) -> web.Response:
    """Read one policy, and what its reader warns of."""
    return web.json_response(_policy_view(await call.gate.policies.get(call.id)))


@operation(
    "Make a policy",
    right=Right.ADMIN,
    body=PolicyBody,
    answer=PolicyView,
    refuses=(409, 413, 422, 503, 507),
)
async def create(call: Call[PolicyBody, Nothing]) -> web.Response:
    """Keep a policy; the next request is judged by it. With a fault, nothing is kept."""
    return web.json_response(_policy_view(await call.gate.policies.make(call.key, call.raw)))


@operation(
    "Replace a policy",
    right=Right.ADMIN,
    body=PolicyBody,
    answer=PolicyView,
    refuses=(404, 409, 413, 422, 503, 507),
)
async def replace(call: Call[PolicyBody, Nothing]) -> web.Response:
    """Put this policy in the place of the one before; with a fault, that one stays."""
    return web.json_response(
        _policy_view(await call.gate.policies.put(call.key, call.id, call.raw))
    )


@operation(
    "Rename, move, enable or disable a policy",
    right=Right.ADMIN,
    body=PolicyChange,
    answer=PolicyView,
    refuses=(404, 409, 413, 422, 503, 507),
)
async def change(call: Call[PolicyChange, Nothing]) -> web.Response:
    """Change a policy's name, its priority (lower is judged first) or whether it is judged."""
    body = call.body
    shown = await call.gate.policies.patch(
        call.key, call.id, name=body.name, priority=body.priority, enabled=body.enabled
    )
    return web.json_response(_policy_view(shown))


@operation("Remove a policy", right=Right.ADMIN, answer=RemovedView, refuses=(404, 409, 503, 507))
async def remove(call: Call[Nothing, Nothing]) -> web.Response:
    """Remove a policy for good."""
    await call.gate.policies.remove(call.key, call.id)
    return web.json_response({"id": call.id, "status": "removed"})


@operation(
    "Explain how a request would be judged",
    right=Right.ADMIN,
    body=ExplainBody,
    answer=ExplanationAnswer,
    refuses=(413, 422),
)
async def explain(call: Call[ExplainBody, Nothing]) -> web.Response:
    """Tell which rule settles a request, and why each other rule does not. Nothing is kept."""
    faults = Faults()
    subject = read_subject(call.raw, Place(), faults)
    if faults.found:
        raise PolicyFaulty(tuple(faults.found))
    return web.json_response(_explanation_view(*call.gate.policies.book.explain(subject)))


@operation(
    "Try policies on what people decided",
    right=Right.ADMIN,
    body=BacktestBody,
    answer=BacktestAnswer,
    refuses=(409, 413, 422, 503),
)
async def backtest(call: Call[BacktestBody, Nothing]) -> web.Response:
    """Tell what policies would have done so far, and where people decided otherwise.

    Nothing is kept, and nothing is judged by them.
    """
    body, raw = call.body, cast(dict[str, Any], call.raw)
    given = raw["policies"] if body.policies is not None else [raw["policy"]]
    result = await call.gate.policies.backtest(given, alone=body.alone, limit=body.limit)
    return web.json_response(_backtest_view(result))


def _policy_view(shown: Shown) -> dict[str, Any]:
    return {
        "id": shown.kept.id,
        **document_of(shown.policy),
        "made_at": seconds(shown.kept.made_at),
        "changed_at": seconds(shown.kept.changed_at),
        "warnings": [str(warning) for warning in shown.warnings],
        "faults": [str(fault) for fault in shown.faults],
    }


def _explanation_view(judgement: Judgement, explanations: Sequence[Explanation]) -> dict[str, Any]:
    return {
        "verdict": judgement.verdict,
        "policy": judgement.policy,
        "number": judgement.number,
        "name": judgement.name,
        "because": judgement.because,
        "strict": judgement.is_strict,
        "lifted": list(judgement.lifted),
        "why": judgement.doubt or judgement.held,
        "rules": [
            {
                "policy": one.policy,
                "number": one.number,
                "name": one.name,
                "decision": one.decision,
                "matches": one.truth,
                "why_not": one.why_not,
            }
            for one in explanations
        ],
    }


def _backtest_view(result: Backtest) -> dict[str, Any]:
    told = result.differences[:_MOST_SHOWN]
    return {
        "judged": result.judged,
        "allowed": result.allowed,
        "denied": result.denied,
        "asked": result.asked,
        "differing": result.differing,
        "left_off": result.differing - sum(one.count for one in told),
        "differences": [_difference_view(one) for one in told],
    }


def _difference_view(difference: Difference) -> dict[str, Any]:
    approval, judgement = difference.approval, difference.judgement
    decision = approval.decision
    return {
        "approval_id": approval.id,
        "title": approval.action.title[:_LISTED],
        "action_type": approval.action.action_type[:_LISTED],
        "agent": approval.agent,
        "created_at": seconds(approval.created_at),
        "answer": difference.answer,
        "by": decision.by if decision is not None else None,
        "verdict": judgement.verdict,
        "policy": judgement.policy,
        "number": judgement.number,
        "name": judgement.name,
        "because": judgement.because,
        "count": difference.count,
    }
