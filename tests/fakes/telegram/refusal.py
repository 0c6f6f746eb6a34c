"""A request that Telegram turns down, in the words and the JSON shape of the Bot API."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """Carries what the Bot API puts into the body of an unsuccessful answer."""

    def __init__(
        self, code: int, description: str, parameters: dict[str, int] | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """Return the JSON body of the answer."""
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad(words: str, **parameters: int) -> Refusal:
    """Build the common 400."""
    return Refusal(400, f"Bad Request: {words}", parameters or None)


def flood(seconds: int) -> Refusal:
    """Build the 429 that asks for a pause of so many seconds."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})
