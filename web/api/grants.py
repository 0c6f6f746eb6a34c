"""`/v1/grants`, also as `/v1/allow-rules`: standing approvals."""

from aiohttp import web

from bot.core.people import Right
from web.api.grant_models import GrantList, GrantView, RevokedView, UseList, UsesQuery
from web.api.views import grant_view, use_view
from web.operation import Call, Nothing, operation
from web.pages.template import TEMPLATES


@operation("List standing approvals", right=Right.READ, answer=GrantList, refuses=(503,))
async def listing(call: Call[Nothing, Nothing]) -> web.Response:
    """List own grants in force; keys that decide see every key's."""
    say, now = call.request.app[TEMPLATES], call.gate.clock.now()
    grants = await call.gate.grants(call.key)
    return web.json_response({"grants": [grant_view(grant, say, now=now) for grant in grants]})


@operation(
    "Read a standing approval, in force or not",
    right=Right.READ,
    answer=GrantView,
    refuses=(404, 503),
)
async def read(call: Call[Nothing, Nothing]) -> web.Response:
    """Tell how a grant stands, own or with a key that decides."""
    grant = await call.gate.grant(call.key, call.id)
    say, now = call.request.app[TEMPLATES], call.gate.clock.now()
    return web.json_response(grant_view(grant, say, now=now))


@operation(
    "List what a standing approval has let pass, newest first",
    right=Right.READ,
    query=UsesQuery,
    answer=UseList,
    refuses=(404, 422, 503),
)
async def uses(call: Call[Nothing, UsesQuery]) -> web.Response:
    """List who used a grant, when and for what; the audit has the same."""
    passed = await call.gate.uses(call.key, call.id, limit=call.query.limit)
    return web.json_response({"uses": [use_view(approval) for approval in passed]})


@operation(
    "Revoke a standing approval", right=Right.READ, answer=RevokedView, refuses=(404, 503, 507)
)
async def revoke(call: Call[Nothing, Nothing]) -> web.Response:
    """Revoke a grant, own or with a key that decides; as often as asked."""
    grant = await call.gate.revoke(call.key, call.id)
    return web.json_response(
        {
            "rule_id": grant.id,
            "status": "revoked",
            "client_id": grant.key_id,
            "action_type": grant.action_type,
        }
    )
