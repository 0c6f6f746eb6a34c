"""An MCP server over stdio with one tool, which has a form filled in and says what was filled in.

It is run as a program: `python form_server.py`.
"""

import json
import sys
from typing import Any

SCHEMA = {
    "type": "object",
    "properties": {
        "place": {"type": "string", "title": "Place", "enum": ["Paris", "Oslo"]},
        "nights": {"type": "integer", "title": "Nights", "minimum": 1, "maximum": 30},
    },
    "required": ["place", "nights"],
}
ASKED = "form-1"


def says(**message: Any) -> None:
    """Send a message."""
    print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)


def main() -> None:
    """Answer until the other side has gone."""
    called: Any = None
    for line in sys.stdin:
        message = json.loads(line)
        method, id = message.get("method"), message.get("id")
        if method == "initialize":
            server = {"name": "form", "version": "0"}
            version = message["params"]["protocolVersion"]
            said = {"protocolVersion": version, "capabilities": {"tools": {}}}
            says(id=id, result={**said, "serverInfo": server})
        elif method == "tools/list":
            tool = {"name": "book", "description": "Book", "inputSchema": {"type": "object"}}
            says(id=id, result={"tools": [tool]})
        elif method == "tools/call":
            called = id
            asked = {"mode": "form", "message": "Where to?", "requestedSchema": SCHEMA}
            says(id=ASKED, method="elicitation/create", params=asked)
        elif id == ASKED and method is None:
            text = json.dumps(message.get("result", message.get("error")), sort_keys=True)
            says(id=called, result={"content": [{"type": "text", "text": text}]})
        elif id is not None and method is not None:
            says(id=id, error={"code": -32601, "message": "Method not found"})


if __name__ == "__main__":
    main()
