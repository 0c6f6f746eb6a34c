"""A strict Bot API server over real HTTP, with people who read cards and tap buttons by label."""

from tests.fakes.telegram.chat import Card, Chat, Document, Version
from tests.fakes.telegram.fault import Fault
from tests.fakes.telegram.person import Person, Tap
from tests.fakes.telegram.refusal import Refusal
from tests.fakes.telegram.server import FakeTelegram

__all__ = [
    "Card",
    "Chat",
    "Document",
    "FakeTelegram",
    "Fault",
    "Person",
    "Refusal",
    "Tap",
    "Version",
]
