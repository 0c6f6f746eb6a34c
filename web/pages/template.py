"""Templates, and what they say in the reader's language and time zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from aiohttp import web
from babel import Locale, UnknownLocaleError
from babel.dates import format_timedelta
from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.locales import translator
from bot.locales.audience import Audience
from bot.locales.marker import in_words
from web.pages.asset import asset_url
from web.pages.form import Form

_FALLBACK: Final = Locale("en")
_UNITS: Final = (86_400, 3600, 60)  # days, hours, minutes; the script counts alike
_HEADERS: Final = {
    "Cache-Control": "no-store",
    # Under no-referrer browsers send `Origin: null` with our own forms; this tells others nothing.
    "Referrer-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates(Audience):
    """Everything that turns values into a page."""

    jinja: Environment
    locale: Locale

    @property
    def tag(self) -> str:
        """The language as HTML names it."""
        return str(self.locale).replace("_", "-")

    def until(self, instant: datetime, *, now: datetime) -> str:
        """Return how long it is from now, never more than it is: `in 59 minutes`."""
        left = max((instant - now).total_seconds(), 0.0)
        unit = next((size for size in _UNITS if left >= 1.5 * size), 1)
        whole = int(left // unit * unit)
        return format_timedelta(whole, threshold=1.5, add_direction=True, locale=self.locale)

    def number(self, n: int) -> str:
        """Return a count as the language writes it."""
        return format_decimal(n, locale=self.locale)

    def render(self, name: str, **context: object) -> str:
        """Return a template filled."""
        return self.jinja.get_template(name).render(language=self.tag, **context)

    def page(
        self,
        name: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **context: object,
    ) -> web.Response:
        """Return a page that no cache keeps."""
        return web.Response(
            text=self.render(name, **context),
            status=status,
            content_type="text/html",
            charset="utf-8",
            headers={**_HEADERS, **(headers or {})},
        )

    def message(
        self,
        title: str,
        sentence: str,
        *,
        status: int = 200,
        advice: str = "",
        leads_back: bool = False,
    ) -> web.Response:
        """Return a page that says one thing; `leads_back` adds a link to the queue."""
        return self.page(
            "message.html",
            status=status,
            title=title,
            sentence=sentence,
            advice=advice,
            leads_back=leads_back,
        )


TEMPLATES: Final = web.AppKey("templates", Templates)


def environment(*, timezone: tzinfo, language: str) -> Templates:
    """Return the templates for readers of this language in this time zone."""
    words = Audience(language=language, translator=translator(language), timezone=timezone)
    # Every value is escaped; StrictUndefined makes a misspelt name a fault and not a gap.
    jinja = Environment(
        loader=PackageLoader("web.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: in_words(value, words) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    jinja.install_gettext_translations(words.translator, newstyle=True)  # type: ignore[attr-defined]
    jinja.globals["asset_url"] = asset_url
    jinja.globals["no_form"] = Form(fields={})
    templates = Templates(
        jinja=jinja,
        language=language,
        translator=words.translator,
        timezone=timezone,
        locale=_locale(language),
    )
    jinja.filters["number"] = templates.number
    return templates


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return _FALLBACK
