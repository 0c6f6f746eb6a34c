"""What a container is given of the machine that it runs on."""

import re
from collections.abc import Iterator, Sequence

from bot.core.danger import Danger
from bot.core.path import is_credential, is_everything, is_gate, is_start_up, joined
from bot.core.program_table import names

_RUNS = names("run create exec build")
_NAMESPACES = names("--pid --ipc --uts --userns --cgroupns --network --net")
_MOUNTS = names("-v --volume --mount --build-context")
_ALL_POWERS = re.compile(
    r"(?:CAP_)?(?:ALL|SYS_(?:ADMIN|PTRACE|MODULE|RAWIO|BOOT)|DAC_READ_SEARCH|NET_ADMIN|BPF)",
    re.IGNORECASE,
)
_OPEN = re.compile(r"(?:seccomp|apparmor|label|systempaths)[=:](?:unconfined|disable)")
_SOCKET = re.compile(r"(?:docker|podman|containerd|crio|cri-dockerd)\.sock\b")
_GLUED = re.compile(r"-[a-zA-Z]{0,8}v(?P<value>[^=].*)", re.DOTALL)
_LETTERS = re.compile(r"-[a-zA-Z]{0,8}v")
_SOURCE = re.compile(r"(?:^|,)(?:source|src)=(?P<source>[^,]*)")
_HOST_SETTING = re.compile(r"\"?(?:hostPID|hostIPC|hostNetwork|hostPath|privileged)\"?\s{0,9}:")
_HARMLESS_NETWORK = names("--network --net")


def container_danger(arguments: Sequence[str], cwd: str | None) -> Danger | None:
    """Return the danger of what a container gets of its machine; None where it gets little."""
    if _RUNS.isdisjoint(arguments):
        return None
    for option, value in _options(arguments):
        if _gives_the_machine(option, value):
            return Danger.HOST
        if option in _MOUNTS and (found := _mounted(value, cwd)) is not None:
            return found
    return None


def _options(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each option with what may be its value: glued on, or the next word."""
    for word, after in zip(arguments, (*arguments[1:], ""), strict=False):
        name, is_glued, value = word.partition("=")
        if word.startswith("--"):
            yield name, value if is_glued else after
        elif _LETTERS.fullmatch(word):
            yield "-v", after
        elif glued := _GLUED.fullmatch(word):
            yield "-v", glued["value"]


def _gives_the_machine(option: str, value: str) -> bool:
    if option == "--privileged":
        return value.lower() != "false"
    if option in _NAMESPACES and option not in _HARMLESS_NETWORK:
        return value == "host"
    if option == "--cap-add":
        return any(map(_ALL_POWERS.fullmatch, value.split(",")))
    if option == "--security-opt":
        return _OPEN.match(value) is not None
    if option == "--overrides":
        return _HOST_SETTING.search(value) is not None
    return option in {"--device", "--volumes-from-host"} and value.startswith("/dev/")


def _mounted(value: str, cwd: str | None) -> Danger | None:
    """Return the danger of a mount, by the folder of the machine that it shows."""
    named = _SOURCE.search(value)
    source = named["source"] if named else value.partition(":")[0]
    place = joined(cwd or ".", source) if source.startswith(".") else source
    if _SOCKET.search(place) or is_everything(place):
        return Danger.HOST
    if is_credential(place):
        return Danger.CREDENTIALS
    if is_gate(place):
        return Danger.GATE
    return Danger.HOST if is_start_up(place) else None
