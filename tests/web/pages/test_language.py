"""Pages speak as their reader prefers, else as the browser asks; programs are told in English."""

import re
from datetime import timedelta

import pytest

from bot.core.brake import Brake
from bot.core.preference import Preferences
from bot.gate.registry import OWNER
from tests.builders import ANA
from tests.web.pages.reader import Markup, Reader, buttons_of

CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}
# Names, what the agent is called, keys of JSON, and parts of addresses.
NAMES = {"ok2run", "agent", "UTC", "appr", "Authorization", "Bearer", "JSON", "HTTP"}
ASK = {
    "session_id": "会",
    "action_type": "部署",
    "title": "部署一",
    "preview": "部署 " + "。" * 3000,
    "params": {"数": 1},
    "cwd": "/家",
    "reason": "因",
    "context": {"境": "外"},
}
QUESTION = {
    "action_type": "问",
    "title": "哪个？",
    "preview": "问",
    "questions": [
        {"question": "一？", "options": [{"label": "甲"}, {"label": "乙"}]},
        {"question": "二？", "options": [{"label": "甲"}, {"label": "乙"}], "multiple": True},
    ],
}
DANGEROUS = {**ASK, "action_type": "支付", "params": {"iban": "一"}, "preview": "x\u202ey а" * 9}


def english_in(html: str) -> set[str]:
    """The English words a person sees, ids and digests aside."""
    markup = Markup(html)
    named = ("title", "placeholder", "aria-label", "data-on", "data-off", "data-out", "data-ended")
    shown = [given[name] for _, given in markup.elements for name in named if name in given]
    words = set(
        re.findall(r"(?<![\w./+⟨-])[A-Za-z]{3,}(?![\w/])", " ".join([markup.text, *shown]))
    )
    codes = {code for code in words if re.fullmatch("[a-km-z]{5}", code)}
    return words - NAMES - codes - {"iban"}


async def whole(reader: Reader, id: str) -> str:
    return await reader.get(f"/queue?card={id}")


async def prefer(reader: Reader, preferences: Preferences) -> None:
    await reader.world.gate.preferences.change(OWNER, lambda _: preferences)


async def test_the_browsers_language_is_spoken(reader: Reader):
    html = await reader.get("/queue", headers=CHINESE)

    assert '<html lang="zh-Hans-CN">' in html
    assert "没有待处理的请求" in html
    assert "Nothing is waiting" in await reader.get("/queue")


async def test_what_the_person_prefers_wins(reader: Reader):
    await prefer(reader, Preferences(language="en"))
    assert "Nothing is waiting" in await reader.get("/queue", headers=CHINESE)

    await prefer(reader, Preferences(language="zh_CN"))
    assert "没有待处理的请求" in await reader.get("/queue", headers={"Accept-Language": "en"})


async def test_times_stand_in_the_persons_zone(reader: Reader, clock):
    await prefer(reader, Preferences(timezone="Asia/Shanghai"))
    await reader.world.ask()

    html = await reader.get("/queue")

    assert f"{(clock.now().hour + 8) % 24:02}:{clock.now():%M:%S} CST" in html
    assert "UTC" not in Markup(html).text


@pytest.mark.parametrize("body", [ASK, QUESTION, DANGEROUS])
async def test_a_card_is_chinese_wherever_it_stands(reader: Reader, body):
    id = (await reader.world.ask(**body))["approval_id"]
    reader.world.client.session.headers.update(CHINESE)

    pages = [await reader.get("/queue"), await reader.get(f"/queue?card={id}")]
    for number, button in enumerate(buttons_of(pages[1], id)):
        if button != "answer":
            # One that was denied would be denied again by itself.
            again = {**body, "title": f"部署{number}", "urgency": "high"}
            other = (await reader.world.ask(**again))["approval_id"]
            pages.append(await reader.press(other, button, page=await whole(reader, other)))

    for html in pages:
        assert english_in(html) == set()


async def test_a_halt_numbers_and_the_field_for_a_code_are_chinese(build):
    reader = Reader(await build(brake=Brake(approvals=1)))
    await reader.sign_in()
    critical = {**ASK, "urgency": "critical", "can_show_number": True}
    first, second, third = [
        (await reader.world.ask(**{**critical, "title": f"部署{number}"})) for number in range(3)
    ]
    reader.world.client.session.headers.update(CHINESE)
    pages = [await whole(reader, first["approval_id"])]

    for one, picked in ((first, True), (second, True), (third, False)):
        id, number = one["approval_id"], one["confirm_number"]
        html = await reader.press(id, "approve", page=await whole(reader, id))
        offered = set(re.findall(r'name="number" value="(\d+)"', html))
        other = next(value for value in offered if value != str(number))
        answer = str(number) if picked else other
        pages += [html, await reader.press(id, "confirm", page=html, number=answer)]
    halts = reader.world.gate.halts
    await halts.pause(ANA)
    pages.append(await reader.get("/queue"))
    await halts.pause(ANA, timedelta(hours=1))
    pages.append(await reader.get("/queue"))
    await halts.snooze(ANA, timedelta(hours=1))
    pages.append(await reader.get("/queue"))

    assert any("请输入卡片的短码" in html for html in pages)
    for html in pages:
        assert english_in(html) - {ANA.name} == set()


async def test_refusals_and_faults_are_chinese(reader: Reader):
    id = (await reader.world.ask(**QUESTION))["approval_id"]
    reader.world.client.session.headers.update(CHINESE)

    fault = await reader.press(id, "answer")
    gone = await reader.get("/queue?card=appr_x", status=404)
    await reader.press(id, "deny")
    out = await reader.post("/queue/leave", {})

    assert "这个问题还没有答案" in fault
    assert "没有这张卡片" in gone
    assert "没有作出任何决定" in await out.text()
    assert english_in(fault) | english_in(gone) == set()


async def test_a_stranger_is_told_in_the_browsers_language(stranger: Reader):
    html = await stranger.get("/queue", status=401, headers=CHINESE)

    assert "你尚未登录" in html
    assert english_in(html) == set()


async def test_programs_are_told_in_english(reader: Reader):
    await prefer(reader, Preferences(language="zh_CN"))

    response = await reader.world.call("GET", "/v1/approvals/appr_x", headers=CHINESE)

    assert (await response.json())["detail"] == "approval not found"


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("de, zh;q=0.2", "zh-Hans-CN"),
        ("zh;q=0.1, en-GB;q=0.9", "en"),
        ("zh;q=0", "en"),
        ("zh;q=x, *", "en"),
        (";;,,", "en"),
        ("zh-Hant-TW" + ",de" * 1000, "zh-Hans-CN"),
        ("", "en"),
    ],
)
async def test_the_most_wanted_language_that_there_is(stranger: Reader, header, lang):
    html = await stranger.get("/queue", status=401, headers={"Accept-Language": header})

    assert f'<html lang="{lang}">' in html
