"""The short answers to taps and replies: plain text, at most 200 units."""

from dataclasses import dataclass
from typing import Final

from bot.channels.telegram.text import Reader, cut
from bot.core.approval import Approval, Kind, State
from bot.core.card import Face
from bot.core.confirmation import confirmation
from bot.core.decision import Scope
from bot.core.errors import TooHasty
from bot.core.preview import one_line
from bot.core.routing import Confirm
from bot.gate.press import Effect, Person, Reaction
from bot.locales import N_, asked, decided
from bot.locales.marker import in_words

ANSWER_LIMIT: Final = 200
_ALERTS: Final = {
    Effect.LATE,
    Effect.STRANGER,
    Effect.REFUSED,
    Effect.UNKNOWN,
    Effect.STALE,
    Effect.NOT_YOURS,
    Effect.WRONG_NUMBER,
}

_DECIDED: Final = {
    Scope.ONCE: N_("Approved. {agent} goes on."),
    Scope.SESSION: N_("Approved for the rest of this session. {agent} goes on."),
    Scope.ALWAYS: N_("Approved from now on. {agent} goes on."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the person who tapped is shown; an alert stays until they close it."""

    text: str = ""
    is_alert: bool = False


def answer_to_tap(reaction: Reaction, person: Person, reader: Reader) -> Answer:
    """Return what a tap came to, in words."""
    words = in_words(_tap_words(reaction, person, reader), reader)
    return Answer(text=cut(words, ANSWER_LIMIT), is_alert=reaction.effect in _ALERTS)


def answer_to_words(reaction: Reaction, person: Person, reader: Reader) -> str:
    """Return what a reply came to; nothing where there is nothing to say."""
    approval = reaction.approval
    match reaction.effect:
        case Effect.NO_SUCH_CODE:
            return reader.gettext(
                "Nothing that waits here has this code. /pending shows what waits."
            )
        case Effect.UNCLEAR if approval is not None:
            template = reader.gettext(
                "Nothing is decided: “yes {code}” approves it, and only with nothing after it. "
                "“no {code}” and a reason denies it."
            )
            return template.format(code=approval.short_code)
        case Effect.TAP_INSTEAD if approval is not None:
            if approval.questions:
                return reader.gettext("That is a question: reply to its card with your answer.")
            return reader.gettext("Nothing is decided: this one takes a tap. Here is its card.")
        case Effect.COUNTED if approval is not None:
            agent = one_line(approval.agent, limit=40)
            return asked.your_vote(approval, reader).format(agent=agent)
        case Effect.TURNED:
            return reader.gettext("Noted. The next question is on the card.")
        case Effect.STALE:
            return reader.gettext("That question was answered already; the card shows the next.")
        case Effect.DECIDED if approval is not None:
            return _decided(approval, reader)
        case Effect.LATE if approval is not None:
            return how_it_ended(approval, reader)
        case Effect.REFUSED:
            return _refusal(reaction, reader)
        case Effect.STRANGER:
            return _stranger(person, reader)
        case _:
            return ""


def answer_in_list(approval: Approval, reader: Reader) -> str:
    """Return what a decision made from a list came to."""
    return _decided(approval, reader)


def how_it_ended(approval: Approval, reader: Reader) -> str:
    """Return the one result that everybody is told."""
    decision, agent = approval.decision, one_line(approval.agent, limit=40)
    if decision is not None:
        template = _LATE_DENIED if not decision.approved else _LATE_APPROVED
        if decision.approved and approval.kind is Kind.QUESTION:
            template = _LATE_ANSWERED
        return reader.gettext(template).format(
            name=one_line(decision.by, limit=64), time=reader.clock(decision.at)
        )
    time = reader.clock(approval.ended_at or approval.expires_at)
    if approval.state is State.WITHDRAWN:
        return reader.gettext("{agent} withdrew it at {time}.").format(agent=agent, time=time)
    template = asked.told_in_silence(approval, reader)
    return template.format(agent=agent, time=time)


_LATE_DENIED: Final = N_("Already denied by {name}, {time}.")
_LATE_APPROVED: Final = N_("Already approved by {name}, {time}.")
_LATE_ANSWERED: Final = N_("Already answered by {name}, {time}.")


def _tap_words(reaction: Reaction, person: Person, reader: Reader) -> str:
    approval, face = reaction.approval, reaction.face
    match reaction.effect:
        case Effect.DECIDED if approval is not None:
            return _decided(approval, reader)
        case Effect.COUNTED if approval is not None:
            agent = one_line(approval.agent, limit=40)
            return asked.your_vote(approval, reader).format(agent=agent)
        case Effect.TURNED if approval is not None and face is not None:
            return _turned(approval, face, reader)
        case Effect.NOT_YOURS:
            return reader.gettext("These are somebody else's words. Reply to the card with yours.")
        case Effect.DROPPED:
            return reader.gettext("Nothing is decided. The card still waits.")
        case Effect.WRONG_NUMBER:
            return decided.wrong_number_told(reader)
        case Effect.REVOKED:
            return reader.gettext("Revoked. The next one asks again.")
        case Effect.STALE if approval is not None and approval.revocation is not None:
            return decided.revoked(reader).format(
                name=one_line(approval.revocation.by, limit=64),
                time=reader.clock(approval.revocation.at),
            )
        case Effect.PROMPTED:
            return reader.gettext("Write your answer as a reply to my message.")
        case Effect.LATE if approval is not None:
            return how_it_ended(approval, reader)
        case Effect.REPEATED if approval is not None and not approval.is_pending:
            return how_it_ended(approval, reader)
        case Effect.STALE if reaction.refusal is not None:
            return _refusal(reaction, reader)
        case Effect.STALE:
            return reader.gettext("Telegram showed you an old card; it is up to date now.")
        case Effect.STRANGER:
            return _stranger(person, reader)
        case Effect.REFUSED:
            return _refusal(reaction, reader)
        case Effect.UNKNOWN:
            return reader.gettext("I don't know this card. Send /pending to see what waits.")
        case _:
            return ""


def _turned(approval: Approval, face: Face, reader: Reader) -> str:
    if face.choosing is not None:
        return reader.gettext("Nothing is approved yet: choose on the card.")
    if face.revoking:
        return reader.gettext("Still in force: tap “Yes, revoke” to revoke it.")
    if face.confirming is None:
        return ""
    if confirmation(approval) is Confirm.NUMBER:
        return reader.gettext("Not approved yet: tap the number that your agent shows.")
    return reader.gettext("Not approved yet: tap “Yes, run it” if you are sure.")


def _decided(approval: Approval, reader: Reader) -> str:
    agent = one_line(approval.agent, limit=40)
    decision = approval.decision
    if decision is not None and decision.stop:
        return reader.gettext("Denied. {agent} is told, and stops.").format(agent=agent)
    if decision is None or not decision.approved:
        return reader.gettext("Denied. {agent} is told.").format(agent=agent)
    if approval.kind is Kind.QUESTION:
        return reader.gettext("Answered. {agent} goes on.").format(agent=agent)
    return reader.gettext(_DECIDED[decision.scope]).format(agent=agent)


def _refusal(reaction: Reaction, reader: Reader) -> str:
    if isinstance(reaction.refusal, TooHasty):
        return asked.too_hasty(reaction.refusal, reader)
    return reader.refusal(reaction.refusal) if reaction.refusal is not None else ""


def _stranger(person: Person, reader: Reader) -> str:
    template = reader.gettext("You are not an approver here. (your id: {id})")
    return template.format(id=person.address.address)
