"""The list: what it shows, in what order, and how it stays true."""

import asyncio
from zoneinfo import ZoneInfo

import pytest

from tests.builders import an_action, an_approval
from tests.web.pages.reader import Markup, Reader, buttons_of
from web.app import PAGES
from web.pages import card, queue
from web.pages.card import card_view
from web.pages.live import CHANGES
from web.pages.template import environment

SAY = environment(timezone=ZoneInfo("Europe/Berlin"), language="en")
HOSTILE = "<script>alert(1)</script>\"'&{{7*7}}{% x %} \u202eabc\u200b"


def cards_of(html: str) -> list[str]:
    return [given["data-card"] for _, given in Markup(html).elements if "data-card" in given]


async def test_nothing_waiting_is_said(reader: Reader):
    assert "Nothing is waiting" in await reader.get("/queue")


async def test_everything_that_is_approved_stands_on_the_card(reader: Reader):
    await reader.world.ask(
        agent="claude",
        action_type="Bash",
        title="Publish the fix",
        preview="npm publish",
        params={"command": "npm publish", "timeout": 120},
        urgency="high",
        cwd="/srv/shop",
        context={"host": "api-server", "branch": "main"},
        reason="Tests pass.",
        session_id="run 7",
    )

    text = Markup(await reader.get("/queue")).text

    for words in (
        "1 waiting",
        "claude @ shop",
        "Publish the fix",
        "npm publish",
        '"timeout": 120',
        "Bash",
        "/srv/shop on api-server",
        "Tests pass.",
        "high risk",
        "Publishes to others.",
        "13:00 UTC (in 60 minutes) , then denied",
        "run 7",
        '"branch": "main"',
    ):
        assert words in text


async def test_the_most_dangerous_stands_first_then_the_oldest(reader: Reader, clock):
    ids = []
    for urgency in ("low", "high", "critical", "low", "high"):
        ids.append((await reader.world.ask(urgency=urgency, session_id=""))["approval_id"])
        clock.advance(seconds=1)

    assert cards_of(await reader.get("/queue")) == [ids[place] for place in (2, 1, 4, 0, 3)]


async def test_beyond_the_list_it_says_how_many_wait(reader: Reader, monkeypatch):
    monkeypatch.setattr(queue, "MOST_CARDS", 2)
    for _ in range(3):
        await reader.world.ask(session_id="")

    html = await reader.get("/queue")

    assert len(cards_of(html)) == 2
    assert "1 more waits behind these" in html
    assert "3 waiting" in html


async def test_agents_words_are_never_markup(reader: Reader):
    await reader.world.ask(
        agent=HOSTILE[:60],
        action_type=HOSTILE,
        title=HOSTILE,
        preview=HOSTILE,
        params={HOSTILE: HOSTILE},
        cwd=HOSTILE,
        context={"host": HOSTILE},
        reason=HOSTILE,
        session_id=HOSTILE,
    )
    option = {"label": HOSTILE, "description": HOSTILE}
    question = {"question": HOSTILE, "header": HOSTILE, "options": [option]}
    await reader.world.ask(title=HOSTILE, questions=[question, question])

    html = await reader.get("/queue")

    scripts = [given for tag, given in Markup(html).elements if tag == "script"]
    assert [given["src"].partition("?")[0] for given in scripts] == ["/static/queue.js"]
    assert "<script>alert" not in html
    assert "{{7*7}}" in Markup(html).text
    assert not {"\u202e", "\u200b"} & set(html)
    assert "⟨U+202E⟩" in html
    assert "hidden characters are shown as markers" in html


async def test_secrets_are_not_shown(reader: Reader):
    secret = "ghp_" + "a1B2" * 10
    await reader.world.ask(preview=f"curl -H 'Authorization: Bearer {secret}' https://x.example")

    html = await reader.get("/queue")

    assert secret not in html
    assert "1 value hidden" in html


async def test_a_secret_is_not_shown_as_a_word_that_mixes_scripts(reader: Reader):
    await reader.world.ask(preview="password=hunteр2")

    html = await reader.get("/queue")

    assert "hunte" not in html
    assert "1 value hidden" in html


async def test_values_hidden_in_a_result_are_counted(reader: Reader):
    id = (await reader.world.ask())["approval_id"]

    html = await reader.press(id, "deny", note="token=abc1 is no good")

    assert "abc1" not in html
    assert "🔑 1 value hidden" in html


async def test_a_long_card_is_approved_only_where_it_is_whole(reader: Reader):
    preview = "\n".join(f"line {number}" for number in range(5000))
    id = (await reader.world.ask(preview=preview))["approval_id"]

    in_list = await reader.get("/queue")
    alone = await reader.get(f"/queue?card={id}")

    assert "line 2500" not in in_list
    assert set(buttons_of(in_list, id)) == {"deny"}
    assert preview in alone
    assert "5,000 lines, 48,889 characters; scroll to see all" in alone
    assert "approve" in buttons_of(alone, id)


async def test_no_text_makes_a_list_card_large(reader: Reader):
    long = "x" * 100_000
    await reader.world.ask(
        title=long, action_type=long, cwd=long, reason=long, session_id=long, context={"a": long}
    )
    await reader.world.ask(questions=[{"question": long, "options": [{"label": long}]}])

    assert len(await reader.get("/queue")) < 60_000


