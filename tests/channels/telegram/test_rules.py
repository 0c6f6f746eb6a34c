"""/rules and /suggest: rules looked at, changed, sent as text, and taken over from the history."""

import pytest

from tests.channels.telegram.conftest import Office
from tests.fakes.telegram import Card, Person
from tests.world import ADMIN_KEY

READS = {
    "name": "reads",
    "priority": 100,
    "rules": [{"match": {"action": "Read"}, "decision": "allow"}],
}
DENIES = {
    "name": "no deploys",
    "priority": 100,
    "rules": [{"match": {"action": "deploy"}, "decision": "deny"}],
}
TOML = """
[[policy]]
name = "reads"

[[policy.rule]]
match = { action = "deploy" }
decision = "allow"
because = "it is fine"
"""
LIFTS = """
policy:
  - name: danger
    rules:
      - match: {action: Bash}
        decision: allow
        lifts: [publishes]
"""
COMMAND = {
    "action_type": "Bash",
    "title": "npm test",
    "preview": "npm test",
    "params": {"command": "npm test"},
    "cwd": "/srv/shop",
}


async def make(office: Office, *policies: dict) -> None:
    for policy in policies:
        made = await office.world.call("POST", "/v1/policies", key=ADMIN_KEY, json=policy)
        assert made.status == 200, await made.text()
        office.clock.advance(seconds=1)


async def said(office: Office, who: Person, command: str, contains: str) -> Card:
    last = office.telegram.messages(who.chat_id)[-1:]
    await who.send(command)
    return await who.wait_for_card(contains, newer_than=last[0] if last else None)


def in_force(office: Office) -> list[tuple[str, bool]]:
    policies = sorted(office.world.gate.policies.book.policies, key=lambda one: one.priority)
    return [(one.name, one.is_enabled) for one in policies]


async def test_the_list_shows_the_policies_in_their_order(office: Office, ana: Person):
    await make(office, READS, {**DENIES, "enabled": False})

    card = await said(office, ana, "/rules", "2 policies")

    assert card.text.splitlines()[1:3] == ["1 ● reads · 1 rule", "2 ○ no deploys · 1 rule, off"]
    assert card.labels == ["1", "2"]


async def test_without_a_rule_it_says_that_everything_asks(office: Office, ana: Person):
    card = await said(office, ana, "/rules", "There is no rule")

    assert "reply to this message with rules" in card.text


async def test_a_policy_is_opened_turned_off_and_on(office: Office, ana: Person):
    await make(office, DENIES)
    card = await said(office, ana, "/rules", "1 policy")

    await ana.tap("1", card=card)
    await card.until(lambda one: "[[policy.rule]]" in one.text)
    assert 'decision = "deny"' in card.text
    tap = await ana.tap("○ Turn off", card=card)
    assert await tap.answer == "It is judged no more, and kept."
    assert in_force(office) == [("no deploys", False)]
    assert (await office.world.ask())["status"] == "pending"

    await card.until(lambda one: "● Turn on" in one.labels)
    await ana.tap("● Turn on", card=card)
    await card.until(lambda one: "○ Turn off" in one.labels)

    assert (await office.world.ask(session_id="s2"))["status"] == "denied"


async def test_a_policy_is_moved_though_all_have_one_priority(office: Office, ana: Person):
    await make(office, READS, DENIES, {**READS, "name": "third"})
    card = await said(office, ana, "/rules", "3 policies")
    await ana.tap("3", card=card)
    await card.until(lambda one: "↑ Earlier" in one.labels)

    tap = await ana.tap("↑ Earlier", card=card)

    assert await tap.answer == "Moved."
    assert [name for name, _ in in_force(office)] == ["reads", "third", "no deploys"]


async def test_a_policy_is_removed_only_after_a_tap(office: Office, ana: Person):
    await make(office, DENIES)
    card = await said(office, ana, "/rules", "1 policy")
    await ana.tap("1", card=card)
    await card.until(lambda one: "🗑 Remove…" in one.labels)
    await ana.tap("🗑 Remove…", card=card)
    await card.until(lambda one: "🗑 Yes, remove" in one.labels)
    assert in_force(office) == [("no deploys", True)]

    tap = await ana.tap("🗑 Yes, remove", card=card)

    assert await tap.answer == "Removed."
    await card.until(lambda one: "There is no rule" in one.text)
    assert in_force(office) == []


