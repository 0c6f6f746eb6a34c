"""The hooks that stand in the agents' settings on this machine, one by one."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from ok2run.connect import claude_code
from ok2run.connect.agents import AGENTS, Agent
from ok2run.connect.choice import Choice
from ok2run.connect.hookfile import HOOKS, Json
from ok2run.connect.jsonc import Malformed, read, value_of
from ok2run.hook_answer import LIMITS

_COMMANDS = ("command", "bash")


class Unreadable(Exception):
    """Settings that may hold hooks can't be read; the message says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """One handler of the gate's at one event of one agent, and the settings it stands in."""

    agent: str
    title: str
    event: str
    path: Path
    handler: Json
    document: Json
    is_shared: bool  # it stands in a folder that another may have filled

    @property
    def url(self) -> str | None:
        """Return the address that it calls; None of a command."""
        url = self.handler.get("url")
        return url if isinstance(url, str) else None

    @property
    def command(self) -> str:
        """Return the command line that it runs."""
        found = [self.handler[name] for name in _COMMANDS if name in self.handler]
        return str(found[0]) if found else ""

    @property
    def base(self) -> str | None:
        """Return the address of the gate that it calls; None of a command."""
        if self.url is None:
            return None
        address = urlsplit(self.url)
        return f"{address.scheme}://{address.netloc}{address.path.partition('/v1/hooks/')[0]}"

    @property
    def time_limit(self) -> float:
        """Return how long the agent waits for it, in seconds."""
        given = self.handler.get("timeoutSec", self.handler.get("timeout"))
        if isinstance(given, bool) or not isinstance(given, int | float):
            return LIMITS[self.agent]
        return given / 1000 if self.agent == "gemini" else float(given)

    @property
    def told_limit(self) -> float:
        """Return what limit the gate is told of, in seconds; it answers before that."""
        if self.url is not None:
            said = parse_qs(urlsplit(self.url).query).get("limit", [""])[-1]
        else:
            found = re.search(r"--limit[= ]([0-9]+)", self.command)
            said = found[1] if found else ""
        return float(said) if said.isascii() and said.isdigit() else LIMITS[self.agent]


def installed(choice: Choice) -> Iterator[Hook]:
    """Find every hook of the gate's in the user's settings and in this folder's.

    Raises Unreadable in the place of settings that can't be read.
    """
    for module in AGENTS.values():
        user, *shared = _places(module, choice)
        yield from _hooks_in(module, user, is_shared=False)
        for path in shared:
            yield from _hooks_in(module, path, is_shared=True)


def _places(module: Agent, choice: Choice) -> list[Path]:
    user: Path = module.setup(choice).path
    here: Path = module.setup(of_project(choice)).path
    shared = [here.with_name("settings.json")] if module.AGENT == claude_code.AGENT else []
    return list(dict.fromkeys((user, here, *shared)))


def of_project(choice: Choice) -> Choice:
    """Return the same choice for the project in this folder."""
    return Choice(
        home=choice.home,
        here=choice.here,
        environ=choice.environ,
        url=choice.url,
        key=choice.key,
        is_project=True,
    )


def _hooks_in(module: Agent, path: Path, *, is_shared: bool) -> Iterator[Hook]:
    try:
        text = path.read_text("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return
    except (OSError, ValueError) as error:
        raise Unreadable(f"{path} can't be read ({error})") from error
    if not text.strip():
        return
    try:
        document = value_of(read(text))
        found = module.FORM.ours_in(text)
    except Malformed as error:
        raise Unreadable(f"{path} can't be read: {error}") from error
    if not isinstance(document, dict):
        return
    for event, entries in found.items():
        for entry in entries:
            handlers = entry.get(HOOKS)
            for handler in handlers if isinstance(handlers, list) else [entry]:
                yield Hook(
                    agent=module.AGENT,
                    title=module.TITLE,
                    event=event,
                    path=path,
                    handler=json.loads(json.dumps(handler)),
                    document=document,
                    is_shared=is_shared,
                )
