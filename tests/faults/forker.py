"""A parent that has imported the daemon, and forks one for each line on its standard input.

Importing aiogram takes seconds; forked from here a daemon is up in a fraction of one. Nothing here
starts a thread or a loop, so the child is as a fresh process after its imports.

In: `{"environment": {…}, "directory": …, "out": …, "err": …}`. Out: `{"forked": pid}` for each of
them in order, and `{"ended": pid, "code": …}`. The end of the input ends it and its children.
"""

import json
import os
import select
import signal
import sys
from typing import Any

import bot.channels.telegram.bot  # noqa: F401  what the daemon imports while it runs
from bot.__main__ import serve


def main() -> int:
    woken, wake = os.pipe()
    for end in (woken, wake):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    _say({"ready": True})
    children: set[int] = set()
    begun = b""
    while True:
        readable, _, _ = select.select([0, woken], [], [])
        if woken in readable:
            os.read(woken, 4096)
            _reap(children)
        if 0 in readable:
            came = os.read(0, 65536)
            if not came:
                break
            *lines, begun = (begun + came).split(b"\n")
            for line in lines:
                child = os.fork()
                if child == 0:
                    os.close(woken)
                    os.close(wake)
                    return _be_daemon(json.loads(line))
                children.add(child)
                _say({"forked": child})
    for child in children:
        os.kill(child, signal.SIGKILL)
    return 0


def _be_daemon(order: dict[str, Any]) -> int:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    kept = ((0, os.devnull, os.O_RDONLY), (1, order["out"], os.O_WRONLY | os.O_CREAT))
    for number, path, flags in (*kept, (2, order["err"], os.O_WRONLY | os.O_CREAT)):
        opened = os.open(path, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.chdir(order["directory"])
    os.environ.clear()
    os.environ.update(order["environment"])
    return serve()


def _reap(children: set[int]) -> None:
    for child in list(children):
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            children.discard(child)
            _say({"ended": child, "code": os.waitstatus_to_exitcode(status)})


def _say(words: dict[str, Any]) -> None:
    os.write(1, json.dumps(words).encode() + b"\n")


if __name__ == "__main__":
    sys.exit(main())
