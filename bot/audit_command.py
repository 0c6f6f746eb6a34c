"""`ok2run audit`: the log written out, and examined with its receipts, beside the daemon."""

import argparse
import asyncio
import base64
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from bot.core.audit import Head
from bot.core.audit_check import AuditCheck, IsSigned
from bot.core.errors import GateError
from ok2run.terminal import print_line, say

if TYPE_CHECKING:
    from bot.settings import Settings

_MOST_TOLD: Final = 20  # faults of receipts; more help nobody


class AuditCommandError(Exception):
    """It can't be done; the message says why and what to do."""


def main(arguments: Sequence[str]) -> int:
    """Run `export` or `verify`; return 0, 1 for a fault, 2 for a wrong use."""
    parser, words = _parser(), list(arguments)
    try:
        if words and words[0].startswith("-") and words[0] not in {"-h", "--help"}:
            parser.error(f"unrecognized arguments: {' '.join(words)}")
        parsed = parser.parse_args(words)
        if parsed.run is _verify and parsed.file and parsed.receipt:
            parser.error("give --file or --receipt, not both")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 2
    try:
        return int(parsed.run(parsed))
    except (AuditCommandError, GateError) as error:
        say(f"ok2run: {error}")
    except KeyboardInterrupt:
        say("ok2run: Stopped.")
    except BrokenPipeError:
        # Whoever read the entries is gone; what is still in the buffer must not fail at exit.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ok2run audit",
        description="Write the audit log out, or examine it and the receipts of what was run.",
        epilog="Settings come from the environment and from .env in the working directory.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    export = commands.add_parser("export", help="write every entry as a line of JSON")
    export.add_argument("--format", choices=("jsonl",), default="jsonl")
    export.add_argument("--out", metavar="FILE", type=Path, help="a file that is not there yet")
    export.set_defaults(run=_export)
    verify = commands.add_parser(
        "verify",
        help="examine the log of this gate, of an exported file, or one receipt",
        description="Examine the chain of entries and the receipts of claims; name the first bad "
        "entry. Exit code 0 means that all of it is as it was written.",
    )
    verify.add_argument(
        "--file", metavar="FILE", type=Path, help="what `ok2run export` or `audit export` wrote"
    )
    verify.add_argument(
        "--receipt", metavar="FILE", type=Path, help="the answer to a claim; - is standard input"
    )
    key = verify.add_mutually_exclusive_group()
    key.add_argument(
        "--key", metavar="BASE64", help="the public key of GET /v1/receipts/key, or its answer"
    )
    key.add_argument("--key-file", metavar="FILE", type=Path, help="a file that holds it")
    verify.set_defaults(run=_verify)
    return parser


