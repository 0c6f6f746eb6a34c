"""Each agent's cards in a topic of its own, where a chat has topics; in the chat, where not."""

from typing import Any

import pytest

from tests.channels.telegram.conftest import Office, OpenOffice
from tests.fakes.telegram import Card, Chat, FakeTelegram, Person
from tests.world import OTHER_KEY

TEAM = -1005


@pytest.fixture
def team(telegram: FakeTelegram, ana: Person) -> Chat:
    """A forum whose topics the bot may manage."""
    return telegram.group(TEAM, "Team", members=[ana], is_forum=True, bot_is_admin=True)


@pytest.fixture
async def forum(open_office: OpenOffice, team: Chat, ana: Person) -> Office:
    office: Office = await open_office(users=(ana.id,), chat=TEAM, topics=True)
    return office


async def ask(office: Office, ana: Person, team: Chat, **body: Any) -> tuple[str, Card]:
    """Let an agent ask; return the approval's id and the card that came to the team."""
    before = team.messages.get(max(team.messages, default=0))
    id = (await office.world.ask(**body))["approval_id"]
    card = await ana.wait_for_card(chat=team, buttons=True, newer_than=before)
    return id, card


def made(office: Office) -> int:
    return len([one for one in office.telegram.called("createForumTopic") if one.outcome == "ok"])


async def test_the_cards_of_an_agent_go_to_the_topic_of_its_name(
    forum: Office, ana: Person, team: Chat
) -> None:
    _, first = await ask(forum, ana, team, agent="claude")
    _, again = await ask(forum, ana, team, agent="claude", title="Deploy 1.5")
    _, other = await ask(forum, ana, team, agent="codex", key=OTHER_KEY)

    assert first.thread == again.thread
    assert first.thread is not None
    assert other.thread is not None
    assert [team.topics[first.thread], team.topics[other.thread]] == ["claude", "codex"]
    assert made(forum) == 2


async def test_a_topic_is_remembered_over_a_restart(
    open_office: OpenOffice, team: Chat, ana: Person
) -> None:
    first = await open_office(users=(ana.id,), chat=TEAM, topics=True)
    _, card = await ask(first, ana, team)
    await first.world.courier.flush()
    await first.world.store.close()

    second = await open_office(users=(ana.id,), chat=TEAM, topics=True)
    _, again = await ask(second, ana, team, title="Deploy 1.5")

    assert again.thread == card.thread
    assert made(second) == 1


async def test_a_card_in_a_topic_is_decided_and_edited_there(
    forum: Office, ana: Person, team: Chat
) -> None:
    id, card = await ask(forum, ana, team)

    await (await ana.tap("Approve", card=card)).answer

    await card.shows("✅ Approved by Ana")
    assert (await forum.world.read(id))["status"] == "approved"


async def test_what_replies_to_a_card_stays_in_its_topic(
    forum: Office, ana: Person, team: Chat
) -> None:
    _, card = await ask(forum, ana, team)

    await (await ana.tap("Details", card=card)).answer
    details = await ana.wait_for_card("SHA-256", chat=team)
    await ana.reply(card, "wrong branch")
    offer = await ana.wait_for_card("wrong branch", chat=team, buttons=True)

    assert details.thread == offer.thread == card.thread


async def test_a_list_asked_for_in_a_topic_is_shown_there(
    forum: Office, ana: Person, team: Chat
) -> None:
    _, card = await ask(forum, ana, team)

    await ana.send("/pending", to=team, thread=card.thread)

    listing = await ana.wait_for_card("1 waiting", chat=team)
    assert listing.thread == card.thread
    await (await ana.tap("open", card=listing)).answer
    opened = await ana.wait_for_card("Deploy 1.4", chat=team, newer_than=listing)
    assert opened.thread == card.thread


