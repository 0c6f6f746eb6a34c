"""A person has a mail address only once its reader told the code back, and the right one."""

import re

import pytest

from tests.channels.email.conftest import ANA
from tests.world import ADMIN_KEY, AGENT_KEY, ORDINARY

BEN = "ben@example.org"
CODE = re.compile(r"^ {4}([2-9A-Z]{4}-[2-9A-Z]{4})$", re.MULTILINE)


async def call(office, path: str, *, status: int = 200, key: str = ADMIN_KEY, **body: str):
    answer = await office.world.call("POST", f"/v1/people/mail{path}", key=key, json=body)
    assert answer.status == status, await answer.text()
    return await answer.json()


async def mailed_code(office, address: str = BEN) -> str:
    await office.settle()
    mail = office.smtp.mails[-1]
    assert mail.recipients == (address,)
    found = CODE.search(mail.text)
    assert found is not None
    return found[1]


async def may_be_asked(office, address: str) -> bool:
    body = {**ORDINARY, "channel": "email", "target": {"email_to": address}}
    answer = await office.world.call("POST", "/v1/approvals", json=body)
    assert answer.status in (200, 403)
    return answer.status == 200


async def test_an_address_is_somebodys_once_its_code_is_told_back(office):
    claimed = await call(office, "", name="Ben", address="Ben@Example.org")
    assert claimed["address"] == BEN
    code = await mailed_code(office)
    assert not await may_be_asked(office, BEN)

    people = (await call(office, "/confirm", address=BEN, code=code.lower()))["people"]

    (ben,) = [one for one in people if one["name"] == "Ben"]
    assert ben["addresses"] == [{"channel": "email", "address": BEN}]
    assert ben["role"] == "approver"
    assert await may_be_asked(office, BEN)


async def test_a_wrong_code_gives_nothing_and_five_of_them_end_it(office):
    await call(office, "", name="Ben", address=BEN)
    code = await mailed_code(office)

    for _ in range(5):
        await call(office, "/confirm", status=422, address=BEN, code="AAAA-2222")
    await call(office, "/confirm", status=422, address=BEN, code=code)

    assert not await may_be_asked(office, BEN)


async def test_a_code_is_good_for_an_hour_and_once(office):
    await call(office, "", name="Ben", address=BEN)
    code = await mailed_code(office)
    office.clock.advance(hours=1)
    await call(office, "/confirm", status=422, address=BEN, code=code)

    await call(office, "", name="Ben", address=BEN)
    code = await mailed_code(office)
    await call(office, "/confirm", address=BEN, code=code)
    await call(office, "/confirm", status=422, address=BEN, code=code)


async def test_the_code_is_in_no_table(office):
    await call(office, "", name="Ben", address=BEN)
    code = await mailed_code(office)

    def kept(tx):
        return (yield from tx.mailboxes.claim(BEN))

    claim = await office.world.store.read(kept)
    assert code.replace("-", "") not in repr(claim)


async def test_who_has_the_default_address_becomes_the_person_it_is_named_for(open_office):
    office = await open_office(users=(1001,))
    await call(office, "", name="telegram-1001", address=ANA)
    code = await mailed_code(office, ANA)

    people = (await call(office, "/confirm", address=ANA, code=code))["people"]

    assert [(one["id"], len(one["addresses"])) for one in people] == [("telegram-1001", 2)]


async def test_an_address_of_somebody_else_is_not_taken(open_office):
    office = await open_office(users=(1001,))
    await call(office, "", name="Ben", address=BEN)
    await call(office, "/confirm", address=BEN, code=await mailed_code(office))

    refused = await call(office, "", status=422, name="telegram-1001", address=BEN)

    assert "somebody else's" in refused["detail"]


async def test_an_address_can_be_taken_away_but_not_the_settings(office):
    await call(office, "", name="Ben", address=BEN)
    await call(office, "/confirm", address=BEN, code=await mailed_code(office))

    people = (await call(office, "/remove", address=BEN))["people"]

    assert all(one["name"] != "Ben" for one in people)
    assert not await may_be_asked(office, BEN)
    await call(office, "/remove", status=404, address=BEN)
    await call(office, "/remove", status=403, address=ANA)


@pytest.mark.parametrize("path", ["", "/confirm", "/remove"])
async def test_no_agent_gives_addresses(office, path: str):
    body = {"name": "Eve", "address": "eve@example.org", "code": "AAAA-2222"}
    answer = await office.world.call("POST", f"/v1/people/mail{path}", key=AGENT_KEY, json=body)

    assert answer.status == 403


@pytest.mark.parametrize("address", ["ben@example.org,eve@example.org", "ben", "b\n@e.org"])
async def test_one_address_is_one_address(office, address: str):
    await call(office, "", status=422, name="Ben", address=address)


async def test_without_mail_nothing_is_mailed(build):
    world = await build()
    body = {"name": "Ben", "address": BEN}

    answer = await world.call("POST", "/v1/people/mail", key=ADMIN_KEY, json=body)

    assert answer.status == 422
    assert "EMAIL_SMTP_HOST" in (await answer.json())["detail"]
