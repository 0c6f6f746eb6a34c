"""What the doctor says of mail: the server, the link, the addresses; and it sends a test mail."""

from collections.abc import Sequence

from bot.channels.email import doctor as mail
from bot.channels.email.transport import Transport
from bot.clock import SystemClock
from bot.core.mail import is_mail_address, mail_address
from bot.doctor import Finding, Mark, doubtful, good, wrong
from bot.gate.channel import EMAIL
from bot.gate.known import Known, addresses_in
from bot.locales import translator
from bot.locales.audience import Audience
from bot.mail_server import mail_server
from bot.settings import Settings


async def mail_findings(
    settings: Settings, people: Sequence[Known], *, test: str | None
) -> list[Finding]:
    """Return how mail is; `test` is where to send a test mail, empty for the default address."""
    server = mail_server(settings)
    if server is None:
        if test is None:
            return []
        return [wrong("Mail is off; set EMAIL_SMTP_HOST and EMAIL_FROM to send a test mail.")]
    transport = Transport(server, SystemClock())
    lines = [*await mail.look_at_server(transport, server)]
    found: list[Finding] = []
    paired = addresses_in(EMAIL, people, deciding=True)
    if settings.approval_email is None and not paired:
        line = "Nobody is reached by mail; set APPROVAL_EMAIL, or run  ok2run people add-mail ."
        found.append(doubtful(line))
    else:
        count = len({*paired, *filter(None, [settings.approval_email])})
        found.append(good(f"Addresses that are asked by mail: {count}."))
    if test is not None:
        lines += await _tested(settings, transport, test)
    await transport.close()
    return [*(Finding(mark=Mark(mark), line=line) for mark, line in lines), *found]


async def _tested(settings: Settings, transport: Transport, test: str) -> list[tuple[str, str]]:
    server, to = mail_server(settings), test or settings.approval_email
    if server is None or to is None:
        return [(mail.WRONG, "Say where the test mail goes: --test-mail ADDRESS.")]
    if not is_mail_address(to):
        return [(mail.WRONG, "What --test-mail names is not one mail address in ASCII.")]
    reader = Audience(
        language=settings.default_language,
        translator=translator(settings.default_language),
        timezone=settings.display_timezone,
    )
    now = SystemClock().now()
    address = mail_address(to)
    return [await mail.send_test_mail(transport, server, address, now=now, reader=reader)]
