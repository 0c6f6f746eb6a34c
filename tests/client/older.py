"""Three clients that behave as the published older ones: what they send, read and print.

Each is a program of its own, as those are: a permission hook and a tool server that call curl and
poll, and an asker by urllib. They read every field without asking whether it is there as that is
how the older ones fail.
"""

import hashlib
import json
import os
import subprocess
import sys
import time
import urllib.request
import uuid
from typing import Any

QUICK = float(os.environ.get("OLDER_PAUSE", "2"))  # seconds between two looks
URL = os.environ.get("APPROVAL_GATE_URL", "http://127.0.0.1:8000")
KEY = os.environ.get("APPROVAL_API_KEY", "")
CHANNEL = os.environ.get("APPROVAL_CHANNEL", "telegram")
READ_TOOLS = ("Read", "Glob", "Grep", "LS", "Task", "WebFetch", "WebSearch")


def curl(method: str, path: str, body: object = None) -> Any:
    """Call the gate by curl, whatever the status; only the body counts."""
    words = ["curl", "-s", "-X", method, f"{URL}{path}", "-H", f"Authorization: Bearer {KEY}"]
    if body is not None:
        words += ["-H", "Content-Type: application/json", "-d", json.dumps(body)]
    out = subprocess.run(words, capture_output=True, text=True, check=False).stdout
    return json.loads(out) if out else {}


def target() -> dict[str, str]:
    if CHANNEL == "email":
        return {"email_to": os.environ.get("APPROVAL_EMAIL", "")}
    return {"tg_chat_id": os.environ.get("APPROVAL_TG_CHAT_ID", "")}


def permission_hook() -> None:
    """Claude Code's PermissionRequest, answered after polling."""
    hook = json.loads(sys.stdin.read())
    tool, given = hook.get("tool_name", "Unknown"), hook.get("tool_input", {})
    if tool in READ_TOOLS:
        return _decision({"behavior": "allow"})
    preview = given.get("command", "") if tool == "Bash" else json.dumps(given, indent=2)[:1000]
    session = os.environ.get("APPROVAL_SESSION_ID") or f"cc_{os.getppid()}_{uuid.uuid4().hex[:8]}"
    asked = curl(
        "POST",
        "/v1/approvals",
        {
            "session_id": session,
            "action_type": tool,
            "title": f"Claude Code: {tool}",
            "preview": preview,
            "channel": CHANNEL,
            "target": target(),
            "expires_in_sec": 3600,
        },
    )
    if not asked.get("approval_id"):
        return _decision({"behavior": "ask"})
    if asked.get("auto"):
        return _decision({"behavior": "allow"})
    while True:
        found = curl("GET", f"/v1/approvals/{asked['approval_id']}")
        match found.get("status"):
            case "approved":
                override = found.get("decision", {}).get("override")  # null here would be a crash
                changed = {"updatedInput": {"command": override}} if override else {}
                return _decision({"behavior": "allow", **(changed if tool == "Bash" else {})})
            case "denied":
                message = {"message": "Rejected via Telegram", "interrupt": False}
                return _decision({"behavior": "deny", **message})
            case "expired":
                return _decision({"behavior": "ask"})
        time.sleep(QUICK)


def _decision(decision: dict[str, object]) -> None:
    said = {"hookEventName": "PermissionRequest", "decision": decision}
    print(json.dumps({"hookSpecificOutput": said}))


def tool_server() -> None:
    """A tool server: one JSON-RPC call a line, and nothing else while it waits."""
    session = os.environ.get("APPROVAL_SESSION_ID") or f"mcp_{uuid.uuid4().hex[:12]}"
    for line in sys.stdin:
        call = json.loads(line)
        try:
            text = json.dumps(_tool(session, **call["params"]), indent=2)
            result: object = {"content": [{"type": "text", "text": text}]}
        except Exception as error:  # noqa: BLE001  # as that client does
            result = {"content": [{"type": "text", "text": f"Error: {error}"}], "isError": True}
        print(json.dumps({"jsonrpc": "2.0", "id": call["id"], "result": result}), flush=True)


def _tool(session: str, *, name: str, arguments: dict[str, Any]) -> Any:
    common = {"session_id": session, "channel": CHANNEL, "target": target()}
    match name:
        case "request_approval":
            body = {key: arguments[key] for key in ("action_type", "title", "preview")}
            return curl("POST", "/v1/approvals", common | body | {"expires_in_sec": 3600})
        case "wait_for_approval":
            return _wait(arguments["approval_id"])
        case "ask_user":
            question, options = arguments["question"], arguments["options"]
            kind = "question_" + hashlib.md5(question.encode()).hexdigest()[:8]  # noqa: S324
            words = {"action_type": kind, "title": question[:50], "preview": question}
            asked = curl("POST", "/v1/approvals", common | words | {"options": options})
            return _answered(_wait(asked["approval_id"]), options)
        case _:
            command = arguments["command"]
            words = {"action_type": "bash_command", "title": command[:50], "preview": command}
            asked = curl("POST", "/v1/approvals", common | words)
            return _executed(asked["approval_id"], command)


def _wait(approval_id: str) -> Any:
    while True:
        found = curl("GET", f"/v1/approvals/{approval_id}")
        if found.get("status") and found.get("status") != "pending":
            return found
        time.sleep(QUICK)


def _answered(found: Any, options: list[str]) -> Any:
    if found["status"] != "approved":
        return found
    note = found["decision"].get("note")
    if note and len(note) == 1 and "A" <= note <= "Z":
        return found | {"answer": options[ord(note) - ord("A")]}
    return found | {"answer": note or "approved"}


def _executed(approval_id: str, command: str) -> Any:
    found = _wait(approval_id)
    if found["status"] != "approved":
        return {"status": "denied", "error": "Not approved", "approval": found}
    done = subprocess.run(  # noqa: S602  # as that client does
        command, shell=True, capture_output=True, text=True, timeout=60, check=False
    )
    outcome = {"exit_code": done.returncode, "stdout": done.stdout, "stderr": done.stderr}
    return {"status": "executed", "approval_id": approval_id, **outcome}


def asker() -> None:
    """Ask once by urllib and print the status and the answer; a refusal is a traceback."""
    body = {
        "session_id": "s",
        "action_type": "cli",
        "title": "T",
        "preview": "P",
        "channel": CHANNEL,
        "target": target(),
        "expires_in_sec": 600,
    }
    request = urllib.request.Request(  # noqa: S310
        f"{URL}/v1/approvals",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=15) as answer:  # noqa: S310
        print(json.dumps({"status": answer.status, "response": json.load(answer)}))


if __name__ == "__main__":
    {"hook": permission_hook, "tools": tool_server, "ask": asker}[sys.argv[1]]()
