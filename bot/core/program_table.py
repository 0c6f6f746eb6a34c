"""Programs by name: what they are to a command line."""


def names(text: str) -> frozenset[str]:
    """Return the blank-separated words of a table's row."""
    return frozenset(text.split())


KEYWORDS = names("! { } if then elif else while until do")
LISTS = names("for case select [[ [ done fi esac")
WRAPPERS = names(
    "sudo su doas pkexec runuser run0 gosu env command builtin exec nohup nice ionice "
    "chrt time timeout gtimeout stdbuf setsid xargs parallel flock watch strace ltrace "
    "unbuffer script ssh chroot unshare nsenter docker podman kubectl npx pnpm yarn bunx "
    "uvx pipx npm poetry uv busybox toybox caffeinate systemd-run tmux screen trap "
    "coproc function entr direnv dotenv ok2run fd eatmydata taskset setarch prlimit "
    "faketime nerdctl docker-compose oc bundle mise rbenv pyenv asdf nvm fnm rustup conda mamba "
    "micromamba pdm pipenv rye pixi hatch op aws-vault chamber doppler retry hyperfine rlwrap "
    "xvfb-run proot bwrap firejail valgrind perf gtime torsocks torify fakeroot tini dumb-init "
    "chronic sshpass systemd-inhibit proxychains proxychains4 numactl nodemon watchexec reflex "
    "concurrently cross-env env-cmd mosh dtach nix nix-shell guix vagrant lxc incus wsl cmd start "
    "mosh rsh setpriv capsh su-exec machinectl distrobox flatpak gcloud heroku fly flyctl "
    "multipass ctr crictl rush sem noglob nocorrect builtin apptainer singularity fdfind at batch "
    "bun pnpx sg ssh-agent repeat alacritty ansible arch choom chpst cpulimit cpuset daemonize "
    "dbus-run-session dsh envdir exch gdb gdbserver gnome-terminal ip kitty konsole ld.so "
    "ld-linux-aarch64.so.1 ld-linux-x86-64.so.2 ld-linux.so.2 linux32 linux64 lldb logsave "
    "lxc-attach mpiexec mpirun multitime newgrp nq osascript pdsh pidstat pssh rlogin rr "
    "run-parts runcon salt sbatch schroot setuidgid softlimit srun start-stop-daemon tmate "
    "torchrun trickle tsp uclampset xdotool xterm zellij fab"
)
# Those that wrap only after one of these words.
WRAPPING = {
    **dict.fromkeys(("docker", "podman", "kubectl", "nerdctl", "oc"), names("run exec")),
    **dict.fromkeys(("docker-compose", "lxc", "incus", "ctr", "crictl"), names("run exec")),
    **dict.fromkeys(("pnpm", "yarn", "npm", "bun"), names("exec dlx x")),
    **dict.fromkeys(("poetry", "uv", "ok2run"), names("run tool")),
    **dict.fromkeys(("bundle", "mise", "rbenv", "pyenv", "asdf"), names("exec x")),
    **dict.fromkeys(("nvm", "fnm", "rustup", "aws-vault", "chamber"), names("exec run")),
    **dict.fromkeys(("conda", "mamba", "micromamba", "pdm", "pipenv"), names("run")),
    **dict.fromkeys(("rye", "pixi", "hatch", "op", "doppler", "flatpak"), names("run")),
    **dict.fromkeys(("vagrant", "gcloud", "heroku", "fly", "flyctl"), names("ssh run exec")),
    **dict.fromkeys(("machinectl", "distrobox", "multipass"), names("shell enter exec")),
    **dict.fromkeys(("apptainer", "singularity"), names("run exec shell")),
    **dict.fromkeys(("nix", "guix"), names("run shell develop")),
}
FINDERS = names("find gfind bfs")
EXECUTING = names("-exec -execdir -ok -okdir")
SHELLS = names("sh bash zsh dash ksh ash fish csh tcsh rbash mksh oksh posh sash yash")
SOURCING = names("source . eval")
FETCHERS = names(
    "curl wget fetch aria2c http https lynx lwp-request xh httpie curlie axel nc ncat netcat "
    "socat telnet lftp tftp w3m links elinks iwr irm"
)
# Those that are given code as text, beside the interpreters.
CODE_TAKERS = names(
    "vim nvim vi view ex ed emacs emacsclient expect gdb lldb tclsh awk gawk mawk make gmake "
    "find rake just sqlite3 psql mysql perl osascript"
)
SENDERS = names("ssh http https xh httpie curlie openssl telnet")
LOOKUPS = names("dig nslookup host ping drill kdig resolvectl traceroute")
# Whose output, put into an address, carries what is here away.
LEAKING = names(
    "cat base64 head tail xxd od tar gzip printenv env hexdump strings grep sed awk jq less more "
    "history openssl gpg whoami id hostname uname pass"
)
DECODERS = names("base64 base32 basenc xxd uudecode openssl gpg rev tr zcat")
PRINTERS = names("echo printf")
READERS = names(
    "cat ls head tail less more grep egrep fgrep rg ag stat file wc diff cmp test [ [[ "
    "tree which readlink realpath md5sum sha1sum sha256sum source . cd pushd echo printf "
    "du bat jq cut sort uniq comm strings hexdump xxd od nl basename dirname find fd man "
    "git"
)
KILLERS = names(
    "kill pkill killall fuser systemctl service launchctl docker docker-compose rm mv dd "
    "sqlite3 truncate shred chmod chown tee sed cp supervisorctl pm2 podman xargs kill-port skill"
)
STEERING = names(
    "LD_PRELOAD DYLD_INSERT_LIBRARIES BASH_ENV PROMPT_COMMAND GIT_CONFIG_COUNT "
    "GIT_SSH_COMMAND GIT_EXTERNAL_DIFF NODE_OPTIONS PERL5OPT RUBYOPT"
)
# Variables whose value other programs run.
RUN_BY_NAME = names(
    "PAGER GIT_PAGER MANPAGER EDITOR VISUAL GIT_EDITOR GIT_SEQUENCE_EDITOR GIT_SSH_COMMAND "
    "GIT_EXTERNAL_DIFF GIT_ASKPASS SSH_ASKPASS BROWSER PROMPT_COMMAND LESSOPEN LESSCLOSE"
)
FIND_TESTS = names(
    "-name -iname -path -ipath -wholename -regex -iregex -mtime -mmin -atime -newer "
    "-size -empty -inum"
)
