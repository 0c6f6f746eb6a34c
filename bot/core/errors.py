"""The refusals of the gate: one root, each with a machine word and an HTTP hint."""

from collections.abc import Mapping
from typing import ClassVar


class GateError(Exception):
    """The gate refuses; the message is a sentence for the caller, free of secrets.

    People may be told it in another language: `template` is the sentence with `values` still to
    be filled into the places that it names in braces.
    """

    code: ClassVar[str] = "gate_error"
    http_status: ClassVar[int] = 500

    def __init__(self, template: str = "", *, values: Mapping[str, str] | None = None) -> None:
        super().__init__(template.format_map(values) if values else template)
        self.template = template
        self.values = dict(values or {})

    @property
    def sentence(self) -> str:
        """The message as the caller reads it."""
        return str(self)


class InvalidAsk(GateError):
    """What was asked cannot be taken as it is; `place` says where in the body."""

    code = "invalid"
    http_status = 422

    def __init__(
        self,
        template: str,
        *,
        place: tuple[str | int, ...] = (),
        values: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(template, values=values)
        self.place = place


class NotFound(GateError):
    """There is no such thing, or it is another key's."""

    code = "not_found"
    http_status = 404


class NotAllowed(GateError):
    """The caller is known but may not do this."""

    code = "not_allowed"
    http_status = 403


class AskerMayNotDecide(NotAllowed):
    """No key decides what it asked."""

    code = "asker_may_not_decide"


class NotAnApprover(NotAllowed):
    """This person is not among those who may decide."""

    code = "not_an_approver"


class MayOnlyLook(NotAllowed):
    """This person may see what waits, and decides nothing."""

    code = "may_only_look"


class NotEnrolled(NotAllowed):
    """The browser behind a mail's link decides nothing, or no more."""

    code = "not_enrolled"


class LastOwner(GateError):
    """A gate keeps one owner who is reached; nothing was changed."""

    code = "last_owner"
    http_status = 409


class NotAskedHere(NotAllowed):
    """A rule lets only others decide this one."""

    code = "not_asked"


class TargetNotAllowed(NotAllowed):
    """The agent named a chat that the operator has not allowed for its key."""

    code = "target_not_allowed"


class TooHasty(NotAllowed):
    """This person approved so much in so short a time that a tap is not enough now.

    Who types the card's code has looked at the card, and may approve it all the same.
    """

    code = "too_hasty"
    http_status = 429

    def __init__(self, *, approvals: int, seconds: int, short_code: str) -> None:
        often = (
            f"{approvals} in a minute" if seconds == 60 else f"{approvals} in {seconds} seconds"
        )
        super().__init__(
            f"You approved {often}. Type the card's code to approve this one: yes {short_code}"
        )
        self.approvals = approvals
        self.seconds = seconds
        self.short_code = short_code


class ReasonMissing(InvalidAsk):
    """A rule wants to hear why this is approved."""

    code = "reason_missing"


class NumberMissing(InvalidAsk):
    """Approving this takes the number that its agent shows."""

    code = "number_missing"


class CardOutdated(InvalidAsk):
    """More asks share the card than it showed when the person pressed; nothing was decided."""

    code = "card_outdated"


class ChannelOff(InvalidAsk):
    """The agent named a channel that is switched off here."""

    code = "channel_off"


class IllegalTransition(GateError):
    """The approval's state does not take this event; nothing moved."""

    code = "not_pending"
    http_status = 409


class NotAnAction(GateError):
    """Only an action is claimed; a question has nothing to run."""

    code = "not_an_action"
    http_status = 409


class NotApproved(GateError):
    """What is to be claimed stands otherwise than approved; `state` says how."""

    code = "not_approved"
    http_status = 409

    def __init__(self, template: str, *, state: str) -> None:
        super().__init__(template)
        self.state = state


class DigestDiffers(GateError):
    """What is about to run is not what was approved."""

    code = "digest_differs"
    http_status = 409


class ClaimedAlready(GateError):
    """The approval was claimed with another nonce: it is good for one run."""

    code = "claimed_already"
    http_status = 409


class ClaimTooLate(GateError):
    """The approval was not claimed in its time."""

    code = "too_late"
    http_status = 410


class KeyReused(GateError):
    """The idempotency key was used before with another body."""

    code = "idempotency_key_reused"
    http_status = 409


class Expired(GateError):
    """The approval ran out before this answer came."""

    code = "expired"
    http_status = 410


class Busy(GateError):
    """The gate cannot take this now; nothing was kept, and the same call may be made again.

    Whether something was kept is open in OutcomeUnknown alone.
    """

    code = "busy"
    http_status = 503


class OutcomeUnknown(Busy):
    """The store failed while it saved; whether this was kept shows when it answers again.

    The same call may be made again where it is told from a second one: by an idempotency key, or
    because it changes only what is pending.
    """

    code = "outcome_unknown"


class PolicyNameTaken(GateError):
    """There is another policy of this name."""

    code = "policy_name_taken"
    http_status = 409


class PolicyIsFile(GateError):
    """The policy is kept in a file, and is changed there only."""

    code = "policy_is_a_file"
    http_status = 409


class PolicyUnread(GateError):
    """The policies in force can't be read, so nothing can be tried beside them."""

    code = "policy_unread"
    http_status = 409
