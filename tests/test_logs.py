"""Log lines: their two shapes, and that no secret is in either."""

import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.logs import add_secret, configure_logging, request_id

TOKEN = "7654321:AAF-abcdefghijklmnopqrstuvwxyz_0123"
KEY = 'k3y-with-"quote\\and/slash'


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Unprintable:
    def __str__(self) -> str:
        raise RuntimeError("no text for you")

    __repr__ = __str__


def fail(error: Exception) -> None:
    raise error


@pytest.fixture(autouse=True)
def _restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def started(
    format: str = "json", level: str = "info", secrets: tuple[str, ...] = ()
) -> tuple[logging.Logger, io.StringIO]:
    stream = io.StringIO()
    configure_logging(format, level, secrets, stream)  # type: ignore[arg-type]  # plain word
    return logging.getLogger("bot.test"), stream


def only_line(stream: io.StringIO) -> dict[str, object]:
    (line,) = stream.getvalue().splitlines()
    parsed = json.loads(line)
    assert isinstance(parsed, dict)
    return parsed


def test_a_json_line_has_time_level_logger_message_and_the_extras_as_keys():
    log, stream = started()

    log.info("%s decided", "Ana", extra={"event": "decided", "approval": "appr_1", "count": 2})

    line = only_line(stream)
    assert str(line.pop("time")).endswith("Z")
    assert line == {
        "level": "info",
        "logger": "bot.test",
        "message": "Ana decided",
        "event": "decided",
        "approval": "appr_1",
        "count": 2,
    }


def test_the_request_in_whose_context_a_line_is_written_is_named():
    log, stream = started()
    token = request_id.set("r-17")

    log.info("here")
    request_id.reset(token)

    assert only_line(stream)["request"] == "r-17"


def test_an_extra_named_like_a_part_of_the_line_does_not_replace_it():
    log, stream = started()

    log.info("true", extra={"level": "forged", "time": "never"})

    line = only_line(stream)
    assert line["level"] == "info"
    assert line["level_"] == "forged"
    assert line["time_"] == "never"


def test_auto_is_short_lines_on_a_terminal_and_json_elsewhere():
    terminal, file = Terminal(), io.StringIO()

    configure_logging("auto", "info", (), terminal)
    logging.getLogger("bot.test").info("hello", extra={"event": "greeting"})
    configure_logging("auto", "info", (), file)
    logging.getLogger("bot.test").info("hello")

    assert terminal.getvalue().endswith("info    hello event=greeting\n")
    assert only_line(file)["message"] == "hello"


def test_setting_up_again_takes_the_place_of_what_was_set_up_before():
    log, first = started()
    _, second = started()

    log.info("once")

    assert first.getvalue() == ""
    assert only_line(second)["message"] == "once"


def test_the_level_is_kept():
    log, stream = started(level="warning")

    log.info("no")
    log.warning("yes")

    assert only_line(stream)["message"] == "yes"


@pytest.mark.parametrize("format", ["json", "console"])
def test_an_exact_secret_is_removed_wherever_it_stands(format: str):
    log, stream = started(format, secrets=(KEY,))

    try:
        int(f"refused {KEY}")
    except ValueError:
        log.exception(
            f"in the message {KEY}, %s %r",  # noqa: G004  # the very thing to be scrubbed
            f"argument {KEY}",
            {"repr": KEY},
            extra={"plain": KEY, "nested": {"list": [KEY, ("deep", {KEY})], KEY: 1}},
        )

    written = stream.getvalue()
    assert "k3y-with" not in written
    assert "slash" not in written
    assert written.count("[secret]") >= 8


def test_a_secret_is_removed_from_the_cause_of_an_exception_and_from_its_source_line():
    log, stream = started(secrets=("value-of-the-secret",))

    try:
        try:
            Path("/nowhere/value-of-the-secret").read_text()
        except OSError as error:
            raise RuntimeError("outer") from error
    except RuntimeError:
        log.exception("failed")

    trace = str(only_line(stream)["exception"])
    assert "value-of-the-secret" not in trace
    assert "RuntimeError: outer" in trace
    assert "/nowhere/[secret]" in trace


def test_a_secret_made_later_is_removed_too():
    log, stream = started()
    add_secret("made-after-start")

    log.info("made-after-start and quoted made-after-start")

    assert only_line(stream)["message"] == "[secret] and quoted [secret]"


def test_a_longer_secret_is_removed_whole_when_a_shorter_one_begins_it():
    log, stream = started(secrets=("abcdef", "abcdef-and-more"))

    log.info("abcdef-and-more")

    assert only_line(stream)["message"] == "[secret]"


def test_a_secret_is_removed_in_the_form_that_urls_give_it():
    log, stream = started(secrets=("a b/c?d",))

    log.info("a%20b%2Fc%3Fd a%20b/c%3Fd")

    assert only_line(stream)["message"] == "[secret] [secret]"


