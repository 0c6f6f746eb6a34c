"""Options, code, variables and settings by which a program runs something else."""

import pytest

from bot.core.shell import read_script


def doubts_of(line: str) -> str:
    return " ".join(read_script(line).doubts)


OPTIONS = """
    tar cf x y --checkpoint-action=exec=z
    tar cf x y --checkpoint-act exec=z
    tar -I z -xf x
    tar cIf z x
    tar xf $x
    tar xf *
    rsync -e 'sh -c x' a b:
    rsync -avze ssh a b:
    ssh -o ProxyCommand=x host
    ssh -oProxyCommand=x host
    ssh -F x host
    zip a b -TT x
    man -P x y
    vim -c ':!x' y
    less +x y
    ed x
    find . -fprintf x y
    sort --compress-program=x y
    split --filter=x y
    rg --pre x y
    make SHELL=x
    make --eval=x
    make -f x
    npm --script-shell x test
    npm --prefix x test
    go test -exec x
    go test --exec=x
    go vet -vettool=x
    pytest -p x
    pytest -c x
    pytest --rootdir=x
    cargo --config x test
    docker run -v /:/x y
    curl -K x
    sed 's/a/b/e' x
    sed 'e x' y
    sed '1,3w x' y
    sed -f x y
    awk 'BEGIN{system("x")}'
    awk '{print | "x"}'
    awk -f x y
    gdb -ex x
    sqlite3 x '.shell y'
    psql -c x
    openssl x -engine y
    hash -p x git
    enable -f x y
    alias git=x
    shopt -s expand_aliases
    set -k
    declare 'a[$(x)]=1'
    read 'a[$(x)]'
    printf -v 'a[$(x)]' y
    test -v 'a[$(x)]'
    let x
    mapfile -C x y
    python -c x
    python3.12 -c x
    python $x
    python -
    python
    cat x | python
    python <<< x
    node -e x
    node --require ./x y.js
    perl -ne x
    ruby -e x
    php -r x
    lua -e x
    deno eval x
    echo x | bash
    PATH=x git status
    LD_PRELOAD=x git status
    BASH_ENV=x sh -c y
    GIT_SSH=x git fetch
    MANPAGER=x man y
    NODE_OPTIONS=x node y.js
    export PATH=x
    export EDITOR
    read PATH
    env PYTHONSTARTUP=x git status
    frobnicate /bin/sh
    frobnicate --pre-hook x
    frobnicate --ssh-cmd=x y
    frobnicate 'system("x")'
    frobnicate '!x'
    frobnicate 'a; sh -c b'
    frobnicaté --on-error x
    luatex -shell-escape x
    aria2c --on-download-error=x y
    gnuplot -e 'system("x")'
    : ${PAGER:=x}
    npm test -C ../x
    pytest --basetemp=/home/ana
    pytest --pastebin=all
    pytest -d --tx popen//python=x
    pytest --junitxml=../x
    pytest @x
    mypy @x
    mypy --html-report x y
    ruff check @x
    ruff check -o ../x
    cargo build --artifact-dir x
    pip list --log x
    alembic -c x current
"""
GIT = """
    git -c core.pager=x log
    git -c alias.x=!y x
    git --config-env=core.editor=X log
    git --config-env core.editor=X log
    git --exec-path=x status
    git -C ../x status
    git --git-dir=x status
    git --work-tree x status
    git -p status
    git $x
    git log $x
    git "$x" status
    git rebase --exec x
    git rebase -x y
    git bisect run x
    git submodule foreach x
    git filter-branch --tree-filter x
    git difftool -x y
    git grep -Ox y
    git grep --open-files-in-pag=x y
    git fetch --upload-pack=x
    git fetch --upload-p=x
    git push --receive-pack=x
    git clone ext::x
    git clone -c x=y z
    git diff --output=x
    git diff --ext-diff
    git config core.pager x
    git config --unset x
    git config alias.x
    git archive --remote=x
    git unheard-of
    git remote add x y
    git stash list --output=x
    git stash show --outp=x
    git reflog --output=x
    git whatchanged --output x
    git rev-list --output=x HEAD
    git diff-tree --output=x HEAD
    git diff-files --no-index x y
    git shortlog --output=x
    git range-diff --output=x y
    git blame --output=x y
    git annotate --output=x y
    git add -e
    git fast-export --export-marks=x
"""


@pytest.mark.parametrize("line", [line.strip() for line in OPTIONS.strip().splitlines()])
def test_a_program_that_may_run_another_is_doubted(line):
    assert doubts_of(line)


@pytest.mark.parametrize("line", [line.strip() for line in GIT.strip().splitlines()])
def test_a_git_that_may_run_something_else_is_doubted(line):
    if line == "git config alias.x":
        assert not doubts_of(line)
    else:
        assert "git" in doubts_of(line)


@pytest.mark.parametrize(
    "line",
    [
        "tar xzf x.tgz",
        "tar --exclude=x -czf y z",
        "rsync -a x y",
        "ssh -o StrictHostKeyChecking=no host ls",
        "npm run build -- --watch",
        "go test ./... -run TestX -v",
        "pytest -q tests -k name",
        "cargo test --release",
        "make -j4 test",
        "sed -n '1,20p' x",
        "sed -e 's/a/b/' -e 's|x|y|g' z",
        "sed -i 's/write/read/' x",
        "awk -F, '{print $2}' x",
        "find . -type f -name x",
        "python x.py -v",
        "python -m pytest -q",
        "python --version",
        "node x.js",
        "curl -s https://x",
        "export A=1 B",
        "A=1 git status",
        "read -r line",
        "set -euo pipefail",
        "printf %s x",
        "tar xf x -- $y",
        "git --no-pager log -n 3 --oneline",
        "git commit -m $x",
        "git commit --message $x",
        "git add -- $x",
        "git push origin main",
        "git diff HEAD~1 -- x.py",
        "git checkout -b x",
        "git config --get user.name",
        "git config user.name",
        "frobnicate --no-config --name x --requested y",
        "git commit -m 'Call system() and exec | sh'",
        "grep -rn 'exec(' /bin/sh",
        "echo 'a; sh -c b'",
        "npm run test -- --coverage",
        "docker ps --format x",
        "kubectl get pods -n x",
        "eslint src --fix",
        "ruff check --fix .",
        "gh pr create --title x --body 'y z'",
        "jq '.a | .b' x.json",
        "psql x",
        "pytest tests/x.py::test_y",
        "cargo test system::exec",
        "git",
    ],
)
def test_everyday_use_is_not_doubted(line):
    assert doubts_of(line) == ""


def test_a_script_given_to_git_is_read():
    programs = read_script("git -c core.editor='rm x' rebase -i").programs

    assert ("rm", "x") in [program.words for program in programs]
