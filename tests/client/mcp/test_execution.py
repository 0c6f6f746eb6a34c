"""Approved commands: just what was approved runs, once, within its limits."""

import asyncio
import contextlib
import os
from pathlib import Path
from typing import Any

import pytest

from ok2run.digest import digest_of
from tests.fakes.clock import FakeClock
from tests.tool_agent import answered, as_time_passes, asked, beside_it
from tests.world import World


async def test_the_command_put_in_its_place_runs_instead(world: World, tmp_path: Path):
    async with beside_it(world, cwd=tmp_path) as agent:
        answer = await answered(
            world,
            agent.call("execute_approved", command="touch asked", cwd=str(tmp_path)),
            override="touch instead; echo done",
        )

    assert answer["command"] == "touch instead; echo done"
    assert answer["stdout"] == "done\n"
    assert (tmp_path / "instead").exists()
    assert not (tmp_path / "asked").exists()


async def test_the_person_sees_the_command_and_its_digest_is_what_runs(
    world: World, tmp_path: Path
):
    async with beside_it(world, cwd=tmp_path) as agent, asyncio.TaskGroup() as tasks:
        tasks.create_task(agent.call("execute_approved", command="true", cwd=str(tmp_path)))
        approval = await asked(world)
        await world.decide(approval.id)

    assert approval.action.preview == "true"
    assert approval.action.cwd == str(tmp_path)
    assert approval.digest == digest_of(
        action_type="bash_command",
        title="true",
        preview="true",
        params={"command": "true", "timeout": 60},
        cwd=str(tmp_path),
    )


async def test_what_became_of_it_is_reported_and_it_is_claimed(world: World, tmp_path: Path):
    async with beside_it(world) as agent:
        ran = agent.call("execute_approved", command="exit 3", cwd=str(tmp_path))
        answer = await answered(world, ran)

    approval = await world.read(answer["approval_id"])
    entries = await (
        await world.call("GET", f"/v1/approvals/{answer['approval_id']}/audit")
    ).json()
    assert approval["outcome"]["exit_code"] == 3
    assert "approval.claimed" in [entry["kind"] for entry in entries["entries"]]


async def test_an_approval_that_was_claimed_already_runs_nothing(world: World, tmp_path: Path):
    command = {"command": "touch ran", "cwd": str(tmp_path)}
    async with beside_it(world) as agent:
        first = await answered(world, agent.call("execute_approved", **command))
        (tmp_path / "ran").unlink()
        said = await agent.fault("execute_approved", **command, approval_id=first["approval_id"])

    assert "claimed already" in said
    assert not (tmp_path / "ran").exists()


async def test_another_command_than_the_approved_one_runs_nothing(
    world: World, clock: FakeClock, tmp_path: Path
):
    async with beside_it(world) as agent:
        asking = agent.call("execute_approved", command="true", cwd=str(tmp_path), max_wait=1)
        pending = await as_time_passes(clock, asking)
        await world.decide(pending["approval_id"])
        said = await agent.fault(
            "execute_approved",
            command="touch ran",
            cwd=str(tmp_path),
            approval_id=pending["approval_id"],
        )

    assert "not what was approved" in said
    assert not (tmp_path / "ran").exists()


async def test_one_that_is_still_pending_is_gone_on_with(
    world: World, clock: FakeClock, tmp_path: Path
):
    command = {"command": "echo late", "cwd": str(tmp_path)}
    async with beside_it(world) as agent:
        asking = agent.call("execute_approved", **command, max_wait=1)
        pending = await as_time_passes(clock, asking)
        await world.decide(pending["approval_id"])
        answer = await agent.call(
            "execute_approved", **command, approval_id=pending["approval_id"]
        )

    assert pending["status"] == "pending"
    assert "execute_approved again" in pending["meaning"]
    assert (answer["status"], answer["stdout"]) == ("executed", "late\n")


async def test_a_directory_that_became_another_runs_nothing(world: World, tmp_path: Path):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    async with beside_it(world) as agent, asyncio.TaskGroup() as tasks:
        running = tasks.create_task(
            agent.fault("execute_approved", command="touch ran", cwd=str(tmp_path / "first"))
        )
        approval = await asked(world)
        (tmp_path / "first").rmdir()
        (tmp_path / "first").symlink_to(tmp_path / "second")
        await world.decide(approval.id)

        async with asyncio.timeout(10):
            while (outcome := (await world.read(approval.id))["outcome"]) is None:
                await asyncio.sleep(0.005)

    assert "no longer the one approved" in running.result()
    assert outcome["summary"] == "not run: its directory is no longer the one approved"
    assert not (tmp_path / "second" / "ran").exists()


