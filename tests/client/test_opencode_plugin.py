"""The plugin for opencode, run as its own JavaScript against a peer."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.client.hook_case import CLIENT, environment
from tests.client.peer import Answer, Peer

PLUGIN = CLIENT / "ok2run/plugins/opencode.js"
NODE = shutil.which("node")
SCRIPT = """
import { Ok2run } from "./plugin.mjs"
const hooks = await Ok2run({ directory: "/home/ana/shop" })
const [name, input, output] = JSON.parse(process.argv[2])
try {
  await hooks[name](input, output)
  console.log(JSON.stringify({ ran: true, args: output?.args }))
} catch (error) {
  console.log(JSON.stringify({ ran: false, why: error.message }))
}
"""
INPUT = {"tool": "bash", "sessionID": "ses_1", "callID": "call_1"}
ARGS = {"command": "make deploy", "timeout": 1000}

pytestmark = pytest.mark.skipif(NODE is None, reason="there is no node here")


def before(home: Path, url: str, **more: str) -> Any:
    return run(home, url, "tool.execute.before", INPUT, {"args": dict(ARGS)}, **more)


def run(home: Path, url: str, *call: object, **more: str) -> Any:
    (home / "plugin.mjs").write_text(PLUGIN.read_text())
    (home / "run.mjs").write_text(SCRIPT)
    ended = subprocess.run(
        [str(NODE), str(home / "run.mjs"), json.dumps(call)],
        capture_output=True,
        env=environment(url, home, **more),
        timeout=60,
        check=True,
    )
    return json.loads(ended.stdout)


def test_a_tool_that_the_gate_allows_runs_as_it_is(tmp_path: Path):
    with Peer({"decision": "allow"}) as peer:
        said = before(tmp_path, peer.url)

    assert said == {"ran": True, "args": ARGS}
    assert peer.asked[0].path == "/v1/hooks/opencode?limit=3600"
    assert peer.asked[0].headers["Authorization"] == "Bearer agent-key"
    assert peer.asked[0].body == {
        "hook_event_name": "tool.execute.before",
        "session_id": "ses_1",
        "call_id": "call_1",
        "cwd": "/home/ana/shop",
        "tool_name": "bash",
        "tool_input": ARGS,
    }


def test_a_changed_input_takes_the_place_of_the_whole(tmp_path: Path):
    with Peer({"decision": "allow", "tool_input": {"command": "make stage"}}) as peer:
        said = before(tmp_path, peer.url)

    assert said == {"ran": True, "args": {"command": "make stage"}}


def test_a_denial_keeps_the_tool_from_running_and_says_why(tmp_path: Path):
    with Peer({"decision": "deny", "reason": "wrong branch"}) as peer:
        said = before(tmp_path, peer.url)

    assert said == {"ran": False, "why": "ok2run: wrong branch"}


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body={}),
        Answer(body={"decision": "ask"}),
        Answer(body=None),
        Answer(body=[]),
        Answer(raw=b"{"),
        Answer(status=500, body={"decision": "allow"}),
        Answer(status=401, body={"detail": "Invalid API key", "decision": "allow"}),
        Answer(status=302, headers={"Location": "/allow"}, body={"decision": "allow"}),
        Answer(body={"decision": "allow"}, is_foreign=True),
        Answer(cut=True),
    ],
)
def test_whatever_is_no_allow_of_the_gate_keeps_it_from_running(tmp_path: Path, answer: Answer):
    with Peer(answer) as peer:
        said = before(tmp_path, peer.url)

    assert not said["ran"]
    assert said["why"].startswith("ok2run: ")


def test_without_a_gate_or_a_key_no_tool_runs(tmp_path: Path):
    down = before(tmp_path, "http://127.0.0.1:9")
    keyless = before(tmp_path, "http://127.0.0.1:9", APPROVAL_API_KEY="")

    assert "the gate does not answer" in down["why"]
    assert "APPROVAL_API_KEY is not set" in keyless["why"]


def test_the_file_of_the_agent_side_names_gate_and_key(tmp_path: Path):
    (tmp_path / "config/ok2run").mkdir(parents=True)
    with Peer({"decision": "allow"}) as peer:
        text = f"# kept\nAPPROVAL_GATE_URL = {peer.url}/\nAPPROVAL_API_KEY=kept-key\n"
        (tmp_path / "config/ok2run/config").write_text(text)
        said = before(tmp_path, "", APPROVAL_API_KEY="")

    assert said["ran"]
    assert peer.asked[0].headers["Authorization"] == "Bearer kept-key"


def test_a_gate_that_stops_while_it_holds_a_tool_is_asked_again(tmp_path: Path):
    stopping = Answer(status=503, body={"detail": "the gate is stopping", "code": "stopping"})
    with Peer(stopping, Answer(cut=True), Answer(body={"decision": "allow"})) as peer:
        said = before(tmp_path, peer.url)

    assert said["ran"]
    assert [each.body for each in peer.asked] == [peer.asked[0].body] * 3


def test_a_gate_that_is_busy_is_not_asked_again(tmp_path: Path):
    with Peer(Answer(status=503, body={"detail": "too much", "code": "busy"})) as peer:
        said = before(tmp_path, peer.url)

    assert not said["ran"]
    assert len(peer.asked) == 1


def test_reports_disturb_nobody(tmp_path: Path):
    after = ("tool.execute.after", INPUT | {"args": ARGS}, {"output": "x"})
    idle = {"event": {"type": "session.idle", "properties": {"sessionID": "ses_1"}}}

    with Peer({}) as peer:
        said = [run(tmp_path, peer.url, *after), run(tmp_path, peer.url, "event", idle)]
    down = run(tmp_path, "http://127.0.0.1:9", *after)

    assert all(each["ran"] for each in (*said, down))
    assert [each.body["hook_event_name"] for each in peer.asked] == [
        "tool.execute.after",
        "session.idle",
    ]
    assert "output" not in json.dumps(peer.asked[0].body)
