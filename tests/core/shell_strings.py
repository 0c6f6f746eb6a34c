"""Strings made by chance from what shells trip over: for the tests of the reading of shells."""

import random

COMMANDS = (
    "git status", "git log --oneline", "npm test", "ls -la src", "make build", "cargo check",
    "ruff check .", "pytest tests/core", "go vet ./...", "cat README.md", "git diff HEAD",
)  # fmt: skip
PAYLOADS = ("touch PWN", "evil", "evil -x y", "pay load", "./evil", "touch 'P W'", "ev\\il")
OPERATORS = (
    ";", "&&", "||", "|", "&", "\n", "|&", ";;", "; ", " && ", " || ", " | ", " & ", "\n\n",
    " ;& ",
    "&>", ">", ">>", ">|", "<", "<>", "2>", ">&", "<<<", "<<E\n", "<<'E'\n", "<<-E\n", "\nE\n",
    "3>", "<&", "&>>", "{fd}>", "(", ")", "{ ", "; }", "((", "))", "[[ ", " ]]", "[ ", " ]", "!",
    " ! ", "#", " # ", " #\n", "\\\n", "\\", "~", "=", "+=",
)  # fmt: skip
QUOTES = (
    "'", '"', "''", '""', "$'", '$"', "`", "\\'", '\\"', "\\`", "$'\\x41'", "\"'\"", "'\"'",
    "\\\\",
)  # fmt: skip
EXPANSIONS = (
    "$x", "${x}", "${x:-%s}", "$(%s)", "`%s`", "<(%s)", ">(%s)", "$((1+2))", "$((x))", "${x@P}",
    "${x:=%s}", "${a[$(%s)]}", "$((a[$(%s)]))", "{a,b}", "{1..3}", "*", "?", "[ab]", "~", "$@",
    "$*",
    "$#", "$?", "$0", "${!x}", "${x//a/$(%s)}", "${x:$(%s)}", "\"$(%s)\"", "\"`%s`\"", "@(a|b)",
    "!(a)", "$[1+1]", "${IFS}", "$IFS", "$((a?b:c))", "<<<\"$(%s)\"",
)  # fmt: skip
INVISIBLE = (
    "\r", "\x00", "\t", "\x0b", "\x0c", "\xa0", "\u2003", "\u200b", "\u202e", "\u2028", "\ufeff",
    "\x1b[2K", "\x7f", "\u3000", "\U000e0061", "\x08", "é", "\ud800", "\u0435",
)  # fmt: skip
WRAPPERS = (
    "sudo %s", "timeout 5 %s", "env A=1 %s", "env -i %s", "nice -n 5 %s", "nohup %s", "time %s",
    "xargs %s", "command %s", "exec %s", "builtin %s", "stdbuf -oL %s", "setsid %s", "! %s",
    "sh -c '%s'", 'bash -lc "%s"', "eval %s", 'eval "%s"', "trap '%s' EXIT", "find . -exec %s \\;",
    "find . -exec %s {} +", "coproc %s", "if %s; then :; fi", "while %s; do break; done",
    "for i in 1; do %s; done", "f() { %s; }; f", "function g { %s; }", "case x in x) %s;; esac",
    "(%s)", "{ %s; }", "A=1 %s", "PATH=. %s", "until %s; do :; done", "echo x | %s",
    "%s | cat", "select i in 1; do %s; break; done", "%s <<E\nx $(evil)\nE", "cat <<E\n%s\nE",
    "cat <<'E'\n%s\nE", "if ! %s; then :; else evil; fi", "[[ -n x ]] && %s", "((1)) && %s",
    "x=$(%s)", "x=`%s`", "export x=$(%s)", "a=(%s)", "echo ${x:-`%s`}", "git -c alias.x='!%s' x",
    "bash <<< '%s'", "sh <<E\n%s\nE", "source <(%s)", "alias git='%s'", "time -p %s",
    "for ((i=0;i<1;i++)); do %s; done", "[ -f x ] || %s", "%s &", "env -S '%s'", "time (%s)",
    "flock x %s", "busybox %s", "test x && %s", "command -p %s", "exec -a z %s", "2>e %s", "<x %s",
    "unset x; %s", "declare x=$(%s)", "local x; %s", "echo 'a\nb'; %s", "%s\n#x\n%s", "$(echo %s)",
)  # fmt: skip
GTFO = (
    "tar cf x x --checkpoint=1 --checkpoint-action=exec=evil", "rsync -e 'sh -c evil' x y:",
    "ssh -o ProxyCommand=evil x", "zip x x -T -TT evil", "man -P evil x", "vim -c ':!evil' x",
    "less x", "awk 'BEGIN{system(\"evil\")}'", "sed 'e evil' x", "python -c 'evil'",
    "perl -e evil",
    "find . -fprintf PWN x", "make SHELL=evil", "make --eval=x", "npm --script-shell evil test",
    "go test -exec evil", "pytest -p evil", "cargo --config x test", "docker run -v /:/x y evil",
    "env -S evil", "git rebase --exec evil", "git bisect run evil", "git submodule foreach evil",
    "git -C x status", "git --exec-path=. status", "git clone ext::evil",
    "git fetch --upload-pack=evil",
    "split --filter=evil x", "sort --compress-program=evil x", "rg --pre evil x", "node -e evil",
    "git difftool -x evil", "git config core.pager evil", "python", "bash", "sh x", ". x", "gdb x",
)  # fmt: skip