async def test_talk_in_a_topic_that_the_bot_opened_is_no_reply_to_it(
    forum: Office, ana: Person, team: Chat
) -> None:
    id, card = await ask(forum, ana, team)
    before = len(forum.telegram.called("sendMessage"))

    await ana.send("what a day", to=team, thread=card.thread)
    await ana.send("/id", to=team, thread=card.thread)
    await ana.wait_for_card("Your id", chat=team)

    assert len(forum.telegram.called("sendMessage")) == before + 1
    code = card.pieces("code")[-1]
    await ana.send(f"yes {code}", to=team, thread=card.thread)
    await card.shows("✅ Approved by Ana")
    assert (await forum.world.read(id))["status"] == "approved"


def deleted(team: Chat, thread: int) -> None:
    team.delete_topic(thread)


def closed(team: Chat, thread: int) -> None:
    team.bot_is_admin = False
    team.close_topic(thread)


@pytest.mark.parametrize("end", [deleted, closed])
async def test_where_a_topic_takes_no_card_the_chat_does_at_once(
    forum: Office, ana: Person, team: Chat, end: Any
) -> None:
    _, card = await ask(forum, ana, team)
    end(team, card.thread)

    _, second = await ask(forum, ana, team, title="Deploy 1.5")
    await forum.world.courier.flush()
    _, third = await ask(forum, ana, team, title="Deploy 1.6")

    assert (second.thread, third.thread) == (None, None)
    refused = [one for one in forum.telegram.called("sendMessage") if "400" in one.outcome]
    assert len(refused) == 1
    assert made(forum) == 1


async def test_a_topic_that_was_lost_is_made_anew_after_an_hour(
    forum: Office, ana: Person, team: Chat
) -> None:
    _, card = await ask(forum, ana, team)
    team.delete_topic(card.thread or 0)
    await ask(forum, ana, team, title="Deploy 1.5")
    await forum.world.courier.flush()

    forum.clock.advance(minutes=61)
    _, later = await ask(forum, ana, team, title="Deploy 1.6")

    assert later.thread not in {None, card.thread}
    assert made(forum) == 2


async def test_a_card_lost_with_its_topic_is_told_in_the_chat(
    forum: Office, ana: Person, team: Chat
) -> None:
    id, card = await ask(forum, ana, team)
    team.delete_topic(card.thread or 0)

    await forum.world.decide(id)

    await ana.wait_for_card("✅ Approved by", chat=team)


async def test_without_rights_cards_go_to_the_chat(forum: Office, ana: Person, team: Chat) -> None:
    team.bot_is_admin = False

    _, first = await ask(forum, ana, team)
    await forum.world.courier.flush()
    _, second = await ask(forum, ana, team, title="Deploy 1.5")

    assert (first.thread, second.thread) == (None, None)
    assert len(forum.telegram.called("createForumTopic")) == 1


@pytest.mark.parametrize(
    "failure", [{"status": 429, "retry_after": 30}, {"status": 500}, {"status": 404}]
)
async def test_a_topic_that_cannot_be_made_now_delays_no_card(
    forum: Office, ana: Person, team: Chat, failure: dict[str, Any]
) -> None:
    forum.telegram.fail("createForumTopic", **failure)

    _, card = await ask(forum, ana, team)

    assert card.thread is None


async def test_off_there_are_no_topics(open_office: OpenOffice, ana: Person, team: Chat) -> None:
    office = await open_office(users=(ana.id,), chat=TEAM)

    _, card = await ask(office, ana, team)

    assert card.thread is None
    assert office.telegram.called("createForumTopic") == []


@pytest.mark.parametrize("has_topics", [True, False])
async def test_a_private_chat_has_topics_where_the_bot_does(
    open_office: OpenOffice, telegram: FakeTelegram, ana: Person, has_topics: bool
) -> None:
    telegram.me["has_topics_enabled"] = has_topics
    office = await open_office(users=(ana.id,), topics=True)
    await telegram.wait_for_calls("getMe", outcome="ok")
    await ana.send("/help@ok2run_fake_bot")
    await ana.wait_for_card("/pending –")

    _, card = await office.ask(ana)

    assert (card.thread is not None) is has_topics
    assert len(telegram.called("createForumTopic")) == has_topics
