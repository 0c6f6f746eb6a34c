from dataclasses import replace

import pytest

from bot.core.approval import Approval
from bot.core.decision import Choice
from bot.core.errors import InvalidAsk
from bot.core.number import Number
from bot.core.offer import (
    MOST_WORDS,
    Offer,
    OfferVerb,
    Step,
    assess_change,
    changes,
    command_of,
    may_replace,
    odd_characters,
    offered,
    take,
    verbs,
)
from bot.core.risk import Level, assess
from bot.core.routing import Routing
from bot.core.ruling import Ruling
from tests.builders import an_action, an_approval

WORDS = "wrong branch, use staging"


def a_command(command: str = "git push origin main", **changes: object) -> Approval:
    action = an_action(action_type="Bash", title=command, preview=command, params={})
    return an_approval(action=action, risk=assess(action), **changes)


def routed(**routing: object) -> Ruling:
    return Ruling(rule="p", routing=Routing(**routing))  # type: ignore[arg-type]


def an_offer(words: str = WORDS, **changes: object) -> Offer:
    return replace(Offer(words=words, writer="person:ana"), **changes)  # type: ignore[arg-type]


def test_a_reply_offers_its_words_as_reason_note_or_command() -> None:
    assert verbs(a_command(), an_offer()) == (
        OfferVerb.DENY,
        OfferVerb.NOTE,
        OfferVerb.INSTEAD,
        OfferVerb.NOTHING,
    )


def test_what_is_no_command_is_not_replaced() -> None:
    deploy = an_approval(action=an_action(action_type="deploy", params={}))

    assert OfferVerb.INSTEAD not in verbs(deploy, an_offer())
    assert command_of(deploy.action) is None


def test_a_bare_no_offers_no_way_to_approve() -> None:
    assert verbs(a_command(), an_offer("no")) == (OfferVerb.DENY, OfferVerb.NOTHING)
    assert take(a_command(), an_offer("no"), OfferVerb.NOTE) is None


def test_words_are_no_way_round_the_number() -> None:
    approval = a_command(number=Number(right=47, offered=(12, 47, 80)))

    assert verbs(approval, an_offer()) == (OfferVerb.DENY, OfferVerb.NOTHING)


def test_denying_gives_the_words_as_the_reason() -> None:
    assert take(a_command(), an_offer(), OfferVerb.DENY) == Choice(approve=False, note=WORDS)
    assert take(a_command(), an_offer("no"), OfferVerb.DENY) == Choice(approve=False)


def test_approving_gives_the_words_as_a_note() -> None:
    assert take(a_command("ls"), an_offer(), OfferVerb.NOTE) == Choice(approve=True, note=WORDS)


def test_what_takes_a_second_tap_takes_it_here_too() -> None:
    approval = a_command("rm -rf /srv/data")

    first = take(approval, an_offer(), OfferVerb.NOTE)

    assert first == an_offer(step=Step.CONFIRMING)
    assert isinstance(first, Offer)
    assert verbs(approval, first) == (OfferVerb.SURE, OfferVerb.BACK)
    assert take(approval, first, OfferVerb.SURE) == Choice(approve=True, note=WORDS)
    assert take(approval, first, OfferVerb.BACK) == an_offer()
    assert take(approval, an_offer(), OfferVerb.SURE) is None


def test_a_changed_command_is_shown_before_the_tap_that_runs_it() -> None:
    approval, offer = a_command(), an_offer("git push origin staging")

    shown = take(approval, offer, OfferVerb.INSTEAD)

    assert isinstance(shown, Offer)
    assert shown.step is Step.CHANGING
    assert verbs(approval, shown) == (OfferVerb.RUN, OfferVerb.BACK)
    assert take(approval, offer, OfferVerb.RUN) is None
    assert take(approval, shown, OfferVerb.RUN) == Choice(
        approve=True, override="git push origin staging"
    )


def test_dropped_offers_have_no_buttons() -> None:
    dropped = take(a_command(), an_offer(), OfferVerb.NOTHING)

    assert dropped == an_offer(step=Step.DROPPED)
    assert isinstance(dropped, Offer)
    assert verbs(a_command(), dropped) == ()


@pytest.mark.parametrize("routing", [{"quorum": 2}, {"require_reason": True}])
def test_what_several_decide_or_a_reason_is_wanted_for_is_not_replaced(
    routing: dict[str, object],
) -> None:
    assert not may_replace(a_command(ruling=routed(**routing)), "git status")


def test_the_same_command_is_no_change() -> None:
    assert not may_replace(a_command("git status"), "git status")


def test_a_command_that_cannot_stand_whole_in_the_offer_is_not_offered() -> None:
    assert not may_replace(a_command(), "echo " + "a\u202e" * 300)


def test_too_many_words_are_refused() -> None:
    with pytest.raises(InvalidAsk, match="too long"):
        offered(a_command(), "x" * (MOST_WORDS + 1), writer="person:ana")


def test_an_offer_tells_of_the_copies_there_are() -> None:
    assert offered(a_command(copies=2), f" {WORDS}\n", writer="person:ana") == an_offer(shown=2)


def test_an_offer_is_kept_whole() -> None:
    offer = an_offer("“quoted”\n好", step=Step.CHANGING, shown=3)

    assert Offer.load(offer.dump()) == offer


def test_a_change_is_as_dangerous_as_it_is_itself_and_never_less_than_before() -> None:
    assert assess_change(a_command("git status"), "rm -rf ~").level is Level.CRITICAL
    assert assess_change(a_command("git status"), "rm -rf ~").is_floor
    assert assess_change(a_command("rm -rf ~"), "git status").level is Level.CRITICAL


def test_characters_that_a_keyboard_puts_in_are_found() -> None:
    assert odd_characters('echo "a"', "echo “a” —all") == ("“", "”", "—")
    assert odd_characters("echo “a”", "echo “b”") == ()


def test_changes_are_marked_line_by_line() -> None:
    assert changes("a\nb\nc", "a\nB\nc") == "  a\n- b\n+ B\n  c"
    assert changes("git push origin main", "git push") == "- git push origin main\n+ git push"
