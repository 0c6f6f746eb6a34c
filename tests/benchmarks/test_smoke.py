import subprocess
import sys

from tests.daemon import ROOT


def test_the_benchmarks_run() -> None:
    command = [sys.executable, "-m", "tests.benchmarks"]

    done = subprocess.run(
        [*command, "--quick", "--seconds", "0.1", "--only", "creates@32"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "creates/s, 32 connections" in done.stdout
    assert "commits a create" in done.stdout
