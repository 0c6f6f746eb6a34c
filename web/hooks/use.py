"""The use of a tool, in its agent's words and in those that rules are written in.

A shell command is `Bash` for every agent, a file's change `Edit` or `Write`, so that one policy
fits them all. What a tool is given keeps every value it has; only names are other ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from bot.core.action import Action, Json
from bot.core.approval import Approval
from bot.core.terms import Terms
from bot.gate.call import Call, Finished, digest_of_parts, tool_call
from web.hooks.claude_tool import READING, action_of
from web.hooks.patch import patched

_SUMMARY: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One use of a tool.

    `tool` and `given` are the agent's own, `name` and `params` what rules and people see.
    `replaced` is the field of `given` that may be replaced, `patch` the text of a patch, `reason`
    the agent's own words about it, `context` what helps the reader besides. `same_by` are the
    fields that all hooks of the call have alike, where not all are.
    """

    tool: str
    given: Mapping[str, Json]
    name: str
    params: Mapping[str, Json]
    cwd: str | None = None
    replaced: str | None = None
    patch: str | None = None
    reason: str | None = None
    context: Mapping[str, Json] = field(default_factory=dict)
    same_by: tuple[str, ...] = ()

    @property
    def only_reads(self) -> bool:
        """Whether it changes nothing, so that nobody need be asked unless a rule says so."""
        return self.name in READING

    def action(self, terms: Terms) -> Action:
        """Return what is to be approved; the terms as the agent's way in has them."""
        terms = replace(terms, replaces=terms.replaces and self.replaced is not None)
        if self.patch is not None:
            action = patched(self.patch, self.params, self.cwd, terms)
        else:
            action = action_of(self.name, self.params, self.cwd, terms)
        return replace(action, reason=self.reason or action.reason, context=self.context)

    def changed(self, approval: Approval) -> dict[str, Json] | None:
        """Return the whole input with the command that runs instead, or None."""
        decision = approval.decision
        if decision is None or decision.override is None or self.replaced is None:
            return None
        return {**self.given, self.replaced: decision.override}

    def runs(self, approval: Approval) -> str | None:
        """Return by what the call is known that runs in place of the one asked for."""
        changed = self.changed(approval)
        return None if changed is None else self._known(changed)

    def call(self, event: str, one: str) -> Call:
        """Return how this call is known again; `one` is what tells it from the next of the same.

        Raises InvalidAsk for numbers that have no one form.
        """
        tool = self._known(self.given)
        return Call(tool=tool, attempt=_attempt(event, one))

    def finished(
        self,
        session_id: str,
        *,
        asked_by: tuple[str, str] | None = None,
        failure: str | None = None,
        took: int | None = None,
    ) -> Finished:
        """Return that it has run, `took` in milliseconds, or in a line how it failed.

        `asked_by` are the event and the id by which exactly this call may have been asked for.
        """
        line = " ".join(failure.replace("\0", "").split())[:_SUMMARY] if failure else ""
        return Finished(
            session_id=session_id,
            tool=self._known(self.given),
            attempts=(_attempt(*asked_by),) if asked_by is not None and asked_by[1] else (),
            summary=f"failed: {line}" if line else None,
            took=timedelta(milliseconds=took) if took is not None and 0 <= took < 2**40 else None,
        )

    def _known(self, given: Mapping[str, Json]) -> str:
        names = self.same_by or tuple(given)
        return tool_call(self.tool, {name: given[name] for name in names if name in given})


def _attempt(event: str, one: str) -> str:
    return digest_of_parts([event, one])


def renamed(given: Mapping[str, Json], names: Mapping[str, str]) -> dict[str, Json]:
    """Return the same values under other names; two never become one."""
    taken = {names.get(name, name) for name in given}
    if len(taken) != len(given):
        return dict(given)
    return {names.get(name, name): value for name, value in given.items()}


def note_of(approval: Approval) -> str | None:
    """Return the words that a person added to an approval."""
    decision = approval.decision
    if decision is None or decision.approver_id is None:
        return None
    return decision.note or None


def is_approved(approval: Approval) -> bool:
    """Tell whether it was decided, and approved."""
    return approval.decision is not None and approval.decision.approved
