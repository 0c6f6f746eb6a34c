"""The policies of a running gate, changed by command: what is sent, said, and how it ends."""

from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.daemon import Daemon
from tests.test_daemon import KEYS, call, ok2run
from tests.world import ADMIN_KEY, AGENT_KEY

BUILDS = """\
[[policy]]
name = "builds"
priority = 10
[[policy.rule]]
match = { command = { begins_with = ["make"] } }
decision = "allow"
"""
RELEASES = """\
[[policy]]
name = "releases"
[[policy.rule]]
match = { command = { runs = "npm" } }
decision = "deny"
[[policy.rule]]
match = { action = "Bash" }
decision = "ask"
remind = "15m"
"""


async def commanded(daemon: Daemon, *words: str, **environment: str) -> tuple[int, str, str]:
    """Run `ok2run policy` with the daemon's address and a key that administers it."""
    given = {"APPROVAL_GATE_URL": daemon.url, "ADMIN_API_KEY": ADMIN_KEY, **environment}
    return await ok2run("policy", *words, directory=daemon.directory, **given)


async def kept(daemon: Daemon) -> list[dict[str, Any]]:
    answer = await call(daemon, "GET", "/v1/policies", key=ADMIN_KEY)
    policies: list[dict[str, Any]] = answer["policies"]
    return policies


async def status_of(daemon: Daemon, command: str) -> str:
    body = {
        "session_id": "s",
        "action_type": "Bash",
        "title": command,
        "preview": command,
        "params": {"command": command},
    }
    status: str = (await call(daemon, "POST", "/v1/approvals", body=body))["status"]
    return status


async def test_policies_are_made_replaced_and_listed_by_name(tmp_path: Path, database_url: str):
    file = tmp_path / "rules.toml"
    file.write_text(RELEASES + BUILDS)
    async with Daemon(tmp_path, database_url=database_url, **KEYS) as daemon:
        none = await commanded(daemon, "list")
        made = await commanded(daemon, "apply", "rules.toml")
        allowed = await status_of(daemon, "make docs")
        file.write_text(RELEASES + BUILDS.replace("allow", "deny"))
        replaced = await commanded(daemon, "apply", "rules.toml")
        denied = await status_of(daemon, "make docs")
        listed = await commanded(daemon, "list")

    assert none == (0, "There is no policy, so everything asks.\n", "")
    assert made == (
        0,
        'Made policy "releases": 2 rules.\nMade policy "builds": 1 rule.\n',
        "",
    )
    assert replaced[1].splitlines() == [
        'Policy "releases" is as it was.',
        'Replaced policy "builds": 1 rule.',
    ]
    assert (allowed, denied) == ("approved", "denied")
    assert listed == (
        0,
        "builds    priority 10, 1 rule\nreleases  priority 100, 2 rules\n",
        "",
    )


async def test_of_a_file_with_a_fault_nothing_is_sent(tmp_path: Path):
    (tmp_path / "rules.toml").write_text(BUILDS + RELEASES.replace('"deny"', '"never"'))
    async with Daemon(tmp_path, **KEYS) as daemon:
        code, out, err = await commanded(daemon, "apply", "rules.toml")

        assert await kept(daemon) == []

    assert (code, out) == (1, "")
    assert err == (
        'rules.toml:11: policy "releases", rule 1, decision: must be one of allow, deny, ask.\n'
    )


async def test_a_policy_is_disabled_enabled_and_removed_by_its_name(tmp_path: Path):
    (tmp_path / "rules.toml").write_text(BUILDS)
    async with Daemon(tmp_path, **KEYS) as daemon:
        await commanded(daemon, "apply", "rules.toml")

        disabled = await commanded(daemon, "disable", "builds")
        off = await status_of(daemon, "make docs")
        again = await commanded(daemon, "disable", "builds")
        listed = await commanded(daemon, "list")
        enabled = await commanded(daemon, "enable", "builds")
        on = await status_of(daemon, "make docs")
        await commanded(daemon, "disable", "builds")
        applied = await commanded(daemon, "apply", "rules.toml")
        removed = await commanded(daemon, "remove", "builds")
        left = await kept(daemon)

    assert disabled == (0, 'Policy "builds" is disabled now.\n', "")
    assert again == (0, 'Policy "builds" is disabled already.\n', "")
    assert listed[1] == "builds  priority 10, 1 rule, disabled\n"
    assert enabled == (0, 'Policy "builds" is enabled now.\n', "")
    assert (off, on) == ("pending", "approved")
    assert applied[1] == 'Replaced policy "builds": 1 rule. It is enabled again.\n'
    assert removed == (0, 'Removed policy "builds".\n', "")
    assert left == []


async def test_a_policy_that_its_file_disables_is_said_to_be_disabled(tmp_path: Path):
    off = BUILDS.replace("priority = 10", "enabled = false")
    (tmp_path / "rules.toml").write_text(off)
    async with Daemon(tmp_path, **KEYS) as daemon:
        made = await commanded(daemon, "apply", "rules.toml")

    assert made == (0, 'Made policy "builds": 1 rule. It is disabled.\n', "")


async def test_a_name_that_is_not_there_is_told_with_those_that_are(tmp_path: Path):
    (tmp_path / "rules.toml").write_text(BUILDS + RELEASES)
    async with Daemon(tmp_path, **KEYS) as daemon:
        none = await commanded(daemon, "remove", "build")
        await commanded(daemon, "apply", "rules.toml")
        for word in ("enable", "disable", "remove"):
            assert await commanded(daemon, word, "build") == (
                1,
                "",
                'ok2run: There is no policy "build"; there are "builds", "releases".\n',
            )

        assert len(await kept(daemon)) == 2

    assert none == (1, "", 'ok2run: There is no policy "build", nor any other.\n')


