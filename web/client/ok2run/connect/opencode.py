"""opencode: the gate's plugin, a file of its own in opencode's plugin folder."""

from pathlib import Path

from ok2run.connect.choice import Choice, Unsuitable

AGENT = "opencode"
TITLE = "opencode"
MARK = "// ok2run:"  # what the plugin's first line begins with, in every version of it
_SOURCE = Path(__file__).parent.parent / "plugins" / "opencode.js"


def place(choice: Choice) -> Path:
    """Return where opencode loads the plugin from."""
    if choice.settings is not None or choice.pre_tool_use or choice.as_command or choice.write_key:
        raise Unsuitable("opencode takes a plugin; it knows only --scope, --print and --remove.")
    folder = choice.folder("XDG_CONFIG_HOME", ".config") / "opencode"
    return choice.place(folder / "plugins/ok2run.js", Path(".opencode/plugins/ok2run.js"))


def text() -> str:
    """Return the plugin's text."""
    return _SOURCE.read_text("utf-8")


def is_ours(found: str) -> bool:
    """Return whether a file is this plugin, in whatever version."""
    return found.startswith(MARK)


def is_there(path: Path) -> bool:
    """Return whether this plugin, in whatever version, is at a place."""
    try:
        return is_ours(path.read_text("utf-8", "replace"))
    except OSError:
        return False
