"""What an action names so plainly that a grant can be made for it: a command, a file, a host.

Each reading gives None on the least doubt; then only the whole type can be granted. The gate sees
neither the disk nor the network: a link in the file system, a name that resolves elsewhere or a
server that redirects is not known here, and nothing is claimed of it.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.core.action import Action, Json, canonical_json
from bot.core.action_text import (
    BESIDE,
    CAP,
    COMMAND_KEYS,
    SHELLS,
    capped,
    paths_shown,
    texts_of,
    type_words,
)
from bot.core.preview import show_line

_LONGEST: Final = 512
_SHORTENED: Final = 8  # characters of a command that a shortened title shows at least

_DIRECTORY_KEYS: Final = frozenset({"cwd", "workdir", "working_directory", "working_dir"})
_FILE_TYPES: Final = frozenset(
    {
        "read", "readfile", "fileread", "readtextfile", "notebookread", "write", "writefile",
        "filewrite", "createfile", "edit", "editfile", "fileedit", "multiedit", "notebookedit",
    }
)  # fmt: skip
_PATH_KEYS: Final = frozenset({"file_path", "path", "notebook_path", "filepath", "filename"})
_FILE_BESIDE: Final = BESIDE | {
    "content", "contents", "text", "old_string", "new_string", "old_str", "new_str", "old_text",
    "new_text", "replace_all", "offset", "limit", "pages", "encoding", "new_source", "cell_id",
    "cell_number", "cell_type", "edit_mode", "start_line", "end_line",
}  # fmt: skip
# A drive or a URL; what takes one does not look for it below the working directory.
_ROOTED_OTHERWISE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_HTTP_WORDS: Final = frozenset({"fetch", "webfetch", "http", "https"})
_HTTP_TYPE_WORDS: Final = _HTTP_WORDS | {"web", "request", "url", "get", "post", "mcp", "page"}
_HTTP_KEYS: Final = BESIDE | {
    "url", "method", "headers", "prompt", "body", "data", "json", "max_length", "start_index",
    "raw", "format",
}  # fmt: skip
# Others can name another host, another method or somebody to act as.
_HEADERS: Final = frozenset({"accept", "accept-language", "content-type", "user-agent"})
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_LABEL: Final = r"(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# A last label that begins with a digit may be an address in one of many notations.
_URL: Final = re.compile(
    rf"(?P<scheme>https?)://(?P<host>(?:{_LABEL}\.)*(?![0-9]){_LABEL})(?::(?P<port>[1-9]\d{{0,4}}))?"
    r"(?:[/?#][!-\[\]-~]*)?",
    re.ASCII | re.IGNORECASE,
)
_LINK: Final = re.compile(r"https?:[^\s\"'<>)\]}]*", re.IGNORECASE)
_LONGEST_HOST: Final = 253
_HIGHEST_PORT: Final = 65_535
_USUAL_PORTS: Final = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """The one text that a shell gets.

    `beside` is the SHA-256 (hex) of further parameters that may change what runs, empty where
    there are none.
    """

    text: str
    beside: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The origin of a URL, `https://host` or `https://host:8443`, and the method where named."""

    origin: str
    method: str | None


def command_of(action: Action) -> Command | None:
    """Return the command; None where there are several, or the card would show it otherwise."""
    said = texts_of(action)
    language = (action.language or "").lower()
    is_one = len(said.commands) == 1 and not said.is_cut
    if not is_one or not (said.is_windows or (said.is_shell and language in _LANGUAGES)):
        return None
    if sum(len(key) + len(text) for key, text in said.strings) > CAP:
        return None  # one who decides could not look through the rest of it
    (text,) = said.commands
    carried = [value for key, value in action.params.items() if key in COMMAND_KEYS]
    if len(carried) > 1 or not all(map(_is_words, carried)):
        return None
    if not _is_shown_as_it_is(text) or not _is_about(action.title, text, action):
        return None
    others = {
        key: value
        for key, value in action.params.items()
        if key not in COMMAND_KEYS and not _is_beside(key, value, action.cwd)
    }
    beside = hashlib.sha256(canonical_json(others)).hexdigest() if others else ""
    return Command(text=text, beside=beside)


_LANGUAGES: Final = SHELLS | {""}


def _is_words(value: Json) -> bool:
    """Tell whether a command's value is a text or a list of texts."""
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(word, str) for word in value)
    )


def _is_beside(key: str, value: Json, cwd: str | None) -> bool:
    if key in _DIRECTORY_KEYS:
        return value == cwd
    return key in BESIDE and _is_single(value)


