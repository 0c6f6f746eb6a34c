"""What people look at before they change rules from the chat: suggestions, and texts on trial.

Both read the history, which takes long, so it is done before the sheet is opened and not in the
transaction that opens it. What is found goes into the sheet's state as JSON.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from bot.core.action import Json, canonical_json
from bot.core.approval import Approval
from bot.core.backtest import Backtest, Difference, Past, past_of
from bot.core.errors import PolicyUnread
from bot.core.policy import Policy
from bot.core.policy_document import document_of, read_policies
from bot.core.suggestion import Suggestion, suggest
from bot.gate.approval_tables import Page
from bot.gate.channel import Target
from bot.gate.policies import Policies
from bot.gate.policy_tables import KeptPolicy
from bot.gate.ports import Store
from bot.gate.steps import Steps
from bot.gate.tables import Transaction

LOOKED_AT: Final = 2_000  # approvals of the history, the newest
_ROWS_AT_ONCE: Final = 100
_MOST_OFFERED: Final = 10
_MOST_DIFFERENCES: Final = 5
_TITLE: Final = 200


class Rules:
    """Finds out what to show; the sheets of `suggest`, `rules` and `draft` do the rest."""

    def __init__(self, store: Store, policies: Policies) -> None:
        self._store = store
        self._policies = policies

    def source(self) -> dict[str, Json]:
        """Return whether a file's policies are in force, and the names of those then."""
        book = self._policies.book
        if not book.is_file:
            return {"file": False, "names": [], "fault": book.fault}
        names: list[Json] = [
            [policy.name, len(policy.rules), policy.is_enabled] for policy in book.policies
        ]
        return {"file": True, "names": names, "fault": book.fault}

    async def is_awaited(self, person: Target, chat: Target, *, message: str | None) -> bool:
        """Tell whether a text is one of rules: in reply to a list of rules of this person's.

        Without a message replied to, it is where such a list is open in the chat.
        """
        return await self._store.read(
            partial(_is_awaited, person=person, chat=chat, message=message)
        )

    async def offers(self) -> dict[str, Json]:
        """Return what the history suggests and nobody refused; raises Busy."""
        history = await self._history()
        policies = self._policies.book.policies
        found = await asyncio.to_thread(suggest, history, policies=policies)
        dismissed = await self._store.read(lambda tx: tx.dismissals.all())
        offers: list[Json] = [
            _offer(one) for one in found if rule_sha256(one.document()) not in dismissed
        ][:_MOST_OFFERED]
        return {**self.source(), "offers": offers}

    async def trial(self, document: object, *, faults: Sequence[str]) -> dict[str, Json]:
        """Return what a document of policies would change and have done; raises Busy.

        `faults` are what is wrong with its text; then nothing is tried.
        """
        told: list[Json] = list(faults)
        if told:
            return {**self.source(), "faults": told}
        reading = await asyncio.to_thread(read_policies, document)
        kept = await self._store.read(lambda tx: tx.policies.all())
        names = {one.name for one in kept}
        documents: list[Json] = [document_of(policy) for policy in reading.policies]
        trial: dict[str, Json] = {
            **self.source(),
            "faults": [],
            "basis": basis_of(kept),
            "documents": documents,
            "changes": [
                [one.name, len(one.rules), one.name not in names] for one in reading.policies
            ],
            "warnings": [str(warning) for warning in reading.warnings],
            "tests": sum(
                len(rule.matches) + len(rule.does_not_match)
                for policy in reading.policies
                for rule in policy.rules
            ),
        }
        try:
            result = await self._policies.backtest(documents, alone=False, limit=LOOKED_AT)
        except PolicyUnread as error:
            return {**trial, "faults": [error.sentence]}
        return {**trial, "backtest": backtest_document(result)}

    async def _history(self) -> tuple[Past, ...]:
        """Return the newest of what people decided or let expire."""
        keys = await self._store.read(lambda tx: tx.keys.all())
        names = {key.id: key.name for key in keys}
        found: list[Past] = []
        cursor: str | None = None
        while True:
            page = await self._store.read(_Page(cursor))
            found += await asyncio.to_thread(_pasts, page.items, names)
            cursor = page.cursor
            if cursor is None or len(found) >= LOOKED_AT:
                return tuple(found[:LOOKED_AT])


def _is_awaited(
    tx: Transaction, *, person: Target, chat: Target, message: str | None
) -> Steps[bool]:
    approver = yield from tx.people.by_address(person)
    if approver is None:
        return False
    for sheet in (yield from tx.sheets.open_in(chat)):
        is_theirs = (sheet.kind, sheet.person) == ("rules", approver.id)
        # Who is quick replies before the list's reference is saved.
        if is_theirs and (sheet.message is None or message in {None, sheet.message}):
            return True
    return False


class _Page:
    """The query of one page of the history."""

    def __init__(self, cursor: str | None) -> None:
        self._cursor = cursor

    def __call__(self, tx: Transaction) -> Steps[Page[Approval]]:
        return (
            yield from tx.approvals.listing(
                key_id=None,
                state=None,
                session_id=None,
                limit=_ROWS_AT_ONCE,
                cursor=self._cursor,
            )
        )


def _pasts(approvals: Sequence[Approval], names: Mapping[str, str]) -> list[Past]:
    pasts = (past_of(one, agent=names.get(one.key_id, "")) for one in approvals)
    return [past for past in pasts if past is not None]


def rule_sha256(document: Mapping[str, Json]) -> str:
    """Return the hash of what a rule decides about what, whatever it is called and tested by."""
    about: dict[str, Json] = {
        "match": document["match"], "decision": document["decision"]
    }  # fmt: skip
    return hashlib.sha256(canonical_json(about)).hexdigest()


def basis_of(kept: Sequence[KeptPolicy]) -> str:
    """Return the hash of all the policies kept, to know them again by."""
    documents: list[Json] = [[one.id, dict(one.document)] for one in kept]
    return hashlib.sha256(canonical_json(documents)).hexdigest()


def lifting(policies: Sequence[Policy]) -> tuple[tuple[str, int], ...]:
    """Return the rules that lift the floor: the names of their policies, their numbers there."""
    return tuple(
        (policy.name, number)
        for policy in policies
        for number, rule in enumerate(policy.rules, 1)
        if rule.lifts
    )


def _offer(one: Suggestion) -> Json:
    document = one.document()
    return {
        "document": document,
        "sha256": rule_sha256(document),
        "count": one.count,
        "backtest": backtest_document(one.backtest),
    }


def backtest_document(result: Backtest) -> dict[str, Json]:
    """Return a backtest as a sheet keeps it, with the worst few differences."""
    told: list[Json] = [_difference(one) for one in result.differences[:_MOST_DIFFERENCES]]
    return {
        "judged": result.judged,
        "allowed": result.allowed,
        "denied": result.denied,
        "asked": result.asked,
        "differing": result.differing,
        "differences": told,
    }


def _difference(one: Difference) -> Json:
    title = one.approval.action.title[:_TITLE]
    return [one.judgement.verdict.value, one.answer.value, title, one.count]