async def test_a_text_is_tried_on_the_history_before_a_tap_puts_it_in_force(
    office: Office, ana: Person
):
    await make(office, READS)
    id = (await office.world.ask(title="Deploy 0.9"))["approval_id"]
    await office.world.decide(id, "denied")
    card = await said(office, ana, "/rules", "1 policy")

    await ana.reply(card, TOML)

    draft = await ana.wait_for_card("Put it in force?")
    assert "In place of the one before: reads, 1 rule" in draft.text
    assert "Of the last 1 ask: would have allowed 1, denied 0, asked 0." in draft.text
    assert "– Deploy 0.9: would be allowed, was denied" in draft.text
    assert (await office.world.ask(session_id="s2"))["status"] == "pending"
    tap = await ana.tap("✅ Yes, put it in force", card=draft)
    assert await tap.answer == "In force from now on."
    assert (await office.world.ask(session_id="s3"))["status"] == "approved"
    assert in_force(office) == [("reads", True)]


async def test_a_file_is_read_as_its_ending_says(office: Office, ana: Person):
    card = await said(office, ana, "/rules", "There is no rule")

    await ana.send_file("mine.toml", TOML.encode(), reply_to=card)

    draft = await ana.wait_for_card("Put it in force?")
    assert "New: reads, 1 rule" in draft.text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[policy]]\nname = "x"\nrule = [{match = {}, decision = "maybe"}]', "line 3: policy"),
        ("[[policy]\n", "line 1: can't be read as TOML"),
        ("policy:\n  - name: x\n    rulez: []\n", "line 3:"),
        (LIFTS, "lifts the floor, and that is never done from a chat"),
        ('[[policy]]\nname = "x"\n[[policy.rule]]\nmatch = {command = "ls"}\n'
         'decision = "allow"\nmatches = ["rm x"]', "does not match"),
    ],
)  # fmt: skip
async def test_a_faulty_text_changes_nothing_and_says_where(
    office: Office, ana: Person, text: str, words: str
):
    card = await said(office, ana, "/rules", "There is no rule")

    await ana.reply(card, text)

    draft = await ana.wait_for_card("❌ Nothing was changed")
    assert words in draft.text
    assert draft.labels == []
    assert in_force(office) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[policy]\n", "第 1 行："),
        ("policy: []\n", "其中没有 [[policy]]。"),
        (LIFTS, "策略“danger”的第 1 条规则会解除底线"),
    ],
)
async def test_what_is_wrong_is_told_in_the_senders_language(
    office: Office, ana: Person, text: str, words: str
):
    await said(office, ana, "/language zh", "简体中文")
    card = await said(office, ana, "/rules", "没有规则")

    await ana.reply(card, text)

    draft = await ana.wait_for_card("❌ 没有作出任何更改")
    assert words in draft.text


async def test_a_text_is_not_put_in_force_once_the_rules_are_others(office: Office, ana: Person):
    card = await said(office, ana, "/rules", "There is no rule")
    await ana.reply(card, TOML)
    draft = await ana.wait_for_card("Put it in force?")
    await make(office, DENIES)

    await ana.tap("✅ Yes, put it in force", card=draft)

    await draft.until(lambda one: "The rules have changed since you sent this" in one.text)
    assert in_force(office) == [("no deploys", True)]


async def test_a_suggestion_is_used_after_a_tap(office: Office, ana: Person):
    for number in range(5):
        id = (await office.world.ask(**COMMAND, session_id=f"s{number}"))["approval_id"]
        await office.world.decide(id)
    card = await said(office, ana, "/suggest", "Suggestion 1 of 1")
    assert "Approved 5 times." in card.text
    assert card.labels == ["Use this rule", "Not this one"]

    await ana.tap("Use this rule", card=card)
    await card.until(lambda one: "✅ Yes, use it" in one.labels)
    assert in_force(office) == []
    tap = await ana.tap("✅ Yes, use it", card=card)

    assert await tap.answer == "In force from now on."
    assert len(in_force(office)) == 1
    assert (await office.world.ask(**COMMAND, session_id="s9"))["status"] == "approved"


async def test_a_suggestion_that_is_not_wanted_is_not_offered_again(office: Office, ana: Person):
    for number in range(5):
        id = (await office.world.ask(**COMMAND, session_id=f"s{number}"))["approval_id"]
        await office.world.decide(id)
    card = await said(office, ana, "/suggest", "Suggestion 1 of 1")

    await ana.tap("Not this one", card=card)
    await card.until(lambda one: "Not offered again" in one.text)

    again = await said(office, ana, "/suggest", "💡")
    assert again.text.startswith("💡 Nothing to suggest")


async def test_who_changed_rules_from_the_chat_is_in_the_audit(office: Office, ana: Person):
    card = await said(office, ana, "/rules", "There is no rule")
    await ana.reply(card, TOML)
    draft = await ana.wait_for_card("Put it in force?")
    await ana.tap("✅ Yes, put it in force", card=draft)
    await draft.until(lambda one: one.text.startswith("✅ In force"))

    entries = await office.world.store.read(lambda tx: tx.audit.after(0, limit=100))

    (made,) = [one.record for one in entries if one.record.kind == "policy.made"]
    assert made.actor.startswith("person:")
