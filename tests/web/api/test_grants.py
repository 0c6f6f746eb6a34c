"""What may be granted is listed; a grant covers that, for as long as it says, and no longer."""

import asyncio
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.world import ADMIN_KEY, AGENT_KEY, OTHER_KEY

TEST = {
    "action_type": "Bash",
    "title": "npm test",
    "preview": "npm test",
    "params": {"command": "npm test"},
    "cwd": "/home/ana/shop",
    "agent": "claude",
}
FILE = {
    "action_type": "Edit",
    "title": "Edit src/a.py",
    "preview": "",
    "params": {"file_path": "/home/ana/shop/src/a.py"},
    "cwd": "/home/ana/shop",
}
PAGE = {
    "action_type": "WebFetch",
    "title": "Read the docs",
    "preview": "",
    "params": {"url": "https://docs.example.com/a", "prompt": "read"},
}


def command(text, **more):
    return {**TEST, "title": text, "preview": text, "params": {"command": text}, **more}


async def granted(world, body=TEST, **chosen):
    """Ask, and grant as chosen; return the grant as it is listed."""
    id = (await world.ask(**body))["approval_id"]
    answer = await world.decide(id, **{"scope": "always", **chosen})
    assert answer.status == 200, await answer.text()
    grant_id = (await answer.json())["decision"]["grant_id"]
    return await grant(world, grant_id)


async def grant(world, id, *, key=ADMIN_KEY, status=200):
    answer = await world.call("GET", f"/v1/grants/{id}", key=key)
    assert answer.status == status
    return await answer.json()


async def listed(world):
    return (await (await world.call("GET", "/v1/grants")).json())["grants"]


async def passes(world, body=TEST, **more):
    return (await world.ask(**{**body, **more}))["status"] == "approved"


async def test_what_may_be_granted_stands_with_what_waits(world):
    id = (await world.ask(**TEST))["approval_id"]

    scopes = (await world.read(id))["scopes"]

    assert [(one["index"], one["extent"]["breadth"], one["words"]) for one in scopes] == [
        (0, "exact", "exactly “npm test”"),
        (1, "begins", "anything that begins with “npm test” (unusual options still ask)"),
        (2, "type", "any Bash"),
    ]
    assert scopes[0]["ends"] == {
        "session": ["session", "15min", "1h", "today", "3_times"],
        "always": ["until_revoked", "15min", "1h", "today", "3_times"],
    }


async def test_what_may_not_be_granted_offers_nothing(world):
    for body in (
        command("rm -rf ~/backups"),
        {"options": ["A", "B"]},
    ):
        id = (await world.ask(**body))["approval_id"]
        assert (await world.read(id))["scopes"] == []
    ended = (await world.ask())["approval_id"]
    await world.decide(ended)
    assert (await world.read(ended))["scopes"] == []


async def test_exactly_this_command_is_this_command(world):
    made = await granted(world, extent=0)

    assert made["rule"] == (
        "♾ From now on: exactly “npm test”, for claude and whoever shares its key, "
        "in /home/ana/shop, until revoked. Dangerous ones still ask."
    )
    assert made["extent"] == {"breadth": "exact", "text": "npm test", "more": ""}
    assert await passes(world)
    assert not await passes(world, command("npm test -- unit"))
    assert not await passes(world, command("npm test; ls"))


async def test_what_begins_so_is_plain_words_that_begin_so(world):
    await granted(world, extent={"breadth": "begins", "text": "npm test"})

    assert await passes(world, command("npm test -- unit"))
    for other in ("npm tests", "npm test; ls", "npm test > x", "npm test --prefix=x", "npm run x"):
        assert not await passes(world, command(other))


async def test_a_file_and_a_folder_are_granted_as_they_are_named(world):
    await granted(world, FILE, extent=0)
    assert await passes(world, FILE)
    beside = {"file_path": "/home/ana/shop/src/b.py"}
    assert not await passes(world, FILE, params=beside)

    made = await granted(world, FILE | {"params": beside}, extent=1)

    assert "any Edit of files in the folder “/home/ana/shop/src” and below" in made["rule"]
    assert await passes(world, FILE, params={"file_path": "src/deep/c.py"}, title="Edit")
    assert not await passes(world, FILE, params={"file_path": "/home/ana/shop/x.py"}, title="Edit")


