"""What one environment variable's text may be: text in, value out, ValueError with a sentence.

No sentence echoes a secret; other values are shown escaped and cut.
"""

import difflib
import ipaddress
import os
import re
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import SecretStr, ValidationInfo

from bot.locales import LANGUAGES, language_of

DEFAULT_PORTS = {"https": 443, "http": 80}
# Telegram ids have at most 52 significant bits. Source: https://core.telegram.org/bots/api#user
LARGEST_ID = 2**52 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Where everything is kept: a file's path for SQLite, a URL for PostgreSQL."""

    engine: Literal["sqlite", "postgresql"]
    location: str = field(repr=False)

    @property
    def passwords(self) -> tuple[str, ...]:
        """The password in the URL, as it is written there and as it is sent."""
        written = urlsplit(self.location).password if self.engine == "postgresql" else None
        return tuple(dict.fromkeys((written, unquote(written)))) if written else ()

    @property
    def path(self) -> Path:
        """The SQLite file; ValueError where the engine is another."""
        if self.engine != "sqlite":
            raise ValueError("only SQLite keeps its data in one file")
        return Path(self.location)


def parse_database(text: str, info: ValidationInfo) -> Database:
    """Take a path or `sqlite:///path` as SQLite, relative to `directory`; or `postgresql://…`."""
    scheme, separator, rest = text.partition("://")
    scheme = scheme.lower()
    if separator and scheme in ("postgresql", "postgres"):
        return Database(engine="postgresql", location=_postgres_url(text))
    if separator and scheme != "sqlite":
        raise ValueError(
            "this kind of database is not known; use sqlite:///data/ok2run.db or postgresql://…."
        )
    if separator and not rest.startswith("/"):
        raise ValueError("write three slashes for a relative path, sqlite:///data/ok2run.db.")
    location = rest[1:] if separator else text
    if location in ("", ":memory:"):
        raise ValueError("a database in memory forgets everything; name a file.")
    if separator and "?" in location:
        raise ValueError("options after a ? are not taken; name the file alone.")
    path = _join(info, location)
    if location.endswith("/") or path.is_dir():
        raise ValueError("that is a directory; name a file in it, such as ok2run.db.")
    return Database(engine="sqlite", location=str(path))


def _postgres_url(text: str) -> str:
    """Take `postgresql://user:password@host:port/database`; options after a ? are the driver's."""
    try:
        parts = urlsplit(text)
        is_whole = parts.port is None or parts.port > 0
    except ValueError:
        is_whole = False
    if not is_whole or re.search(r"[\s\0]", text):
        raise ValueError(
            "this is not an address; write postgresql://user:password@host:5432/database, and "
            "percent-encode what is not a letter or a digit in the password."
        )
    if not parts.path.strip("/"):
        raise ValueError("name the database, as in postgresql://user@host/ok2run.")
    return f"postgresql://{text.partition('://')[2]}"


def parse_path(text: str, info: ValidationInfo) -> Path:
    """Take a file's path, relative to `directory`."""
    path = _join(info, text)
    if text.endswith("/") or path.is_dir():
        raise ValueError(f"{_shown(text)} is a directory; name a file in it.")
    return path


def parse_host(text: str) -> str:
    """Take an address or a host name to listen on."""
    try:
        return str(ipaddress.ip_address(text.removeprefix("[").removesuffix("]")))
    except ValueError:
        if re.fullmatch(r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", text):
            return text
        raise ValueError(
            f"{_shown(text)} is not an address; use 127.0.0.1, 0.0.0.0 or a host name, "
            "and give the port as PORT."
        ) from None


def parse_port(text: str) -> int:
    """Take a TCP port; 0 means any free one."""
    if re.fullmatch(r"[0-9]{1,5}", text) and int(text) <= 65535:
        return int(text)
    raise ValueError(f"{_shown(text)} is not a port; give a number from 1 to 65535.")


def parse_public_url(text: str) -> str:
    """Take scheme, host and port of the address seen from outside, without the usual port."""
    address = _split_url(text, "https://gate.example.com")
    host = (address.hostname or "").lower()
    if address.path not in ("", "/"):
        raise ValueError("it must end after the host or port, as in https://gate.example.com.")
    if address.scheme == "http" and not is_loopback(host):
        raise ValueError("it must begin with https://; http is for loopback only.")
    return _join_url(address, host)


def parse_api_base(text: str) -> str:
    """Take the address of a Bot API server; it may have a path."""
    address = _split_url(text, "http://127.0.0.1:8081")
    return _join_url(address, (address.hostname or "").lower()) + address.path.rstrip("/")


def parse_agent_keys(text: str) -> tuple[SecretStr, ...]:
    """Take one or several keys, separated by commas or line ends."""
    keys = tuple(dict.fromkeys(_items(text)))
    if not keys:
        raise ValueError("it holds no key; give one, or several separated by commas.")
    for key in keys:
        _check_key_characters(key)
    return tuple(SecretStr(key) for key in keys)


def parse_admin_key(text: str) -> SecretStr:
    """Take one key of at least 16 characters."""
    _check_key_characters(text)
    if "," in text:
        raise ValueError("it takes one key without a comma; make more keys with the gate itself.")
    if len(text) < 16:
        raise ValueError(f"it has {len(text)} characters; use at least 16.")
    return SecretStr(text)


def parse_bot_token(text: str) -> SecretStr:
    """Take a bot token as @BotFather gives it."""
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]{30,}", text):
        raise ValueError(
            "it does not look like a bot token; copy the whole line that @BotFather gave: "
            "digits, a colon, about 35 letters and digits."
        )
    return SecretStr(text)