async def test_a_gate_that_keeps_its_policy_in_a_file_says_so(tmp_path: Path):
    (tmp_path / "rules.toml").write_text(BUILDS)
    async with Daemon(tmp_path, **KEYS, POLICY_FILE="rules.toml") as daemon:
        for words in (("list",), ("apply", "rules.toml"), ("remove", "builds")):
            assert await commanded(daemon, *words) == (
                1,
                "",
                "ok2run: This gate keeps its policy in POLICY_FILE; change that file on its "
                "machine, and it is read again.\n",
            )


async def test_the_address_and_the_key_may_stand_in_the_env_file(tmp_path: Path):
    async with Daemon(tmp_path, **KEYS) as daemon:
        (tmp_path / "admin.key").write_text(f"{ADMIN_KEY}\n")
        for key in (f"APPROVAL_API_KEY={ADMIN_KEY}", "ADMIN_API_KEY_FILE=admin.key"):
            (tmp_path / ".env").write_text(f"APPROVAL_GATE_URL={daemon.url}\n{key}\n")

            code, out, err = await ok2run("policy", "list", directory=tmp_path)

            assert (code, out, err) == (0, "There is no policy, so everything asks.\n", "")


async def test_a_key_that_may_not_is_refused_with_what_to_set(tmp_path: Path):
    async with Daemon(tmp_path, **KEYS) as daemon:
        agent = await commanded(daemon, "list", ADMIN_API_KEY=AGENT_KEY)
        unknown = await commanded(daemon, "list", ADMIN_API_KEY="a-key-of-another-gate")

    hint = "Set ADMIN_API_KEY to a key that administers this gate.\n"
    assert agent == (1, "", f"ok2run: This key has no admin scope. {hint}")
    assert unknown == (1, "", f"ok2run: Invalid API key. {hint}")


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "ADMIN_API_KEY is not set; set it to a key that administers the gate"),
        ({"ADMIN_API_KEY": "schlüssel"}, "ADMIN_API_KEY holds characters that no key has."),
        ({"ADMIN_API_KEY_FILE": "none"}, "ADMIN_API_KEY_FILE: cannot read the file it names: "),
        (
            {"ADMIN_API_KEY": ADMIN_KEY, "APPROVAL_GATE_URL": "gate"},
            "APPROVAL_GATE_URL is not an http or https address.",
        ),
    ],
)
async def test_settings_that_cannot_be_used_are_a_wrong_use(
    tmp_path: Path, environment: dict[str, str], said: str
):
    code, out, err = await ok2run("policy", "list", directory=tmp_path, **environment)

    assert (code, out) == (2, "")
    assert err.startswith(f"ok2run: {said}")
    assert ADMIN_KEY not in err


async def test_a_gate_that_is_not_there_is_told_by_its_own_exit_code(tmp_path: Path):
    async with Daemon(tmp_path, **KEYS) as daemon:
        await daemon.terminate()

        code, out, err = await commanded(daemon, "list")

    assert (code, out) == (5, "")
    assert err.startswith(f"ok2run: No gate answers at {daemon.url}: ")


@pytest.mark.parametrize("answer", [{}, {"policies": 5}, {"policies": [5]}, {"policies": [{}]}])
async def test_what_is_no_gate_is_told_so(tmp_path: Path, answer: dict[str, Any]):
    async def answered(_request: web.Request) -> web.Response:
        return web.json_response(answer)

    app = web.Application()
    app.router.add_get("/v1/policies", answered)
    async with TestServer(app) as server:
        url = str(server.make_url("")).rstrip("/")
        environment = {"APPROVAL_GATE_URL": url, "ADMIN_API_KEY": ADMIN_KEY}

        result = await ok2run("policy", "list", directory=tmp_path, **environment)

    assert result == (5, "", f"ok2run: What answers at {url} is not a gate.\n")


async def test_a_refusal_on_the_way_names_the_policy_and_keeps_what_was_done(tmp_path: Path):
    (tmp_path / "rules.toml").write_text(BUILDS + RELEASES)
    made: list[str] = []

    async def listed(_request: web.Request) -> web.Response:
        return web.json_response({"source": "database", "policies": []})

    async def create(request: web.Request) -> web.Response:
        name = (await request.json())["name"]
        if made:
            return web.json_response({"detail": "The disk is full.", "code": "x"}, status=507)
        made.append(name)
        return web.json_response({})

    app = web.Application()
    app.router.add_get("/v1/policies", listed)
    app.router.add_post("/v1/policies", create)
    async with TestServer(app) as server:
        url = str(server.make_url("")).rstrip("/")
        code, out, err = await ok2run(
            "policy",
            "apply",
            "rules.toml",
            directory=tmp_path,
            APPROVAL_GATE_URL=url,
            ADMIN_API_KEY=ADMIN_KEY,
        )

    assert (code, made) == (1, ["builds"])
    assert out.splitlines()[-1] == 'Made policy "builds": 1 rule.'
    assert err == 'ok2run: policy "releases": The disk is full.\n'


async def test_names_are_shown_without_what_a_terminal_would_obey(tmp_path: Path):
    document = {"name": "a\x1b[31mb", "rules": []}
    async with Daemon(tmp_path, **KEYS) as daemon:
        await call(daemon, "POST", "/v1/policies", key=ADMIN_KEY, body=document)

        code, out, _ = await commanded(daemon, "list")
        removed = await commanded(daemon, "remove", "a\x1b[31mb")

    assert code == 0
    assert "\x1b" not in out + removed[1]
    assert removed[0] == 0
