"""Reply markup: what Telegram accepts under a message, and what of it is echoed back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tests.fakes.telegram.refusal import Refusal, bad
from tests.fakes.telegram.text import refuse_control_characters, utf16_length

MAX_BUTTONS = 100

_LOOKS = {"text", "style", "icon_custom_emoji_id"}
_ACTIONS = {
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
}
_STYLES = {"danger", "success", "primary"}


def check_markup(markup: Any, *, in_private: bool) -> dict[str, Any] | None:
    """Return the markup in Telegram's form, or None where there is none; refuse a wrong one."""
    if markup is None or markup == {}:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in markup:
        return _check_inline(markup["inline_keyboard"], in_private=in_private)
    if markup.get("force_reply") is True or "keyboard" in markup:
        placeholder = markup.get("input_field_placeholder")
        if placeholder is not None and not 1 <= utf16_length(placeholder) <= 64:
            raise bad("input field placeholder must be of length 1-64")
        return markup
    if markup.get("remove_keyboard") is True:
        return markup
    raise bad("can't parse reply keyboard markup JSON object")


def is_inline(markup: dict[str, Any] | None) -> bool:
    """Say whether the markup is the one kind that is echoed and that allows later edits."""
    return markup is None or "inline_keyboard" in markup


def _check_inline(rows: Any, *, in_private: bool) -> dict[str, Any] | None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise _button('field "inline_keyboard" must be an Array of Arrays')
    checked = [[_check_button(one, in_private=in_private) for one in row] for row in rows if row]
    if sum(map(len, checked)) > MAX_BUTTONS:
        raise bad("reply markup is too long")
    return {"inline_keyboard": checked} if checked else None


def _check_button(button: Any, *, in_private: bool) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise _button("expected an Object")
    fields = {name: value for name, value in button.items() if value is not None}
    text = fields.get("text")
    if not isinstance(text, str):
        raise _button('field "text" must be of type String')
    if not text.strip():
        raise bad("inline keyboard button text must be non-empty")
    refuse_control_characters(text)
    if strange := set(fields) - _LOOKS - _ACTIONS:
        raise _button(f"unknown field {min(strange)!r}")
    actions = sorted(set(fields) & _ACTIONS)
    if not actions:
        raise _button("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise _button(f"exactly one action expected, found {', '.join(actions)}")
    if fields.get("style") not in _STYLES | {None}:
        raise _button("invalid button style specified")
    _check_action(actions[0], fields[actions[0]], in_private=in_private)
    return fields


def _check_action(action: str, value: Any, *, in_private: bool) -> None:
    if action == "callback_data":
        if not isinstance(value, str) or not 1 <= len(value.encode()) <= 64:
            raise bad("BUTTON_DATA_INVALID")
    elif action == "copy_text":
        text = value.get("text") if isinstance(value, dict) else None
        if not isinstance(text, str) or not 1 <= utf16_length(text) <= 256:
            raise bad("BUTTON_COPY_TEXT_INVALID")
    elif action == "url":
        _check_url(value)
    elif action == "web_app":
        if not in_private:
            raise bad("BUTTON_TYPE_INVALID")
        url = value.get("url") if isinstance(value, dict) else None
        if not isinstance(url, str) or urlsplit(url).scheme != "https":
            raise bad(
                f"inline keyboard button Web App URL '{url}' is invalid: "
                "Only HTTPS links are allowed"
            )


def _check_url(url: Any) -> None:
    if not isinstance(url, str) or not url:
        raise bad("BUTTON_URL_INVALID")
    parts = urlsplit(url)
    if parts.scheme == "tg":
        return
    if parts.scheme not in {"http", "https"}:
        cause = "Unsupported URL protocol"
    elif "." not in (parts.hostname or "") and ":" not in (parts.hostname or ""):
        cause = "Wrong HTTP URL"  # a host without a dot, localhost among them
    else:
        return
    raise bad(f"inline keyboard button URL '{url}' is invalid: {cause}")


def _button(cause: str) -> Refusal:
    return bad(f"can't parse inline keyboard button: {cause}")
