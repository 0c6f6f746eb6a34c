"""What people write to change their language, zone and quiet hours."""

import pytest

from bot.core.preference import InvalidPreference, Preferences, Quiet, QuietMode, zone_of
from bot.locales.place import available_zones, zones_called, zones_like
from bot.locales.wish import change_to

ALL = Preferences(
    language="zh_CN",
    heard_language="en",
    timezone="Asia/Tokyo",
    quiet=Quiet(from_minute=60, to_minute=120),
)


def changed(command, words, before=ALL):
    return change_to(command, words)(before)


def refused(command, words):
    with pytest.raises(InvalidPreference) as caught:
        change_to(command, words)
    return caught.value.sentence


@pytest.mark.parametrize(
    ("words", "language"),
    [("en", "en"), (" ZH ", "zh_CN"), ("zh-CN", "zh_CN"), ("中文", "zh_CN"), ("auto", None)],
)
def test_a_language_goes_by_its_tag_or_name(words, language):
    assert changed("language", words).language == language
    assert changed("language", words).heard_language == "en"


def test_another_language_is_refused_with_what_to_write():
    assert refused("language", "klingon").startswith("I don't speak klingon. Write /language en")


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("北京", "Asia/Shanghai"),
        ("上海", "Asia/Shanghai"),
        ("柏林", "Europe/Berlin"),
        ("San Francisco", "America/Los_Angeles"),
        ("UTC", "UTC"),
        ("+2", "UTC+02:00"),
        ("UTC+5:30", "UTC+05:30"),
        ("gmt-0930", "UTC-09:30"),
        ("−3", "UTC-03:00"),
        ("auto", None),
    ],
)
def test_a_zone_goes_by_name_by_city_or_by_offset(words, zone):
    assert changed("timezone", words).timezone == zone


@pytest.mark.parametrize("words", ["Nowhere Land", "+99", "+5:99", "../../etc/passwd", "x" * 500])
def test_no_place_is_refused_with_what_to_write(words):
    assert "I know no place called" in refused("timezone", words)
    assert "after /timezone" in refused("timezone", words)


def test_a_misspelt_place_is_answered_with_those_like_it():
    assert "Europe/Berlin" in zones_like("Berlim")
    assert "Do you mean Europe/Berlin" in refused("timezone", "Berlim")


def test_every_zone_of_this_machine_goes_by_its_name():
    for name in available_zones():
        assert zones_called(name) == (name,), name
        assert zone_of(name) is not None


@pytest.mark.parametrize(
    ("words", "quiet"),
    [
        ("22:00-07:00", (1320, 420, "silent")),
        ("22-7", (1320, 420, "silent")),
        ("22:00 – 07:30 held", (1320, 450, "held")),
        ("9.15 to 10.45 SILENT", (555, 645, "silent")),
        ("13:00-24:00", (780, 0, "silent")),
    ],
)
def test_quiet_hours_are_read_as_people_write_them(words, quiet):
    found = changed("quiet", words).quiet

    assert (found.from_minute, found.to_minute, found.mode) == quiet
    assert found.mode in QuietMode


@pytest.mark.parametrize("words", ["at night", "22:00", "22:00-07:00 loud", "22:00-07:00 held x"])
def test_other_hours_are_refused_with_what_to_write(words):
    assert "Write the hours as in /quiet 22:00-07:00" in refused("quiet", words)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("25:00-07:00", "between 00:00 and 23:59"),
        ("22:60-07:00", "between 00:00 and 23:59"),
        ("24:00-07:00", "between 00:00 and 23:59"),
        ("22:00-22:00", "another time"),
    ],
)
def test_hours_that_no_day_has_are_refused(words, why):
    assert why in refused("quiet", words)


def test_quiet_off_ends_them():
    assert changed("quiet", "Off").quiet is None


@pytest.mark.parametrize("command", ["language", "timezone", "quiet"])
def test_a_command_without_words_changes_nothing(command):
    assert change_to(command, "  ") is None
