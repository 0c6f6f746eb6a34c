"""What must happen once: asks by their idempotency keys, a channel's updates; and its end."""

from datetime import datetime, timedelta
from typing import Final

from bot.core.approval import LONGEST_LIFE
from bot.core.audit import milliseconds
from bot.core.device import BETWEEN_MAILS, DEVICE_LIFE
from bot.gate.channel import Update
from bot.gate.steps import Steps
from bot.store.column import text
from bot.store.statements import load

# An agent that comes back finds its ask for as long as that may have been pending, and a day more.
ASK_KEPT: Final = LONGEST_LIFE + timedelta(days=1)
# Telegram keeps what was not fetched for a day: https://core.telegram.org/bots/api#getting-updates
UPDATE_KEPT: Final = timedelta(days=7)
# Nothing is pending for longer; a list that nobody touched for so long can be asked for anew.
SHEET_KEPT: Final = LONGEST_LIFE + timedelta(days=1)

_SQL: Final = load("once.sql")
_FIND_ASK = _SQL["find_ask"]
_ADD_ASK = _SQL["add_ask"]
_FIRST_SIGHT = _SQL["first_sight"]
_FORGET_ASKS = _SQL["forget_asks"]
_FORGET_CALLS = _SQL["forget_calls"]
_FORGET_TURNS = _SQL["forget_turns"]
_FORGET_UPDATES = _SQL["forget_updates"]
_FORGET_LINKS = _SQL["forget_links"]
_FORGET_MAIL_CLAIMS = _SQL["forget_mail_claims"]
_FORGET_PAIRING_CODES = _SQL["forget_pairing_codes"]
_FORGET_PAIRING_FAILURES = _SQL["forget_pairing_failures"]
_FORGET_TOKENS = _SQL["forget_tokens"]
_FORGET_DEVICES = _SQL["forget_devices"]
_FORGET_DEVICE_CODES = _SQL["forget_device_codes"]
_FORGET_SHEETS = (_SQL["forget_sheets_owed"], _SQL["forget_sheets"])


class IdempotencyRows:
    """Which asks were taken under which idempotency key."""

    def find(self, key_id: str, key: str) -> Steps[tuple[str, str] | None]:
        """Return (fingerprint, approval id) kept for this key."""
        rows = yield _FIND_ASK, {"key_id": key_id, "key": key}
        return (text(rows[0][0]), text(rows[0][1])) if rows else None

    def add(
        self, key_id: str, key: str, *, fingerprint: str, approval_id: str, at: datetime
    ) -> Steps[None]:
        """Keep it."""
        yield (
            _ADD_ASK,
            {
                "key_id": key_id,
                "key": key,
                "fingerprint": fingerprint,
                "approval_id": approval_id,
                "at": milliseconds(at),
            },
        )


class UpdateRows:
    """Which updates were handled."""

    def first_sight(self, update: Update, at: datetime) -> Steps[bool]:
        """Keep its number; tell whether it was new."""
        rows = yield (
            _FIRST_SIGHT,
            {"channel": update.channel, "id": update.id, "at": milliseconds(at)},
        )
        return bool(rows)


class RetentionRows:
    """What is not kept for ever."""

    def purge(self, now: datetime) -> Steps[None]:
        """Forget handled updates, links, codes, asks' keys, calls and sheets past their time."""
        yield _FORGET_ASKS, {"before": milliseconds(now - ASK_KEPT)}
        yield _FORGET_CALLS, {"before": milliseconds(now - ASK_KEPT)}
        yield _FORGET_TURNS, {"before": milliseconds(now - ASK_KEPT)}
        yield _FORGET_UPDATES, {"before": milliseconds(now - UPDATE_KEPT)}
        yield _FORGET_LINKS, {"before": milliseconds(now)}
        yield _FORGET_TOKENS, {"before": milliseconds(now - DEVICE_LIFE)}
        yield _FORGET_DEVICES, {"before": milliseconds(now)}
        yield _FORGET_DEVICE_CODES, {"before": milliseconds(now - BETWEEN_MAILS)}
        yield _FORGET_MAIL_CLAIMS, {"before": milliseconds(now)}
        yield _FORGET_PAIRING_CODES, {"before": milliseconds(now)}
        yield _FORGET_PAIRING_FAILURES, {"before": milliseconds(now - UPDATE_KEPT)}
        for statement in _FORGET_SHEETS:
            yield statement, {"before": milliseconds(now - SHEET_KEPT)}
