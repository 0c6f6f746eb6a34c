"""Taking back the grant that a decision made."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """Who took the grant back, by the name that people are shown, and when (aware UTC)."""

    by: str
    at: datetime
