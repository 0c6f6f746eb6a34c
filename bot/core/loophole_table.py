"""Options, variables and builtins by which a program is made to run something else.

Built for the class that GTFOBins collects. A row's patterns: `--long` (also shortened), `-x` in a
bundle of letters, `-long` of one dash, `word`, `word*` for a beginning, `*word` for a part.
"""

_ROWS = """
tar bsdtar gtar: --checkpoint-action --to-command --use-compress-program --rsh-command \
    --info-script --new-volume-script -I -F -e
rsync: -e -M --rsh --rsync-path --remote-option --config
scp sftp ssh slogin mosh: -F -S -I *proxycommand *localcommand *knownhostscommand *remotecommand \
    *include *pkcs11 *securitykeyprovider *match
ssh-keygen ssh-add ssh-keyscan: -D -s -S
zip: -T --unzip-command -TT
man apropos whatis: -P -H -p --pager --html --preprocessor
less more most: -k +* --lesskey-src --lesskey-file -K
vi vim nvim view ex vimdiff gvim rvim rview vimx elvis: -* +*
emacs emacsclient: -* +*
ed ex red: *
nano pico micro joe: -s --speller -R --rcfile
find gfind bfs: -fprint -fprintf -fprint0 -fls -files0-from
fd fdfind: --base-directory
sort gsort: --compress-program
split gsplit: --filter
rg: --pre --hostname-bin --search-zip -z
fzf sk: --bind --preview --listen --execute
bat batcat delta: --pager --diff-so-fancy
make gmake bmake: *= -f -E -I --file --makefile --eval --include-dir
ninja: -f -C
cmake: -P -E -C -D --build --install
npm pnpm yarn bun npx: --prefix --script-shell --node-options --globalconfig --userconfig \
    --config --cwd --dir --shell-emulator --node-gyp --git --viewer --editor --use-node-version \
    --init-module --onload-script --ignore-path --pnpmfile -C explore set config edit
go: -exec -toolexec -overlay -modfile -ldflags -gcflags -asmflags -gccgoflags -compiler -vettool \
    -pkgdir -o -C generate tool env
pytest py.test: -p -c -o --rootdir --override-ini --confcutdir --pdbcls --config-file --pdb \
    --basetemp --pastebin --tx --pyargs --junitxml --junit-xml --log-file --report-log @*
tox nox: -c -f -x --override --noxfile --force-pep517
mypy: --config-file --python-executable --plugins --install-types --custom-typing-module \
    --junit-xml --mypyc-annotation-file *-report @*
ruff: -o --output-file @*
pylint: --rcfile --init-hook --load-plugins
flake8: --config --append-config
coverage: --rcfile run
cargo: -Z -C +* --config --manifest-path --target-dir --artifact-dir --out-dir \
    --lockfile-path fix
rustc rustdoc: -C -Z --sysroot --test-builder --runtool @*
gcc g++ cc c++ clang clang++ c99 c89: -wrapper -fplugin* -B* -specs* @* -Wl* -Xlinker -fuse-ld*
ld gold lld: -plugin --plugin -dynamic-linker
docker podman nerdctl docker-compose: -v --volume --mount --privileged --pid --device --cap-add \
    --net --network --security-opt --volumes-from --userns --uts --ipc --config -H --host \
    --context --file -f --env-file --entrypoint --runtime plugin
kubectl oc: --kubeconfig --overrides edit plugin debug --as --server
helm: --post-renderer plugin
terraform tofu terragrunt: -chdir* --terragrunt-tfpath -plugin-dir*
ansible ansible-playbook: *
curl: -K --config
wget: -e -i --use-askpass --config --execute
tcpdump: -z
nmap: --script --interactive --datadir
socat: *exec: *system: *EXEC: *SYSTEM: *shell: *SHELL:
nc ncat netcat: -e -c --exec --sh-exec --lua-exec
openssl: -engine -provider -provider-path -config
mysql mariadb: -e --execute --pager --init-command source
psql: -c -f --command --file -v --set *\\!
sqlite3 sqlite: -init -cmd .* *.shell *.system *.load *load_extension *edit(
redis-cli: eval --eval *module
mongo mongosh: --eval
sed gsed: -f --file --expression=e
dpkg: --pre-invoke --post-invoke -i --install --root --admindir
apt apt-get aptitude: -o -c --option --config-file
rpm: --eval --pipe --define -E -D --root --dbpath -i -U --load --macros
dnf yum zypper: --setopt -c --config --plugin --installroot
pip pip3: --config-settings --global-option --build-option --python --index-url \
    --extra-index-url -i -e --editable --prefix --target --root --log --keyring-provider
alembic: -c
gem: --open --config-file -n open
rake: -e -E -f -R -r -p --execute --require --rakefile
gradle gradlew: -I -b -c -P --init-script --build-file --settings-file --include-build
mvn mvnw: -f -s exec:*
ant: -f -buildfile -lib
eslint: -c -f --config --plugin --rulesdir --resolve-plugins-relative-to --parser --format
prettier stylelint: --plugin --config --custom-formatter --custom-syntax
tsc: --plugins --project -p @*
jest vitest mocha ava c8 nyc: -c -r -R --config --globalSetup --setupFiles --runner --require \
    --reporter --transform --testEnvironment --rootDir --import --loader --node-option
webpack vite rollup esbuild parcel: -c --config --plugin --require
hg: --config -R --cwd --debugger
svn: --config-option --diff-cmd --editor-cmd --diff3-cmd --config-dir
gh: alias extension --editor --clone --web -w
gpg gpg2: --exec-path --photo-viewer --agent-program --dirmngr-program \
    --keyserver-options --options
cpio: --rsh-command
ctags: --options
xmllint xsltproc: --catalogs
pandoc: -F -L --filter --lua-filter --pdf-engine --defaults
pdflatex latex tex xelatex lualatex pdftex luatex xetex: -shell-escape --shell-escape \
    -enable-write18 --enable-write18 *write18 -output-directory
ffmpeg: *concat:
convert magick identify mogrify: *msl: *ephemeral: *https:
exiftool: -config -if -p -w
logrotate: -s --state *
crontab at batch: *
systemctl: link edit enable set-environment import-environment
journalctl: --root
busctl loginctl: *
mount umount: -o -t --options --types
ip: -b -batch netns
iptables ip6tables: --modprobe
certbot: --pre-hook --post-hook --deploy-hook --manual-auth-hook
composer: exec --working-dir -d run-script
php-cgi: *
w3m lynx links: -pager -editor -cfg -lss
mail mailx mutt: --exec *~! -e -F
dmesg: -H --human
date: --file -s
aws: --cli-input* --endpoint-url --ca-bundle configure
exim exim4 sendmail: -C -O -be* -D
dvips: -R0
unzip: -:
7z 7za 7zr: -t* -si
ldconfig: -r -f -X
modprobe insmod: *
start-stop-daemon: *
aria2c axel: --on-*
enscript: -I
scrot: -e
cupsfilter: -i
cowsay cowthink: -f
rustfmt: --config-path
ctest: -S
gimp: -b
setlock openvt pexec aoss grc distcc tasksh service xcrun run-mailcap ksu agetty: *
ss sslh nft bridge: -F -f -b
dotnet: fsi exec -p --property @*
just task mage invoke: -f -t -d --justfile --taskfile
mix: -e -r run
dnf yum zypper opkg easy_install: install
git-shell git-upload-pack git-receive-pack git-upload-archive: *
hash: -p
enable: -f
alias: *=
shopt set: expand_aliases keyword -k +o
compgen complete: -C -F -W
bind: -x
mapfile readarray: -C
fc history: -e -s
declare typeset local export readonly: -i -n *[
read unset getopts printf let wait: *[
test: -v *[
let: *
"""

