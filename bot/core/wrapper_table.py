"""Programs that run another one: how their options and operands are told from what they run."""

from dataclasses import dataclass

from bot.core.program_table import names


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapper:
    """The form of one wrapper's command line."""

    flags: frozenset[str]  # options without a value, or with one glued on
    values: frozenset[str]  # options whose value may be the next word
    scripts: frozenset[str]  # options whose value a shell runs
    programs: frozenset[str]  # options whose value is run with the arguments
    replaces: frozenset[str]  # options whose value is replaced in the program's words
    stops: frozenset[str]  # options with which no program is run
    operands: int  # words of its own before what it runs
    is_joined: bool  # what it runs is joined and given to a shell
    assigns: bool  # NAME=value may stand before the program
    permutes: bool  # its options may stand behind its operands
    adds: bool  # the program gets further arguments that are not in the line
    subcommands: frozenset[str]  # where not empty: behind one of them all this begins
    taking: frozenset[str]  # options that take a value, of any kind
    options: frozenset[str]  # all that are known


def _wrapper(
    flags: str = "",
    values: str = "",
    *,
    scripts: str = "",
    programs: str = "",
    replaces: str = "",
    stops: str = "",
    operands: int = 0,
    is_joined: bool = False,
    assigns: bool = False,
    permutes: bool = False,
    adds: bool = False,
    subcommands: str = "",
) -> Wrapper:
    taking = [names(row) for row in (values, scripts, programs, replaces)]
    stopping = names(stops) | {"--help", "--version"}
    return Wrapper(
        flags=names(flags),
        values=taking[0],
        scripts=taking[1],
        programs=taking[2],
        replaces=taking[3],
        stops=stopping,
        operands=operands,
        is_joined=is_joined,
        assigns=assigns,
        permutes=permutes,
        adds=adds,
        subcommands=names(subcommands),
        taking=frozenset().union(*taking),
        options=stopping.union(names(flags), *taking),
    )


_ALL = 99  # operands: the words behind the options are all its own

_PLAIN = _wrapper()
_SU = _wrapper(
    "- -l -m -p -f -P --login --preserve-environment --pty",
    "-u -s -g -G -w --user --shell --group --supp-group --whitelist-environment",
    scripts="-c --command --session-command",
    operands=_ALL,
    permutes=True,
)
_CONTAINER = _wrapper(
    "-d -i -t -P -q -T --detach --init --interactive --no-healthcheck --oom-kill-disable"
    " --privileged --publish-all --quiet --read-only --rm --tty --build --no-deps --no-tty"
    " --remove-orphans --service-ports --use-aliases --replace",
    "-a -c -e -h -l -m -p -u -v -w --add-host --annotation --cap-add --cap-drop --cidfile"
    " --cpu-shares --cpus --cpuset-cpus --detach-keys --device --dns --env --env-file --expose"
    " --gpus --group-add --hostname --index --ip --ipc --label --link --log-driver --log-opt"
    " --memory --mount --name --net --network --network-alias --pid --platform --pod --publish"
    " --pull --restart --runtime --security-opt --shm-size --stop-signal --stop-timeout --tmpfs"
    " --ulimit --user --userns --uts --volume --volumes-from --workdir",
    programs="--entrypoint",
    operands=1,
    subcommands="run exec",
)
_KUBERNETES = _wrapper(
    "-i -t -q --stdin --tty --quiet --rm --attach --privileged --leave-stdin-open --command",
    "-c -f -n -l --container --filename --namespace --context --kubeconfig --cluster --image"
    " --image-pull-policy --restart --env --labels --port --overrides --pod-running-timeout"
    " --user --server --as --request-timeout",
    operands=1,
    permutes=True,
    subcommands="run exec",
)
_NPX_FLAGS = (
    "-y -q --yes --no --no-install --quiet --ignore-existing --prefer-online --prefer-offline"
    " --offline --silent --bun"
)
_NPX_VALUES = "--package --workspace --registry --cache --userconfig --loglevel"
_UV_FLAGS = (
    "-q -v -n -U --quiet --verbose --no-cache --isolated --offline --upgrade --no-env-file"
    " --frozen --locked --no-sync --no-project --active --exact --all-extras --all-groups"
    " --all-packages --no-dev --dev --only-dev --native-tls --managed-python --no-config"
)
_UV_VALUES = (
    "-p -w -P --python --from --with --with-editable --with-requirements --index --index-url"
    " --extra-index-url --default-index --extra --group --no-group --only-group --package"
    " --project --directory --env-file --cache-dir --color --config-file --resolution"
    " --prerelease --find-links --link-mode --no-extra"
)
_TRACER = _wrapper(
    "-c -C -d -f -F -h -i -k -n -q -r -t -T -v -w -x -y -Z -z --follow-forks --summary --quiet",
    "-a -A -b -e -E -I -l -O -o -p -P -s -S -u -U -X --trace --string-limit --env --user",
    stops="-V",
)

