"""Calls beside the loop, and what becomes of one whose caller is gone."""

import asyncio
import threading

import pytest

from ok2run.mcp.beside import beside


async def test_it_returns_and_raises_what_the_work_does():
    def fail() -> None:
        raise LookupError("no")

    assert await beside(lambda: 5) == 5
    with pytest.raises(LookupError):
        await beside(fail)


async def test_the_result_that_nobody_waits_for_is_handed_on_once():
    started, go_on, handed = threading.Event(), threading.Event(), list[int]()

    def work() -> int:
        started.set()
        assert go_on.wait(30)
        return 7

    done = threading.Event()

    def abandoned(result: int) -> None:
        handed.append(result)
        done.set()

    calling = asyncio.get_running_loop().create_task(beside(work, abandoned=abandoned))
    await asyncio.to_thread(started.wait, 30)
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    go_on.set()
    assert await asyncio.to_thread(done.wait, 30)

    assert handed == [7]


async def test_a_result_that_came_just_as_its_caller_left_is_handed_on_too():
    came, done, handed = threading.Event(), threading.Event(), list[int]()

    def work() -> int:
        came.set()
        return 7

    def abandoned(result: int) -> None:
        handed.append(result)
        done.set()

    calling = asyncio.get_running_loop().create_task(beside(work, abandoned=abandoned))
    await asyncio.sleep(0)
    came.wait(30)  # on the loop: it cannot hear of the result before the caller is cancelled
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    assert await asyncio.to_thread(done.wait, 30)

    assert handed == [7]
