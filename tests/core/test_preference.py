"""What people may prefer, and what quiet hours cover."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.preference import InvalidPreference, Preferences, Quiet, QuietMode, zone_of

NIGHT = Quiet(from_minute=22 * 60, to_minute=7 * 60)
NOON = Quiet(from_minute=12 * 60, to_minute=13 * 60, mode=QuietMode.HELD)


@pytest.mark.parametrize(
    ("quiet", "clock", "covered"),
    [
        (NIGHT, (21, 59), False),
        (NIGHT, (22, 0), True),
        (NIGHT, (0, 0), True),
        (NIGHT, (6, 59), True),
        (NIGHT, (7, 0), False),
        (NOON, (11, 59), False),
        (NOON, (12, 0), True),
        (NOON, (12, 59), True),
        (NOON, (13, 0), False),
    ],
)
def test_quiet_hours_cover_their_first_minute_and_not_their_last(quiet, clock, covered):
    assert quiet.covers(datetime(2026, 11, 20, *clock, 30, tzinfo=UTC)) is covered


@pytest.mark.parametrize(("from_minute", "to_minute"), [(-1, 60), (0, 1440), (60, 60)])
def test_quiet_hours_that_no_day_has_are_refused(from_minute, to_minute):
    with pytest.raises(InvalidPreference):
        Quiet(from_minute=from_minute, to_minute=to_minute)


@pytest.mark.parametrize(
    ("name", "hours"),
    [("Asia/Shanghai", 8), ("UTC", 0), ("UTC+05:30", 5.5), ("UTC-09:30", -9.5), ("UTC+14:00", 14)],
)
def test_a_zone_goes_by_its_name_or_by_its_offset(name, hours):
    zone = zone_of(name)

    assert zone.utcoffset(datetime(2026, 1, 1)) == timedelta(hours=hours)  # noqa: DTZ001  local
    assert datetime(2026, 1, 1, tzinfo=zone).tzname() is not None
    assert Preferences(timezone=name).zone == zone


@pytest.mark.parametrize(
    "name",
    ["", "Berlin", "../../etc/passwd", "/etc/passwd", "Europe", "UTC+14:01", "UTC+05:60", "a\0b"],
)
def test_what_names_no_zone_is_none_and_is_not_preferred(name):
    assert zone_of(name) is None
    with pytest.raises(InvalidPreference):
        Preferences(timezone=name)


@pytest.mark.parametrize("tag", ["en", "zh_CN", "zh-hans", "pt-br"])
def test_a_language_is_a_tag(tag):
    assert Preferences(language=tag, heard_language=tag).language == tag


@pytest.mark.parametrize("tag", ["", "x", "../zh", "zh CN", "a" * 36, "en\n"])
def test_what_is_no_language_tag_is_not_preferred(tag):
    with pytest.raises(InvalidPreference):
        Preferences(language=tag)
    with pytest.raises(InvalidPreference):
        Preferences(heard_language=tag)


def test_who_said_nothing_leaves_all_to_the_gate():
    nothing = Preferences()

    assert (nothing.language, nothing.timezone, nothing.quiet, nothing.zone) == (None,) * 4
    assert Preferences(timezone="Europe/Berlin").zone == ZoneInfo("Europe/Berlin")
