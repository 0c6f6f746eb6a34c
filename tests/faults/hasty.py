"""A broken build, for a control only: it confirms taps while they are handled, as aiogram does."""

import asyncio
import sys
from typing import Any

from bot.__main__ import serve
from bot.channels.telegram.poller import Poller

_handled: list[asyncio.Task[None]] = []


async def _hand_on_hastily(poller: Poller, update: Any) -> bool:
    poller._offset = max(poller._offset, update["update_id"] + 1)
    _handled.append(asyncio.get_running_loop().create_task(poller._receive(update)))
    return True


if __name__ == "__main__":
    Poller._hand_on = _hand_on_hastily
    sys.exit(serve())
