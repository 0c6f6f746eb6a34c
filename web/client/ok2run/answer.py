"""What an answer of the gate means: its JSON, or the error that stands for it."""

import json
import re
import ssl
from typing import TypeAlias

from ok2run.errors import GateUnreachable, Refused

Json: TypeAlias = dict[str, object]

ANSWER_LIMIT = 8 * 1024 * 1024  # bytes


def meaning(url: str, status: int, content: bytes, *, retry_after: str = "") -> Json:
    """Return the JSON object of a good answer; raises Refused or GateUnreachable."""
    if 300 <= status < 400:
        raise GateUnreachable(
            f"{url} sends elsewhere (HTTP {status}), which is not followed; "
            "set APPROVAL_GATE_URL to the gate's own address.",
            temporary=False,
        )
    try:
        answer: object = json.loads(content)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise not_a_gate(url, f" (HTTP {status})")
    if 200 <= status < 300:
        return answer
    raise _refusal(status, retry_after, answer)


def not_a_gate(url: str, detail: str = "") -> GateUnreachable:
    """Return the error for an answer that no gate gives."""
    return GateUnreachable(f"What answers at {url} is not a gate{detail}.")


def unreachable(url: str, cause: object) -> GateUnreachable:
    """Say why in words; a certificate that does not fit will not fit a second later."""
    temporary = not isinstance(cause, ssl.SSLCertVerificationError)
    if isinstance(cause, TimeoutError):
        reason = "no answer in time"
    elif isinstance(cause, OSError) and cause.strerror:
        reason = cause.strerror.lower()
    else:
        reason = str(cause) or type(cause).__name__
    return GateUnreachable(f"No gate answers at {url}: {reason}.", temporary=temporary)


def _refusal(status: int, retry_after: str, answer: Json) -> Refused:
    code = answer.get("code")
    return Refused(
        _sentence(answer.get("detail")) or f"The gate refused (HTTP {status}).",
        status=status,
        code=code if isinstance(code, str) else None,
        retry_after=float(retry_after) if re.fullmatch(r"[0-9]{1,6}", retry_after) else None,
    )


def _sentence(detail: object) -> str:
    """Return a refusal's words; a list of faults as `place: fault; place: fault`."""
    if isinstance(detail, str):
        return detail
    if not isinstance(detail, list):
        return ""
    lines = []
    for fault in detail:
        if isinstance(fault, dict):
            place = fault.get("loc")
            where = ".".join(map(str, place)) if isinstance(place, list) else ""
            lines.append(f"{where}: {fault.get('msg')}" if where else str(fault.get("msg")))
    return "; ".join(lines)
