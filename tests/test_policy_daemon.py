"""A policy file under a running daemon: at the start, after a change, with a fault, gone."""

import asyncio
from pathlib import Path
from typing import Any

from tests.daemon import Daemon
from tests.test_daemon import KEYS, call
from tests.world import ADMIN_KEY

RULES = """
[[policy]]
name = "lists"

[[policy.rule]]
match = { action = "Bash", command = "ls" }
decision = "%s"
"""
FAULTY = RULES % "perhaps"


async def ran(daemon: Daemon, **more: Any) -> dict[str, Any]:
    body = {
        "session_id": "s1",
        "action_type": "Bash",
        "title": "ls",
        "preview": "ls",
        "params": {"command": "ls"},
        **more,
    }
    answer: dict[str, Any] = await call(daemon, "POST", "/v1/approvals", body=body)
    return answer


async def comes_to(daemon: Daemon, status: str) -> dict[str, Any]:
    """Ask until it comes to this; the file is looked at every second."""
    async with asyncio.timeout(30):
        while (answer := await ran(daemon))["status"] != status:
            await asyncio.sleep(0.1)
    return answer


async def says(daemon: Daemon, words: str) -> None:
    async with asyncio.timeout(30):
        while words not in daemon.errors:
            await asyncio.sleep(0.1)


async def test_the_file_is_judged_by_from_the_first_request_on(tmp_path: Path):
    (tmp_path / "rules.toml").write_text(RULES % "allow")

    async with Daemon(tmp_path, **KEYS, POLICY_FILE="rules.toml") as daemon:
        assert (await ran(daemon))["status"] == "approved"


async def test_a_change_takes_the_place_of_what_was(tmp_path: Path):
    rules = tmp_path / "rules.toml"
    rules.write_text(RULES % "allow")
    async with Daemon(tmp_path, **KEYS, POLICY_FILE="rules.toml") as daemon:
        assert (await ran(daemon))["status"] == "approved"

        other = tmp_path / "rules.new"
        other.write_text(RULES % "deny")
        other.rename(rules)

        await comes_to(daemon, "denied")


async def test_with_a_fault_at_the_start_everything_asks_until_it_is_mended(tmp_path: Path):
    rules = tmp_path / "rules.toml"
    rules.write_text(FAULTY)
    async with Daemon(tmp_path, **KEYS, POLICY_FILE="rules.toml") as daemon:
        asked = await ran(daemon)
        assert asked["status"] == "pending"
        read = await call(daemon, "GET", f"/v1/approvals/{asked['approval_id']}")
        assert "rules.toml:7" in read["ruling"]["because"]
        assert read["ruling"]["strict"]
        lines = [line for line in daemon.errors.splitlines() if "rules.toml:7" in line]
        assert len(lines) == 1
        assert "decision" in lines[0]
        assert "Everything asks" in lines[0]

        rules.write_text(RULES % "allow")
        await comes_to(daemon, "approved")


async def test_with_a_fault_later_the_policies_of_before_stay(tmp_path: Path):
    rules = tmp_path / "rules.toml"
    rules.write_text(RULES % "deny")
    async with Daemon(tmp_path, **KEYS, POLICY_FILE="rules.toml") as daemon:
        rules.write_text(FAULTY)
        await says(daemon, "The policies of before stay in force")
        assert (await ran(daemon))["status"] == "denied"

        rules.unlink()
        await says(daemon, "is gone")
        assert (await ran(daemon))["status"] == "denied"


async def test_policies_of_a_file_are_changed_there_only(tmp_path: Path):
    (tmp_path / "rules.toml").write_text(RULES % "allow")
    policy = {"name": "more", "rules": []}

    async with Daemon(tmp_path, **KEYS, POLICY_FILE="rules.toml") as daemon:
        answer = await call(daemon, "POST", "/v1/policies", body=policy, key=ADMIN_KEY, status=409)

    assert answer["code"] == "policy_is_a_file"
