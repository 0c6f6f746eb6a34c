"""What stands behind the Details button."""

from dataclasses import replace
from datetime import timedelta

from bot.channels.telegram.details import File, details
from bot.core.approval import decided
from tests.builders import NOW, a_decision, an_approval
from tests.channels.telegram.conftest import READER


def test_details_tell_when_it_was_claimed_and_only_then() -> None:
    approved = decided(an_approval(), a_decision())
    claimed_at = NOW + timedelta(minutes=2)

    before = details(approved, READER)
    after = details(replace(approved, claimed_at=claimed_at), READER)

    assert not isinstance(before, File)
    assert not isinstance(after, File)
    assert "Claimed at" not in before.render()[0]
    assert f"Claimed at: {READER.full(claimed_at)}" in after.render()[0]