async def test_a_host_is_granted_as_it_is_named(world):
    made = await granted(world, PAGE, extent=0)

    assert "any WebFetch to “https://docs.example.com”" in made["rule"]
    assert await passes(world, PAGE, params={"url": "https://docs.example.com/b"})
    assert not await passes(world, PAGE, params={"url": "https://example.com/b"})


@pytest.mark.parametrize("extent", [0, 1, 2])
async def test_a_grant_made_in_one_directory_does_nothing_in_another(world, extent):
    await granted(world, extent=extent)

    for cwd in ("/home/ana", "/home/ana/shop/", "/home/ana/shop/src", "", None):
        assert not await passes(world, cwd=cwd)


@pytest.mark.parametrize("extent", [0, 1])
async def test_a_command_that_names_its_own_directory_is_another(world, extent):
    await granted(world, extent=extent)

    assert not await passes(world, params={"command": "npm test", "workdir": "/srv/other"})


async def test_another_keys_grant_does_nothing(world):
    await granted(world, extent=0)

    assert (await world.ask(key=OTHER_KEY, **TEST))["status"] == "pending"


@pytest.mark.parametrize(("end", "minutes"), [("15min", 15), ("1h", 60)])
async def test_a_grant_ends_by_the_clock(world, clock, end, minutes):
    made = await granted(world, extent=0, end=end)
    assert made["expires_at"] == int(clock.now().timestamp()) + minutes * 60
    assert "until 2026-11-2" in made["rule"]

    clock.advance(minutes=minutes, milliseconds=-1)
    assert await passes(world)
    assert [one["grant_id"] for one in await listed(world)] == [made["grant_id"]]
    clock.advance(milliseconds=1)

    assert not await passes(world)
    assert await listed(world) == []
    assert (await grant(world, made["grant_id"]))["status"] == "expired"


async def test_today_ends_where_people_are(build, clock):
    world = await build(timezone=ZoneInfo("America/New_York"))

    made = await granted(world, extent=0, end="today")

    assert datetime.fromtimestamp(made["expires_at"], UTC) == datetime(2026, 11, 21, 5, tzinfo=UTC)


async def test_a_grant_ends_with_its_third_use(world):
    made = await granted(world, extent=0, end="3_times")
    assert "the next 3 times" in made["rule"]

    assert [await passes(world) for _ in range(4)] == [True, True, True, False]

    after = await grant(world, made["grant_id"])
    assert (after["status"], after["uses"], after["uses_left"]) == ("spent", 3, 0)
    assert await listed(world) == []


async def test_many_at_once_never_use_a_grant_more_often_than_it_says(world):
    made = await granted(world, extent=0, end="3_times")

    passed = await asyncio.gather(*(passes(world) for _ in range(20)))

    assert passed.count(True) == 3
    assert (await grant(world, made["grant_id"]))["uses"] == 3


async def test_a_spent_grant_made_again_has_three_more_uses(world):
    first = await granted(world, extent=0, end="3_times")
    for _ in range(3):
        assert await passes(world)

    again = await granted(world, extent=0, end="3_times")

    assert (again["grant_id"], again["uses"], again["uses_left"]) == (first["grant_id"], 3, 3)
    assert [await passes(world) for _ in range(4)] == [True, True, True, False]


async def test_a_session_grant_ends_with_its_session(world):
    made = await granted(world, scope="session", extent=0)

    assert made["rule"].startswith("🔁 For the rest of this session: exactly “npm test”")
    assert await passes(world)
    assert not await passes(world, session_id="s2")
    assert not await passes(world, session_id="")


async def test_a_session_grant_may_end_before_its_session(world, clock):
    made = await granted(world, scope="session", extent=0, end="15min")
    assert made["rule"].startswith("🔁 In this session: exactly “npm test”")
    assert await passes(world)

    clock.advance(minutes=15)

    assert not await passes(world)


