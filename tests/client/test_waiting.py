"""The line at a real terminal while the gate is asked: where, for how long, and then away."""

from pathlib import Path
from typing import Any

import pytest

from tests.client.peer import APPROVED, PENDING, Answer, Peer
from tests.terminal import Typist


def asked(*places: str) -> dict[str, Any]:
    return {
        "entries": [{"kind": "other"}, {"kind": "approval.asked", "facts": {"asked": [*places]}}]
    }


@pytest.mark.parametrize(
    ("ask", "audit", "words"),
    [
        (PENDING, asked("telegram:1002", "telegram:1003"), "asked in Telegram"),
        (
            PENDING,
            asked("telegram:1002", "email:ana@example.org"),
            "asked in Telegram and by mail",
        ),
        (PENDING, asked(), "it waits on the queue page"),
        (PENDING | {"queued_quiet_hours": True}, None, "asked after quiet hours"),
    ],
)
async def test_the_line_says_where_it_was_asked(
    ask: dict[str, Any], audit: dict[str, Any] | None, words: str, tmp_path: Path
):
    answers = [ask, *([audit] if audit else []), APPROVED]
    with Peer(*answers) as peer:
        environment = {"APPROVAL_GATE_URL": peer.url, "APPROVAL_API_KEY": "agent-key"}
        async with Typist(
            "request", "deploy", directory=tmp_path, environment=environment
        ) as person:
            await person.sees(f"waiting for approval kqmrz · {words} · [0-9:]+ left")
            await person.sees("approved by Ana")
            assert await person.ends() == 0


async def test_an_older_gate_is_waited_for_all_the_same(tmp_path: Path):
    with Peer(PENDING, Answer(status=404, body={"detail": "Not Found"}), APPROVED) as peer:
        environment = {"APPROVAL_GATE_URL": peer.url, "APPROVAL_API_KEY": "agent-key"}
        async with Typist(
            "request", "deploy", directory=tmp_path, environment=environment
        ) as person:
            await person.sees("waiting for approval kqmrz · [0-9:]+ left")
            assert await person.ends() == 0
