"""What a person picks and takes back is kept: the number, and who revoked a grant."""

from datetime import timedelta

from bot.core.approval import decided
from bot.core.decision import Scope, Via
from bot.core.number import Number
from bot.core.revocation import Revocation
from tests.builders import NOW, a_decision, a_grant, an_approval
from tests.store.kit import unit

LATER = NOW + timedelta(minutes=10)
BY_ANA = Revocation(by="Ana ☂", at=LATER)


async def saved(store, approval, **decision):
    await store.write(unit(lambda tx: tx.approvals.add(approval)))
    ended = decided(approval, a_decision(**decision))
    assert await store.write(unit(lambda tx: tx.approvals.finish(ended)))
    return ended


async def kept(store, id):
    return await store.read(lambda tx: tx.approvals.get(id))


async def test_a_number_comes_back_as_it_was(store):
    approval = an_approval(number=Number(right=47, offered=(83, 47, 12)))

    await store.write(unit(lambda tx: tx.approvals.add(approval)))

    found = await kept(store, approval.id)
    assert found == approval
    assert found.number.right == 47


async def test_a_revocation_reaches_what_made_the_grant_and_nothing_that_came_of_it(store):
    grant = a_grant()
    made = {"scope": Scope.ALWAYS, "grant_id": grant.id}
    maker = await saved(store, an_approval(), **made)
    renewer = await saved(store, an_approval(), **made)
    user = await saved(store, an_approval(), **made, via=Via.GRANT)
    other = await saved(store, an_approval(), **{**made, "grant_id": "rule_other"})

    ids = await store.write(unit(lambda tx: tx.approvals.revoke(grant.id, BY_ANA, id=None)))

    assert sorted(ids) == sorted([maker.id, renewer.id])
    found = await kept(store, maker.id)
    assert found.revocation == BY_ANA
    assert found.revision == maker.revision + 1
    assert (await kept(store, user.id)).revocation is None
    assert (await kept(store, other.id)).revocation is None


async def test_the_first_revocation_stays(store):
    ended = await saved(store, an_approval(), scope=Scope.ALWAYS, grant_id="rule_1")
    await store.write(unit(lambda tx: tx.approvals.revoke("rule_1", BY_ANA, id=ended.id)))
    late = Revocation(by="Ben", at=LATER + timedelta(minutes=1))

    assert (
        await store.write(unit(lambda tx: tx.approvals.revoke("rule_1", late, id=ended.id))) == ()
    )

    assert (await kept(store, ended.id)).revocation == BY_ANA