def test_a_secret_inside_a_token_does_not_leave_the_rest_of_the_token():
    log, stream = started(secrets=("abcdef", "F-ab"))

    log.info("%s", f"{TOKEN} Bearer x-abcdef,F-ab-y abcdef")

    assert only_line(stream)["message"] == "[secret] Bearer [secret],[secret]-y [secret]"


def test_a_very_short_key_is_not_looked_for_because_it_would_tear_every_line():
    log, stream = started(secrets=("a", ""))

    log.info("a banana")

    assert only_line(stream)["message"] == "a banana"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"https://api.telegram.org/bot{TOKEN}/getMe",
            "https://api.telegram.org/bot[secret]/getMe",
        ),
        (f"token {TOKEN}.", "token [secret]."),
        (f"/bot{TOKEN.replace(':', '%3A')}/x", "/bot[secret]/x"),
        ("Authorization: Bearer abc.def-1", "Authorization: Bearer [secret]"),
        ("{'Authorization': 'bearer abc'}", "{'Authorization': 'bearer [secret]'}"),
        ("at 12:30, ratio 1000000:1", "at 12:30, ratio 1000000:1"),
    ],
)
def test_what_has_the_shape_of_a_secret_is_removed_without_being_known(text: str, expected: str):
    log, stream = started()

    log.info("%s", text)

    assert only_line(stream)["message"] == expected


def test_a_failing_log_call_does_not_raise_and_still_leaves_its_line():
    log, stream = started()
    logging.getLogger().handlers[:-1] = []  # pytest's own handler would raise

    log.info("count %d of %s", "three")
    log.info("value %s", Unprintable())
    log.info("extra", extra={"what": Unprintable(), "ratio": float("nan")})

    first, second, third = map(json.loads, stream.getvalue().splitlines())
    assert first["message"] == "count %d of %s [arguments did not fit: TypeError]"
    assert second["message"] == "value %s [arguments did not fit: RuntimeError]"
    assert third["what"] == "<Unprintable, unprintable: RuntimeError>"
    assert third["ratio"] == "nan"


def test_a_log_call_to_a_closed_stream_does_not_raise(capfd: pytest.CaptureFixture[str]):
    log, stream = started()
    stream.close()

    log.error("to nobody")

    assert capfd.readouterr().err == ""


def test_an_exception_without_a_printable_text_is_logged_by_its_name():
    class Odd(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no")

    log, stream = started()

    try:
        fail(Odd())
    except Odd:
        log.exception("odd")

    assert "Odd" in str(only_line(stream)["exception"])


def test_a_text_cannot_forge_a_second_line_on_a_terminal():
    log, stream = started("console")

    log.info("title\n12:00:00 info approved\x1b[2J\u202e", extra={"by": "Ana\rBen"})

    (line,) = stream.getvalue().splitlines()
    assert "title\\n12:00:00 info approved\\x1b[2J\\u202e by=Ana\\rBen" in line


def test_a_stream_that_cannot_show_a_letter_gets_it_escaped():
    raw = io.BytesIO()
    configure_logging("console", "info", (), io.TextIOWrapper(raw, encoding="ascii"))

    logging.getLogger("bot.test").info("Añá €")

    assert b"A\\xf1\\xe1 \\u20ac" in raw.getvalue()


def test_libraries_stay_quiet_even_when_the_level_is_debug():
    _, stream = started(level="debug")

    logging.getLogger("aiogram.event").info("Update id=1 is handled")
    logging.getLogger("aiosqlite").debug("executing SELECT 'parameters'")
    logging.getLogger("aiohttp.access").error("GET /link/with-a-token")
    logging.getLogger("aiohttp.server").error("told")

    assert only_line(stream)["message"] == "told"


def test_stderr_is_where_lines_go_by_default(capsys: pytest.CaptureFixture[str]):
    configure_logging("json", "info")

    logging.getLogger("bot.test").info("here")

    assert '"message": "here"' in capsys.readouterr().err
    assert sys.stderr is not None


@pytest.mark.parametrize(
    "text",
    [
        "could not read password=hunter22 there",
        'could not read {"api_key": "k3y"} there',
        "could not read https://ana:hunter22@host there",
        "could not read " + "gh" + "p_" + "a1B2" * 9 + " there",
    ],
)
def test_what_agents_sent_is_searched_for_secrets_by_their_shape(text: str):
    log, stream = started()

    log.info("%s", text, extra={"sent": text})

    line = only_line(stream)
    for shown in (str(line["message"]), str(line["sent"])):
        assert shown.startswith("could not read ")
        assert shown.endswith(" there")
        assert "[secret]" in shown
        assert not {"hunter22", "k3y", "a1B2"} & set(re.findall(r"hunter22|k3y|a1B2", shown))


def test_a_huge_line_loses_what_is_known_and_is_not_searched_for_shapes():
    log, stream = started(secrets=(KEY,))

    log.info("%s", "x" * 200_000 + KEY)

    assert KEY not in str(only_line(stream)["message"])
