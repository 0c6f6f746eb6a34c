"""What the Claude Code plugin's hooks.json holds; the plugin in `web/client/plugin` is made so.

It is for every gate, so its hooks are commands: they read where the gate is from the environment
or from what `ok2run config` keeps.
"""

from ok2run.connect.choice import hook_command
from ok2run.connect.claude_code import ASKING, TELLING, as_command, group
from ok2run.connect.hookfile import Json


def hooks_file() -> Json:
    """Return the file as a value."""
    hooks = {event: [group(event, as_command(event, _command))] for event in (*ASKING, *TELLING)}
    return {
        "description": "Asks the ok2run approval gate, and tells it what was settled here.",
        "hooks": hooks,
    }


def _command(agent: str, *, limit: int, must_answer: bool) -> str:
    return hook_command(agent, limit=limit, shared=True, must_answer=must_answer)
