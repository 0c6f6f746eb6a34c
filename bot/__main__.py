"""The process: settings, signals, the store; bot.daemon puts the parts together."""

import asyncio
import contextlib
import logging
import os
import resource
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Final

from bot.clock import SystemClock
from bot.core.errors import Busy, GateError
from bot.daemon import Daemon, StartError, leaves
from bot.gate.registry import bootstrap as make_admin_key
from bot.ids import RandomIds
from bot.logs import configure_logging
from bot.loop import loop_factory
from bot.secret import SecretFileError, SecretKey, read_or_make
from bot.settings import Settings, SettingsError, load_settings
from bot.store import open_store
from bot.store.engine import StoreError, StoreOver, StoreUnsure
from bot.store.export import export_gate
from bot.store.import_ import import_gate
from bot.store.store import SqlStore

log = logging.getLogger(__name__)

_OPEN_FILES: Final = 65_536


def serve() -> int:
    """Run the daemon; return 0 after an orderly stop, 1 where it cannot start or go on."""
    try:
        settings = load_settings(os.environ, Path.cwd())
    except SettingsError as error:
        return _cannot_start(*error.faults)
    _prepare_logging(settings)
    _allow_many_connections()
    try:
        secret = read_or_make(settings.secret_key_file)
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            over = runner.run(_serve(settings, secret))
    except (SecretFileError, GateError) as error:
        return _cannot_start(str(error))
    except BaseExceptionGroup as group:
        refusal = group.subgroup((StartError, GateError))
        if refusal is not None:
            return _cannot_start(*map(str, leaves(refusal)))
        log.exception("the daemon failed", extra={"event": "failed"})
        return 1
    if isinstance(over, StoreUnsure):
        _start_again()
    return 0 if over is None else _cannot_start(str(over))


def _start_again() -> None:
    """Put a new process in this one's place, which knows only what is on the disk."""
    log.warning("starting again from what is on the disk", extra={"event": "restarting"})
    logging.shutdown()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  itself


def bootstrap() -> int:
    """Make an admin key and print it, with the daemon stopped; return 0, or 1 where it cannot."""
    return _once(_bootstrap)


def export(file: Path) -> int:
    """Write the whole gate into a new file; return 0, or 1 where it cannot or is damaged."""
    return _once(partial(_export, file))


def import_(file: Path) -> int:
    """Fill an empty database with an exported gate; return 0, or 1 where it cannot."""
    return _once(partial(_import, file))


def _once(work: Callable[[Settings], Coroutine[object, object, int]]) -> int:
    """Do what needs the settings and the store, and return its exit code, or 1 for an error."""
    try:
        settings = load_settings(os.environ, Path.cwd())
    except SettingsError as error:
        return _cannot_start(*error.faults)
    _prepare_logging(settings)
    try:
        return asyncio.run(work(settings))
    except StoreError as error:
        return _cannot_start(str(error))


async def _bootstrap(settings: Settings) -> int:
    async with open_store(settings.database.location) as store, _running(store):
        print(await make_admin_key(store, SystemClock(), RandomIds()))
    return 0


async def _export(file: Path, settings: Settings) -> int:
    done = await export_gate(settings.database.location, file, stop=_stop_wanted())
    print(
        f"Exported {done.rows:,} rows, audit entries up to {done.head.seq:,}, to {file}. Keep "
        f"SECRET_KEY_FILE ({settings.secret_key_file}) with it: the two are the backup."
    )
    if done.broken is None:
        return 0
    return _cannot_start(
        f"The audit chain is broken at entry {done.broken.seq} ({done.broken.fault}). {file} "
        "holds it as it is, and can't be imported; keep it and the database to find out why."
    )


async def _import(file: Path, settings: Settings) -> int:
    done = await import_gate(settings.database.location, file, stop=_stop_wanted())
    print(
        f"Imported {done.rows:,} rows, audit entries up to {done.head.seq:,}. Use the "
        "SECRET_KEY_FILE of the gate that was exported: links, cookies and receipts are signed "
        f"with it. Here it is {settings.secret_key_file}."
    )
    return 0


def _stop_wanted() -> Callable[[], bool]:
    """Return what tells, from now on and in any thread, whether a signal has asked to stop."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop.is_set


@contextlib.asynccontextmanager
async def _running(store: SqlStore) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(store.run())
        yield
        await store.close()


def _cannot_start(*faults: str) -> int:
    for fault in faults:
        print(f"ok2run: {fault}", file=sys.stderr)
    return 1


def _prepare_logging(settings: Settings) -> None:
    configure_logging(settings.log_format, settings.log_level, settings.secret_values())
    for warning in settings.warnings:
        log.warning("settings: %s", warning)


def _allow_many_connections() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


async def _serve(settings: Settings, secret: SecretKey) -> StoreOver | None:
    """Run until a signal, or until the store must not be used any more; return why, then."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with open_store(settings.database.location) as store, asyncio.TaskGroup() as tasks:
        daemon = Daemon(settings, secret, store, tasks=tasks, stop_wanted=stop)
        try:
            await daemon.start()
        except Busy as error:
            raise daemon.over or error from error
        await stop.wait()
        await daemon.stop()
    return daemon.over


if __name__ == "__main__":
    sys.exit(serve())
