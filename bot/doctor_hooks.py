"""What the doctor says of coding agents' hooks: whether they gate, proven by firing each."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from bot.doctor import Finding, Mark, doubtful, wrong
from bot.settings import Settings
from ok2run.config import Misconfigured
from ok2run.connect.proof import Proof, prove


async def hook_findings(
    settings: Settings, environ: Mapping[str, str], here: Path, *, is_running: bool
) -> tuple[Finding, ...]:
    """Look at the hooks of this user and this folder, and fire those that decide.

    Each sends a call that the gate knows and denies by itself; nobody is asked.
    """
    gates: tuple[str, ...] = (f"http://{_host(settings)}:{settings.port}",)
    if settings.public_url is not None:
        gates = (*gates, settings.public_url.rstrip("/"))
    try:
        proofs = await asyncio.to_thread(prove, environ, here, gates)
    except Misconfigured as error:
        return (wrong(f"The agent side's settings: {error}"),)
    silent = [proof for proof in proofs if proof.found_nobody and not is_running]
    found = [_finding(proof) for proof in proofs if proof not in silent]
    if silent:
        line = "The gate is not running, so that its hooks can't be proven; start it, then again."
        found.append(doubtful(line))
    return tuple(found)


def _finding(proof: Proof) -> Finding:
    return Finding(mark=Mark(proof.mark), line=proof.line)


def _host(settings: Settings) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    return f"[{host}]" if ":" in host else host
