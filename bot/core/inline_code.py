"""What code that stands on a command line fetches and runs, or takes away, in any language."""

import re

from bot.core.danger import Danger

_FETCHING = re.compile(
    r"urlopen|urlretrieve|requests\.(?:get|post)|httpx\.|http\.client|fetch\(|https?\.(?:get|request)\("
    r"|file_get_contents\(\s{0,9}[\"']https?:|(?:open|source|read)\(\s{0,9}[\"']https?:"
    r"|URI\.|Net::HTTP|LWP::|\bcurl\s|\bwget\s|Net\.WebClient",
)
_RUNNING = re.compile(
    r"\b(?:exec|eval|system|source|compile|popen|spawn\w{0,4}|run|require|import|Function|call"
    r"|instance_eval|loadstring|load|do)\b"
)
_SPREADING = re.compile(r"\|\s{0,9}(?:ba|z|da|k)?sh\b")
_DELETING = re.compile(
    r"(?:rmtree|rmSync|rm_rf|rm_r|remove_dir_all|removeSync|rimraf|unlinkTree|rmdirSync"
    r"|remove_entry)\b[\s(,.\w]{0,40}[\"'](?P<path>[^\"']{0,200})"
)
_OUTSIDE = re.compile(r"/|~|\.\.")
_SOCKETS = re.compile(
    r"socket\.\w{0,20}.{0,500}(?:subprocess|pty|dup2|exec)|fsockopen|TCPSocket|IO::Socket"
)


def dangers_in_code(text: str) -> set[Danger]:
    """Return the dangers of code by its words: it runs what it fetched, or deletes trees."""
    found: set[Danger] = set()
    if _FETCHING.search(text) and (_RUNNING.search(text) or _SPREADING.search(text)):
        found.add(Danger.NETWORK_CODE)
    if any(_OUTSIDE.match(match["path"]) for match in _DELETING.finditer(text)):
        found.add(Danger.DELETES)
    if _SOCKETS.search(text):
        found.add(Danger.SENDS)
    return found
