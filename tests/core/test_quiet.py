"""Quiet hours on a person's own clock, also on the days on which that is changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.preference import MINUTES_OF_A_DAY, Preferences, Quiet, QuietMode
from bot.core.quiet import held_until, is_silent, queued_until, quiet_until
from bot.core.risk import Assessment, Level
from tests.builders import NOW, an_approval

BERLIN = "Europe/Berlin"
ZONES = (
    "UTC", BERLIN, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia",
    "UTC+05:45",
)  # fmt: skip


def at(text: str, zone: str = BERLIN) -> datetime:
    local = datetime.strptime(f"{text} +0000", "%Y-%m-%d %H:%M %z")
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def night(mode: QuietMode = QuietMode.SILENT, zone: str | None = BERLIN) -> Preferences:
    quiet = Quiet(from_minute=22 * 60, to_minute=7 * 60, mode=mode)
    return Preferences(timezone=zone, quiet=quiet)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-20 21:59", None),
        ("2026-11-20 22:00", "2026-11-21 07:00"),
        ("2026-11-21 06:59", "2026-11-21 07:00"),
        ("2026-11-21 07:00", None),
        ("2026-11-21 12:00", None),
        # clocks are put forward at 02:00, and back at 03:00
        ("2026-03-28 23:00", "2026-03-29 07:00"),
        ("2026-10-24 23:00", "2026-10-25 07:00"),
    ],
)
def test_a_night_ends_in_the_morning_of_the_persons_clock(now, until):
    assert quiet_until(night(), at(now)) == (at(until) if until else None)


def test_an_end_that_the_clock_skips_is_the_first_minute_after():
    quiet = Quiet(from_minute=60, to_minute=150)  # 01:00–02:30, and there is no 02:30
    preferences = Preferences(timezone=BERLIN, quiet=quiet)

    assert quiet_until(preferences, at("2026-03-29 01:30")) == at("2026-03-29 03:00")


def test_whoever_set_no_zone_has_the_gates():
    now = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)

    assert quiet_until(night(zone=None), now) is None
    until = quiet_until(night(zone=None), now, zone=ZoneInfo(BERLIN))
    assert until == at("2026-11-21 07:00")


def test_whoever_set_no_quiet_hours_has_none():
    assert quiet_until(Preferences(timezone=BERLIN), NOW) is None


minutes = st.integers(0, MINUTES_OF_A_DAY - 1)
SPRING = datetime(2026, 3, 1, tzinfo=UTC)


def _instants(day: int) -> st.SearchStrategy[datetime]:
    """Any time of the year; or, days after the first of March, around a change of clocks."""
    seconds = st.integers(0, (3 if day else 275) * 24 * 60 * 60)
    return seconds.map(lambda one: SPRING + timedelta(days=day, seconds=one))


@settings(max_examples=150, deadline=None)
@given(
    span=st.tuples(minutes, minutes).filter(lambda span: span[0] != span[1]),
    zone=st.sampled_from(ZONES),
    now=st.sampled_from((0, 27, 237)).flatmap(_instants),
)
def test_they_end_where_a_person_who_looks_at_the_clock_each_minute_sees_it(span, zone, now):
    preferences = Preferences(timezone=zone, quiet=Quiet(from_minute=span[0], to_minute=span[1]))
    assert preferences.quiet is not None
    assert preferences.zone is not None
    looked = now
    while preferences.quiet.covers(looked.astimezone(preferences.zone)):
        looked = looked.replace(second=0, microsecond=0) + timedelta(minutes=1)
        if looked - now > timedelta(hours=26):
            break

    until = quiet_until(preferences, now)

    assert until == (None if looked == now else looked)


def test_of_a_day_that_is_quiet_but_for_a_skipped_hour_the_end_is_bounded():
    # Awake only from 02:00 to 03:00, which this night has not: it ends a day later.
    quiet = Quiet(from_minute=180, to_minute=120)
    preferences = Preferences(timezone=BERLIN, quiet=quiet)

    until = quiet_until(preferences, at("2026-03-28 03:00"))

    assert until is not None
    assert until - at("2026-03-28 03:00") <= timedelta(hours=26)


def of_level(level: Level, **changes):
    return an_approval(risk=Assessment(level=level), **changes)


@pytest.mark.parametrize(
    ("level", "by_day", "by_night"),
    [
        (Level.LOW, True, True),
        (Level.NORMAL, False, True),
        (Level.HIGH, False, True),
        (Level.CRITICAL, False, False),
    ],
)
def test_low_is_silent_and_critical_always_rings(level, by_day, by_night):
    approval = of_level(level)

    assert is_silent(approval, night(), at("2026-11-20 12:00")) is by_day
    assert is_silent(approval, None, at("2026-11-20 23:00")) is by_day
    assert is_silent(approval, night(), at("2026-11-20 23:00")) is by_night


def test_one_of_a_crowd_does_not_ring_unless_it_is_dangerous():
    day = at("2026-11-20 12:00")

    assert is_silent(of_level(Level.NORMAL, crowded=True), None, day)
    assert not is_silent(of_level(Level.HIGH, crowded=True), None, day)


@pytest.mark.parametrize(
    ("level", "is_held"),
    [(Level.LOW, True), (Level.NORMAL, True), (Level.HIGH, False), (Level.CRITICAL, False)],
)
def test_only_low_and_normal_are_ever_held(level, is_held):
    now, morning = at("2026-11-20 23:00"), at("2026-11-21 07:00")
    held = night(QuietMode.HELD)

    assert held_until(of_level(level), held, now) == (morning if is_held else None)
    assert held_until(of_level(level), held, at("2026-11-20 12:00")) is None
    assert held_until(of_level(level), night(), now) is None
    assert held_until(of_level(level), Preferences(), now) is None
    assert held_until(of_level(level), None, now) is None


def test_it_is_queued_only_where_everybody_waits():
    first, later = NOW, NOW + timedelta(hours=1)

    assert queued_until([later, first]) == first
    assert queued_until([first, None]) is None
    assert queued_until([]) is None