def some_string(chance: random.Random) -> str:
    """Return a plain command, changed in one to six ways."""
    text = chance.choice(COMMANDS)
    for _ in range(chance.randint(1, 6)):
        text = _changed(text, chance)
        if len(text) > 600:
            break
    return text


def some_runnable_string(chance: random.Random) -> str:
    """Return a string that a shell will often run: whole forms around whole commands."""
    text = chance.choice((*COMMANDS, *PAYLOADS))
    for _ in range(chance.randint(1, 3)):
        kind = chance.randrange(5)
        if kind == 0:
            text += chance.choice(("; ", " && ", " || ", " | ", "\n", " & ")) + _payload(chance)
        elif kind == 1:
            text += " " + _filled(chance.choice(EXPANSIONS), _payload(chance))
        elif kind == 2:
            at = chance.randint(0, len(text))
            piece = chance.choice((*OPERATORS, *QUOTES, *EXPANSIONS, "\t", "\r", "\x0b", "\xa0"))
            text = text[:at] + _filled(piece, _payload(chance)) + text[at:]
        else:
            text = _filled(chance.choice(WRAPPERS), text)
    return text


def _payload(chance: random.Random) -> str:
    return chance.choice(PAYLOADS)


def _filled(form: str, text: str) -> str:
    return form.replace("%s", text)


def _changed(text: str, chance: random.Random) -> str:
    kind = chance.randrange(9)
    if kind == 0:
        return _filled(chance.choice(WRAPPERS), text)
    if kind == 1:
        return text + chance.choice(OPERATORS) + chance.choice(GTFO)
    if kind == 2:
        return chance.choice(GTFO)
    if kind == 3:
        at, end = sorted((chance.randint(0, len(text)), chance.randint(0, len(text))))
        return text[:at] + text[end:]
    pieces = (OPERATORS, QUOTES, EXPANSIONS, INVISIBLE, PAYLOADS)[kind - 4]
    at = chance.randint(0, len(text))
    return text[:at] + _filled(chance.choice(pieces), _payload(chance)) + text[at:]


def some_plain_string(chance: random.Random) -> str:
    """Return a name and up to six words of the characters that a plain word may have."""
    letters = "abxyzABZ0129_./=:@%+,-"
    words = (
        "".join(chance.choice(letters) for _ in range(chance.randint(1, 8)))
        for _ in range(chance.randint(0, 6))
    )
    name = "".join(chance.choice("abcdezABC019_.+-") for _ in range(chance.randint(2, 7)))
    return " ".join((name, *words))


_FILLING = (
    "(", "$(", "$((", "{ ", "`", "'", '"', '"$(', "<<A ", "<<A\n", "<<'A' b\n", "|", "a|", "a;",
    "a&&", "a ", "a>b ", "$", "${", "${a:-", "a=(", "[[ ", "((", "if a; then ",
    "for a in b; do ", "case a in ", "a() { ", "\\", "\\\n", "!(", "@(", "*?", "{a,", "{1..",
    "<(", "=", "[", "a[", "\0", "\n", "#", "#a\n", "é", "\u2028", "$'", "x=$((", "<<-", "<<<",
    "& ", "~", "! ", "[[ a =~ ", "$(<", "time ", "coproc ", "\r", "$[", "a={", "a=b ", "1>2 ",
    "<<\\A ", "${a[", "a[1]=", "elif ", ")", "}", "]]", "`a` ", "'a' ", "sudo ", "eval ",
    "sh -c ", "git status; ", "find -exec ", "env -S '", "-exec sh -c 'a b' ", "parallel a ",
    "git -c a=!b ", "\t", "s/a/b/;", "1", "-e ", "--exec", "::",
)  # fmt: skip


def nasty_strings() -> list[str]:
    """Return long strings of what a parser, a pattern or a recursion may be slow at."""
    bare = [piece * (size // len(piece)) for piece in _FILLING for size in (900, 4_000, 16_000)]
    forms = ("sh -c '%s'", "sed '%s'", "frobnicate '%s'", "echo $(%s)", "sudo -u %s", "find %s",
             "cat <<E\n%s\nE", "git %s", "x=%s a", "awk '%s'", "\"%s\"", "a %s; ")  # fmt: skip
    formed = [_filled(form, piece * (8_000 // len(piece))) for form in forms for piece in _FILLING]
    return bare + formed