def _export(parsed: argparse.Namespace) -> int:
    from bot.store.audit_reading import write_entries
    from bot.store.draft import Draft

    url = _settings().database.location
    if parsed.out is None:
        with tempfile.TemporaryFile() as file:
            asyncio.run(write_entries(url, _Spool(file)))
            file.seek(0)
            shutil.copyfileobj(file, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        return 0
    with Draft(parsed.out) as draft:
        head = asyncio.run(write_entries(url, draft))
        draft.publish()
    print_line(f"Wrote {_counted(head.seq, 'entry')} to {parsed.out}. {_ends(head)}")
    return 0


class _Spool:
    """A temporary file as what entries are written to."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def restart(self) -> None:
        """Forget what was written."""
        self._file.seek(0)
        self._file.truncate()

    def write(self, content: bytes) -> None:
        """Add the content at the end."""
        self._file.write(content)


def _verify(parsed: argparse.Namespace) -> int:
    if parsed.receipt is not None:
        return _verify_receipt(parsed)
    from bot.store.audit_reading import check_file, check_gate

    key = _given_key(parsed)
    if parsed.file is not None:
        key = key or _own_key(_settings(), missing_is_fine=True)
        check = check_file(parsed.file, partial(AuditCheck, _is_signed_by(key)))
    else:
        settings = _settings()
        key = key or _own_key(settings, missing_is_fine=True)
        begin = partial(AuditCheck, _is_signed_by(key))
        check = asyncio.run(check_gate(settings.database.location, begin))
    return _told(check)


def _told(check: AuditCheck) -> int:
    if check.broken is not None:
        broken = check.broken
        say(f"ok2run: The audit chain is broken at entry {broken.seq}: {broken.fault}.")
        say(f"The {_counted(check.entries, 'entry')} before it are as they were written.")
        return 1
    for fault in check.faults[:_MOST_TOLD]:
        say(f"ok2run: {fault[0].upper()}{fault[1:]}.")
    if len(check.faults) > _MOST_TOLD:
        say(f"… and {len(check.faults) - _MOST_TOLD:,} more.")
    if check.faults:
        return 1
    print_line(
        f"The audit chain is whole: {_counted(check.entries, 'entry')}. {_ends(check.head)}"
    )
    verified = check.receipts - check.unverified
    print_line(f"{_counted(check.claims, 'claim')}, {_counted(verified, 'receipt')} verified.")
    if check.unverified:
        print_line(
            f"{_counted(check.unverified, 'receipt')} not verified: another key signed; name it "
            "with --key."
        )
    return 0


def _ends(head: Head) -> str:
    return f"It ends with {head.hash}."


def _verify_receipt(parsed: argparse.Namespace) -> int:
    """Verify one receipt, by the very code that agents do it with."""
    from ok2run.receipt import InvalidReceipt, signed_receipt

    answer = _json_of(_content(parsed.receipt))
    key = _given_key(parsed) or _own_key(_settings(), missing_is_fine=False)
    try:
        receipt = signed_receipt(answer, public_key=key or b"")
    except InvalidReceipt as error:
        say(f"ok2run: {error}")
        return 1
    print_line(f"The signature is good: {receipt.id}, signed by key {receipt.key_id}.")
    for name in ("approval_id", "digest", "by", "via", "nonce", "asked_by"):
        print_line(f"  {name}: {getattr(receipt, name)}")
    for name in ("decided_at", "claimed_at", "not_after"):
        print_line(f"  {name}: {_instant(getattr(receipt, name))}")
    return 0


def _instant(seconds: float) -> str:
    from datetime import UTC, datetime

    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, ValueError, OSError):
        return str(seconds)


def _given_key(parsed: argparse.Namespace) -> bytes | None:
    """Return the public key that was named, None where none was."""
    if parsed.key is None and parsed.key_file is None:
        return None
    words = parsed.key if parsed.key is not None else _content(parsed.key_file)
    try:
        value = json.loads(words)
        words = value["public_key"] if isinstance(value, dict) else words
    except (ValueError, KeyError):
        pass  # it is the key itself
    try:
        key = base64.b64decode(str(words).strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise AuditCommandError(
            "The key is none: give the public_key that GET /v1/receipts/key answers with."
        )
    return key


def _own_key(settings: "Settings", *, missing_is_fine: bool) -> bytes | None:
    """Return the public key of this gate's own secret file, which is never made here."""
    from bot.secret import SecretFileError, read_or_make
    from bot.signing import ReceiptSigner

    path = settings.secret_key_file
    if not path.exists():
        if missing_is_fine:
            return None
        raise AuditCommandError(
            f"There is no {path} here; name the gate's public key with --key or --key-file."
        )
    try:
        return ReceiptSigner(read_or_make(path).for_purpose("receipts")).public_key
    except SecretFileError as error:
        raise AuditCommandError(str(error)) from error


def _is_signed_by(public_key: bytes | None) -> IsSigned:
    """Return what tells whether this key signed something; of others it can't tell."""
    from bot.core.receipt import key_id_of
    from bot.signing import is_signed

    def look(content: bytes, signature: str, key_id: str) -> bool | None:
        if public_key is None or key_id != key_id_of(public_key):
            return None
        return is_signed(public_key, content, signature)

    return look


def _content(path: Path) -> str:
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text("utf-8")
    except OSError as error:
        raise AuditCommandError(f"{path} can't be read: {error.strerror}.") from error
    except ValueError as error:
        raise AuditCommandError(f"{path} is no text.") from error


def _json_of(content: str) -> object:
    try:
        value: object = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise AuditCommandError("The receipt is no JSON; give the answer to a claim.") from error
    return value


def _settings() -> "Settings":
    from bot.settings import SettingsError, load_settings

    try:
        return load_settings(os.environ, Path.cwd())
    except SettingsError as error:
        raise AuditCommandError(" ".join(error.faults)) from error


def _counted(count: int, noun: str) -> str:
    if noun.endswith("y") and count != 1:
        noun = f"{noun[:-1]}ie"
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
