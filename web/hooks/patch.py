"""A patch of one or more files in one text, as Codex and others hand it to `apply_patch`."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.core.action import Action, Json
from bot.core.terms import Terms

_FILE: Final = re.compile(
    r"^\*\*\* (?:(Add|Update|Delete) File|Move to): (.+?)[ \t\r]*$", re.MULTILINE
)


def paths_in(patch: str) -> list[str]:
    """Return the files that a patch names, each once, in its order."""
    return list(dict.fromkeys(found[2] for found in _FILE.finditer(patch)))


def patch_params(patch: str) -> dict[str, Json]:
    """Return a patch as the parameters of an edit, by which rules know the files."""
    paths: list[Json] = list(paths_in(patch))
    if len(paths) == 1:
        return {"file_path": paths[0], "patch": patch}
    return {"file_paths": paths, "patch": patch}


def patched(patch: str, params: Mapping[str, Json], cwd: str | None, terms: Terms) -> Action:
    """Return a patch as an action that shows it whole."""
    paths = paths_in(patch)
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return Action(
        action_type="Edit",
        title=f"Edit {paths[0]}{more}" if paths else "Apply a patch",
        preview=patch,
        params=params,
        cwd=cwd,
        language="diff",
        terms=replace(
            terms,
            replaces=False,
            says_all=set(params) <= {"file_path", "file_paths", "patch"},
        ),
    )
