"""Logging: short lines on a terminal, JSON lines elsewhere, and no secret in either.

What is known to be secret is removed by its exact value, whatever else looks like a secret by its
shape: from messages, arguments, extras and tracebacks. A failing log call never raises.
"""

import json
import logging
import math
import re
import sys
import threading
import traceback
import unicodedata
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal, TextIO
from urllib.parse import quote

from bot.core.redaction import redact

REMOVED = "[secret]"
SHORTEST_SECRET = 4  # characters; to remove shorter ones would tear the lines to pieces
LONGEST_SEARCHED = 100_000  # characters; no log line of ours is longer, and the loop waits for it
DEEPEST = 6  # levels of lists and mappings in an extra

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

# At each place the longest match counts: a known secret inside a token does not tear the token.
_PATTERN = (
    r"(?P<bot>(?i:\bbot))\d{{1,20}}(?i::|%3A)[\w-]{{30,}}"
    r"|(?<!\d)\d{{6,20}}(?i::|%3A)[A-Za-z0-9_-]{{30,}}"
    r"|(?P<bearer>(?i:\bBearer)\s+)(?:{known}|[^\s,;\"'\\])+"
    r"|(?P<link>/a/)(?!appr_)[\w-]{{20,}}"
    r"|{known}"
)
_NOTHING = r"(?!)"
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_NOISY = ("aiogram", "aiohttp", "aiosqlite", "asyncio")


class Scrubber:
    """Removes known secrets and what has a secret's shape; safe to call from any thread."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._lock = threading.Lock()
        self._forms: set[str] = set()
        self._pattern = re.compile(_PATTERN.format(known=_NOTHING))
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> None:
        """Remove this text from now on, and the ways it is written in URLs, JSON and repr."""
        if len(secret) < SHORTEST_SECRET:
            return
        forms = {secret, quote(secret), quote(secret, safe="")}
        forms |= {json.dumps(secret)[1:-1], repr(secret)[1:-1]}
        with self._lock:
            self._forms |= forms
            longest_first = sorted(self._forms, key=len, reverse=True)
            known = "(?:" + "|".join(map(re.escape, longest_first)) + ")"
            self._pattern = re.compile(_PATTERN.format(known=known))

    def scrub(self, text: str) -> str:
        """Return the text without secrets."""
        known = self._pattern.sub(_keep_the_word, text)
        return redact(known, shown=REMOVED).text if len(known) <= LONGEST_SEARCHED else known


def configure_logging(
    format: Literal["auto", "console", "json"],
    level: str,
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send every log record to `stream` (stderr), in place of what an earlier call set up.

    `level` is debug, info, warning, error or critical.
    """
    stream = sys.stderr if stream is None else stream
    if format == "auto":
        format = "console" if stream.isatty() else "json"
    scrubber = Scrubber(secrets)
    handler = StreamHandler(stream, scrubber)
    handler.setFormatter(
        JsonFormatter(scrubber) if format == "json" else ConsoleFormatter(scrubber)
    )
    root = logging.getLogger()
    for earlier in _own_handlers():
        root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in _NOISY:
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING))
    logging.getLogger("aiohttp.access").disabled = True


def add_secret(value: str) -> None:
    """Keep a secret that was made or read after `configure_logging` out of the log."""
    for handler in _own_handlers():
        handler.scrubber.add(value)


class StreamHandler(logging.Handler):
    """Writes whole lines and flushes; what can't be written is lost without a fuss."""

    def __init__(self, stream: TextIO, scrubber: Scrubber) -> None:
        super().__init__()
        self._stream = stream
        self.scrubber = scrubber

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        try:
            line = self.format(record)
        except Exception as error:  # noqa: BLE001  # a log call must not fail its caller
            line = f"a log line of {record.name} could not be made: {type(error).__name__}"
        try:
            encoding = getattr(self._stream, "encoding", None) or "utf-8"
            line = line.encode(encoding, "backslashreplace").decode(encoding)
            self._stream.write(line + "\n")
            self._stream.flush()
        except (OSError, ValueError, LookupError):
            return  # the stream is gone: nobody is left to be told