_INTERPRETERS = """
python python2 pypy ipython jython micropython: -c
node nodejs: -e -p -r -i --eval --print --require --import --loader --experimental-loader \
    --inspect* --env-file --env-file-if-exists --run --build-snapshot*
deno: eval repl --eval --config --import-map --preload *https: *http: *npm: *jsr:
bun: -e -p -r --eval --print --preload --config --require
perl: -e -E -M -m -I -x -n -p -s -i -d
ruby jruby truffleruby: -e -r -I -n -p -x -C -s
php: -r -B -R -E -F -d -c -a -z --run --process-begin --process-code --define
lua luajit texlua: -e -l -i
awk gawk mawk nawk: *system( *| *getline *> -f -E -i -l --file --exec --include --load *@
tclsh wish expect: -c -f -b
rscript r: -e --eval -f
julia: -e -E -L --eval --print --load
pwsh powershell: -c -e* -Command -EncodedCommand -enc* -ec
osascript: -e -l
elixir iex erl escript: -e -r -S -eval -run -s --eval --rpc-eval --require
ghc ghci runghc runhaskell stack: -e --eval exec
ts-node tsx swc-node: -e -p -r -i --eval --print --require --import --loader
groovy scala kotlin kotlinc jshell java: -e -agentlib* -javaagent* -agentpath* -cp -classpath \
    -jar -XX* -D* @* --module-path -J* --patch-module
racket guile sbcl clisp ocaml scheme csi clojure clj bb: -e -c -l -f --eval --load -x
octave matlab sage maxima gp: --eval -batch -r -c
nu xonsh elvish pwsh-preview: -c -e --commands --execute
irb pry rails: -r -e runner console
gdb lldb: *
jrunscript jjs: *
vim nvim: *
gnuplot lftp ftp psftp smbclient telnet debugfs msfconsole virsh bconsole crash ginsh ksshell \
    tdbtool tasksh scanmem cpan mariadb mysql psql sqlite3 redis-cli mongosh: -c -e \
    -f *!
bpftrace slsh puppet knife openvpn sqlmap perlbug msgfilter facter: *
qjs mujs d8 rhino: -e -f --eval
raku perl6 m4 dc ed ex red: -e -M -I *esyscmd *syscmd *!
"""

