"""`ok2run audit`: the log and its receipts examined by the command that operators run."""

import base64
import json
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.command import main
from tests.daemon import Daemon
from tests.test_daemon import KEYS, call, ok2run
from tests.world import ADMIN_KEY, ORDINARY

NONCE = "nonce-of-the-tests-0001"


async def live(daemon: Daemon) -> dict[str, Any]:
    """Let two actions be approved and claimed; return the second's answer."""
    for title in ("one", "two"):
        asked = await call(daemon, "POST", "/v1/approvals", body={**ORDINARY, "title": title})
        path = f"/v1/approvals/{asked['approval_id']}"
        body = {"decision": "approved"}
        await call(daemon, "POST", f"{path}/decision", key=ADMIN_KEY, body=body)
        claim = {"digest": asked["digest"], "nonce": NONCE}
        answer = await call(daemon, "POST", f"{path}/claim", body=claim)
    return answer


@pytest.fixture
async def lived(tmp_path: Path) -> Path:
    """The directory of a gate that is stopped, with a receipt and an export in it."""
    async with Daemon(tmp_path, **KEYS) as daemon:
        answer = await live(daemon)
        key = await call(daemon, "GET", "/v1/receipts/key")
        (tmp_path / "receipt.json").write_text(json.dumps(answer))
        (tmp_path / "key.json").write_text(json.dumps(key))
        assert (await ok2run("export", "gate.jsonl", directory=tmp_path))[0] == 0
        live_run = await ok2run("audit", "verify", directory=tmp_path)
        assert live_run[0] == 0, "beside a running gate too"
        assert await daemon.terminate() == 0
    return tmp_path


def change(directory: Path, sql: str, *values: object) -> None:
    with sqlite3.connect(directory / "data" / "ok2run.db") as database:
        assert database.execute(sql, values).rowcount == 1
    database.close()


async def verified(directory: Path, *words: str) -> tuple[int, str, str]:
    return await ok2run("audit", "verify", *words, directory=directory)


async def test_what_was_not_touched_is_whole_in_the_database_and_in_its_files(lived: Path):
    written = await ok2run("audit", "export", "--out", "audit.jsonl", directory=lived)
    printed = await ok2run("audit", "export", directory=lived)

    database = await verified(lived)
    gate = await verified(lived, "--file", "gate.jsonl")
    entries = await verified(lived, "--file", "audit.jsonl")

    assert (database[0], gate[0], entries[0], written[0]) == (0, 0, 0, 0), (database, gate)
    count = len(printed[1].splitlines())
    assert (lived / "audit.jsonl").read_text() == printed[1]
    assert written[1].startswith(f"Wrote {count} entries to audit.jsonl. It ends with ")
    assert database[1].startswith(f"The audit chain is whole: {count} entries. It ends with ")
    assert database[1].endswith("2 claims, 2 receipts verified.\n")
    assert gate[1].endswith("2 claims, 2 receipts verified.\n")
    assert entries[1].endswith("2 claims, 0 receipts verified.\n")
    again = await ok2run("audit", "export", "--out", "audit.jsonl", directory=lived)
    assert again == (1, "", "ok2run: audit.jsonl is there already; name a file that is not.\n")


async def test_the_first_bad_entry_is_named(lived: Path):
    with sqlite3.connect(lived / "data" / "ok2run.db") as database:
        (last,) = database.execute("SELECT MAX(seq) FROM audit").fetchone()
    for sql, seq, fault in (
        ("DELETE FROM audit WHERE seq = ?", last, "entries at the end are missing"),
        ("UPDATE audit SET kind = kind || '!' WHERE seq = ?", 5, "its content was changed"),
        ("DELETE FROM audit WHERE seq = ?", 4, "entry 4 is missing"),
        ("UPDATE audit SET facts = '{' WHERE seq = ?", 3, "it can't be read"),
    ):
        change(lived, sql, seq)
        code, out, err = await verified(lived)
        assert (code, out) == (1, "")
        assert err.startswith(f"ok2run: The audit chain is broken at entry {seq}: {fault}.\n")


