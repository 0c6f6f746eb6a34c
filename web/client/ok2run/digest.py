"""The digest that stands for exactly what was asked, and for what was approved."""

import hashlib
from collections.abc import Mapping

from ok2run.canonical import canonical_json


def digest_of(
    *,
    action_type: str,
    title: str,
    preview: str = "",
    params: Mapping[str, object] | None = None,
    cwd: str | None = None,
    override: str | None = None,
) -> str:
    """Return the SHA-256, as 64 hex digits, over the canonical JSON of these six.

    What the gate says of an approval has to be the same as what is computed here of that which is
    to run; `override` is what the person put in its place, None where they changed nothing. An
    absent `cwd` is a value of its own. Raises ValueError for what has no canonical JSON.
    """
    covered = {
        "action_type": action_type,
        "title": title,
        "preview": preview,
        "params": {} if params is None else params,
        "cwd": cwd,
        "override": override,
    }
    return hashlib.sha256(canonical_json(covered)).hexdigest()
