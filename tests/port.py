"""A port for a server that has to come back where it was."""

import socket
from contextlib import closing
from random import SystemRandom


def a_port() -> int:
    """A free port outside the range from which the system takes those of its own connections.

    In that range a caller of a server that is down can be connected to itself.
    """
    for port in SystemRandom().sample(range(20_000, 30_000), 100):
        with closing(socket.socket()) as attempt:
            try:
                attempt.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")