async def test_revoking_acts_on_the_very_next_request(world):
    made = await granted(world, extent=1)
    assert await passes(world)

    await world.call("DELETE", f"/v1/grants/{made['grant_id']}", key=ADMIN_KEY)

    assert not await passes(world)
    assert (await grant(world, made["grant_id"]))["status"] == "revoked"


async def test_the_floor_asks_whatever_was_granted(world):
    await granted(world, extent=2)

    assert not await passes(world, command("rm -rf ~/backups"))


async def test_every_use_is_in_the_audit_and_listed(world, clock):
    made = await granted(world, extent=1)
    ids = []
    for text in ("npm test", "npm test -- unit"):
        clock.advance(seconds=1)
        ids.append((await world.ask(**command(text)))["approval_id"])

    answer = await world.call("GET", f"/v1/grants/{made['grant_id']}/uses", key=ADMIN_KEY)

    uses = (await answer.json())["uses"]
    assert [use["approval_id"] for use in uses] == ids[::-1]
    assert [use["title"] for use in uses] == ["npm test -- unit", "npm test"]
    for number, id in enumerate(ids, start=1):
        entries = await (await world.call("GET", f"/v1/approvals/{id}/audit")).json()
        allowed = entries["entries"][-1]
        assert (allowed["kind"], allowed["actor"]) == (
            "approval.approved",
            f"grant:{made['grant_id']}",
        )
        assert allowed["facts"]["use"] == number


async def test_the_audit_keeps_what_was_granted_and_until_when(world):
    id = (await world.ask(**TEST))["approval_id"]
    await world.decide(id, scope="always", extent=0, end="1h")

    entries = (await (await world.call("GET", f"/v1/approvals/{id}/audit")).json())["entries"]

    facts = next(entry["facts"] for entry in entries if entry["kind"] == "grant.made")
    assert (facts["extent"], facts["end"]) == (["exact", "npm test", ""], "1h")
    assert facts["expires_at"] is not None
    assert facts["words"].startswith("♾ From now on: exactly “npm test”, for claude")


async def test_a_decision_says_what_it_granted(world):
    id = (await world.ask(**TEST))["approval_id"]
    await world.decide(id, scope="always", extent=0, end="1h")
    by_grant = (await world.ask(**TEST))["decision"]

    decision = (await world.read(id))["decision"]

    for one in (decision, by_grant):
        assert one["extent"]["text"] == "npm test"
        assert (one["end"], one["until"]) == ("1h", by_grant["until"])


async def test_a_grant_is_seen_by_its_key_and_by_those_that_decide(world):
    made = await granted(world, extent=0)

    assert (await grant(world, made["grant_id"], key=AGENT_KEY))["uses"] == 0
    await grant(world, made["grant_id"], key=OTHER_KEY, status=404)
    await grant(world, "rule_none", status=404)
    foreign = await world.call("GET", f"/v1/grants/{made['grant_id']}/uses", key=OTHER_KEY)
    assert foreign.status == 404


@pytest.mark.parametrize(
    "chosen",
    [
        {"scope": "once", "extent": 0},
        {"scope": "once", "end": "1h"},
        {"scope": "always", "end": "session"},
        {"scope": "session", "end": "until_revoked"},
        {"scope": "always", "extent": 3},
        {"scope": "always", "extent": -1},
        {"scope": "always", "extent": True},
        {"scope": "always", "extent": {"breadth": "begins", "text": "npm"}},
        {"scope": "always", "extent": {"breadth": "exact", "text": "npm run build"}},
        {"scope": "always", "extent": {"breadth": "unknown"}},
        {"scope": "always", "extent": {"breadth": "world"}},
        {"scope": "always", "end": "1 year"},
    ],
)
async def test_what_is_not_offered_is_refused(world, chosen):
    id = (await world.ask(**TEST))["approval_id"]

    answer = await world.decide(id, **chosen)

    assert answer.status == 422
    assert (await world.read(id))["status"] == "pending"
