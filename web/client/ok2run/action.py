"""What is asked: the action as the gate is sent it, and the digest that stands for it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from ok2run.answer import Json
from ok2run.digest import digest_of

QUESTION = "question"


class Details(TypedDict, total=False):
    """What an ask may say besides its type; everything may be left out.

    `title` is one line, `preview` what exactly will be done, `params` a JSON object: these and
    `cwd` are what is approved. `reason` is the agent's own words; `language` colours the preview;
    `urgency` is low, normal, high or critical; `expires` is the approval's life in seconds;
    `key` is an Idempotency-Key of the caller's own, for one who asks again after a crash.
    """

    title: str
    preview: str
    params: Mapping[str, object]
    context: Mapping[str, object]
    cwd: str
    reason: str
    language: str
    urgency: str
    session: str
    agent: str
    expires: int
    can_show_number: bool
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to be approved, exactly as the gate is sent it."""

    action_type: str
    title: str
    preview: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    cwd: str | None = None
    more: Mapping[str, object] = field(default_factory=dict)

    def body(self) -> Json:
        """Return the ask's JSON; what is absent is left out."""
        asked = {
            "action_type": self.action_type,
            "title": self.title,
            "preview": self.preview,
            "params": dict(self.params),
            "cwd": self.cwd,
            **self.more,
        }
        return {name: value for name, value in asked.items() if value is not None}

    def digest(self, override: str | None = None) -> str:
        """Return the SHA-256 of what is approved and may run, made from these very values."""
        return digest_of(
            action_type=self.action_type,
            title=self.title,
            preview=self.preview,
            params=self.params,
            cwd=self.cwd,
            override=override,
        )


def destination(settings: Mapping[str, str]) -> Json:
    """Return where the settings want to be asked: nothing, unless they name a chat or a channel.

    The gate allows only what its operator has allowed for the key.
    """
    channel = settings.get("APPROVAL_CHANNEL", "").strip()
    chat = settings.get("APPROVAL_TG_CHAT_ID", "").strip()
    if chat and channel in ("", "telegram"):
        return {"channel": "telegram", "target": {"tg_chat_id": chat}}
    return {"channel": channel} if channel and channel != "telegram" else {}


def working_directory() -> str | None:
    """Return the real working directory; None where it was deleted."""
    try:
        return os.path.realpath(os.getcwd())
    except OSError:
        return None