class ScrubbingFormatter(logging.Formatter):
    """Gives the parts of a record as text without secrets."""

    def __init__(self, scrubber: Scrubber) -> None:
        super().__init__()
        self._scrub = scrubber.scrub

    def message_of(self, record: logging.LogRecord) -> str:
        """Return the message; where the arguments don't fit it, the message without them."""
        try:
            text = record.getMessage()
        except Exception as error:  # noqa: BLE001  # any argument's own method may fail
            text = f"{_text_of(record.msg)} [arguments did not fit: {type(error).__name__}]"
        return self._scrub(text)

    def extras_of(self, record: logging.LogRecord) -> dict[str, object]:
        """Return what was given as `extra`, and the request's id where there is one."""
        found: dict[str, object] = {}
        request = request_id.get()
        if request is not None:
            found["request"] = self._scrub(request)
        for name, value in vars(record).items():
            if name not in _USUAL and value is not None:
                found[self._scrub(name)] = self._plain(value, DEEPEST)
        return found

    def trace_of(self, record: logging.LogRecord) -> str | None:
        """Return the traceback, and the stack where one was asked for."""
        parts = []
        if isinstance(record.exc_info, tuple) and record.exc_info[0] is not None:
            try:
                parts.append("".join(traceback.format_exception(*record.exc_info)))
            except Exception as error:  # noqa: BLE001  # an exception's own text may fail
                parts.append(f"{record.exc_info[0].__name__}, unprintable: {type(error).__name__}")
        elif record.exc_text:
            parts.append(record.exc_text)
        if record.stack_info:
            parts.append(record.stack_info)
        return self._scrub("\n".join(part.rstrip("\n") for part in parts)) if parts else None

    def _plain(self, value: object, depth: int) -> object:
        """Return a value that JSON can carry."""
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, float) and math.isfinite(value):
            return value
        if depth and isinstance(value, Mapping):
            return {
                self._scrub(_text_of(key)): self._plain(item, depth - 1)
                for key, item in value.items()
            }
        if depth and isinstance(value, list | tuple | set | frozenset):
            return [self._plain(item, depth - 1) for item in value]
        return self._scrub(_text_of(value))


class JsonFormatter(ScrubbingFormatter):
    """One JSON object a line: time, level, logger, message, then the extras as keys."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, object] = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self.message_of(record),
        }
        for name, value in self.extras_of(record).items():
            line[f"{name}_" if name in line else name] = value
        trace = self.trace_of(record)
        if trace is not None:
            line["exception"] = trace
        return json.dumps(line)


class ConsoleFormatter(ScrubbingFormatter):
    """A short line for people: local time, level, message, extras as name=value."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the traceback below it."""
        moment = datetime.fromtimestamp(record.created, UTC).astimezone()
        parts = [f"{moment:%H:%M:%S}", f"{record.levelname.lower():<7}", self.message_of(record)]
        parts += [f"{name}={_text_of(value)}" for name, value in self.extras_of(record).items()]
        line = _visible(" ".join(parts), keep="")
        trace = self.trace_of(record)
        return line if trace is None else line + "\n" + _visible(trace, keep="\n\t")


def _own_handlers() -> list[StreamHandler]:
    return [known for known in logging.getLogger().handlers if isinstance(known, StreamHandler)]


def _keep_the_word(match: re.Match[str]) -> str:
    return (match["bot"] or match["bearer"] or match["link"] or "") + REMOVED


def _text_of(value: object) -> str:
    try:
        return str(value)
    except Exception as error:  # noqa: BLE001  # a value's own method may fail
        return f"<{type(value).__name__}, unprintable: {type(error).__name__}>"


def _visible(text: str, *, keep: str) -> str:
    """Escape what a terminal would obey or not show, so that no text forges a line."""
    return "".join(
        ascii(character)[1:-1]
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        and character not in keep
        else character
        for character in text
    )
