"""Whether the hooks in the agents' settings really gate: each is looked at, then fired.

A hook that gates comes back with the denial of a canary, which only a gate can give. No person is
asked.
"""

import fnmatch
import os
import shlex
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ok2run.address import is_loopback
from ok2run.config import api_key, environment, gate_url
from ok2run.connect import canary, codex_trust, opencode, shot
from ok2run.connect.choice import LIMIT, Choice, is_plain
from ok2run.connect.installed import Hook, Unreadable, installed, of_project

GOOD, DOUBTFUL, WRONG = "✅", "⚠", "❌"
ENOUGH = 60.0  # seconds in which a person may answer from the phone
_EVERYWHERE = "0.0.0.0"  # noqa: S104  # where a gate listens that is asked at loopback


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One line: how a hook is, and what to do where it is not well.

    `found_nobody` says that nothing listens where the gate should be.
    """

    mark: str
    line: str
    found_nobody: bool = False


def prove(environ: Mapping[str, str], here: Path, gates: tuple[str, ...]) -> list[Proof]:
    """Look at every hook of this user and of this folder, and fire those that decide.

    `gates` are the addresses of the gate that is asked about.
    """
    home = environ.get("HOME", "")
    if not os.path.isabs(home):
        return []
    settings = environment(environ)
    known = (*gates, gate_url(settings))
    choice = Choice(
        home=Path(home), here=here, environ=environ, url=gate_url(settings), key=api_key(settings)
    )
    try:
        hooks = list(installed(choice))
    except Unreadable as error:
        return [Proof(mark=WRONG, line=f"Hooks: {error}; put it right.")]
    proofs = [
        proof
        for path in dict.fromkeys((hook.agent, hook.path) for hook in hooks)
        for proof in _of_file(
            [one for one in hooks if (one.agent, one.path) == path], known, environ
        )
    ]
    proofs += _of_plugin(choice)
    return proofs or [Proof(mark=GOOD, line="No coding agent here has hooks of the gate.")]


def _of_file(
    hooks: list[Hook], known: tuple[str, ...], environ: Mapping[str, str]
) -> Iterator[Proof]:
    """Return what one settings file's hooks come to."""
    first = hooks[0]
    elsewhere = [hook for hook in hooks if not _leads_to(hook, known)]
    if elsewhere:
        yield Proof(
            mark=DOUBTFUL,
            line=f"{first.title}: {first.path} has it ask another gate, at {elsewhere[0].base}; "
            f"to have this one asked: {_again(first)}",
        )
    mine = [hook for hook in hooks if hook not in elsewhere]
    if not mine:
        return
    off = _switched_off(first, environ)
    deciding = [hook for hook in mine if hook.event in canary.EVENTS[hook.agent]]
    if off is not None:
        yield Proof(mark=WRONG, line=f"{first.title}: {off}")
    elif not deciding:
        yield Proof(
            mark=WRONG,
            line=f"{first.title}: {first.path} has hooks of the gate, but none that decides; "
            f"write them anew: {_again(first)}",
        )
    for hook in deciding if off is None else ():
        yield _of_hook(hook, environ, known[-1])


def _of_hook(hook: Hook, environ: Mapping[str, str], gate: str) -> Proof:
    """Return what one hook that decides comes to."""
    name = f"{hook.title}: {hook.event} in {hook.path}"
    if hook.is_shared and hook.url is None and not is_plain(hook.command, hook.agent):
        line = f"{name} runs a line of this folder's own, so it was not run; look at it yourself"
        return Proof(mark=DOUBTFUL, line=f"{line}, or write it anew: {_again(hook)}")
    fault = _badly_written(hook, environ)
    if fault is not None:
        return Proof(mark=WRONG, line=f"{name} {fault}")
    try:
        answer = _fired(hook, environ, gate)
    except shot.Missed as error:
        line = f"{name} does not gate: {error}. {_AFTER_A_MISS}"
        return Proof(mark=WRONG, line=line, found_nobody=error.is_refused)
    if not canary.is_denied(answer):
        why = canary.own_fault(answer)
        words = f"{why}. {_AFTER_A_MISS}" if why else f"{_NO_GATE}; {_again(hook)}"
        return Proof(mark=WRONG, line=f"{name} does not gate: {words}")
    if hook.time_limit < ENOUGH:
        line = f"{name} gates, but leaves a person {hook.time_limit:.0f} s; {_again(hook)}"
        return Proof(mark=DOUBTFUL, line=line)
    return Proof(mark=GOOD, line=f"{name} gates: its canary was denied.")


_NO_GATE = "what answers is no gate of this kind"
_AFTER_A_MISS = "Is the gate running, and does the agent have the key? Then run this again."


