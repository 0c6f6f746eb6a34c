"""The example for TypeScript and JavaScript, run by a real Node against a real gate."""

import asyncio
import os
import shutil
from pathlib import Path

import pytest

from tests.client.conftest import Decide, pending_id
from tests.client.peer import APPROVED, PENDING, Answer, Peer
from tests.world import AGENT_KEY, World

EXAMPLE = Path(__file__).parent.parent.parent / "web/client/examples/gate.mjs"
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed")

ACTION = (
    '{ action_type: "mail", title: "Mail to Ana", cwd: "/srv",'
    ' params: { to: "ana", "ü€𐍈": [1.5, 1e21, true, null], b: { z: 1, a: "\\n" } } }'
)


async def node(url: str, script: str) -> tuple[int | None, str]:
    """Run a script that has the example's names; return its exit code and all it said."""
    assert NODE is not None
    process = await asyncio.create_subprocess_exec(
        NODE,
        "--input-type=module",
        "--eval",
        f'import {{ request, claim, Denied }} from "{EXAMPLE}";\n'
        f"const action = {ACTION};\n{script}",
        env={
            "PATH": os.environ["PATH"],
            "APPROVAL_GATE_URL": url,
            "APPROVAL_API_KEY": AGENT_KEY,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode, out.decode()


REQUEST = """
try {
  const decision = await request(action);
  console.log("approved", decision.note, decision.override);
  await claim(decision.id, action, decision.override);
  console.log("claimed");
} catch (error) {
  console.log(error instanceof Denied ? "Denied" : "Error", error.message);
}
"""


async def test_an_approved_action_is_claimed_once(url: str, decide: Decide):
    script = REQUEST.replace(
        'console.log("claimed");',
        'console.log("claimed");\n  await claim(decision.id, action);',
    )

    (code, out), _ = await asyncio.gather(node(url, script), decide(note="go"))

    assert code == 0, out
    lines = out.splitlines()
    assert lines[:2] == ["approved go null", "claimed"]
    assert lines[2].startswith("Error ")


async def test_what_the_person_put_in_its_place_is_claimed_as_that(url: str, decide: Decide):
    (_, out), _ = await asyncio.gather(node(url, REQUEST), decide(override="mail ben"))

    assert out.splitlines() == ["approved null mail ben", "claimed"]


async def test_another_action_than_the_approved_one_is_not_claimed(url: str, decide: Decide):
    script = REQUEST.replace("await claim(", 'action.params.to = "eve"; await claim(')

    (_, out), _ = await asyncio.gather(node(url, script), decide())

    assert "claimed" not in out.splitlines()
    assert out.splitlines()[1].startswith("Error ")


async def test_a_denial_is_thrown_with_the_persons_words(url: str, decide: Decide):
    (_, out), _ = await asyncio.gather(node(url, REQUEST), decide("denied", note="not to Ana"))

    assert out == "Denied not to Ana\n"


async def test_an_end_without_an_answer_is_thrown(url: str, real: World):
    asked = asyncio.ensure_future(node(url, REQUEST))  # noqa: TID251
    id = await pending_id(real)
    await real.call("DELETE", f"/v1/approvals/{id}")

    assert await asked == (0, "Error not approved: withdrawn\n")


@pytest.mark.parametrize(
    "answers",
    [
        [Answer(status=401, body={"detail": "Invalid API key"})],
        [PENDING, APPROVED],  # without a decision in words, as no gate of this kind answers
        [PENDING, APPROVED | {"approval_id": "appr_2"}],
        [PENDING, PENDING | {"status": "granted"}],
    ],
)
async def test_nothing_unclear_is_an_approval(answers: list[Answer]):
    with Peer(*answers) as peer:
        code, out = await node(peer.url, REQUEST)

    assert code == 0
    assert out.startswith("Error ")
    assert "claimed" not in out


async def test_a_lost_answer_never_asks_twice():
    with Peer(Answer(cut=True), PENDING, Answer(cut=True), APPROVED) as peer:
        await node(peer.url, REQUEST)

    keys = {
        asked.headers.get("Idempotency-Key", asked.headers.get("idempotency-key"))
        for asked in peer.asked
        if asked.method == "POST"
    }
    assert len(keys) == 1
