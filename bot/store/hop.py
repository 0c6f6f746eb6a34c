"""Waits for work in another thread, however often the waiting caller is cancelled."""

import asyncio


def put_off_cancellation() -> None:
    """Let the cancellation that was held back come at the current task's next await."""
    task = asyncio.current_task()
    if task is not None:
        task.uncancel()
        task.cancel()