def _badly_written(hook: Hook, environ: Mapping[str, str]) -> str | None:
    """Return what is wrong with a hook by its words alone, and what to do; None where nothing."""
    if hook.told_limit > hook.time_limit:
        return (
            f"is given up by the agent after {hook.time_limit:.0f} s, before the gate answers "
            f"({hook.told_limit:.0f} s); write it anew: {_again(hook)}"
        )
    is_open = hook.agent == "claude-code" and hook.event == "PreToolUse"
    if is_open and hook.handler.get("onFailure") != "block":
        return (
            "lets calls run while the gate does not answer (no onFailure: block); "
            f"write it anew: {_again(hook)} --pre-tool-use"
        )
    if hook.agent == "cursor" and hook.handler.get("failClosed") is not True:
        return (
            "lets calls run while the gate does not answer (no failClosed); "
            f"write it anew: {_again(hook)}"
        )
    if hook.url is None:
        return _no_program(hook, environ)
    _, missing = shot.headers_of(*_given(hook), environ)
    if missing:
        return (
            f"needs {missing[0]}, which is not set here; export it where the agent starts, "
            "or write the key: ok2run connect claude-code --write-key"
        )
    return None


def _no_program(hook: Hook, environ: Mapping[str, str]) -> str | None:
    try:
        program = shlex.split(hook.command)[0]
    except (ValueError, IndexError):
        return f"is no command line; write it anew: {_again(hook)}"
    if shutil.which(program, path=environ.get("PATH")) is None:
        return f"runs {program}, which is not there; install it, or write it anew: {_again(hook)}"
    return None


def _fired(hook: Hook, environ: Mapping[str, str], gate: str) -> bytes:
    body = canary.hook(hook.agent, hook.event)
    if hook.url is None:
        if not shot.listens(gate):  # the command would refuse, and prove nothing
            raise shot.Missed(f"nothing answers at {gate}", is_refused=True)
        return shot.run(hook.command, body, environ)
    headers, _ = shot.headers_of(*_given(hook), environ)
    return shot.call(hook.url, headers, body)


def _given(hook: Hook) -> tuple[Mapping[str, object], list[object]]:
    headers, allowed = hook.handler.get("headers"), hook.handler.get("allowedEnvVars")
    return (
        headers if isinstance(headers, dict) else {},
        allowed if isinstance(allowed, list) else [],
    )


def _switched_off(hook: Hook, environ: Mapping[str, str]) -> str | None:
    """Return what keeps an agent from running the hooks of a file; None where nothing does."""
    document, path = hook.document, hook.path
    if hook.agent in ("claude-code", "copilot") and document.get("disableAllHooks") is True:
        return f"{path} has disableAllHooks, so that no hook runs; take that out."
    allowed = document.get("allowedHttpHookUrls")
    if hook.url is not None and isinstance(allowed, list):
        url = hook.url
        if not any(isinstance(one, str) and fnmatch.fnmatchcase(url, one) for one in allowed):
            return f"allowedHttpHookUrls in {path} leaves the gate out; add {hook.base}/*"
    config = document.get("hooksConfig")
    if hook.agent == "gemini" and isinstance(config, dict) and config.get("enabled") is False:
        return f"{path} has hooksConfig.enabled off, so that no hook runs; turn it on."
    if hook.agent == "codex" and not codex_trust.is_trusted(hook.path, environ):
        return f"it does not trust the hooks in {path}, so that none runs; {_again(hook)}"
    return None


def _of_plugin(choice: Choice) -> list[Proof]:
    """Return what opencode's plugin comes to, in the user's folder and in this one."""
    places = (opencode.place(choice), opencode.place(of_project(choice)))
    return [_of_plugin_at(path, choice) for path in places if opencode.is_there(path)]


def _of_plugin_at(path: Path, choice: Choice) -> Proof:
    """Ask the gate as the plugin would, which reads the same settings."""
    name, again = f"opencode: {path}", "ok2run connect opencode"
    if path.read_text("utf-8", "replace") != opencode.text():
        return Proof(mark=DOUBTFUL, line=f"{name} is another version's plugin; renew it: {again}")
    body = canary.hook(opencode.AGENT, *canary.EVENTS[opencode.AGENT])
    url = f"{choice.url}/v1/hooks/{opencode.AGENT}?limit={LIMIT}"
    try:
        answer = shot.call(url, {"Authorization": f"Bearer {choice.key}"}, body)
    except shot.Missed as error:
        line = f"{name} does not gate: {error}. {_AFTER_A_MISS}"
        return Proof(mark=WRONG, line=line, found_nobody=error.is_refused)
    if not canary.is_denied(answer):
        return Proof(mark=WRONG, line=f"{name} does not gate: {_NO_GATE}.")
    return Proof(mark=GOOD, line=f"{name} gates: its canary was denied.")


def _leads_to(hook: Hook, known: tuple[str, ...]) -> bool:
    return hook.base is None or _alike(hook.base) in map(_alike, known)


def _alike(url: str) -> tuple[str, str, int | None, str]:
    """Return an address with the names of this machine made one."""
    address = urlsplit(url)
    host = (address.hostname or "").lower()
    port = address.port or {"http": 80, "https": 443}.get(address.scheme)
    host = "127.0.0.1" if host == _EVERYWHERE or is_loopback(host) else host
    return address.scheme, host, port, address.path.rstrip("/")


def _again(hook: Hook) -> str:
    return f"ok2run connect {hook.agent}" + (" --scope project" if hook.is_shared else "")
