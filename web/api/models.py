"""What `/v1` takes and gives; unknown fields are ignored."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from web.api.grant_models import End, ExtentView, ScopeView, Text

Urgency = Literal["low", "normal", "high", "critical"]


class AskTarget(BaseModel):
    """Where to ask: a Telegram chat id or a mail address that the operator allows for this key."""

    tg_chat_id: str | int | None = None
    email_to: str | None = None


class OptionBody(BaseModel):
    """One choice of a question."""

    label: Text = Field(min_length=1)
    description: Text = ""


class QuestionBody(BaseModel):
    """One question; without options it is answered in words."""

    question: Text = Field(min_length=1)
    header: Text = ""
    options: list[OptionBody] = Field(default_factory=list, max_length=26)
    multiple: bool = False
    allow_custom: bool = True


class AskBody(BaseModel):
    """An action to be approved, or one to four questions; null is the same as left out."""

    session_id: Text
    action_type: Text
    title: Text
    preview: Text = ""
    channel: Literal["telegram", "email"] | None = None
    target: AskTarget | None = None
    options: list[Text] | None = Field(default=None, max_length=26)
    expires_in_sec: int = Field(default=3600, ge=1, le=604_800)
    params: dict[str, Any] = Field(default_factory=dict)
    context: dict[str, Any] = Field(default_factory=dict)
    cwd: Text | None = None
    reason: Text | None = None
    language: Text | None = Field(default=None, max_length=32)
    urgency: Urgency | None = None
    multiple: bool = False
    allow_custom: bool = True
    questions: list[QuestionBody] | None = Field(default=None, min_length=1, max_length=4)
    agent: Text | None = Field(default=None, max_length=64)
    can_show_number: bool = False

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, given: Any) -> Any:
        if not isinstance(given, dict) or None not in given.values():
            return given
        needed = {"session_id", "action_type", "title"}
        return {name: v for name, v in given.items() if v is not None or name in needed}


class WaitQuery(BaseModel):
    """How long to hold the answer for a decision, in seconds."""

    wait: float = Field(default=0, ge=0, le=3600, allow_inf_nan=False)


class AskQuery(WaitQuery):
    """How to ask: hold the answer, and what a caller that hangs up means."""

    on_disconnect: Literal["keep", "withdraw"] = "keep"


class DecisionView(BaseModel):
    """A decision: the older contract's three keys first.

    `digest` is that of what was decided: another than the approval's, where `override` stands in
    its place.
    """

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    code: str
    note: str | None
    override: str | None
    decision: Literal["approved", "denied"]
    by: str
    via: str
    at: int
    answers: list[str]
    scope: str
    grant_id: str | None
    rule: str | None
    questions: list[dict[str, Any]]
    extent: ExtentView | None
    end: End | None
    until: int | None
    digest: str


Status = Literal["pending", "approved", "denied", "expired", "withdrawn"]


class AskAnswer(BaseModel):
    """What became of an ask so far; the first five keys are the older contract's.

    `queued_quiet_hours` says that everybody who is asked has quiet hours, and hears of it at
    `queued_until` first: an agent may do something else meanwhile.
    `end_reason` says why it ended without an answer, as while the gate is snoozed.
    `confirm_number` is there only where `can_show_number` was said, without `wait`, and approving
    takes it: show it to the person before you wait. No other answer tells it.
    """

    approval_id: str
    status: Status
    auto: bool
    expires_at: int | None
    decision: DecisionView | None
    digest: str
    short_code: str
    queued_quiet_hours: bool = False
    queued_until: int | None = None
    end_reason: str | None
    confirm_number: int | None = None


class RiskView(BaseModel):
    """How the gate judges the action; `floor` names the classes that always ask."""

    level: Urgency
    reasons: list[str]
    floor: list[str]


class OutcomeView(BaseModel):
    """What became of an approved action."""

    exit_code: int | None
    summary: str | None
    reported_at: int


class RulingView(BaseModel):
    """The rule that has people asked, and how many of whom have to answer.

    With `silence` at `hand_back`, an agent that got no answer may ask at its own terminal.
    `escalated` names who was asked later, as nobody had answered.
    """

    rule: str
    because: str | None
    strict: bool
    approvers: list[str]
    quorum: int
    deny_threshold: int
    require_reason: bool
    silence: Literal["deny", "hand_back"]
    escalated: list[str] = []


class VoteView(BaseModel):
    """One person's answer to what several decide."""

    by: str
    approved: bool
    via: str
    at: int


class ApprovalView(BaseModel):
    """An approval as it stands; the first five keys are the older contract's.

    As there, `session_id` and `action_type` are null while it is pending. `scopes` is null in a
    listing and empty where nothing may be granted. `claimed_at` is when its receipt was taken.
    """

    status: Status
    expires_at: int
    decision: DecisionView | None
    session_id: str | None
    action_type: str | None
    approval_id: str
    digest: str
    short_code: str
    kind: Literal["action", "question"]
    agent: str
    title: str
    created_at: int
    ended_at: int | None
    claimed_at: int | None
    end_reason: str | None
    risk: RiskView
    ruling: RulingView | None
    votes: list[VoteView]
    outcome: OutcomeView | None
    scopes: list[ScopeView] | None


class ListQuery(BaseModel):
    """Which approvals to list."""

    status: Status | None = None
    session_id: str | None = None
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = None


class ApprovalList(BaseModel):
    """Approvals, newest first; pass `next_cursor` as `cursor` to go on."""

    approvals: list[ApprovalView]
    next_cursor: str | None


class DecisionBody(BaseModel):
    """A decision by a key that may decide.

    With session or always, `extent` is one of the approval's `scopes`, by its index or as it
    stands there, and `end` one of its ends; without them it is the whole type, with the usual end.
    What its agent shows a number for is approved with that `confirm_number`; a wrong one denies.
    """

    decision: Literal["approved", "denied"]
    note: Text | None = None
    override: Text | None = None
    answers: list[Text | list[Text]] | None = Field(default=None, max_length=26)
    scope: Literal["once", "session", "always"] = "once"
    extent: Annotated[int, Field(strict=True, ge=0)] | ExtentView | None = None
    end: End | None = None
    confirm_number: Annotated[int, Field(strict=True, ge=10, le=99)] | None = None


class OutcomeBody(BaseModel):
    """What became of the action."""

    exit_code: int | None = Field(default=None, ge=-(2**31), le=2**32 - 1)
    summary: Text | None = Field(default=None, max_length=4000)


class AuditEntryView(BaseModel):
    """One link of the audit chain; `at` in milliseconds."""

    seq: int
    at: int
    kind: str
    actor: str
    facts: dict[str, Any]
    previous: str
    hash: str


class AuditView(BaseModel):
    """An approval's audit entries, oldest first."""

    entries: list[AuditEntryView]


class EmailReplyBody(BaseModel):
    """A mail reply, forwarded by a program with a key that may decide."""

    subject: Text | None = None
    body: Text


class EmailReplyAnswer(BaseModel):
    """What the reply decided."""

    status: Literal["approved", "denied"]
    approval_id: str


class WebhookSet(BaseModel):
    """The webhook's address and Telegram's own answer."""

    webhook_url: str
    telegram_response: dict[str, Any]


class WebhookGone(BaseModel):
    """Telegram's own answer."""

    telegram_response: dict[str, Any]
