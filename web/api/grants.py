"""`/v1/grants`, also as `/v1/allow-rules`: standing approvals."""

from aiohttp import web

from bot.core.people import Right
from web.api.models import GrantList, RevokedView
from web.api.views import grant_view
from web.operation import Call, Nothing, operation


@operation("List standing approvals", right=Right.READ, answer=GrantList, refuses=(503,))
async def listing(call: Call[Nothing, Nothing]) -> web.Response:
    """List own grants in force; keys that decide see every key's."""
    grants = await call.gate.grants(call.key)
    return web.json_response({"grants": [grant_view(grant) for grant in grants]})


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
