import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.delay import why_not_delayed
from tests.benchmarks.rate import rows_without
from tests.benchmarks.table import as_text
from tests.daemon import ROOT


def test_the_benchmarks_run() -> None:
    command = [sys.executable, "-m", "tests.benchmarks"]
    cells = ("creates@1", "creates@32", "reads@32", "decides@32")
    only = [word for cell in cells for word in ("--only", cell)]

    done = subprocess.run(
        [*command, "--quick", "--seconds", "0.1", *only],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    plain, delayed = done.stdout.split("creates/s, 1 connection, syncs 2 ms slower")
    for rate in ("creates/s, 32 connections", "reads/s, 32 connections", "decides/s, 32"):
        assert rate in plain
        assert rate in delayed
    assert "commits a create" in plain
    assert "group commit: 32 connections / 1" in delayed
    assert ("not measured" in delayed) == (why_not_delayed() is not None)


def test_the_hooks_benchmark_runs() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "--quick", "--only", "hook"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    for row in ("hook start over python -c pass", "the hook's end", "that looks every 2 s"):
        assert row in done.stdout


def test_without_strace_they_say_what_was_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    why_not = why_not_delayed()

    assert why_not == "strace is not installed"
    table = as_text(rows_without(["creates@1", "creates@32"], why_not))
    assert table.count("not measured: strace is not installed") == 3
