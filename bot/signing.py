"""Ed25519 by the library `cryptography`, loaded where something is signed and not before."""

import base64
from typing import TYPE_CHECKING

from bot.core.receipt import key_id_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class ReceiptSigner:
    """Signs with the key of this seed, 32 bytes, which the secret file gives for receipts."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._loaded: tuple[Ed25519PrivateKey, bytes] | None = None

    def prepare(self) -> None:
        """Load the library and the key, once."""
        self._key()

    @property
    def public_key(self) -> bytes:
        """The public key, 32 bytes."""
        return self._key()[1]

    @property
    def key_id(self) -> str:
        """The id of the public key."""
        return key_id_of(self.public_key)

    def sign(self, content: bytes) -> bytes:
        """Return the signature, 64 bytes."""
        return self._key()[0].sign(content)

    def _key(self) -> "tuple[Ed25519PrivateKey, bytes]":
        if self._loaded is None:
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

            private = Ed25519PrivateKey.from_private_bytes(self._seed)
            self._loaded = (private, private.public_key().public_bytes_raw())
        return self._loaded


def is_signed(public_key: bytes, content: bytes, signature: str) -> bool:
    """Tell whether this key signed the content; `signature` is base64."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(
            base64.b64decode(signature, validate=True), content
        )
    except (InvalidSignature, ValueError):
        return False
    return True