async def test_the_fragment_is_the_list_alone(reader: Reader):
    id = (await reader.world.ask())["approval_id"]

    html = await reader.get("/queue?fragment=1")

    assert "<html" not in html
    assert cards_of(html) == [id]
    assert "approve" in buttons_of(html, id)


async def test_times_are_in_the_operators_zone():
    view = card_view(an_approval(), SAY, now=an_approval().created_at, whole=True)

    assert (view.expires_clock, view.expires_in) == ("14:00", "in 60 minutes")
    assert view.expires_at == "2026-11-20T13:00:00+00:00"


def test_parameters_that_repeat_the_preview_are_not_shown_twice():
    view = card_view(an_approval(), SAY, now=an_approval().created_at, whole=False)

    assert [block.head for block in view.blocks] == ["git push origin main"]


def test_a_parameter_that_says_something_else_is_shown():
    action = an_action(params={"command": "git push --force"})

    view = card_view(an_approval(action=action), SAY, now=an_approval().created_at, whole=False)

    assert "--force" in view.blocks[1].head


@pytest.mark.parametrize(
    ("cwd", "place"),
    [("/srv/shop", "shop"), ("~", "~"), ("/", "/"), (r"C:\work\shop", "shop"), (None, "")],
)
def test_the_place_is_the_directorys_last_part(cwd, place):
    approval = an_approval(action=an_action(cwd=cwd))

    assert card_view(approval, SAY, now=approval.created_at, whole=False).place == place


def test_the_limit_of_a_list_card_is_over_all_its_texts(monkeypatch):
    monkeypatch.setattr(card, "LONGEST_IN_LIST", 100)
    approval = an_approval(action=an_action(reason="r" * 101))

    view = card_view(approval, SAY, now=approval.created_at, whole=False)

    assert not view.is_whole
    assert view.offers.isdisjoint({"approve", "session", "always"})


async def test_an_open_page_is_told_of_every_change(reader: Reader):
    async with reader.world.client.get("/queue/events") as stream:
        assert await _event(stream) == b"event: changed"

        id = (await reader.world.ask())["approval_id"]
        assert await _event(stream) == b"event: changed"

        await reader.world.decide(id)
        assert await _event(stream) == b"event: changed"


async def test_a_burst_of_changes_is_told_once(reader: Reader):
    async with reader.world.client.get("/queue/events") as stream:
        await _event(stream)

        await asyncio.gather(*(reader.world.ask() for _ in range(5)))
        assert await _event(stream) == b"event: changed"

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(_event(stream), 0.3)


async def test_the_stream_ends_with_the_gate(reader: Reader):
    async with reader.world.client.get("/queue/events") as stream:
        await _event(stream)

        reader.world.gate.stop_waiting()

        rest = await asyncio.wait_for(stream.content.read(), 5)
        assert b"changed" not in rest


async def test_the_stream_ends_with_the_session(reader: Reader, clock):
    changes = reader.world.client.app[CHANGES]
    async with reader.world.client.get("/queue/events") as stream:
        await _event(stream)
        while not changes.followers:
            await asyncio.sleep(0.01)

        clock.advance(hours=12)

        rest = await asyncio.wait_for(stream.content.read(), 5)
        assert b"changed" not in rest


async def _event(stream) -> bytes:
    while True:
        line = await asyncio.wait_for(stream.content.readline(), 5)
        if line.startswith(b"event:"):
            return line.strip()


async def test_every_page_refuses_frames_and_foreign_content(reader: Reader):
    for route in PAGES:
        path = route.path.replace("{name}", "page.css").replace("{id}", "x")
        method = "HEAD" if path == "/queue/events" else route.method
        response = await reader.world.client.request(method, path, allow_redirects=False)
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}


async def test_pages_carry_nothing_inline_and_nothing_from_elsewhere(reader: Reader):
    await reader.world.ask()

    for path in ("/queue", "/docs"):
        for tag, given in Markup(await reader.get(path)).elements:
            assert tag != "style"
            assert "style" not in given
            assert not any(name.startswith("on") for name in given)
            for name in ("src", "href", "action"):
                assert given.get(name, "/")[:1] in {"/", "#"}
                assert not given.get(name, "/").startswith("//")


async def test_pages_are_kept_by_no_cache(reader: Reader):
    response = await reader.world.client.get("/queue")

    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("page.css", "text/css; charset=utf-8"),
        ("queue.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml; charset=utf-8"),
    ],
)
async def test_own_files_are_served_and_cached_by_content(stranger: Reader, name, content_type):
    client = stranger.world.client
    first = await client.get(f"/static/{name}")
    etag = first.headers["ETag"]

    again = await client.get(f"/static/{name}", headers={"If-None-Match": etag})
    versioned = await client.get(f"/static/{name}?v={etag.strip(chr(34))}")

    assert first.headers["Content-Type"] == content_type
    assert first.headers["Cache-Control"] == "no-cache"
    assert again.status == 304
    assert "immutable" in versioned.headers["Cache-Control"]


@pytest.mark.parametrize(
    "name", ["other.css", "__init__.py", "..%2fqueue.py", "..%2ftemplates%2fbase.html", "%00"]
)
async def test_no_other_file_is_served(stranger: Reader, name):
    response = await stranger.world.client.get(f"/static/{name}")

    assert response.status == 404
