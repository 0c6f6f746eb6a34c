"""Pauses and snoozes as values, and how long, as people write it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.administer import may_administer
from bot.core.errors import InvalidAsk
from bot.core.halt import Halt, HaltKind, checked_length, read_end, snoozed_until
from bot.core.people import Approver
from tests.builders import NOW

BERLIN = ZoneInfo("Europe/Berlin")


def a_halt(**changes: object) -> Halt:
    default = {"kind": HaltKind.PAUSE, "by": "Ana", "identity": "person:a", "since": NOW}
    return Halt(**{**default, **changes})


@pytest.mark.parametrize(
    ("words", "length"),
    [
        ("30m", timedelta(minutes=30)),
        ("2h", timedelta(hours=2)),
        ("1h30m", timedelta(minutes=90)),
        ("for 1h 30m", timedelta(minutes=90)),
        ("  7D ", timedelta(days=7)),
        ("45s", timedelta(seconds=45)),
    ],
)
def test_a_span_counts_from_now(words, length):
    assert read_end(words, now=NOW, zone=UTC) == NOW + length


@pytest.mark.parametrize(
    "words", ["", "soon", "0m", "8d", "7d1s", "2", "-1h", "until 24:00", "25:99"]
)
def test_what_is_no_time_or_out_of_bounds_is_none(words):
    assert read_end(words, now=NOW, zone=UTC) is None


@pytest.mark.parametrize(
    ("words", "end"),
    [
        ("until 14:00", datetime(2026, 11, 20, 13, 0, tzinfo=UTC)),
        ("8:00", datetime(2026, 11, 21, 7, 0, tzinfo=UTC)),
        ("until 13:00", datetime(2026, 11, 21, 12, 0, tzinfo=UTC)),
    ],
)
def test_a_time_of_day_is_the_next_one_in_its_zone(words, end):
    assert read_end(words, now=NOW, zone=BERLIN) == end


def test_a_length_out_of_bounds_is_refused():
    assert checked_length(timedelta(days=7)) == timedelta(days=7)
    with pytest.raises(InvalidAsk):
        checked_length(timedelta(days=8))


def test_a_snooze_has_an_end():
    with pytest.raises(ValueError, match="ends by itself"):
        a_halt(kind=HaltKind.SNOOZE)


def test_a_halt_is_over_at_its_end_and_one_without_never():
    end = NOW + timedelta(hours=1)

    assert not a_halt().is_over(end)
    assert not a_halt(until=end).is_over(NOW)
    assert a_halt(until=end).is_over(end)


def test_what_is_handed_back_tells_until_when_with_the_day_where_it_is_another():
    today = a_halt(kind=HaltKind.SNOOZE, until=NOW + timedelta(hours=2))
    tomorrow = a_halt(kind=HaltKind.SNOOZE, until=NOW + timedelta(hours=20))

    assert today.handed_back(UTC) == "handed back: snoozed until 14:00 UTC"
    assert tomorrow.handed_back(BERLIN) == "handed back: snoozed until 2026-11-21 09:00 CET"
    assert a_halt().handed_back(UTC) == "handed back"
    assert a_halt().is_pause
    assert not today.is_pause


def test_until_when_it_was_snoozed_is_read_from_the_reason_and_from_no_other():
    for zone in (UTC, BERLIN):
        halt = a_halt(kind=HaltKind.SNOOZE, until=NOW + timedelta(hours=20))
        reason = halt.handed_back(zone)

        assert snoozed_until(reason) == reason.rpartition("until ")[2]
    for reason in (None, "", "handed back", "handed back: snoozed until {x}", "the user left"):
        assert snoozed_until(reason) is None


def test_every_approver_may_administer():
    assert may_administer(Approver(id="telegram-1001", name="Ana"))
