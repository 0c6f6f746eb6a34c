"""Which commands endanger what, by their telling words.

A row is a program, or several with `|` between them, and the words that give the danger away,
whatever their order and whatever stands between them.
"""

from bot.core.danger import Danger

_COMMANDS: dict[Danger, str] = {
    Danger.PUBLISHES: (
        "npm|pnpm|bun|yarn|deno|jsr|lerna|changeset|poetry|uv|hatch|flit|cargo publish,"
        " npm unpublish, npm deprecate, npm dist-tag add, npm access, npm owner, semantic-release,"
        " release-it, np, twine upload, setup.py upload, cargo yank, cargo release, gem push,"
        " gem yank, rake release, docker|podman|nerdctl|crane|buildah push, docker --push,"
        " docker compose push, docker-compose push, helm|oras push, cosign sign, skopeo copy,"
        " mvn|mvnw deploy, mvn|mvnw release:perform, gradle|gradlew publish,"
        " gradle|gradlew publishtomavencentral, gradle|gradlew publishplugins,"
        " gradle|gradlew uploadarchives, sbt publish, lein deploy, dotnet nuget push, nuget push,"
        " vsce|ovsx|ko|expo|clasp publish, clasp push, clasp deploy, eas submit, eas update,"
        " fastlane deliver, fastlane pilot, fastlane supply, fastlane release, pod trunk push,"
        " flutter|dart pub publish, hex publish, mix hex.publish,"
        " conda|anaconda|stack|cabal|luarocks|hf|huggingface-cli upload, cpan-upload,"
        " gh release create, gh release upload, gh release edit, gh release delete,"
        " gh repo edit --visibility, gh repo create --public, gh workflow run,"
        " glab release create, glab release upload, goreleaser release, gh-pages, surge,"
        " firebase|netlify|wrangler|fly|flyctl|eb|serverless|sls|cdk|sam|railway|deployctl|dokku"
        " deploy, wrangler publish, vercel --prod, vercel promote, netlify --prod, railway up,"
        " gcloud app deploy, gcloud run deploy, gcloud functions deploy, az webapp deploy,"
        " az webapp up, heroku container:release, heroku releases:rollback, cap production deploy,"
        " kamal deploy, cf push, mkdocs gh-deploy, mike deploy"
    ),
    Danger.HOST: (
        "nsenter, kubectl|oc debug, chroot, capsh, unshare --mount, docker|podman --privileged,"
        " nerdctl --privileged, docker-compose --privileged, kubectl|oc --privileged,"
        " runc, crictl exec, ctr run, machinectl shell"
    ),
    Danger.RESOURCES: (
        "terraform|tofu|terragrunt destroy, terraform|tofu|terragrunt -destroy,"
        " terraform|tofu|terragrunt --destroy, terragrunt run-all apply,"
        " terraform|tofu|terragrunt apply -auto-approve,"
        " terraform|tofu|terragrunt apply --auto-approve, terraform|tofu state rm,"
        " terraform|tofu|terragrunt taint, terraform|tofu workspace delete,"
        " terraform|tofu force-unlock, terraform|tofu state push,"
        " pulumi destroy, pulumi up --yes, pulumi up -y, pulumi stack rm, pulumi state delete,"
        " cdk|cdktf destroy, sls|serverless remove, vagrant destroy, sam delete,"
        " kubectl|oc delete, kubectl|oc drain, kubectl|oc cordon, kubectl|oc taint,"
        " kubectl|oc replace --force, kubectl|oc scale --replicas=0, kubectl|oc apply --prune,"
        " kubectl|oc rollout undo, helm uninstall, helm delete, helm del, helm rollback,"
        " argocd app delete, flux delete, flux uninstall, eksctl delete, kops delete, kind delete,"
        " k3d delete, minikube delete, istioctl uninstall, velero delete, helmfile destroy,"
        " docker|podman|nerdctl prune, docker|podman volume rm, docker|podman|nerdctl rmi,"
        " docker|podman|nerdctl rm -f, docker|podman|nerdctl rm --force, docker container rm,"
        " docker|podman|nerdctl|docker-compose down -v,"
        " docker|podman|nerdctl|docker-compose down --volumes, docker|docker-compose rm -v,"
        " docker|docker-compose down --rmi, docker|podman network rm, docker swarm leave,"
        " docker stack rm, docker service rm, podman system reset, podman pod rm,"
        " aws s3 rb, aws s3 sync --delete, aws s3 rm --recursive, gsutil rm, gsutil rb, bq rm,"
        " s3cmd rb, s3cmd del, s3cmd rm, mc rb, mc rm, b2 rm, b2 delete-bucket, rclone purge,"
        " rclone delete, rclone sync, rclone rmdirs, rclone move, azcopy remove, azcopy rm,"
        " vercel rm, vercel remove, netlify sites:delete, railway down, railway delete,"
        " gh repo archive, gh workflow disable, gh run cancel, glab repo archive,"
        " virsh undefine, virsh destroy, vboxmanage unregistervm, vboxmanage --delete,"
        " multipass delete, multipass purge, lxc|incus delete, qm destroy, pct destroy,"
        " nomad job stop, nomad system gc, consul kv delete, vault kv delete, vault kv destroy,"
        " vault delete, vault secrets disable, etcdctl del, kafka-topics --delete,"
        " kafka-topics.sh --delete, rabbitmqctl reset, rabbitmqctl delete_queue,"
        " rabbitmqctl purge_queue, zkcli deleteall, gcloud alpha delete"
    ),
    Danger.DATABASE: (
        "dropdb, dropuser, mysqladmin drop, rails|rake|hanami db:drop, rails|rake db:reset,"
        " rails|rake db:drop:all, mix ecto.drop, console doctrine:database:drop,"
        " sequelize|sequelize-cli db:drop, manage.py|django-admin reset_db, dotnet database drop,"
        " dotnet-ef database drop, pg_dropcluster, artisan db:wipe, wp db drop, drush sql-drop,"
        " prisma migrate reset"
    ),
    Danger.DATA: (
        "artisan migrate:fresh, artisan migrate:refresh, artisan migrate:reset, artisan db:wipe,"
        " artisan schema:dump, manage.py|django-admin flush, manage.py|django-admin sqlflush,"
        " manage.py|django-admin reset_db, manage.py|django-admin zero,"
        " rails|rake|hanami db:reset, rails|rake db:drop, rails|rake db:schema:load,"
        " rails|rake db:truncate_all, rails|rake db:migrate:reset, rails|rake db:rollback,"
        " rails|rake db:purge, rails|rake db:setup, rails|rake db:seed:replant,"
        " redis-cli flushall, redis-cli flushdb, redis-cli del, redis-cli unlink,"
        " valkey-cli flushall, valkey-cli flushdb, memcflush, memcadmin flush_all,"
        " prisma migrate reset, prisma --force-reset, prisma --accept-data-loss,"
        " drizzle-kit drop, knex migrate:rollback, sequelize|sequelize-cli db:migrate:undo,"
        " sequelize|sequelize-cli db:migrate:undo:all, sequelize|sequelize-cli db:drop,"
        " sequelize|sequelize-cli db:seed:undo:all, typeorm schema:drop, typeorm migration:revert,"
        " mikro-orm schema:drop, mikro-orm schema:fresh, mikro-orm migration:fresh,"
        " alembic downgrade, flask db downgrade, aerich downgrade, dotnet database drop,"
        " dotnet-ef database drop, mix ecto.reset, mix ecto.drop, mix ecto.rollback,"
        " flyway clean, liquibase drop-all, liquibase dropall, liquibase rollback,"
        " goose reset, goose down, migrate drop, migrate down, dbmate drop, dbmate down,"
        " sqlx database drop, sqlx database reset, diesel database reset, diesel migration revert,"
        " influx delete, console doctrine:schema:drop, console doctrine:fixtures:load,"
        " console doctrine:migrations:rollup, phinx rollback, wp db reset, wp db clean,"
        " wp site empty, drush sql-drop, drush site-install, supabase db reset, heroku pg:reset,"
        " pg_restore --clean, pg_restore -c, mongorestore --drop, pscale delete, turso destroy,"
        " cqlsh truncate, clickhouse-client truncate, nodetool removenode"
    ),
    Danger.STOPS: (
        "shutdown, reboot, halt, poweroff, telinit, init 0, init 6, killall5, systemctl poweroff,"
        " systemctl reboot, systemctl halt, systemctl suspend, systemctl isolate, systemctl kexec,"
        " systemctl hibernate, systemctl emergency, systemctl rescue, killall -u, pkill -u,"
        " pkill -U, loginctl terminate-user, loginctl poweroff, loginctl reboot, kexec,"
        " aws stop-instances, aws reboot-instances, gcloud instances stop, gcloud instances reset,"
        " az vm stop, az vm deallocate, az vm restart, pmset sleepnow, ipmitool power"
    ),
    Danger.ROOT: (
        "sudo, su, doas, pkexec, runuser, run0, gosu, sudoedit, su-exec, runas, gsudo, calife,"
        " setpriv --reuid"
    ),
    Danger.DISK: (
        "fdisk, sfdisk, cfdisk, gdisk, sgdisk, parted, wipefs, shred, mkswap, blkdiscard, hdparm,"
        " cryptsetup, lvremove, vgremove, pvremove, pvcreate, zpool destroy, zfs destroy,"
        " zfs rollback, btrfs subvolume delete, mdadm, diskutil erasedisk, diskutil erasevolume,"
        " diskutil partitiondisk, diskutil apfs deletevolume, hdiutil erasedisk, badblocks -w,"
        " swapoff, losetup, tune2fs, resize2fs, fsck, newfs, diskpart, format.com, vssadmin,"
        " wbadmin, lvreduce, nvme format, sg_format, ddrescue, dcfldd, fallocate --punch-hole"
    ),
    Danger.START_UP: (
        "systemctl enable, systemctl disable, systemctl start, systemctl stop, systemctl mask,"
        " systemctl restart, systemctl daemon-reload, systemctl edit, systemctl link,"
        " systemctl set-environment, systemctl revert, systemctl preset, systemd-run, launchctl,"
        " update-rc.d, rc-update, chkconfig, initctl, service start,"
        " service stop, service restart, visudo, useradd, userdel,"
        " usermod, adduser, deluser, groupadd, groupdel, gpasswd, chsh, at, batch, iptables,"
        " ip6tables, nft, ufw, firewall-cmd, pfctl, sysctl -w, insmod, rmmod, modprobe, mount,"
        " umount, git config --global, git config --system, git config core.hookspath,"
        " git config core.fsmonitor, git config core.sshcommand, git config core.editor,"
        " git config core.pager, git config include.path, git config credential.helper,"
        " schtasks, reg add, reg delete, reg import, sc create, sc config, bcdedit, netsh,"
        " defaults write, update-alternatives, pm2 startup, grub-install, update-grub, ldconfig,"
        " hostnamectl, timedatectl set-time, networksetup, scutil --set, systemsetup,"
        " npm pkg set scripts.postinstall, npm pkg set scripts.preinstall,"
        " npm pkg set scripts.install, npm pkg set scripts.prepare,"
        " npm pkg set scripts.prepublishonly, npm pkg set scripts.prepublish,"
        " npm config set script-shell, npm config set ignore-scripts, npm config set registry,"
        " pip config set, go env -w, loginctl enable-linger, tzutil"
    ),
    Danger.PERMISSIONS: (
        "setcap, setenforce, spctl --master-disable, spctl --global-disable, csrutil, chattr -i,"
        " xattr -d, xattr -c, xattr -cr, icacls, takeown, aa-disable, aa-complain, restorecon -R,"
        " gh repo edit --visibility, az role assignment create, az ad app permission,"
        " kubectl|oc create clusterrolebinding, kubectl|oc create rolebinding,"
        " kubectl|oc create clusterrole, oc adm policy, aws modify-vpc-endpoint-permissions"
    ),
    Danger.CREDENTIALS: (
        "passwd, chpasswd, ssh-keygen, ssh-add, ssh-copy-id, gh auth, glab auth, gh secret set,"
        " aws configure, aws get-session-token, aws assume-role, aws get-secret-value,"
        " aws --with-decryption, aws create-access-key, aws get-login-password, aws get-login,"
        " aws export-credentials, aws create-login-profile, aws get-password-data,"
        " aws get-federation-token, aws batch-get-secret-value, aws kms decrypt, aws-vault,"
        " saml2aws, gcloud auth, gcloud secrets versions access, gcloud service-accounts keys,"
        " gcloud get-credentials, gcloud kms decrypt, az account get-access-token, az keyvault,"
        " az get-credentials, az keys list, az ad sp create-for-rbac, doctl auth,"
        " security find-generic-password, security find-internet-password,"
        " security dump-keychain, security export, security unlock-keychain,"
        " security add-generic-password, security delete-generic-password,"
        " gpg|gpg2 --export-secret-keys, gpg|gpg2 --export-secret-subkeys, gpg|gpg2 -d,"
        " gpg|gpg2 --decrypt, vault read, vault kv get, vault token, vault login, vault print,"
        " op read, op item get, op inject, op signin, bw get, bw list, bw export, rbw get,"
        " lpass show, keepassxc-cli show, keepassxc-cli export, pass show, gopass show,"
        " git credential, git credential-store, secret-tool, kwallet-query, keyctl, keyring get,"
        " kubectl|oc get secret, kubectl|oc get secrets, kubectl|oc describe secret,"
        " kubectl|oc describe secrets, kubectl|oc edit secret, kubectl|oc create token,"
        " kubectl|oc config view --raw, oc whoami -t, heroku config, heroku config:get,"
        " heroku auth:token, fly|flyctl tokens, fly|flyctl auth, vercel env pull,"
        " netlify env:list, netlify env:get, railway variables, wrangler secret, stripe config,"
        " stripe login, doppler secrets, infisical secrets, infisical export, chamber read,"
        " chamber export, sops -d, sops --decrypt, sops decrypt, sops edit, age -d,"
        " age --decrypt, ansible-vault view, ansible-vault decrypt, ansible-vault edit,"
        " npm token, npm login, npm adduser, docker|podman login, terraform|tofu output -json,"
        " terraform|tofu output -raw, terraform|tofu state pull, terraform|tofu state show,"
        " terraform|tofu login,"
        " pulumi config --show-secrets, pulumi stack export, snyk auth, cmdkey, vaultcmd,"
        " compgen -v, compgen -e"
    ),
    Danger.SENDS: (
        "sftp, ftp, telnet, tftp, lftp, sendmail, mail, mailx, mutt, msmtp, swaks,"
        " wget --post-file, wget --body-file, gh gist create, gh gist edit, glab snippet create,"
        " ngrok, cloudflared tunnel, tailscale funnel, tailscale serve, tailscale file,"
        " localtunnel, lt, bore, frpc, chisel client, ssh -R, curl --upload-file, curl -T,"
        " magic-wormhole, wormhole send, croc, transfer, ffsend, pastebinit, slackcat, pbincli,"
        " aws put-object, aws send-email, aws send-raw-email, aws sns publish, aws s3 presign,"
        " aws put-bucket-replication, az storage blob upload, az storage upload-batch,"
        " az storage blob upload-batch, az storage copy, azcopy copy, azcopy cp, azcopy sync,"
        " gcloud compute scp, s3cmd put, s3cmd sync, b2 upload-file, b2 file upload, b2 sync,"
        " mc cp, mc mirror, kubectl|oc cp, openssl s_client, docker|podman save --output-ssh,"
        " twilio, rclone serve, syncthing, ipfs add, restic backup, borg create, duplicity,"
        " mega-put, dropbox_uploader.sh, gdrive upload, logger --server, logger -n"
    ),
    Danger.REWRITES: (
        "git filter-branch, git filter-repo, git-filter-repo, git reflog expire,"
        " git reflog delete, bfg, git update-ref -d, git push --mirror, git push --delete,"
        " git push -d, git push --prune, git gc --prune=now, git replace, git lfs migrate,"
        " git lfs prune, hg strip, hg histedit, svn delete, svnadmin, p4 obliterate,"
        " jj git push --deleted, git annex drop --force, java bfg.jar"
    ),
    Danger.DISCARDS: (
        "git reset --hard, git reset --merge, git stash drop, git stash clear,"
        " git branch -d --force, git branch -D, git branch --delete --force, git checkout .,"
        " git checkout --force, git checkout -f, git restore ., git switch -f, git switch --force,"
        " git switch --discard-changes, git worktree remove --force, git worktree remove -f,"
        " git rm -rf, git rm -f, git rm -r, git rm --force, git read-tree --reset,"
        " git checkout-index -f, git checkout-index -a, git submodule deinit,"
        "  jj abandon, jj restore, jj op restore, hg purge, hg update -C, hg update --clean,"
        " hg revert, svn revert, fossil clean, p4 revert, p4 clean"
    ),
    Danger.MONEY: (
        "stripe charges create, stripe refunds create, stripe payouts create,"
        " stripe payment_intents, stripe transfers create, stripe subscriptions,"
        " stripe invoices pay, stripe topups, stripe customers delete, stripe post,"
        " stripe delete, stripe checkout, stripe --live, paypal, bitcoin-cli sendtoaddress,"
        " bitcoin-cli sendmany, bitcoin-cli send, lncli sendpayment, lncli payinvoice,"
        " lncli sendcoins, solana transfer, spl-token transfer, cast send, geth attach,"
        " near send, eksctl create, heroku addons:create, heroku ps:scale, heroku ps:resize,"
        " fly|flyctl machine run, fly|flyctl scale, fly|flyctl launch,"
        " gh codespace create, vercel domains buy, npm fund --pay"
    ),
    Danger.NETWORK_CODE: (
        "cargo install --git, brew tap, deno install, ansible-pull, ansible-galaxy install git+,"
        " mshta, regsvr32, installutil, msiexec http, krew install, helm plugin install,"
        " gh extension install, vagrant plugin install, asdf plugin add"
    ),
    Danger.GATE: (
        "ok2run connect, ok2run config, ok2run key, ok2run grants, ok2run policy, ok2run stop,"
        " ok2run bootstrap, ok2run setup, ok2run serve, ok2run approve, ok2run deny, ok2run audit,"
        " ok2run disconnect, ok2run pause, ok2run snooze, ok2run people, ok2run pair,"
        " ok2run export, ok2run import, ok2run restore,"
        " pip|pip3|pipx|uv|conda|apt|apt-get|brew uninstall ok2run,"
        " pip|pip3|pipx|uv|conda|apt|apt-get|brew remove ok2run, uv tool uninstall ok2run,"
        " claude bypasspermissions, claude config set, claude mcp remove, claude mcp reset,"
        " claude plugin disable, claude plugin uninstall, codex --full-auto, codex never,"
        " codex danger-full-access, codex mcp remove, gemini -y, gemini --approval-mode=yolo,"
        " gemini yolo, gemini mcp remove, aider --yes-always, aider --yes, cursor-agent --force,"
        " cursor-agent -f, copilot --allow-all-tools, kill-port 8000"
    ),
}


def _by_program() -> dict[str, tuple[tuple[tuple[str, ...], Danger], ...]]:
    table: dict[str, list[tuple[tuple[str, ...], Danger]]] = {}
    for danger, lines in _COMMANDS.items():
        for line in lines.split(","):
            programs, *words = line.split()
            for program in programs.split("|"):
                table.setdefault(program, []).append((tuple(words), danger))
    return {program: tuple(rows) for program, rows in table.items()}


BY_PROGRAM = _by_program()