async def test_its_time_over_the_whole_group_is_killed(world: World, tmp_path: Path):
    command = "sleep 600 & echo $! > child; echo begun; wait"
    async with beside_it(world) as agent:
        ran = agent.call("execute_approved", command=command, cwd=str(tmp_path), timeout=1)
        answer = await answered(world, ran)

    assert (answer["status"], answer["exit_code"]) == ("timeout", None)
    assert answer["stdout"] == "begun\n"
    assert not is_running(int((tmp_path / "child").read_text()))
    outcome = (await world.read(answer["approval_id"]))["outcome"]
    assert outcome["summary"] == "stopped after 1 s"


async def test_what_it_leaves_in_the_background_does_not_hold_the_answer(
    world: World, tmp_path: Path
):
    command = "sleep 600 & echo $! > child; echo started"
    async with beside_it(world) as agent:
        ran = agent.call("execute_approved", command=command, cwd=str(tmp_path), timeout=120)
        answer = await answered(world, ran)

    child = int((tmp_path / "child").read_text())
    assert (answer["status"], answer["stdout"]) == ("executed", "started\n")
    assert is_running(child)
    os.kill(child, 9)


async def test_long_output_keeps_its_head_and_its_tail(world: World, tmp_path: Path):
    command = "echo first; head -c 200000 /dev/zero | tr '\\0' x; echo last"
    async with beside_it(world) as agent:
        ran = agent.call("execute_approved", command=command, cwd=str(tmp_path))
        answer = await answered(world, ran)

    assert answer["stdout"].startswith("first\nxxx")
    assert answer["stdout"].endswith("xxx" + "last\n")
    assert "bytes left out" in answer["stdout"]
    assert len(answer["stdout"]) < 40_000
    assert answer["left_out"].split()[0] == str(200_011 - 32 * 1024)


async def test_the_command_has_no_input_and_not_the_agents_key(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    environment = {"PATH": os.environ["PATH"], "COLOUR": "blue"}
    async with beside_it(world, environment=environment) as agent:
        ran = agent.call("execute_approved", command="cat; env", cwd=str(tmp_path))
        answer = await answered(world, ran)

    assert "COLOUR=blue" in answer["stdout"]
    assert "APPROVAL_API_KEY" not in answer["stdout"]


async def test_a_call_that_is_given_up_kills_what_runs(world: World, tmp_path: Path):
    command = "echo $$ > shell; exec sleep 600"
    async with beside_it(world) as agent:
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(
                cancelled(agent.call("execute_approved", command=command, cwd=str(tmp_path)))
            )
            approval = await asked(world)
            await world.decide(approval.id)
            shell = await content(tmp_path / "shell")
            running.cancel()
        await gone(shell)
        await reported(world, approval.id)

    assert (await world.read(approval.id))["outcome"]["summary"] == "stopped by the agent"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "command is missing"),
        ({"command": 5}, "command must be a text"),
        ({"command": "true", "timeout": 0}, "timeout must be a whole number from 1"),
        ({"command": "true", "cwd": "/nowhere/at/all"}, "cwd is no directory here"),
        ({"command": "true\0"}, "U+0000"),
    ],
)
async def test_bad_arguments_ask_nobody(world: World, arguments: dict[str, Any], words: str):
    async with beside_it(world) as agent:
        said = await agent.fault("execute_approved", **arguments)

    assert words in said
    assert await world.gate.pending() == ()


async def test_an_expired_ask_runs_nothing(world: World, clock: FakeClock, tmp_path: Path):
    async with beside_it(world) as agent, asyncio.TaskGroup() as tasks:
        running = tasks.create_task(
            agent.call(
                "execute_approved", command="touch ran", cwd=str(tmp_path), expires_in_sec=60
            )
        )
        await asked(world)
        clock.advance(seconds=61)

    answer = running.result()
    assert (answer["status"], answer["approval"]["status"]) == ("denied", "expired")
    assert not (tmp_path / "ran").exists()


async def cancelled(call: Any) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        await call


def is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


async def gone(process: int) -> None:
    async with asyncio.timeout(30):
        while is_running(process):
            await asyncio.sleep(0.01)


async def content(file: Path) -> int:
    async with asyncio.timeout(30):
        while not (found := text_of(file)):
            await asyncio.sleep(0.01)
    return int(found)


def text_of(file: Path) -> str:
    return file.read_text().strip() if file.exists() else ""


async def reported(world: World, id: str) -> None:
    async with asyncio.timeout(30):
        while (await world.read(id))["outcome"] is None:
            await asyncio.sleep(0.01)
