"""The agent's side as it is imported and installed: quick, whole, and with nothing else."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import ok2run

CLIENT = Path(__file__).parent.parent.parent / "web/client"


def python(*words: str, **environment: str) -> str:
    """What a bare interpreter prints, with nothing installed but the standard library."""
    result = subprocess.run(
        [sys.executable, "-S", *words],
        env={"PYTHONPATH": str(CLIENT), **environment},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_importing_it_loads_nothing():
    loaded = python(
        "-c",
        "import sys; before = set(sys.modules); import ok2run; print(*set(sys.modules) - before)",
    )

    assert loaded.split() == ["ok2run"]


@pytest.mark.parametrize("name", ok2run.__all__)
def test_every_public_name_is_loaded_when_it_is_first_used(name: str):
    assert python("-c", f"from ok2run import {name}; print({name}.__name__)") == f"{name}\n"


def test_the_public_names_are_the_same_from_release_to_release():
    assert ok2run.__all__ == [
        "Answer",
        "AsyncGate",
        "Decision",
        "Denied",
        "Expired",
        "Gate",
        "GateError",
        "GateUnreachable",
        "Leave",
        "Misconfigured",
        "NotClaimed",
        "Pending",
        "Receipt",
        "Refused",
    ]
    assert set(ok2run.__all__) <= set(dir(ok2run))


def test_another_name_is_not_there():
    with pytest.raises(AttributeError, match="has no attribute 'Gatter'"):
        ok2run.Gatter  # noqa: B018


def test_errors_have_one_root():
    errors = [getattr(ok2run, name) for name in ok2run.__all__]
    raised = [one for one in errors if issubclass(one, Exception)]

    assert len(raised) == 7
    assert all(issubclass(one, ok2run.GateError) for one in raised)


def test_it_is_typed_and_depends_on_nothing():
    project = tomllib.loads((CLIENT / "pyproject.toml").read_text())

    assert project["project"]["dependencies"] == []
    assert "ok2run" in project["project"]["scripts"]
    assert (CLIENT / "ok2run" / "py.typed").exists()


def test_every_module_loads_from_the_standard_library_alone():
    names = [
        f"ok2run.{path.relative_to(CLIENT / 'ok2run').with_suffix('').as_posix()}"
        for path in sorted((CLIENT / "ok2run").glob("*.py"))
        if path.stem not in ("__init__", "__main__")
    ]

    loaded = python("-c", f"import {', '.join(names)}; print('all')")

    assert loaded == "all\n"
