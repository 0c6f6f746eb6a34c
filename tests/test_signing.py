"""Receipts are signed with a key that only the secret file gives."""

import base64
import subprocess
import sys
from pathlib import Path

import pytest

from bot.secret import read_or_make
from bot.signing import ReceiptSigner, is_signed
from ok2run.ed25519 import verify
from tests.daemon import ROOT, Daemon
from tests.test_daemon import KEYS, PATHS, call
from tests.world import ADMIN_KEY, ORDINARY

SEED = bytes(range(32))


def test_one_seed_makes_one_key_and_one_signature():
    one, other = ReceiptSigner(SEED), ReceiptSigner(SEED)

    assert (one.key_id, one.public_key) == (other.key_id, other.public_key)
    assert one.sign(b"words") == other.sign(b"words")
    assert verify(one.public_key, b"words", one.sign(b"words"))
    assert ReceiptSigner(SEED[::-1]).key_id != one.key_id


@pytest.mark.parametrize(
    ("key", "content", "signature"),
    [
        (ReceiptSigner(SEED[::-1]).public_key, b"words", None),
        (None, b"Words", None),
        (None, b"words", "no base64"),
        (None, b"words", ""),
        (None, b"words", "é"),
        (b"short", b"words", None),
    ],
)
def test_a_signature_of_anything_else_is_none(key, content, signature):
    signer = ReceiptSigner(SEED)
    signed = base64.b64encode(signer.sign(b"words")).decode()
    assert is_signed(signer.public_key, b"words", signed)

    assert not is_signed(
        key or signer.public_key, content, signed if signature is None else signature
    )


def test_the_library_is_not_loaded_before_something_is_signed():
    look = "import bot.daemon, sys; sys.exit('cryptography' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", look], env={"PYTHONPATH": PATHS}, cwd=ROOT, check=False
    )

    assert done.returncode == 0


async def test_the_key_is_the_secret_file_s_alone_and_stays_over_a_restart(tmp_path: Path):
    async with Daemon(tmp_path, **KEYS) as daemon:
        before = await call(daemon, "GET", "/v1/receipts/key", key="none")
        ask = await call(daemon, "POST", "/v1/approvals", body=ORDINARY)
        path = f"/v1/approvals/{ask['approval_id']}"
        body = {"decision": "approved"}
        await call(daemon, "POST", f"{path}/decision", key=ADMIN_KEY, body=body)
        body = {"digest": ask["digest"], "nonce": "nonce-of-the-tests-0001"}
        claimed = await call(daemon, "POST", f"{path}/claim", body=body)
        assert await daemon.terminate() == 0
        await daemon.start()
        after = await call(daemon, "GET", "/v1/receipts/key", key="none")
        assert await daemon.terminate() == 0
        told = daemon.all_errors

    signer = ReceiptSigner(read_or_make(tmp_path / "data" / "secret.key").for_purpose("receipts"))
    assert before == after
    assert before["public_key"] == base64.b64encode(signer.public_key).decode()
    assert claimed["key_id"] == before["key_id"] == signer.key_id
    seed = signer._seed
    kept = b"".join(file.read_bytes() for file in (tmp_path / "data").glob("ok2run.db*"))
    assert claimed["signature"].encode() in kept
    for form in (seed, seed.hex().encode(), base64.b64encode(seed)):
        assert form not in kept
        assert form.decode("latin-1") not in told