async def test_a_receipt_that_was_changed_or_removed_is_named(lived: Path):
    id = json.loads((lived / "receipt.json").read_text())["receipt"]["approval_id"]
    with sqlite3.connect(lived / "data" / "ok2run.db") as database:
        query = "SELECT claim FROM approvals WHERE id = ?"
        (kept,) = database.execute(query, (id,)).fetchone()
    for claim, fault in (
        (kept.replace("admin", "Admin"), "has a signature that is not this gate's"),
        (kept.replace("rcpt_", "rcpt-"), "says something else than entry"),
        ("[]", "can't be read"),
        (None, "is gone"),
    ):
        change(lived, "UPDATE approvals SET claim = ? WHERE id = ?", claim, id)
        code, out, err = await verified(lived)
        assert (code, out, err.count("\n")) == (1, "", 1)
        assert err.startswith(f"ok2run: The receipt of {id} ")
        assert fault in err


async def test_an_exported_file_that_was_changed_or_cut_off_is_refused(lived: Path):
    whole = (lived / "gate.jsonl").read_bytes()
    entries = (await ok2run("audit", "export", directory=lived))[1]
    for content, said in (
        (whole.replace(b"approval.claimed", b"approval.claimet", 1), "chain is broken at entry"),
        (whole.replace(b"make deploy", b"make destroy"), "was changed after it was written"),
        (whole[: whole.rindex(b"\n", 0, -1) + 1], "was cut off"),
        (whole[:-20], "no JSON"),
        (b'{"format": "other"}\n', "is no export of ok2run"),
        (entries.replace('"actor":"', '"actor":"x', 1).encode(), "broken at entry 1"),
        (entries[entries.index("\n") + 1 :].encode(), "entry 1 is missing"),
        (b"[]\n", "is no export of ok2run"),
    ):
        (lived / "bad.jsonl").write_bytes(content)
        code, out, err = await verified(lived, "--file", "bad.jsonl")
        assert (code, out) == (1, ""), said
        assert said in err


async def test_a_receipt_is_verified_anywhere_with_the_public_key(lived: Path, tmp_path: Path):
    away = tmp_path / "away"
    away.mkdir()
    receipt, key_file = str(lived / "receipt.json"), str(lived / "key.json")
    key = json.loads((lived / "key.json").read_text())["public_key"]

    here = await verified(lived, "--receipt", "receipt.json")
    there = await verified(away, "--receipt", receipt, "--key", key)
    by_file = await verified(away, "--receipt", receipt, "--key-file", key_file)

    assert here[0] == 0
    assert here == there == by_file
    assert here[1].startswith("The signature is good: rcpt_")
    assert f"  nonce: {NONCE}\n  asked_by: " in here[1]
    nothing = await verified(away, "--receipt", receipt)
    assert (nothing[0], "--key" in nothing[2]) == (1, True)
    other = base64.b64encode(bytes(range(32))).decode()
    wrong = await verified(away, "--receipt", receipt, "--key", other)
    assert wrong[0] == 1
    assert "another key" in wrong[2]


async def test_receipts_of_another_key_are_told_as_not_verified(lived: Path):
    other = base64.b64encode(bytes(range(32))).decode()

    code, out, _ = await verified(lived, "--file", "gate.jsonl", "--key", other)

    assert code == 0
    assert "0 receipts verified.\n2 receipts not verified: another key signed" in out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["audit"], 2, "usage"),
        (["audit", "verify", "--file", "a", "--receipt", "b"], 2, "not both"),
        (["audit", "verify", "--key", "a", "--key-file", "b"], 2, "not allowed"),
        (["audit", "verify", "--file", "none.jsonl"], 1, "none.jsonl can't be read: No such"),
        (["audit", "verify", "--receipt", "none"], 1, "none can't be read: No such"),
        (["audit", "verify", "--receipt", sys.executable], 1, "is no text"),
        (["audit", "verify"], 1, "There is no database"),
        (["audit", "verify", "--file", "x", "--key", "short"], 1, "The key is none"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(tmp_path, monkeypatch, capsys, words, code, said):
    monkeypatch.chdir(tmp_path)

    assert main(words) == code

    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