def _is_single(value: Json) -> bool:
    return not isinstance(value, (list, Mapping))


def _is_shown_as_it_is(text: str) -> bool:
    """Tell whether one line shows the text to the last character, with nothing hidden in it."""
    return 0 < len(text) <= _LONGEST and text == text.strip() and show_line(text).text == text


def _is_about(title: str, command: str, action: Action) -> bool:
    """Tell whether the title says the command, shortens it, or says only what kind it is."""
    title = title.strip()
    type_, description = action.action_type, action.params.get("description")
    if title in ("", command, type_, description):
        return True
    said = title.removeprefix(type_).removeprefix(":").strip()
    head = said.removesuffix("…").removesuffix("...")
    return said == command or (_SHORTENED <= len(head) < len(said) and command.startswith(head))


def file_of(action: Action) -> str | None:
    """Return the absolute path of the one file that a file tool names; None on any doubt."""
    type_ = action.action_type.lower().replace("_", "").replace("-", "")
    named = [value for key, value in action.params.items() if key in _PATH_KEYS]
    if type_ not in _FILE_TYPES or len(named) != 1 or not isinstance(named[0], str):
        return None
    if not all(
        key in _PATH_KEYS or (key in _FILE_BESIDE and _is_single(value)) or _is_edits(key, value)
        for key, value in action.params.items()
    ):
        return None
    path = _whole_path(named[0], action.cwd)
    within = (text for key, text in texts_of(action).strings if key in _PATH_KEYS)
    shown = (*paths_shown(action.preview), *paths_shown(action.title))
    if any(_whole_path(other, action.cwd) != path for other in (*within, *shown)):
        return None
    return path


def _is_edits(key: str, value: Json) -> bool:
    return (
        key == "edits"
        and isinstance(value, list)
        and all(
            isinstance(edit, Mapping)
            and all(name in _FILE_BESIDE and _is_single(part) for name, part in edit.items())
            for edit in value
        )
    )


def _whole_path(path: str, cwd: str | None) -> str | None:
    """Return the path from the root on, without `.` and doubled slashes; None where it is odd."""
    if not _is_shown_as_it_is(path) or _ROOTED_OTHERWISE.match(path):
        return None
    if cwd and not path.startswith(("/", "~")):
        path = f"{cwd}/{path}"
    parts = path.split("/")
    if not path.startswith("/") or path.startswith("//") or parts[-1] in {"", "."}:
        return None
    if not _is_shown_as_it_is(path) or ".." in parts or "\\" in path or "$" in path:
        return None
    return "/" + "/".join(part for part in parts if part not in {"", "."})


def folders_of(path: str) -> Iterator[str]:
    """Yield the folders that hold a whole path, the nearest first, the root left out."""
    while path := path.rpartition("/")[0]:
        yield path


def is_in(folder: str, cwd: str | None) -> bool:
    """Tell whether the folder is the working directory or lies below it."""
    here = _whole_path((cwd or "").rstrip("/"), None)
    return here is not None and (folder == here or folder.startswith(here + "/"))


def request_of(action: Action) -> Request | None:
    """Return where a request goes; None on any doubt about its host or its method."""
    words, url = type_words(action.action_type), action.params.get("url")
    if not (words <= _HTTP_TYPE_WORDS and words & _HTTP_WORDS) or not isinstance(url, str):
        return None
    if not _HTTP_KEYS.issuperset(action.params):
        return None
    if not _are_plain_headers(action.params.get("headers")):
        return None
    origin = _origin(url)
    shown = _LINK.findall(f"{capped(action.title)}\n{capped(action.preview)}")
    if origin is None or any(_origin(other) != origin for other in shown):
        return None
    method = action.params.get("method")
    if method is None:
        return Request(origin=origin, method=None)
    if not isinstance(method, str) or not method.isascii() or method.upper() not in _METHODS:
        return None
    return Request(origin=origin, method=method.upper())


def _origin(url: str) -> str | None:
    found = _URL.fullmatch(url)
    if found is None:
        return None
    scheme, host, port = found["scheme"].lower(), found["host"].lower(), found["port"]
    if len(host) > _LONGEST_HOST or int(port or 0) > _HIGHEST_PORT:
        return None
    is_usual = port is None or port == _USUAL_PORTS[scheme]
    return f"{scheme}://{host}" if is_usual else f"{scheme}://{host}:{port}"


def _are_plain_headers(headers: Json) -> bool:
    if headers is None:
        return True
    return isinstance(headers, Mapping) and all(
        name.lower() in _HEADERS and isinstance(value, str) and value.isprintable()
        for name, value in headers.items()
    )
