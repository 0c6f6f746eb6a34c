"""What is shown at the terminal while the gate is asked."""

import io
import sys
import time

import pytest

from ok2run.terminal import Progress, print_line, visible


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_hidden_and_obeyed_characters_are_made_visible():
    assert visible("a\x1b[2J\n\t\x9b\u202e\u200b\u2028\ud800é🔔") == (
        "a\\x1b[2J\\n\\t\\x9b\\u202e\\u200b\\u2028\\ud800é🔔"
    )


def test_a_line_that_stdout_cannot_show_is_escaped(monkeypatch: pytest.MonkeyPatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))

    print_line("é🔔")

    assert raw.getvalue() == b"\\xe9\\U0001f514\n"


@pytest.mark.parametrize(
    ("seconds", "left"), [(3600, "1:00:00"), (3492, "58:12"), (9, "00:09"), (-5, "00:00")]
)
def test_elsewhere_than_on_a_terminal_the_line_is_written_once(seconds: float, left: str):
    stream = io.StringIO()

    with Progress("waiting for kqmrz", time.monotonic() + seconds, stream):
        pass

    assert stream.getvalue() == f"waiting for kqmrz · {left} left\n"


def test_a_lost_gate_is_told_once_and_so_is_its_return():
    stream = io.StringIO()

    with Progress("waiting", time.monotonic(), stream) as progress:
        progress.trouble(OSError("No gate\x07."))
        progress.trouble(OSError("No gate."))
        progress.trouble(None)
        progress.trouble(None)

    assert stream.getvalue().splitlines()[1:] == [
        "No gate\\x07. Trying again.",
        "The gate answers again.",
    ]


def test_on_a_terminal_one_line_is_kept_up_to_date_and_taken_away():
    stream = Terminal()

    with Progress("waiting\x1b for kqmrz", time.monotonic() + 60, stream) as progress:
        progress.trouble(OSError("gone"))

    assert "waiting\\x1b for kqmrz" in stream.getvalue() or "trying again" in stream.getvalue()
    assert "\n" not in stream.getvalue()
    assert stream.getvalue().endswith("\r\x1b[K")
