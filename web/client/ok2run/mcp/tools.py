"""What each tool does, over whichever gate; none of them decides anything."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from ok2run.mcp import permission
from ok2run.mcp.approved import Commands
from ok2run.mcp.arguments import Arguments, WrongArguments
from ok2run.mcp.definition import STATUSES
from ok2run.mcp.gateway import GateFault, Gateway, Json
from ok2run.mcp.waiting import Pace, Report, ended
from ok2run.mcp.words import answer_of, listed, told

_PATIENTLY = 7 * 24 * 3600  # seconds; a permission prompt ends with its ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who asks, where a call does not say it: the run, the directory, and where to ask.

    `where` is an ask's `channel` and `target`, empty where the gate is to choose.
    """

    session_id: str = ""
    cwd: str | None = None
    where: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A tool's result: a JSON object, or a sentence that says what is wrong."""

    value: Json | str

    @property
    def is_error(self) -> bool:
        """Tell whether the call failed."""
        return isinstance(self.value, str)


class Tools:
    """The tools over one gate, for one agent."""

    def __init__(
        self, gateway: Gateway, *, origin: Origin, commands: Commands, pace: Pace | None = None
    ) -> None:
        self._gateway = gateway
        self._origin = origin
        self._commands = commands
        self._pace = Pace() if pace is None else pace
        self._tools: Mapping[str, Callable[[Arguments, Report], Awaitable[Json]]] = {
            "request_approval": self._request,
            "wait_for_approval": self._wait,
            "check_request": self._check,
            "list_requests": self._list,
            "ask_user": self._ask_user,
            "execute_approved": self._execute,
            "approve": self._approve,
        }

    async def call(self, name: str, given: Mapping[str, object], report: Report) -> Answer:
        """Call a tool; whatever goes wrong is told in a sentence. Raises KeyError for no tool."""
        tool = self._tools[name]
        try:
            return Answer(value=await tool(Arguments(given), report))
        except (WrongArguments, GateFault) as error:
            return Answer(value=f"Error: {error}")

    async def _request(self, given: Arguments, report: Report) -> Json:
        """Ask in the words of either older program, and return at once."""
        action_type = given.needed("action_type", "action")
        body = {
            "action_type": action_type,
            "title": given.text("title") or action_type,
            "preview": given.text("preview") or "",
            "params": given.object("params"),
            "context": given.object("context"),
            "reason": given.text("reason"),
            "urgency": given.text("urgency"),
            "language": given.text("language"),
            "options": given.texts("options"),
            "multiple": given.flag("multiple"),
            "cwd": given.text("cwd") or self._origin.cwd,
            **self._common(given),
        }
        approval = await self._ask(body)
        return told(approval, str(approval["approval_id"]))

    async def _wait(self, given: Arguments, report: Report) -> Json:
        identity = given.needed("approval_id", "id")
        limit = self._pace.limit(given.count("max_wait"), report)
        approval = await self._gateway.read(identity)
        return await self._ended({**approval, "approval_id": identity}, limit, report)

    async def _check(self, given: Arguments, report: Report) -> Json:
        identity = given.needed("approval_id", "id")
        return told(await self._gateway.read(identity), identity)

    async def _list(self, given: Arguments, report: Report) -> Json:
        status = given.text("status")
        if status is not None and status not in STATUSES:
            raise WrongArguments(f"status must be one of {', '.join(STATUSES)}.")
        found = await self._gateway.listing(
            status=status,
            session_id=given.text("session_id"),
            limit=given.count("limit", most=200) or 20,
        )
        approvals = found.get("approvals")
        return {
            "approvals": [listed(approval) for approval in _objects(approvals)],
            "next_cursor": found.get("next_cursor"),
        }

    async def _ask_user(self, given: Arguments, report: Report) -> Json:
        """Ask a question and wait; while it is pending, wait_for_approval goes on."""
        question, options = given.needed("question"), given.texts("options")
        asked: Json = {
            "question": question,
            "options": [{"label": option} for option in options],
            "multiple": given.flag("multiple"),
        }
        body: Json = {"action_type": "question", "title": question, "questions": [asked]}
        limit = self._pace.limit(given.count("max_wait"), report)
        approval = await self._ask({**body, **self._common(given)})
        ended = await self._ended(approval, limit, report, is_own=True)
        answer = answer_of(ended, options)
        return ended if answer is None else {**ended, "answer": answer}

    async def _execute(self, given: Arguments, report: Report) -> Json:
        """Ask, wait, and run just what was approved."""
        limit = self._pace.limit(given.count("max_wait"), report)
        command = self._commands.command(given)
        identity = given.text("approval_id")
        if identity is None:
            approval = await self._ask({**command.body, **self._common(given)})
        else:
            approval = {**await self._gateway.read(identity), "approval_id": identity}
        approval = await self._waited(approval, limit, report, is_own=True)
        identity = str(approval["approval_id"])
        if approval["status"] == "pending":
            again = "Call execute_approved again with the same arguments and this approval_id."
            return {**told(approval, identity), "meaning": f"Nobody has decided yet. {again}"}
        if approval["status"] != "approved":
            refused = told(approval, identity)
            return {"status": "denied", "error": "Not approved", "approval": refused}
        return await self._commands.run(self._gateway, command, approval, report, self._pace)

    async def _approve(self, given: Arguments, report: Report) -> Json:
        """Answer a permission prompt; every fault is a refusal, in the prompt's own form."""
        try:
            tool, tool_input = given.needed("tool_name"), given.object("input") or {}
            body = permission.ask(tool, tool_input)
            common = {**self._common(given), "cwd": self._origin.cwd}
            approval = await self._ask({**body, **common})
        except (WrongArguments, GateFault) as error:
            return permission.deny(f"Nobody could be asked: {error}")
        identity = str(approval["approval_id"])
        limit = min(self._pace.hold or _PATIENTLY, _PATIENTLY)
        try:
            approval = await self._waited(approval, limit, report, is_own=True)
            if approval["status"] == "pending":  # or it was decided just now, and that counts
                approval = await self._gateway.withdraw(identity)
        except GateFault as error:
            self._gateway.withdraw_later(identity)
            return permission.deny(f"The answer was lost: {error}")
        return permission.answer(tool, tool_input, approval)

    async def _ask(self, body: Json) -> Json:
        asked = {name: value for name, value in body.items() if value not in (None, [], False)}
        return await self._gateway.ask(asked)

    async def _ended(
        self, approval: Json, limit: float, report: Report, *, is_own: bool = False
    ) -> Json:
        """Return an approval as it is told to a model once it has ended or the time is over."""
        approval = await self._waited(approval, limit, report, is_own=is_own)
        identity = str(approval["approval_id"])
        if approval["status"] == "pending":
            approval = {**approval, "error": "Timeout waiting for approval"}
        return told(approval, identity)

    async def _waited(self, approval: Json, limit: float, report: Report, *, is_own: bool) -> Json:
        """Wait; where the call is given up that made the ask, nobody would know of an answer."""
        try:
            return await ended(self._gateway, approval, limit, report, self._pace)
        except GateFault as error:
            if not error.temporary:
                raise
            raise GateFault(
                f"{error} The ask may still be decided: "
                f"its approval_id is {approval['approval_id']}."
            ) from error
        except BaseException:
            if is_own:
                self._gateway.withdraw_later(str(approval["approval_id"]))
            raise

    def _common(self, given: Arguments) -> Json:
        """Return what every ask carries; the call's own words come before the origin's."""
        where: Json = {"channel": given.text("channel"), "target": given.target()}
        if where["target"] is None and where["channel"] in (
            None,
            self._origin.where.get("channel"),
        ):
            where = self._origin.where
        session_id = given.text("session_id")
        return {
            "session_id": self._origin.session_id if session_id is None else session_id,
            "expires_in_sec": given.count("expires_in_sec"),
            **where,
        }


def _objects(found: object) -> list[Json]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