def parse_webhook_secret(text: str) -> SecretStr:
    """Take what Telegram sends along with each update; at most 256 characters of a small set.

    Source: https://core.telegram.org/bots/api#setwebhook, `secret_token`.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]{32,256}", text):
        raise ValueError(
            "use 32 to 256 letters, digits, _ and -, or leave it out: one is made and kept."
        )
    return SecretStr(text)


def parse_chat_id(text: str) -> int:
    """Take a chat's numeric id: positive is a person, negative a group."""
    if re.fullmatch(r"-?[0-9]{1,16}", text) and 0 < abs(int(text)) <= LARGEST_ID:
        return int(text)
    raise ValueError(
        f"{_shown(text)} is not a chat id; give the number, positive for a person, negative for "
        "a group. The bot tells a person theirs on /start."
    )


def parse_user_ids(text: str) -> tuple[int, ...]:
    """Take the numeric ids of people, separated by commas."""
    ids = []
    for item in _items(text):
        if not (re.fullmatch(r"[0-9]{1,16}", item) and 0 < int(item) <= LARGEST_ID):
            raise ValueError(
                f"{_shown(item)} is not a person's id; list positive numbers separated by commas."
            )
        ids.append(int(item))
    if not ids:
        raise ValueError("it holds no id; list positive numbers separated by commas.")
    return tuple(dict.fromkeys(ids))


def parse_timezone(text: str) -> zoneinfo.ZoneInfo:
    """Take a name of the time zone database."""
    try:
        return zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        close = difflib.get_close_matches(text, zoneinfo.available_timezones(), n=1)
        hint = f"did you mean {close[0]}?" if close else "use a name such as Europe/Berlin."
        raise ValueError(f"{_shown(text)} is not a time zone; {hint}") from None


def parse_language(text: str) -> str:
    """Take the tag of a language that there is, and return its code."""
    language = language_of(text)
    if language is None:
        known = " or ".join(code.partition("_")[0] for code in LANGUAGES)
        raise ValueError(f"{_shown(text)} is not available; use {known}.")
    return language


def parse_switch(text: str) -> bool:
    """Take `on` or `off`, and the usual words for them."""
    words = {"on": True, "yes": True, "true": True, "1": True}
    words |= {"off": False, "no": False, "false": False, "0": False}
    if text.lower() not in words:
        raise ValueError(f"{_shown(text)} is neither; use on or off.")
    return words[text.lower()]


def parse_count(text: str) -> int:
    """Take a whole number from 1 to a million."""
    if re.fullmatch(r"[0-9]{1,7}", text) and 1 <= int(text) <= 1_000_000:
        return int(text)
    raise ValueError(f"{_shown(text)} is no such number; give one from 1 to 1000000.")


def one_of(*choices: str) -> Callable[[str], str]:
    """Return a parser that takes one of the words, in any case of letters."""

    def parse(text: str) -> str:
        if text.lower() in choices:
            return text.lower()
        words = f"{', '.join(choices[:-1])} or {choices[-1]}"
        raise ValueError(f"{_shown(text)} is none of the choices; use {words}.")

    return parse


def port_of(url: str) -> int | None:
    """Return the port of a URL, the usual one of its scheme where it names none."""
    address = urlsplit(url)
    return address.port or DEFAULT_PORTS.get(address.scheme)


def is_loopback(host: str) -> bool:
    """Say whether a host name or address is this machine itself."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _join(info: ValidationInfo, location: str) -> Path:
    if "\0" in location:
        raise ValueError("a path cannot hold a NUL character.")
    directory = info.data["directory"]
    assert isinstance(directory, Path)  # noqa: S101  # the model's first field
    return directory / os.path.expanduser(location)


def _items(text: str) -> list[str]:
    return [item.strip() for item in re.split(r"[,\r\n]", text) if item.strip()]


def _check_key_characters(key: str) -> None:
    if not re.fullmatch(r"[!-~]+", key):
        raise ValueError("a key takes printable ASCII characters without spaces only.")


def _split_url(text: str, example: str) -> SplitResult:
    """Split an http or https URL; what else it may not hold is told without echoing it."""
    try:
        address = urlsplit(text)
        port = address.port
    except ValueError:
        raise ValueError(f"it is not a URL; write it as {example}.") from None
    if address.scheme not in DEFAULT_PORTS or not address.hostname or port == 0:
        raise ValueError(f"it is not an http or https URL; write it as {example}.")
    if not re.fullmatch(r"[!-~]+", text) or "\\" in text:
        raise ValueError(f"it holds characters that no URL has; write it as {example}.")
    if address.username is not None or address.password is not None:
        raise ValueError(f"it must not hold a name or password; write it as {example}.")
    if "?" in text or "#" in text:
        raise ValueError(f"it must not hold a ? or #; write it as {example}.")
    return address


def _join_url(address: SplitResult, host: str) -> str:
    shown = f"[{host}]" if ":" in host else host
    usual = address.port in (None, DEFAULT_PORTS[address.scheme])
    return f"{address.scheme}://{shown}" + ("" if usual else f":{address.port}")


def _shown(text: str) -> str:
    return ascii(text if len(text) <= 40 else text[:40] + "…")
