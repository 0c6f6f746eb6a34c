"""A claim ↔ one JSON document."""

from bot.core.receipt import Claim
from bot.store.document import dumps, loads


def dump_claim(claim: Claim) -> str:
    """Return the claim as an object; the receipt in it stays the very text that was signed."""
    return dumps(
        {
            "nonce": claim.nonce,
            "receipt": claim.receipt,
            "signature": claim.signature,
            "key_id": claim.key_id,
        }
    )


def load_claim(text: str | None) -> Claim | None:
    """Read what `dump_claim` wrote."""
    if text is None:
        return None
    kept = loads(text)
    return Claim(
        nonce=kept["nonce"],
        receipt=kept["receipt"],
        signature=kept["signature"],
        key_id=kept["key_id"],
    )
