"""What connecting and disconnecting make of one settings file; nothing is written here."""

from dataclasses import dataclass

from ok2run.connect.choice import Setup
from ok2run.connect.hookfile import HookFile
from ok2run.connect.jsonc import Malformed
from ok2run.connect.kept import CannotEdit, Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The text that a file comes to; None is no file. `changed` is whether that is another."""

    text: str | None
    changed: bool


def connected(kept: Kept, setup: Setup) -> Result:
    """Return the file with the wanted entries, and with no older ones of this gate.

    Raises CannotEdit.
    """
    wanted = {event: list(entries) for event, entries in setup.entries.items()}
    try:
        if kept.text is not None and setup.form.ours_in(kept.text) == wanted:
            return Result(text=kept.text, changed=False)
        text = setup.form.with_entries(_before(kept, setup.form), wanted)
    except Malformed as error:
        raise _malformed(kept, error) from error
    return Result(text=text, changed=text != kept.text)


def disconnected(kept: Kept, form: HookFile) -> Result:
    """Return the file as it was before, or without this gate's entries. Raises CannotEdit."""
    try:
        text = _before(kept, form)
    except Malformed as error:
        raise _malformed(kept, error) from error
    return Result(text=text, changed=text != kept.text)


def _before(kept: Kept, form: HookFile) -> str | None:
    """Return what the file would be without this gate.

    Where the backup with these very entries is the file as it stands, nothing else has changed:
    then it is the backup, byte for byte. A file that is nothing but the entries was not there.
    """
    if kept.text is None:
        return None
    ours = form.ours_in(kept.text)
    if not ours:
        return kept.text
    if kept.backup is not None:
        try:
            if form.with_entries(kept.backup, ours) == kept.text:
                return kept.backup
        except Malformed:
            pass
    if form.with_entries(None, ours) == kept.text:
        return None
    return form.without_entries(kept.text, kept.backup)


def _malformed(kept: Kept, error: Malformed) -> CannotEdit:
    return CannotEdit(f"{kept.path} can't be edited: {error}; put that right first.")
