"""`/v1/approvals/{id}/claim` and `/v1/receipts/key`: what is run is what was approved, once."""

import base64
import json

from aiohttp import web

from bot.core.errors import NotApproved
from bot.core.people import Right
from bot.core.receipt import ALGORITHM
from web.api.receipt_models import ClaimAnswer, ClaimBody, ReceiptKeyView
from web.api.views import decision_view
from web.errors import from_gate, refusal
from web.keys import GATE
from web.operation import Call, Nothing, open_operation, operation


@operation(
    "Claim what was approved, right before it is run",
    right=Right.CREATE,
    body=ClaimBody,
    answer=ClaimAnswer,
    refuses=(404, 409, 410, 413, 422, 503, 507),
)
async def claim(call: Call[ClaimBody, Nothing]) -> web.Response:
    """Give the signed receipt for this digest, once; to the same nonce again."""
    body = call.body
    claimed = await call.gate.receipts.claim(
        call.key, call.id, digest=body.digest, nonce=body.nonce
    )
    if isinstance(claimed.refusal, NotApproved):
        error, approval = claimed.refusal, claimed.approval
        more = {"status": error.state, "decision": decision_view(approval)}
        return refusal(error.http_status, error.sentence, error.code, more=more)
    if claimed.refusal is not None:
        return from_gate(claimed.refusal)
    kept = claimed.claim
    assert kept is not None, "what is not refused is claimed"  # noqa: S101
    return web.json_response(
        {
            "receipt": json.loads(kept.receipt),
            "signature": kept.signature,
            "key_id": kept.key_id,
        }
    )


@open_operation("Read the key that receipts are verified with", answer=ReceiptKeyView)
async def key(request: web.Request) -> web.Response:
    """Tell the public key of this gate's receipts; it needs no key of an agent's."""
    signer = await request.app[GATE].receipts.signer()
    return web.json_response(
        {
            "key_id": signer.key_id,
            "alg": ALGORITHM,
            "public_key": base64.b64encode(signer.public_key).decode("ascii"),
        }
    )
