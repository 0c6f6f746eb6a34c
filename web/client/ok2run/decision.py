"""What the gate answers, as values: an ask that waits, a decision, an answer to a question."""

from dataclasses import dataclass
from typing import NoReturn


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An ask that the gate has taken; `expires_at` is in unix seconds.

    `status` is pending, unless a rule or a grant settled it at once. `confirm_number` is there
    only where `can_show_number` was said: show it to the person before you wait.
    """

    id: str
    digest: str
    short_code: str
    status: str
    expires_at: int | None = None
    confirm_number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided. A decision is not true or false by itself: look at `approved`.

    With `override` the person approved something else than was asked: run that text, or nothing.
    `digest` stands for what was asked; `via` is telegram, mail, web, api, rule or grant.
    """

    id: str
    approved: bool
    digest: str
    note: str | None = None
    override: str | None = None
    by: str = ""
    via: str = ""
    rule: str | None = None

    def __bool__(self) -> NoReturn:
        raise TypeError("a Decision is neither true nor false; look at decision.approved")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person answered: the options chosen, with their letters, or their own words.

    `text` is all of it in one line; `letters` and `options` are empty where it is their own words.
    """

    id: str
    text: str
    letters: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    by: str = ""
    via: str = ""
