"""What `/v1/policies` takes and gives; unknown fields are refused."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Name = Annotated[str, Field(strict=True, min_length=1, max_length=200)]
Priority = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]


class PolicyBody(BaseModel):
    """A policy: its rules in their order; the policy of the lower priority is judged first."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    priority: Priority = 100
    enabled: bool = Field(default=True, strict=True)
    rules: list[dict[str, Any]]


class PolicyChange(BaseModel):
    """What to change of a policy; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    priority: Priority | None = None
    enabled: bool | None = Field(default=None, strict=True)


class PolicyView(BaseModel):
    """A policy as people write it, and what its reader warns of.

    With `faults` it can't be read any more: while it is kept, everything asks.
    """

    id: str
    name: str
    priority: float
    enabled: bool
    rules: list[dict[str, Any]]
    made_at: int
    changed_at: int
    warnings: list[str]
    faults: list[str]


class PolicyList(BaseModel):
    """Policies in the order in which they are judged; those of a file are not listed."""

    source: Literal["database", "file"]
    policies: list[PolicyView]


class RemovedView(BaseModel):
    """A policy that was removed."""

    id: str
    status: Literal["removed"]


class ExplainBody(BaseModel):
    """A request to explain, in the words of a rule's own tests."""

    model_config = ConfigDict(extra="allow")

    action: str | None = None
    action_type: str | None = None
    params: dict[str, Any] = Field(default_factory=dict)
    context: dict[str, Any] = Field(default_factory=dict)


class RuleExplanation(BaseModel):
    """What one rule says of the request; `matches` is null where that is not known."""

    policy: str
    number: int
    name: str
    decision: Literal["allow", "deny", "ask"]
    matches: bool | None
    why_not: str | None


class ExplanationAnswer(BaseModel):
    """How a request would be judged; without a `policy` no rule settles it."""

    verdict: Literal["allow", "deny", "ask"]
    policy: str | None
    number: int | None
    name: str
    because: str
    strict: bool
    lifted: list[str]
    why: str | None
    rules: list[RuleExplanation]


class BacktestBody(BaseModel):
    """Policies to try on what people decided so far.

    `policy` or `policies` is to be given. Without `alone` each takes the place of the one of its
    name among those in force, beside the others. `limit` is how many approvals are looked at.
    """

    model_config = ConfigDict(extra="forbid")

    policy: PolicyBody | None = None
    policies: list[PolicyBody] | None = None
    limit: int = Field(default=2_000, ge=1, le=10_000, strict=True)
    alone: bool = Field(default=False, strict=True)

    @model_validator(mode="after")
    def _is_told_once(self) -> Self:
        if (self.policy is None) == (self.policies is None):
            raise ValueError("Give one of policy and policies")
        return self


class DifferenceView(BaseModel):
    """Where a policy and people differ; `by` is null where nobody answered.

    `count` is how often the very same was asked; the rest tells of the newest of them.
    """

    approval_id: str
    title: str
    action_type: str
    agent: str
    created_at: int
    answer: Literal["approved", "denied", "replaced", "unanswered"]
    by: str | None
    verdict: Literal["allow", "deny"]
    policy: str
    number: int
    name: str
    because: str
    count: int


class BacktestAnswer(BaseModel):
    """What the policies would have done, the worst differences first.

    `judged` is how many approvals people decided or let expire; of them `differing` differ, of
    which `left_off` are in none of the differences told.
    """

    judged: int
    allowed: int
    denied: int
    asked: int
    differing: int
    left_off: int
    differences: list[DifferenceView]
