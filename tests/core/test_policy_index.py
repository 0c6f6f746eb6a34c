"""The index judges as the rules do, one after the other."""

from hypothesis import HealthCheck, given, settings

from bot.core.policy import judge
from bot.core.policy_index import PolicyIndex
from tests.core.random_policy import policies, subjects

UNHURRIED = settings(
    deadline=None,
    max_examples=1_500,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@UNHURRIED
@given(policies, subjects)
def test_the_index_comes_to_the_same_judgement(given_policies, subject):
    assert PolicyIndex(given_policies).judge(subject) == judge(given_policies, subject)
