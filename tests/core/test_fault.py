"""What is wrong with a policy is told all at once, and where."""

from bot.core.fault import Fault, Place, PolicyFaulty


def test_a_refusal_tells_every_fault():
    place = Place(within='policy "a", rule 1').at("match").at("colour")
    faults = (Fault(place=place, sentence="is no key."), Fault(place=Place(), sentence="Empty."))

    refusal = PolicyFaulty(faults)

    assert refusal.faults == faults
    assert refusal.sentence == 'policy "a", rule 1, match.colour: is no key.\nEmpty.'
