"""What a person reads when a page cannot do what they wanted: what happened, and what to do."""

import logging
from functools import wraps
from typing import Final

from aiohttp import web

from bot.core.errors import Busy, GateError, OutcomeUnknown
from bot.locales import N_
from web.errors import Handler, path_without_token
from web.pages.speech import say_to_whoever

log = logging.getLogger(__name__)

SIGN_IN_ADVICE: Final = N_(
    "To sign in, open the link that ok2run prints in its terminal when it starts. It works once, "
    "within ten minutes; restart ok2run to get a new one."
)
_LOAD_AGAIN: Final = N_("Load the page again, and press again.")
_NOT_FROM_HERE: Final = N_("This did not come from the page as you opened it here.")
_GO_BACK: Final = N_("Go back to the queue and press again.")
_WORDS: Final = {
    400: (N_("Nothing was decided"), N_("What your browser sent could not be read.")),
    403: (
        N_("Nothing was decided"),
        N_("This did not come from the queue page as you opened it here."),
    ),
    404: (N_("There is no such card"), N_("It may be gone, or the address is wrong.")),
    408: (N_("Nothing was decided"), N_("What your browser sent came too slowly.")),
    413: (N_("Nothing was decided"), N_("What your browser sent is too large.")),
    500: (N_("Something went wrong"), N_("The gate's log says what. Nothing was approved by it.")),
    503: (
        N_("The gate is busy"),
        N_("It cannot take this now; nothing was decided. Try again in a moment."),
    ),
    507: (
        N_("The gate's disk is full"),
        N_("Nothing was decided. Free some room for its database, then try again."),
    ),
}
_UNKNOWN: Final = (
    N_("The gate lost its database"),
    N_("It was saving this, and whether it did shows when it is back. Look before you repeat it."),
)


async def not_signed_in(request: web.Request) -> web.Response:
    """Return the page for somebody who has no session here."""
    say = await say_to_whoever(request)
    return say.message(
        say.gettext("You are not signed in"),
        say.gettext("This page shows what agents ask and takes answers, for people signed in."),
        advice=say.gettext(SIGN_IN_ADVICE),
        status=401,
    )


def for_people(handler: Handler) -> Handler:
    """Turn every refusal of a handler into a page."""

    @wraps(handler)
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except OutcomeUnknown:
            return await _page(request, 503, words=_UNKNOWN)
        except Busy as error:
            return await _page(request, error.http_status)
        except GateError as error:
            return await _page(request, error.http_status, error=error)
        except web.HTTPUnauthorized:
            return await not_signed_in(request)
        except web.HTTPException as error:
            if error.status < 400:
                raise
            return await _page(request, error.status)
        except Exception:
            log.exception("web: a page failed", extra={"path": path_without_token(request)})
            return await _page(request, 500)

    return handle


def is_of_mail(request: web.Request) -> bool:
    """Tell whether it is a page behind a mail's link, from where nothing leads to the queue."""
    return request.path.startswith("/a/")


async def _page(
    request: web.Request,
    status: int,
    *,
    error: GateError | None = None,
    words: tuple[str, str] | None = None,
) -> web.Response:
    say = await say_to_whoever(request)
    title, usual = words or _WORDS.get(status, _WORDS[400])
    if status == 403 and is_of_mail(request):
        usual = _NOT_FROM_HERE
    sentence = say.gettext(usual)
    if error is not None and status not in _WORDS:
        sentence = say.refusal(error)
    return say.message(
        say.gettext(title),
        sentence,
        advice=say.gettext(_LOAD_AGAIN if is_of_mail(request) else _GO_BACK),
        status=status,
        leads_back=not is_of_mail(request),
    )
