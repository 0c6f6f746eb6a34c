"""The queue page says that the gate is paused, and resumes it."""

from datetime import timedelta

from tests.builders import ANA
from tests.web.pages.reader import Markup, Reader


def resume_form(html: str):
    return next((one for one in Markup(html).forms if one.action == "/queue/resume"), None)


async def test_a_banner_tells_of_the_pause_and_a_press_resumes(reader: Reader):
    await reader.world.gate.halts.pause(ANA)
    html = await reader.get("/queue")
    assert "⏸ Paused by Ana since 12:00 UTC: new asks wait." in Markup(html).text

    response = await reader.post("/queue/resume", resume_form(html).fields)

    assert response.status == 200
    assert "Paused by" not in await response.text()
    assert not (await reader.world.gate.halts.standing()).is_paused


async def test_a_snooze_tells_until_when(reader: Reader):
    await reader.world.gate.halts.snooze(ANA, timedelta(hours=2))

    text = Markup(await reader.get("/queue?fragment")).text

    assert "🌙 Snoozed by Ana until 14:00 UTC: new asks go straight back." in text


async def test_while_nothing_is_halted_there_is_no_banner(reader: Reader):
    assert resume_form(await reader.get("/queue")) is None


async def test_a_form_without_its_token_resumes_nothing(reader: Reader):
    await reader.world.gate.halts.pause(ANA)

    response = await reader.post("/queue/resume", {"token": "forged"})

    assert response.status == 403
    assert (await reader.world.gate.halts.standing()).is_paused


async def test_what_is_held_stands_on_the_page(reader: Reader):
    await reader.world.gate.halts.pause(ANA)
    await reader.world.ask(title="Deploy 1.4")

    assert "Deploy 1.4" in Markup(await reader.get("/queue")).text