WRAPPERS: dict[str, Wrapper] = {
    **dict.fromkeys(
        ("timeout", "gtimeout"),
        _wrapper(
            "-v --verbose --foreground --preserve-status",
            "-k -s --kill-after --signal",
            operands=1,
        ),
    ),
    # The shell's own `time` takes `-p` only where it is not quoted: its options are not followed.
    **dict.fromkeys(("time", "!"), _PLAIN),
    "gtime": _wrapper(
        "-p -a -v -q --append --verbose --quiet --portability", "-f -o --format --output"
    ),
    **dict.fromkeys(("nohup", "builtin", "eatmydata", "busybox", "toybox"), _PLAIN),
    **dict.fromkeys(("torsocks", "torify", "fakeroot", "tini", "dumb-init", "chronic"), _PLAIN),
    "nice": _wrapper("", "-n --adjustment"),
    "stdbuf": _wrapper("", "-i -o -e --input --output --error"),
    "env": _wrapper(
        "- -i -0 -v --ignore-environment --null --debug --block-signal --default-signal"
        " --ignore-signal --list-signal-handling",
        "-u -C -P --unset --chdir",
        scripts="-S --split-string",
        assigns=True,
    ),
    "sudo": _wrapper(
        "-A -B -b -E -H -k -n -P -S -N -i -s --askpass --bell --background --preserve-env --login"
        " --set-home --reset-timestamp --non-interactive --preserve-groups --stdin --shell",
        "-C -D -g -h -p -R -r -t -T -u -U --close-from --chdir --group --host --prompt --chroot"
        " --role --type --command-timeout --user --other-user",
        stops="-l -v -K -V -e --list --validate --remove-timestamp --edit",
        assigns=True,
    ),
    "doas": _wrapper("-n -s -L", "-u -C -a", assigns=True),
    "pkexec": _wrapper("--disable-internal-agent --keep-cwd", "--user"),
    "run0": _wrapper("--no-ask-password --pty --pipe", "-u -g -D --user --group --chdir --unit"),
    **dict.fromkeys(("gosu", "su-exec"), _wrapper(operands=1)),
    "su": _SU,
    "sg": _wrapper("-", scripts="-c", operands=1, is_joined=True, permutes=True),
    "xargs": _wrapper(
        "-0 -o -p -r -t -x -i -l -e --null --open-tty --interactive --no-run-if-empty --verbose"
        " --exit --eof --show-limits --max-lines --replace",
        "-a -d -E -L -n -P -s -S -R --arg-file --delimiter --max-args --max-procs --max-chars"
        " --process-slot-var",
        replaces="-I -J",
        adds=True,
    ),
    "command": _wrapper("-p", stops="-v -V"),
    "exec": _wrapper("-c -l", "-a"),
    "setsid": _wrapper("-c -f -w --ctty --fork --wait"),
    "ionice": _wrapper(
        "-t --ignore", "-c -n --class --classdata", stops="-p -P -u --pid --pgid --uid"
    ),
    "chrt": _wrapper(
        "-a -b -d -f -i -o -r -R -v --all-tasks --batch --deadline --fifo --idle --other --rr"
        " --reset-on-fork --verbose",
        "-T -P -D --sched-runtime --sched-period --sched-deadline",
        stops="-p -m --pid --max",
        operands=1,
    ),
    "taskset": _wrapper("-a -c --all-tasks --cpu-list", stops="-p --pid", operands=1),
    "flock": _wrapper(
        "-e -x -n -s -u -o -F --exclusive --nonblock --nb --shared --unlock --close --no-fork"
        " --verbose",
        "-w -E --wait --timeout --conflict-exit-code",
        scripts="-c --command",
        operands=1,
        permutes=True,
    ),
    "watch": _wrapper(
        "-b -c -d -e -g -t -w -p -C -r -x --beep --color --differences --errexit --chgexit"
        " --no-title --no-wrap --precise --exec",
        "-n -q --interval --equexit",
        is_joined=True,
    ),
    **dict.fromkeys(("strace", "ltrace"), _TRACER),
    "unbuffer": _wrapper("-p"),
    "script": _wrapper(
        "-a -e -f -q --append --return --flush --force --quiet",
        "-E -I -B -O -T -m -o -t --echo --log-in --log-out --log-io --log-timing"
        " --logging-format --output-limit",
        scripts="-c --command",
        operands=_ALL,
        permutes=True,
    ),
    "ssh": _wrapper(
        "-4 -6 -A -a -C -f -G -g -K -k -M -N -n -q -s -T -t -V -v -X -x -Y -y",
        "-B -b -c -D -E -e -F -I -i -J -L -l -m -O -o -P -p -Q -R -S -W -w",
        operands=1,
        is_joined=True,
        permutes=True,
    ),
    "sshpass": _wrapper("-e -v", "-f -d -p -P"),
    "ssh-agent": _wrapper("-c -d -D -s", "-a -E -O -P -t", stops="-k"),
    **dict.fromkeys(("docker", "podman", "nerdctl", "docker-compose"), _CONTAINER),
    **dict.fromkeys(("kubectl", "oc"), _KUBERNETES),
    **dict.fromkeys(
        ("npx", "bunx", "pnpx"), _wrapper(_NPX_FLAGS, f"-p {_NPX_VALUES}", scripts="-c --call")
    ),
    **dict.fromkeys(
        ("npm", "pnpm", "yarn", "bun"),
        _wrapper(_NPX_FLAGS, _NPX_VALUES, scripts="-c --call", subcommands="exec dlx x"),
    ),
    "uvx": _wrapper(_UV_FLAGS, _UV_VALUES),
    "uv": _wrapper(_UV_FLAGS, _UV_VALUES, subcommands="run x"),
    "pipx": _wrapper(
        "--no-cache --pypackages --verbose", "--spec --python --index-url", subcommands="run"
    ),
    **dict.fromkeys(
        ("poetry", "pdm", "pipenv", "rye", "pixi", "op", "dotenv", "ok2run"),
        _wrapper("-q -v -n --quiet", "-e -f --env --env-file --title", subcommands="run"),
    ),
    "hatch": _wrapper(subcommands="run"),
    **dict.fromkeys(
        ("conda", "mamba", "micromamba"),
        _wrapper("--no-capture-output", "-n -p --name --prefix --cwd", subcommands="run"),
    ),
    **dict.fromkeys(("bundle", "mise", "rbenv", "pyenv"), _wrapper(subcommands="exec")),
    **dict.fromkeys(
        ("nvm", "fnm", "direnv", "asdf", "rustup"), _wrapper(subcommands="exec run", operands=1)
    ),
    "chroot": _wrapper("--skip-chdir", "--groups --userspec", operands=1),
    "nsenter": _wrapper(
        "-a -F -Z -m -u -i -n -p -U -C -T -r -w --all --mount --uts --ipc --net --pid --user"
        " --cgroup --time --root --wd --no-fork --preserve-credentials",
        "-t -S -G --target --setuid --setgid",
    ),
    "unshare": _wrapper(
        "-i -m -n -p -u -U -C -T -f -r -c --ipc --mount --net --pid --uts --user --cgroup --time"
        " --fork --map-root-user --map-current-user --mount-proc --kill-child --keep-caps",
        "-R -w -S -G --root --wd --setuid --setgid --propagation --setgroups",
    ),
    "systemd-run": _wrapper(
        "-d -G -P -q -r -S -t --user --system --scope --wait --pty --pipe --quiet --collect"
        " --same-dir --remain-after-exit --no-block --no-ask-password --shell",
        "-E -H -M -p -u --unit --property --description --slice --uid --gid --nice --setenv"
        " --service-type --working-directory --on-active --on-boot --on-calendar --host --machine",
    ),
    "systemd-inhibit": _wrapper("--no-pager", "--what --who --why --mode", stops="--list"),
    "entr": _wrapper("-a -c -d -n -p -r -x -z", scripts="-s"),
    "prlimit": _wrapper("--raw --noheadings --verbose", "-o --output", stops="-p --pid"),
    "faketime": _wrapper("-f -m", operands=1),
    "caffeinate": _wrapper("-d -i -m -s -u", "-t -w"),
    "proxychains": _wrapper("-q", "-f"),
    "proxychains4": _wrapper("-q", "-f"),
    "numactl": _wrapper("-l --localalloc", "-N -m -C -i --cpunodebind --membind --physcpubind"),
}

