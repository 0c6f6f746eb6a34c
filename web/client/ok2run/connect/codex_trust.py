"""Codex runs a hook only once its hash is trusted; Codex itself tells the hash of each.

The hashes stand in its config.toml as `[hooks.state."<file>:<event>:<group>:<handler>"]`.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import threading
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ok2run.connect.choice import Choice, Setup
from ok2run.connect.codex import FORM, folder
from ok2run.connect.hookfile import HOOKS, HookFile
from ok2run.connect.jsonc import Malformed, read, value_of
from ok2run.connect.kept import CannotEdit, Kept, load, restore, store
from ok2run.connect.tables import with_tables, without_tables

STATE = ("hooks", "state")
PATIENCE = 30.0  # seconds for Codex to start and answer


class NotTold(Exception):
    """Codex could not be asked; the message says why."""


def trust(choice: Choice, setup: Setup, text: str) -> tuple[str, str]:
    """Have Codex trust these hooks; return what came of it, and what is left to do."""
    path = folder(choice) / "config.toml"
    try:
        kept = load(path)
        tables = {
            key: {"trusted_hash": value} for key, value in _hashes_of(setup, text, choice).items()
        }
        after = with_tables(kept.text or "", STATE, tables)
        if after != kept.text:
            store(kept, after)
    except (NotTold, CannotEdit, Malformed) as error:
        return (
            f"Codex does not trust the hooks yet ({error}); until then it does not run them.",
            "start codex, type /hooks there, and trust those of ok2run; ",
        )
    return f"Codex trusts the hooks, by {path}.", ""


def distrust(choice: Choice, setup: Setup, text: str) -> tuple[str, ...]:
    """Take the trust in these hooks out of Codex's settings; return what could not be done."""
    try:
        kept = load(folder(choice) / "config.toml")
        if kept.text is not None:
            paths = dict.fromkeys((setup.path, setup.path.resolve()))
            keys = [key for path in paths for key in own_keys(setup.form, path, text)]
            after = without_tables(kept.text, STATE, keys)
            if after != kept.text:
                restore(kept, _as_before(kept, after))
    except (CannotEdit, Malformed) as error:
        return (f"the trust in the hooks stays in Codex's config.toml: {error}",)
    return ()


def _as_before(kept: Kept, after: str) -> str | None:
    """Return the backup where it is what is left, but for a line end; None where that is none."""
    if kept.backup is None:
        return after if after.strip() else None
    return kept.backup if after.rstrip() == kept.backup.rstrip() else after


def _hashes_of(setup: Setup, text: str, choice: Choice) -> dict[str, str]:
    """Return the hashes of these hooks, under the file's name or the one that links lead to."""
    found = hashes(choice.environ, choice.here)
    for path in (setup.path, setup.path.resolve()):
        keys = own_keys(setup.form, path, text)
        if found.keys() >= set(keys):
            return {key: found[key] for key in keys}
    raise NotTold("codex does not list them here")


def is_trusted(path: Path, environ: Mapping[str, str]) -> bool:
    """Return whether Codex's settings hold a trust for each of this gate's hooks of a file.

    Whether it is for the hooks as they are now, Codex alone can tell; where it is installed, it is
    asked.
    """
    home = Path(environ.get("CODEX_HOME") or Path(environ.get("HOME", "/")) / ".codex")
    try:
        text = path.read_text("utf-8-sig")
        data: object = tomllib.loads((home / "config.toml").read_text("utf-8-sig"))
    except (OSError, ValueError, Malformed):
        return False
    for name in STATE:
        data = data.get(name) if isinstance(data, dict) else None
    kept = data if isinstance(data, dict) else {}
    trusted = {key: one.get("trusted_hash") for key, one in kept.items() if isinstance(one, dict)}
    named = [own_keys(FORM, one, text) for one in (path, path.resolve())]
    keys = next((keys for keys in named if all(trusted.get(key) for key in keys)), None)
    if keys is None:
        return False
    try:
        found = hashes(environ, path.parent.parent)
    except NotTold:
        return True
    return all(found.get(key) == trusted[key] for key in keys)


def own_keys(form: HookFile, path: Path, text: str) -> tuple[str, ...]:
    """Return the keys under which Codex keeps the trust in this gate's hooks of a file."""
    document = value_of(read(text))
    hooks = document.get(HOOKS) if isinstance(document, dict) else None
    keys = []
    for event, groups in hooks.items() if isinstance(hooks, dict) else ():
        for number, group in enumerate(groups if isinstance(groups, list) else ()):
            handlers = group.get(HOOKS) if isinstance(group, dict) else None
            for place, handler in enumerate(handlers if isinstance(handlers, list) else ()):
                if form.is_ours(handler):
                    keys.append(f"{path}:{_snake(event)}:{number}:{place}")
    return tuple(keys)


def hashes(environ: Mapping[str, str], here: Path) -> dict[str, str]:
    """Ask the installed Codex for its hooks here, and return their hashes by key.

    Raises NotTold.
    """
    program = shutil.which("codex", path=environ.get("PATH"))
    if program is None:
        raise NotTold("codex is not on the PATH")
    try:
        process = subprocess.Popen(  # noqa: S603  # the user's own program
            [program, "app-server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environ),
            cwd=here,
            start_new_session=True,
        )
    except OSError as error:
        raise NotTold(f"{program} does not start ({error.strerror})") from error
    watch = threading.Timer(PATIENCE, _end, [process])
    watch.start()
    try:
        return _asked(process, here)
    except OSError as error:
        raise NotTold("codex app-server ended early") from error
    finally:
        watch.cancel()
        _end(process)
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()


def _asked(process: "subprocess.Popen[bytes]", here: Path) -> dict[str, str]:
    if process.stdin is None or process.stdout is None:
        raise NotTold("codex app-server has no pipes")
    about = {"name": "ok2run", "title": "ok2run", "version": "0"}
    for message in (
        {"id": 1, "method": "initialize", "params": {"clientInfo": about}},
        {"method": "initialized"},
        {"id": 2, "method": "hooks/list", "params": {"cwds": [str(here)]}},
    ):
        process.stdin.write(json.dumps(message).encode() + b"\n")
    process.stdin.flush()
    for line in process.stdout:
        try:
            answer = json.loads(line)
        except ValueError:
            continue
        if isinstance(answer, dict) and answer.get("id") == 2:
            return _in(answer.get("result"))
    raise NotTold("codex app-server did not tell its hooks")


def _in(result: object) -> dict[str, str]:
    places = result.get("data") if isinstance(result, dict) else None
    if not isinstance(places, list):
        raise NotTold("this codex does not tell its hooks")
    found: dict[str, str] = {}
    for place in places:
        hooks = place.get(HOOKS) if isinstance(place, dict) else None
        for hook in hooks if isinstance(hooks, list) else ():
            key, digest = hook.get("key"), hook.get("currentHash")
            if isinstance(key, str) and isinstance(digest, str):
                found[key] = digest
    return found


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the program and what it started; they are a group of their own."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _snake(event: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", event).lower()
