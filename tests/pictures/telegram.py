"""A message that the Bot API server received, drawn the way a phone shows it."""

from datetime import datetime
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

_STYLE = """
body { margin: 0; padding: 18px; background: #d6e3d0; width: 404px;
       font: 16px/1.38 -apple-system, "Noto Sans", "DejaVu Sans", sans-serif; color: #111; }
.bubble { background: #fff; border-radius: 16px 16px 16px 4px; padding: 10px 13px;
          box-shadow: 0 1px 1px #0002; white-space: pre-wrap; overflow-wrap: anywhere; }
code { font: 14.5px "DejaVu Sans Mono", monospace; color: #2b5b8a; }
pre { margin: 5px 0; padding: 7px 10px; background: #eef3f8; border-left: 3px solid #4a90c8;
      border-radius: 5px; font: 14px/1.4 "DejaVu Sans Mono", monospace; white-space: pre-wrap;
      overflow-wrap: anywhere; }
blockquote { margin: 5px 0; padding: 4px 10px; background: #f1f5ee; border-left: 3px solid #6aa84f;
             border-radius: 5px; }
.time { text-decoration: underline dotted #999; }
.row { display: flex; gap: 5px; margin-top: 5px; }
.row span { flex: 1; text-align: center; padding: 9px 4px; border-radius: 9px; color: #fff;
            background: #6f8f6a; font-weight: 600; font-size: 15px; }
.row .success { background: #3a9a4f; } .row .danger { background: #cf4a4a; }
.row .primary { background: #3f83c4; }
"""
_PAGE = Environment(autoescape=True).from_string(
    "<!doctype html><meta charset=utf-8><style>{{ style|safe }}</style>"
    "<div class=bubble>{{ body }}</div>"
    "{% for row in rows %}<div class=row>{% for button in row %}"
    "<span class='{{ button.style or '' }}'>{{ button.text }}</span>"
    "{% endfor %}</div>{% endfor %}"
)
_TAGS = {
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "strikethrough": ("<s>", "</s>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote>", "</blockquote>"),
}


def page_of(
    text: str, entities: list[dict[str, Any]], rows: list[list[dict[str, Any]]], *, now: datetime
) -> str:
    """Return HTML that shows the message; relative times are counted from `now`."""
    units = text.encode("utf-16-le")
    shown = _between(units, entities, 0, len(units) // 2, now)
    return _PAGE.render(style=_STYLE, body=shown, rows=rows)


def _between(
    units: bytes, entities: list[dict[str, Any]], start: int, end: int, now: datetime
) -> Markup:
    parts: list[Markup] = []
    place = start
    outer = [e for e in entities if start <= e["offset"] < end]
    while outer:
        entity = min(outer, key=lambda e: (e["offset"], -e["length"]))
        stop = entity["offset"] + entity["length"]
        inner = [e for e in outer if e is not entity and e["offset"] < stop]
        parts.append(escape(_text(units, place, entity["offset"])))
        parts.append(_drawn(units, entity, inner, now))
        outer = [e for e in outer if e is not entity and e not in inner]
        place = stop
        if entity["type"] in ("pre", "blockquote", "expandable_blockquote"):
            place += _text(units, place, place + 1) == "\n"
    parts.append(escape(_text(units, place, end)))
    return Markup().join(parts)


def _drawn(
    units: bytes, entity: dict[str, Any], inner: list[dict[str, Any]], now: datetime
) -> Markup:
    start, stop = entity["offset"], entity["offset"] + entity["length"]
    if entity["type"] == "date_time":
        words = _text(units, start, stop)
        if entity.get("date_time_format") == "r":
            words = _relative(entity["unix_time"] - now.timestamp())
        return Markup("<span class=time>{}</span>").format(words)
    opening, closing = _TAGS.get(entity["type"], ("", ""))
    return Markup(opening) + _between(units, inner, start, stop, now) + Markup(closing)  # noqa: S704  constants


def _text(units: bytes, start: int, end: int) -> str:
    return units[2 * start : 2 * end].decode("utf-16-le")


def _relative(seconds: float) -> str:
    whole = max(1, int(abs(seconds)))
    count, unit = (whole // 60, "minute") if whole >= 60 else (whole, "second")
    words = f"{count} {unit}{'s' if count > 1 else ''}"
    return f"in {words}" if seconds > 0 else f"{words} ago"
