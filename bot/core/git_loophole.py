"""How git is made to run something else: by options, aliases, configuration, URLs, hooks."""

import re
from collections.abc import Iterator

from bot.core.program_table import names
from bot.core.wrapper import Words

CONFIGURED = "git is given settings, which can name programs to run."
ELSEWHERE = "git works in another place, whose settings and hooks can run programs."
RUNS = "git can run other programs by what it is given ({})."
NO_COMMAND = "git may run an alias or a program of this name, or a name that is not known."
UNKNOWN = "Not all of git's words are known, and its options can run programs."

_HELPER = re.compile(r"[A-Za-z0-9]+::")  # a transport's own program: ext::sh
_VALUED = names("-C -c --git-dir --work-tree --namespace --config-env --exec-path --super-prefix")
_PLACES = ("-C", "--git-dir", "--work-tree")
_SETTING = ("-c", "--config-env", "--exec-path")
# Options of git's commands that run a program, or write where they are told.
_RUNNING = {
    "rebase": "-x --exec -i --interactive",
    "bisect": "run visualize view",
    "submodule": "foreach update",
    "filter-branch": "",
    "filter-repo": "",
    "difftool": "",
    "mergetool": "",
    "branch": "--edit-description",
    "grep": "-O --open-files-in-pager --no-index --ext-grep",
    "diff": "--tool --ext-diff --textconv --output --no-index",
    "log": "--ext-diff --textconv --output",
    "show": "--ext-diff --textconv --output",
    "format-patch": "--output-directory -o --ext-diff",
    "cat-file": "--textconv --filters",
    "blame": "--contents --textconv --output",
    "annotate": "--contents --textconv --output",
    **dict.fromkeys(
        ("reflog", "whatchanged", "rev-list", "shortlog", "range-diff"),
        "--ext-diff --textconv --output",
    ),
    **dict.fromkeys(
        ("diff-tree", "diff-index", "diff-files"), "--ext-diff --textconv --output --no-index"
    ),
    "add": "-e --edit",
    "fast-export": "--export-marks",
    "fetch": "--upload-pack -u",
    "pull": "--upload-pack -x --exec",
    "clone": "--upload-pack -u -c --config --template --recurse-submodules --separate-git-dir",
    "ls-remote": "--upload-pack --exec",
    "fetch-pack": "",
    "push": "--receive-pack --exec",
    "send-pack": "",
    "archive": "--remote --exec -o --output",
    "init": "--template --separate-git-dir",
    "merge": "-s --strategy",
    "cherry-pick": "-s --strategy",
    "am": "--build-fake-ancestor",
    "apply": "--unsafe-paths",
    "commit": "-e --edit --template -t",
    "stash": "--exec --ext-diff --textconv --output",
    "hook": "",
    "maintenance": "",
    "send-email": "",
    "imap-send": "",
    "credential": "",
    "daemon": "",
    "instaweb": "",
    "gui": "",
    "svn": "",
    "p4": "",
    "cvsserver": "",
    "shell": "",
    "upload-pack": "",
    "receive-pack": "",
    "for-each-repo": "",
    "help": "-w --web -i --info -m --man",
    "worktree": "add",
    "remote": "add set-url",
    "interpret-trailers": "",
    "web--browse": "",
    "column": "--command",
    "update-index": "--fsmonitor",
    "sparse-checkout": "",
    "replace": "-e --edit",
    "notes": "edit",
    "tag": "-s -u --sign --local-user --edit",
}
_RUN = {command: names(options) for command, options in _RUNNING.items()}
_KNOWN = names(
    "add annotate branch bundle check-attr check-ignore check-mailmap checkout checkout-index"
    " cherry clean commit-graph commit-tree config count-objects describe diff-files diff-index"
    " diff-tree fast-export fast-import fmt-merge-msg for-each-ref fsck gc hash-object index-pack"
    " ls-files ls-tree mailinfo mailsplit merge-base merge-file merge-index merge-tree mktag"
    " mktree multi-pack-index mv name-rev pack-objects pack-refs patch-id prune prune-packed"
    " range-diff read-tree reflog repack rerere reset restore rev-list rev-parse revert rm"
    " shortlog show-branch show-index show-ref status stripspace switch symbolic-ref update-ref"
    " var verify-commit verify-pack verify-tag version whatchanged write-tree"
) | frozenset(_RUN)
_READING = names("--get --get-all --get-regexp --get-urlmatch --list -l --show-origin get list")
_SAID = names("-m --message -F --file")


def git_doubts(arguments: Words) -> Iterator[str]:
    """Yield why a git may run something else, each a sentence for a person."""
    at = 0
    while at < len(arguments):
        word = arguments[at]
        if word is None:
            yield UNKNOWN
            return
        if not word.startswith("-"):
            break
        if word.startswith(_SETTING) and word != "--exec-path":
            yield CONFIGURED
        if word.startswith(_PLACES):
            yield ELSEWHERE
        if word in {"-p", "--paginate"}:
            yield RUNS.format(word)
        at += 2 if word in _VALUED and "=" not in word else 1
    if at < len(arguments):
        yield from _doubts_of_command(arguments[at] or "", arguments[at + 1 :])


def scripts_of_git(arguments: Words) -> Iterator[str]:
    """Yield the shell commands that git is given: aliases, settings, `rebase --exec`."""
    before: str | None = ""
    for word in arguments:
        text = word or ""
        option, equals, value = text.partition("=")
        if option.startswith("--") and equals and option in _SCRIPTED:
            yield value
        elif before in _SCRIPTED or (before == "foreach" and text):
            yield text
        elif before == "-c" and equals:
            yield value.removeprefix("!")
        elif text.startswith("!"):
            yield text[1:]
        before = word


_SCRIPTED = names(
    "--exec -x --extcmd --upload-pack --receive-pack --open-files-in-pager --tree-filter"
    " --env-filter --index-filter --parent-filter --msg-filter --commit-filter --tag-name-filter"
    " --setup"
)


def _doubts_of_command(command: str, arguments: Words) -> Iterator[str]:
    if command not in _KNOWN:
        yield NO_COMMAND
    risky = _RUN.get(command)
    if risky is not None and not risky:
        yield RUNS.format(command)
    before: str | None = ""
    is_open = True
    for word in arguments:
        if word == "--":
            is_open = False
        if word is None and is_open and before not in _SAID:
            yield UNKNOWN
        elif word is not None and _HELPER.match(word):
            yield RUNS.format("::")
        elif word is not None and is_open and risky and _is_among(word, risky):
            yield RUNS.format(command)
        before = word
    given = [word or "" for word in arguments]
    if command == "config" and not _READING.intersection(given):
        values = [word for word in given if not word.startswith("-")]
        if len(values) > 1 or len(values) < len(given):
            yield CONFIGURED


def _is_among(word: str, options: frozenset[str]) -> bool:
    option = word.partition("=")[0]
    if option in options:
        return True
    if option.startswith("--"):  # git takes shortened options
        return len(option) > len("--x") and any(known.startswith(option) for known in options)
    return word.startswith("-") and any(f"-{letter}" in options for letter in word[1:])