# Those whose command lines are not followed: any later word may be what they run.
UNFOLLOWED = names(
    "coproc parallel rush sem setpriv setarch linux32 linux64 proot bwrap firejail valgrind perf"
    " runuser gdb lldb rr gdbserver rlwrap dtach tmux screen tmate zellij mosh nix-shell nix"
    " guix vagrant schroot lxc lxc-attach machinectl distrobox flatpak wsl cmd start watchexec"
    " nodemon reflex concurrently cross-env env-cmd hyperfine multitime retry xvfb-run"
    " dbus-run-session logsave start-stop-daemon daemonize setuidgid chpst softlimit envdir"
    " run-parts xterm gnome-terminal konsole kitty alacritty at batch ip pidstat xdotool cpulimit"
    " aws-vault chamber doppler ld.so ld-linux.so.2 ld-linux-x86-64.so.2 ld-linux-aarch64.so.1"
    " runcon newgrp capsh trickle tsp nq cpuset choom uclampset exch osascript rsh rlogin dsh"
    " pdsh pssh ansible salt fab mpirun mpiexec srun sbatch torchrun arch"
)
SHELLS = names("sh bash zsh dash ksh ash mksh rbash oksh yash posh sash fish csh tcsh")
OTHER_SHELLS = names("fish csh tcsh")
FINDERS = {
    **dict.fromkeys(("find", "gfind", "bfs"), names("-exec -execdir -ok -okdir")),
    **dict.fromkeys(("fd", "fdfind"), names("-x -X --exec --exec-batch")),
}
