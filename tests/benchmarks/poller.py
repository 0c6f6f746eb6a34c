"""An agent's hook of the older kind: asks, then looks every two seconds, as its contract says."""

import json
import os
import sys
import time
import urllib.request

_EVERY = 2.0  # seconds


def call(method: str, path: str, body: object = None) -> dict[str, object]:
    """Return the JSON that the gate answers."""
    request = urllib.request.Request(  # noqa: S310  # the address is the daemon's own
        os.environ["APPROVAL_GATE_URL"] + path,
        data=None if body is None else json.dumps(body).encode(),
        method=method,
        headers={
            "Authorization": f"Bearer {os.environ['APPROVAL_API_KEY']}",
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
        answer: dict[str, object] = json.loads(response.read())
        return answer


def main() -> None:
    """Ask for what stands on stdin, and print what was decided."""
    hook = json.loads(sys.stdin.read())
    asked = call(
        "POST",
        "/v1/approvals",
        {
            "session_id": hook["session_id"],
            "action_type": hook["tool_name"],
            "title": f"Claude Code: {hook['tool_name']}",
            "preview": hook["tool_input"]["command"],
            "expires_in_sec": 3600,
        },
    )
    while True:
        found = call("GET", f"/v1/approvals/{asked['approval_id']}")
        if found["status"] != "pending":
            break
        time.sleep(_EVERY)
    print(json.dumps({"behavior": "allow" if found["status"] == "approved" else "deny"}))


if __name__ == "__main__":
    main()