# Variables that steer which programs run, or how: whole names, and beginnings (`*`).
_VARIABLES = """
PATH IFS ENV BASH_ENV BASH_FUNC_* BASH_LOADABLES_PATH SHELL SHELLOPTS BASHOPTS CDPATH GLOBIGNORE
EXECIGNORE PS0 PS1 PS2 PS3 PS4 PROMPT_COMMAND HOME ZDOTDIR FPATH FIGNORE BASH_ALIASES BASH_CMDS
BASH_XTRACEFD POSIXLY_CORRECT TMPDIR
LD_* DYLD_* GCONV_PATH MALLOC_* NLSPATH LOCPATH GLIBC_TUNABLES
GIT_* GH_* SSH_* SVN_* HG* PAGER *PAGER EDITOR VISUAL *EDITOR BROWSER LESS* MORE MAN* TERMINFO*
TERMCAP INPUTRC XDG_* WGETRC CURL_HOME NETRC
NODE_OPTIONS NODE_PATH NODE_EXTRA* NODE_REPL* NPM_* npm_* YARN_* PNPM_* BUN_* DENO_* COREPACK_*
ELECTRON_* BABEL_* TS_NODE_* JEST_* NYC_*
PYTHON* PIP_* UV_* POETRY_* PYTEST_* COVERAGE_* VIRTUAL_ENV CONDA_* TOX_* MYPY* IPYTHONDIR
PERL* RUBY* GEM_* BUNDLE_* RAKE* LUA_* PHPRC PHP_* TCL* R_* JULIA_* ERL_* ELIXIR_* GHC* OCAML*
JAVA_* JDK_* _JAVA_OPTIONS MAVEN_* GRADLE_* ANT_* CLASSPATH SBT_* KOTLIN* SCALA*
CARGO_* CARGO RUSTC* RUSTFLAGS RUSTUP_* RUSTDOC* GOFLAGS GOROOT GOPATH GOPROXY GOTOOL* GOENV
GOCACHE GO111MODULE GOEXPERIMENT CGO_* CC CXX CPP LD AR AS NM CFLAGS CXXFLAGS CPPFLAGS LDFLAGS
FC F77 MAKE* GNUMAKEFLAGS MFLAGS CMAKE_* NINJA* CONFIG_SHELL CONFIG_SITE PKG_CONFIG* GCC_*
COMPILER_PATH LIBRARY_PATH CPATH C_INCLUDE_PATH DOCKER_* BUILDKIT_* COMPOSE_* KUBECONFIG KUBE_*
HELM_* TF_* AWS_* GOOGLE_* CLOUDSDK_* AZURE_* RSYNC_* TAR_OPTIONS TAPE RSH GZIP ZIPOPT UNZIP* XZ_*
ZSTD_* GREP_* OPENSSL_* SSL_* SUDO_* GNUPGHOME MAIL* FCEDIT HISTFILE VIM* EXINIT EMACS* NANO* FZF_*
RIPGREP_* BAT_* EZA_* LS_COLORS READLINE_* GDB* VAGRANT_* ANSIBLE_* COLUMNS_CMD POWERSHELL_*
PSModulePath OK2RUN_* APPROVAL_* AGENTGATE_* ALLOWED_USER_IDS
"""


def _table(text: str) -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for line in text.strip().split("\n"):
        programs, _, patterns = line.partition(": ")
        for program in programs.split():
            table[program] = (*table.get(program, ()), *patterns.split())
    return table


LOOPHOLES = _table(_ROWS)
INTERPRETERS = _table(_INTERPRETERS)
VARIABLES = frozenset(name for name in _VARIABLES.split() if "*" not in name)
VARIABLE_BEGINNINGS = tuple(name[:-1] for name in _VARIABLES.split() if name.endswith("*"))
VARIABLE_ENDINGS = tuple(name[1:] for name in _VARIABLES.split() if name.startswith("*"))
