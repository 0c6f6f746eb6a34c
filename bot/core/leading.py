"""Which commands may be granted by their leading words: they test, build, lint or list.

What a project's own tests do stays the project's; what is looked at here is whether further words
could make the program run something else, read another configuration or write elsewhere. So the
rest of the words is matched against a list of what is harmless, never against one of what is not.
Left out on purpose: interpreters, wrappers, git (its configuration and aliases run commands),
installers, and whatever prints files.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

# Names of tests, packages or files below the directory: no option, variable, response file or
# toolchain (`-x`, `A=b`, `@file`, `+nightly`), nothing absolute, nothing above, no drive or URL.
_OPERAND: Final = re.compile(
    r"(?![A-Za-z]:)(?!(?:.*/)?\.\.(?:/|\Z))[A-Za-z0-9_.][A-Za-z0-9_./:@%+,-]*"
)
_DOUBLE_SLASH: Final = "//"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Leading words, and what may follow them: whole options by a pattern, operands or none."""

    words: tuple[str, ...]
    options: re.Pattern[str]
    takes_operands: bool

    def allows(self, word: str) -> bool:
        """Tell whether this word after the leading ones changes nothing that matters."""
        if self.options.fullmatch(word):
            return True
        return (
            self.takes_operands
            and _DOUBLE_SLASH not in word
            and _OPERAND.fullmatch(word) is not None
        )


# What the usual test runners behind `npm test --` take; none of these names a file.
_RUNNER: Final = (
    r"--|--silent|--verbose|--watch=false|--watchAll=false|--no-watch|--run|--ci|--bail|--no-color"
    r"|--color|--coverage|--runInBand|--passWithNoTests|--maxWorkers=\d+|--quiet|-s|-t|--grep"
    r"|--testNamePattern|(?:--grep|--testNamePattern)=[^=]*|--max-warnings=\d+"
)
_PYTEST: Final = (
    r"-[xvqsl]+|-[kmn]|-r[A-Za-z]+|--verbose|--quiet|--exitfirst|--lf|--last-failed|--ff"
    r"|--failed-first|--nf|--sw|--co|--collect-only|--no-header|--no-summary|--showlocals"
    r"|--maxfail=\d+|--durations=\d+|--tb=[a-z]+|--color=[a-z]+|--capture=[a-z]+|--strict-markers"
)
# `-- -D warnings` hands lints on; `-C` and `--config` would choose a linker or a runner.
_CARGO: Final = (
    r"--|--release|-r|--all|--workspace|--all-targets|--all-features|--no-default-features|--lib"
    r"|--bins|--tests|--examples|--benches|--doc|--locked|--offline|--frozen|--verbose|-v+|-q"
    r"|--quiet|--no-run|--no-fail-fast|--nocapture|--exact|--ignored|--include-ignored"
    r"|-p|--package|--test|--bin|--example|--features|-j|--jobs|-[DWA]|--message-format=\w+"
    r"|--test-threads=\d+|--jobs=\d+|-j\d+|--features=[\w,/-]+|--package=[\w-]+"
)
# `-exec`, `-toolexec`, `-vettool`, `-o`, `-C`, `-overlay`, `-ldflags` and profiles are not here.
_GO: Final = (
    r"--?(?:v|race|short|failfast|cover|json|x|n|a|run|skip|bench|count|timeout|parallel|p|cpu"
    r"|tags|trimpath|benchmem)(?:=[^=]*)?"
)
_MAKE: Final = r"-j\d*|-k|-s|--silent|--keep-going|--jobs(?:=\d+)?"
_LS: Final = (
    r"-[1aAbBcCdfFgGhHiklLmnNopqQrRsStuUvxXZ]+|--all|--almost-all|--human-readable|--recursive"
    r"|--reverse|--size|--directory|--inode|--classify|--group-directories-first|--color(?:=\w+)?"
)
_TABLE: Final = (
    ("npm test, npm run test, npm run lint", _RUNNER, True),
    ("pnpm test, pnpm run test, pnpm run lint", _RUNNER, True),
    ("yarn test, yarn run test, yarn run lint", _RUNNER, True),
    # What builds may take the names of targets.
    ("npm run build, pnpm run build, yarn run build, npm run typecheck", _RUNNER, False),
    ("jest, vitest run", _RUNNER, True),
    ("npm ls", r"--all|--depth=\d+|--json|--long", True),
    ("pytest", _PYTEST, True),
    ("cargo test, cargo check, cargo build, cargo clippy", _CARGO, True),
    ("cargo fmt --check", r"--all|-q|--quiet|-v|--verbose", False),
    ("go test, go vet, go build", _GO, True),
    # Further operands would be further targets, and `NAME=value` another shell.
    ("make test, make check, make lint, make build", _MAKE, False),
    ("mvn test", r"-q|-o|-B|--quiet|--offline|--batch-mode", False),
    ("gradle test, gradle check, gradle build", r"-q|--quiet|--offline|--info|--no-daemon", False),
    ("dotnet test, dotnet build", r"--no-restore|--no-build|--nologo", False),
    # `--noEmit false` would switch it off again, and a project's file elsewhere says otherwise.
    ("tsc --noEmit", r"--pretty|--skipLibCheck|--strict|--noErrorTruncation", False),
    (
        "ruff check",
        r"-q|--quiet|-v|--verbose|-n|--no-cache|--statistics|--diff|--show-files|--exit-zero"
        r"|-e|--select|--ignore|--preview|(?:--select|--ignore)=[A-Z0-9,]+|--output-format=[a-z-]+",
        True,
    ),
    ("ruff format --check", r"-q|--quiet|-v|--verbose|-n|--no-cache|--diff|--preview", True),
    ("black --check", r"-q|--quiet|-v|--verbose|--diff", True),
    (
        "mypy",
        r"--strict|--pretty|-v|--verbose|--no-incremental|--show-error-codes|--show-error-context"
        r"|--no-error-summary|--ignore-missing-imports|--explicit-package-bases|-p|-m"
        r"|--namespace-packages|--show-column-numbers|--package|--module",
        True,
    ),
    ("eslint", r"--quiet|--max-warnings=\d+|--max-warnings|--ext|--no-color|--color", True),
    ("prettier --check", r"--no-color", True),
    ("ls", _LS, True),
    ("pwd", r"-[LP]", False),
)


def _programs() -> Iterator[Program]:
    for commands, options, takes_operands in _TABLE:
        for command in commands.split(", "):
            yield Program(
                words=tuple(command.split()),
                options=re.compile(options, re.ASCII),
                takes_operands=takes_operands,
            )


PROGRAMS: Final = tuple(_programs())


def leading_words(words: Sequence[str]) -> tuple[str, ...] | None:
    """Return the words of the table that a command begins with; None where it may do more."""
    for program in PROGRAMS:
        count = len(program.words)
        if tuple(words[:count]) == program.words:
            return program.words if all(map(program.allows, words[count:])) else None
    return None
