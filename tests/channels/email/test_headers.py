"""Whatever an agent calls itself and its asks, a mail has the same headers, and one recipient."""

import string

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.channels.email.card import Ways, card, told
from bot.channels.email.compose import Envelope, compose, header_text, message_id
from bot.channels.email.transport import WIRE, Secrecy, Server, Transport
from bot.locales import translator
from bot.locales.audience import Audience
from tests.builders import NOW, a_decision, an_action, an_approval
from tests.channels.email.conftest import ANA, SENDER, SOON
from tests.fakes.clock import FakeClock
from tests.fakes.smtp import FakeSmtp
from tests.world import UTC

READER = Audience(translator=translator(None), timezone=UTC)
HEADERS = {
    *("From", "To", "Subject", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"),
    *("Content-Language", "MIME-Version", "Content-Type"),
}
SLIPPED = [
    "ordinary\r\nBcc: eve@example.org",
    "=?utf-8?q?x=0D=0ABcc:_eve=40example.org?=",
    "=?=?utf-8?q?x?=",
    "a\x00b\x0bc\u2028d\u2029e\x85f",
    "x, eve@example.org, <eve@example.org>",
    "\u202egnitteg\u202c",
    "=" * 300 + "?utf-8?q?x?=",
    "é" * 500 + "\nBcc: eve@example.org",
    "\n.\r\nMAIL FROM:<eve@example.org>",
    "",
]
WORDS = st.one_of(
    st.text(max_size=120),
    st.text(alphabet=string.printable + "\x00\x0b\x85\u2028=?", max_size=200),
    st.sampled_from(SLIPPED),
)


def a_mail(title: str, agent: str, preview: str):
    action = an_action(title=title, preview=preview, cwd=f"/srv/{agent}")
    approval = an_approval(action=action, agent=agent, decision=None)
    letter = card(approval, Ways(url="https://gate.example.org/a/token"), READER)
    envelope = Envelope(
        sender_name="ok2run",
        sender=SENDER,
        to=ANA,
        message_id=message_id(approval.id, SENDER),
    )
    return compose(letter, envelope)


async def test_nothing_that_an_agent_says_becomes_a_header_or_a_recipient(certificate):
    clock = FakeClock()
    async with FakeSmtp(certificate=certificate) as peer:
        server = Server(
            host="localhost",
            port=peer.port,
            secrecy=Secrecy.STARTTLS,
            sender=SENDER,
            patience=SOON,
        )
        transport = Transport(server, clock, tls=certificate.for_client())
        cases = [(text, "claude", "ls") for text in SLIPPED]
        cases += [("Deploy", text, "ls") for text in SLIPPED]
        cases += [("Deploy", "claude", text) for text in SLIPPED]
        for title, agent, preview in cases:
            await transport.send(a_mail(title, agent, preview), ANA)
        await transport.close()

        assert len(peer.mails) == len(cases)
        for mail in peer.mails:
            assert mail.recipients == (ANA,)
            assert {name for name, _ in mail.parsed.items()} == HEADERS
            assert len(mail.parsed.items()) == len(HEADERS)


@given(title=WORDS, agent=WORDS, preview=WORDS)
@example(title=SLIPPED[1], agent=SLIPPED[0], preview=SLIPPED[8])
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_headers_are_the_same_for_any_words(title: str, agent: str, preview: str):
    from email import message_from_bytes
    from email.policy import default

    content = a_mail(title, agent, preview).as_bytes(policy=WIRE)
    parsed = message_from_bytes(content, policy=default)

    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert sorted(parsed.keys()) == sorted(HEADERS)
    assert [one.addr_spec for one in parsed["To"].addresses] == [ANA]
    assert [one.addr_spec for one in parsed["From"].addresses] == [SENDER]
    assert parsed["Subject"].endswith("]")


@pytest.mark.parametrize("text", SLIPPED)
def test_a_header_text_holds_no_control_character_and_no_encoded_word(text: str):
    safe = header_text(text)

    assert "=?" not in safe
    assert safe.isprintable()
    assert len(safe) <= 400


def test_the_end_is_told_by_the_same_headers_and_the_thread():
    approval = an_approval(state="approved", decision=a_decision(), ended_at=NOW)
    envelope = Envelope(
        sender_name="ok2run",
        sender=SENDER,
        to=ANA,
        message_id=message_id("card:told", SENDER),
        follows=message_id("card", SENDER),
    )

    mail = compose(told(approval, READER), envelope)

    assert set(mail.keys()) == HEADERS | {"In-Reply-To", "References"}
    assert mail["In-Reply-To"] == message_id("card", SENDER)
