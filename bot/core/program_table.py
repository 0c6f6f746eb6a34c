"""Programs by name: what they are to a command line, and which commands endanger what."""

from bot.core.danger import Danger


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
    "faketime"
)
# Those that wrap only after one of these words.
WRAPPING = {
    **dict.fromkeys(("docker", "podman", "kubectl"), names("run exec")),
    **dict.fromkeys(("pnpm", "yarn", "npm"), names("exec dlx x")),
    **dict.fromkeys(("poetry", "uv", "ok2run"), names("run tool")),
}
FINDERS = names("find gfind bfs")
EXECUTING = names("-exec -execdir -ok -okdir")
SHELLS = names("sh bash zsh dash ksh ash fish csh tcsh rbash mksh")
SOURCING = names("source . eval")
FETCHERS = names("curl wget fetch aria2c http https lynx lwp-request")
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
    "sqlite3 truncate shred chmod chown tee sed cp supervisorctl pm2"
)
STEERING = names(
    "LD_PRELOAD DYLD_INSERT_LIBRARIES BASH_ENV PROMPT_COMMAND GIT_CONFIG_COUNT "
    "GIT_SSH_COMMAND GIT_EXTERNAL_DIFF NODE_OPTIONS PERL5OPT RUBYOPT"
)
FIND_TESTS = names(
    "-name -iname -path -ipath -wholename -regex -iregex -mtime -mmin -atime -newer "
    "-size -empty -inum"
)

# Commands by their telling words, whatever their order and whatever stands between them.
_COMMANDS: dict[Danger, str] = {
    Danger.PUBLISHES: (
        "npm publish, npm unpublish, npm deprecate, npm dist-tag add, yarn publish,"
        " yarn npm publish, pnpm publish, bun publish, twine upload, cargo publish, cargo yank,"
        " gem push, gem yank, poetry publish, uv publish, hatch publish, flit publish,"
        " docker push, docker --push, podman push, helm push, mvn deploy, vsce publish,"
        " flutter pub publish, dart pub publish, gh release create, gh release upload"
    ),
    Danger.RESOURCES: (
        "terraform destroy, terraform -destroy, tofu destroy, tofu -destroy, terragrunt destroy,"
        " pulumi destroy, cdk destroy, sls remove, serverless remove, vagrant destroy,"
        " kubectl delete, kubectl drain, oc delete, helm uninstall, helm delete, eksctl delete,"
        " docker prune, docker system prune, docker volume rm, docker volume prune, docker rmi,"
        " docker compose down -v, docker-compose down -v, docker compose down --volumes,"
        " podman system prune, podman volume rm, podman volume prune,"
        " aws s3 rm --recursive, aws s3 rb, aws s3 sync --delete, gsutil -m rm, gsutil rm -r,"
        " gcloud delete, az delete, az group delete, doctl delete, heroku apps:destroy,"
        " fly destroy, fly apps destroy, flyctl destroy, gh repo delete, gh repo archive,"
        " gh release delete, rclone purge, rclone delete"
    ),
    Danger.DATABASE: "dropdb, mysqladmin drop, rails db:drop, rake db:drop, rails db:reset",
    Danger.DATA: "redis-cli flushall, redis-cli flushdb, prisma migrate reset, heroku pg:reset",
    Danger.STOPS: (
        "shutdown, reboot, halt, poweroff, telinit, init 0, init 6, killall5, systemctl poweroff,"
        " systemctl reboot, systemctl halt, systemctl suspend, systemctl isolate"
    ),
    Danger.ROOT: "sudo, su, doas, pkexec, runuser, run0, gosu, sudoedit",
    Danger.DISK: (
        "fdisk, sfdisk, cfdisk, gdisk, sgdisk, parted, wipefs, shred, mkswap, blkdiscard, hdparm,"
        " cryptsetup, lvremove, vgremove, pvremove, pvcreate, zpool destroy, zfs destroy,"
        " mdadm, diskutil erasedisk, diskutil erasevolume, diskutil partitiondisk, badblocks -w"
    ),
    Danger.START_UP: (
        "systemctl enable, systemctl disable, systemctl start, systemctl stop, systemctl mask,"
        " systemctl restart, systemctl daemon-reload, systemctl edit, systemd-run, launchctl,"
        " update-rc.d, chkconfig, visudo, useradd, userdel, usermod, adduser, deluser, groupadd,"
        " chsh, at, batch, iptables, nft, ufw, sysctl -w, insmod, modprobe, mount, umount,"
        " git config --global, git config --system, git config core.hookspath, schtasks, reg add"
    ),
    Danger.CREDENTIALS: (
        "passwd, chpasswd, ssh-keygen, ssh-add, ssh-copy-id, gh auth, glab auth, aws configure,"
        " aws sts get-session-token, aws secretsmanager get-secret-value, gcloud auth,"
        " az account get-access-token, az keyvault, security find-generic-password,"
        " security find-internet-password, security dump-keychain, gpg --export-secret-keys,"
        " vault read, vault kv get, op read, op item get, pass show, git credential fill,"
        " kubectl get secret, kubectl get secrets, kubectl create token, secret-tool lookup"
    ),
    Danger.SENDS: (
        "sftp, ftp, telnet, sendmail, mail, mutt, wget --post-file, wget --body-file,"
        " gh gist create, ngrok, cloudflared tunnel, curl --upload-file, curl -T"
    ),
    Danger.REWRITES: (
        "git filter-branch, git filter-repo, git reflog expire, git reflog delete, bfg,"
        " git update-ref -d, git push --mirror, git push --delete, git push -d, git push --prune,"
        " git gc --prune=now"
    ),
    Danger.DISCARDS: (
        "git reset --hard, git stash drop, git stash clear, git branch -d --force, git branch -D,"
        " git checkout ., git checkout --force, git checkout -f, git restore ., git switch -f,"
        " git switch --force, git switch --discard-changes, git worktree remove --force,"
        " jj abandon, hg purge"
    ),
    Danger.MONEY: (
        "stripe charges create, stripe refunds create, stripe payouts create,"
        " stripe payment_intents, stripe transfers create, bitcoin-cli sendtoaddress,"
        " solana transfer, cast send"
    ),
    Danger.NETWORK_CODE: "cargo install --git, brew tap, deno install",
    Danger.GATE: (
        "ok2run connect, ok2run config, ok2run key, ok2run grants, ok2run policy,"
        " ok2run bootstrap, ok2run setup, ok2run serve, ok2run approve, ok2run deny, ok2run audit,"
        " pip uninstall ok2run, pipx uninstall ok2run, uv pip uninstall ok2run"
    ),
}


def _by_program() -> dict[str, tuple[tuple[tuple[str, ...], Danger], ...]]:
    table: dict[str, list[tuple[tuple[str, ...], Danger]]] = {}
    for danger, lines in _COMMANDS.items():
        for line in lines.split(","):
            program, *words = line.split()
            table.setdefault(program, []).append((tuple(words), danger))
    return {program: tuple(rows) for program, rows in table.items()}


BY_PROGRAM = _by_program()
