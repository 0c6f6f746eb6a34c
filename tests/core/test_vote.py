"""Several people decide: who counts, when it is enough, and what they cannot do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.approval import State, checked_choice, decided, voted
from bot.core.card import asks_twice
from bot.core.decision import Scope, Via
from bot.core.errors import IllegalTransition, InvalidAsk, NotAskedHere, ReasonMissing
from bot.core.grant import scopes_offered
from bot.core.people import Decider, refusal_to_decide
from bot.core.routing import Confirm, Routing
from bot.core.ruling import Ruling
from bot.core.vote import Vote, names, notes, tally, with_vote
from tests.builders import ANA, NOW, a_choice, a_decision, a_key, a_question, an_approval


def a_vote(name: str, *, approved: bool = True, note: str | None = None) -> Vote:
    return Vote(
        identity=f"person:{name}", name=name, via=Via.WEB, at=NOW, approved=approved, note=note
    )


def ruled(**routing: object) -> Ruling:
    return Ruling(rule="two people", routing=Routing(**routing))


def test_it_is_open_until_enough_people_approve():
    routing = Routing(quorum=2)

    assert tally([], routing) is None
    assert tally([a_vote("ana")], routing) is None
    assert tally([a_vote("ana"), a_vote("ben")], routing) is True


def test_one_denial_is_enough_unless_the_rule_wants_more():
    denial = a_vote("ana", approved=False)

    assert tally([denial], Routing(quorum=2)) is False
    assert tally([denial], Routing(quorum=2, deny_threshold=2)) is None
    assert tally([denial, a_vote("ben", approved=False)], Routing(deny_threshold=2)) is False


def test_where_both_would_be_enough_it_is_denied():
    votes = [a_vote("ana"), a_vote("ben", approved=False)]

    assert tally(votes, Routing()) is False


def test_nobody_counts_twice_and_the_last_word_counts():
    votes = with_vote(with_vote((), a_vote("ana")), a_vote("ana"))

    assert votes == (a_vote("ana"),)
    assert with_vote(votes, a_vote("ana", approved=False)) == (a_vote("ana", approved=False),)


def test_names_and_notes_are_those_of_one_side():
    votes = [a_vote("ana", note="looked"), a_vote("ben"), a_vote("eve", approved=False, note="no")]

    assert names(votes, approved=True) == "ana, ben"
    assert notes(votes, approved=True) == "ana: looked"
    assert notes(votes, approved=False) == "eve: no"
    assert notes(votes[1:2], approved=True) is None


def test_a_vote_changes_what_the_card_shows_and_nothing_else():
    approval = an_approval(ruling=ruled(quorum=2))

    after = voted(approval, a_vote("ana"))

    assert after == replace(approval, votes=(a_vote("ana"),), revision=approval.revision + 1)


def test_what_has_ended_takes_no_vote():
    ended = decided(an_approval(), a_decision())

    with pytest.raises(IllegalTransition):
        voted(ended, a_vote("ana"))
    assert ended.state is State.APPROVED


def test_what_several_decide_makes_no_grant_and_takes_no_replacement():
    approval = an_approval(ruling=ruled(quorum=2))

    assert scopes_offered(approval) == ()
    with pytest.raises(InvalidAsk, match="always asks"):
        checked_choice(approval, a_choice(scope=Scope.ALWAYS))
    with pytest.raises(InvalidAsk, match="replacement"):
        checked_choice(approval, a_choice(override="ls"))


def test_a_strict_rule_leaves_no_room_for_a_grant():
    approval = an_approval(ruling=Ruling(rule="pay", is_strict=True))

    assert approval.always_asks
    assert scopes_offered(approval) == ()


def test_the_first_answer_ends_a_question_whatever_the_quorum():
    asked = an_approval(questions=(a_question("a", "b"),), ruling=ruled(quorum=2))

    assert not asked.is_shared


def test_a_reason_is_wanted_for_approving_only():
    approval = an_approval(ruling=ruled(require_reason=True))

    for note in (None, "", " \n"):
        with pytest.raises(ReasonMissing, match="say why"):
            checked_choice(approval, a_choice(note=note))
    assert checked_choice(approval, a_choice(note="looked")).note == "looked"
    assert not checked_choice(approval, a_choice(approve=False)).approve


@pytest.mark.parametrize("confirm", list(Confirm))
def test_a_rule_may_want_a_second_tap(confirm: Confirm):
    assert not asks_twice(an_approval())
    assert asks_twice(an_approval(ruling=ruled(confirm=confirm)))
    assert not asks_twice(an_approval(questions=(a_question("a"),), ruling=ruled(confirm=confirm)))


def test_only_those_whom_the_rule_names_decide():
    ruling = ruled(approvers=("ana", "release"))
    approval = an_approval(ruling=replace(ruling, named=(ANA.person,)))
    release = a_key("b", decides=True, name="release")

    assert refusal_to_decide(approval, ANA) is None
    refused = refusal_to_decide(an_approval(ruling=ruling), ANA)
    assert type(refused) is NotAskedHere
    assert refused.sentence == "Only ana, release may decide this."
    assert refusal_to_decide(approval, Decider(name="r", via=Via.API, key=release)) is None
    other = Decider(name="o", via=Via.API, key=replace(release, name="other"))
    assert type(refusal_to_decide(approval, other)) is NotAskedHere


def test_a_key_is_one_of_several_only_where_the_rule_names_it():
    release = Decider(name="r", via=Via.API, key=a_key("b", decides=True, name="release"))

    refused = refusal_to_decide(an_approval(ruling=ruled(quorum=2)), release)
    assert type(refused) is NotAskedHere
    assert "where the rule names it" in refused.sentence
    named = ruled(quorum=2, approvers=("release",))
    assert refusal_to_decide(an_approval(ruling=named), release) is None
    assert refusal_to_decide(an_approval(ruling=ruled(require_reason=True)), release) is None


def test_a_ruling_is_kept_however_long_it_waits():
    approval = an_approval(ruling=ruled(expires_in=timedelta(days=1)))

    assert approval.routing.expires_in == timedelta(days=1)
    assert an_approval().routing == Routing()
