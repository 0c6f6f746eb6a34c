"""A daemon that dies, with no warning, right after it has kept a claim and before it answers."""

import os
import signal
import sys
from typing import Any

from bot.__main__ import serve
from bot.gate.claim import Claimed, Receipts

_claim = Receipts.claim


async def _claim_and_die(receipts: Receipts, *words: Any, **more: Any) -> Claimed:
    claimed = await _claim(receipts, *words, **more)
    if claimed.claim is not None:
        os.kill(os.getpid(), signal.SIGKILL)
    return claimed


if __name__ == "__main__":
    Receipts.claim = _claim_and_die
    sys.exit(serve())
