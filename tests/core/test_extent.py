"""What an action offers to be granted, narrowest first, and what each of it covers."""

import json

import pytest

from bot.core.extent import ANY, Breadth, Extent, extents_of, extents_to_offer
from bot.core.leading import PROGRAMS, leading_words
from bot.core.shell import plain_words
from tests.builders import an_action

HERE = "/srv/shop"


def shell(command, **changes):
    """An action that runs this command."""
    params = {"command": command, **changes.pop("params", {})}
    return an_action(**{"title": command, "preview": command, "params": params, **changes})


def tool(action_type, title="Use it", **params):
    return an_action(action_type=action_type, title=title, preview="", params=params, cwd=HERE)


def offered(action):
    """Each extent that is offered, but for the whole type, which must be the last."""
    *narrower, last = extents_to_offer(action)
    assert last == ANY
    return [(one.breadth.value, one.text) for one in narrower]


def exact(action):
    return next(one for one in extents_of(action) if one.breadth is Breadth.EXACT)


def test_a_test_command_offers_itself_and_what_begins_like_it():
    assert offered(shell("npm test -- --watch=false")) == [
        ("exact", "npm test -- --watch=false"),
        ("begins", "npm test"),
    ]


@pytest.mark.parametrize(
    "command",
    [
        "git status", "git diff", "python -m pytest", "bash run.sh", "sudo npm test",
        "env npm test",
        "npx jest", "npm install", "npm run deploy", "npm run test:unit", "cat a", "./npm test",
        "npm test; ls", "npm test && ls", "npm test | tee x", "npm test > x", "A=1 npm test",
        "npm  test", "NPM test", "npm test $(x)", "npm 'test'", "cargo run", "go run .", "make",
    ],
)  # fmt: skip
def test_other_commands_offer_only_themselves(command):
    assert [breadth for breadth, _ in offered(shell(command))] == ["exact"]


@pytest.mark.parametrize(
    "command",
    [
        "npm test --prefix=/srv/x", "npm test --script-shell=x", "npm test -- --config=x.js",
        "npm test -- --globalSetup=x", "npm test -- /srv/evil.js", "npm test -- ../evil.js",
        "npm test -w other", "pnpm test -C x", "pytest -p evil", "pytest -c evil.ini",
        "pytest --rootdir=/", "pytest --basetemp=x", "pytest -o a=b", "pytest -W error::evil.X",
        "pytest --junitxml=x", "pytest /srv/evil", "pytest @file", "pytest a/../../b",
        "cargo test --config x", "cargo build --target-dir=/x", "cargo test +nightly",
        "cargo clippy -- -C linker=x", "cargo check --manifest-path=x",
        "cargo test -- --logfile=x",
        "go test -exec x", "go test -exec=x", "go build -toolexec=x", "go vet -vettool=x",
        "go build -o x", "go test -C x", "go build -ldflags=x", "go test -coverprofile=x",
        "make test deploy", "make test SHELL=x", "make test -f x", "make test -C x",
        "make test --eval=x", "npm run build -- deploy", "tsc --noEmit false",
        "tsc --noEmit -p x", "ruff check --fix",
        "ruff check --config=x", "ruff check -o x", "mypy --install-types", "mypy --config-file=x",
        "mypy --python-executable=x", "eslint --fix", "eslint -f ./x.js", "eslint -c x",
        "prettier --check --write", "ls /etc", "ls ..", "ls C:/x", "ls a//b", "ls https://x",
        "mvn test deploy", "gradle test publish", "dotnet test /tmp/x.dll", "black --check -c x",
    ],
)  # fmt: skip
def test_words_that_run_or_write_something_else_begin_nothing(command):
    assert [breadth for breadth, _ in offered(shell(command))] == ["exact"]


@pytest.mark.parametrize(
    ("command", "leading"),
    [
        ("npm run build", "npm run build"),
        ("pytest -xvs -k fast tests/a.py::test_b --maxfail=1", "pytest"),
        ("cargo test --release -p shop -- --nocapture --test-threads=1", "cargo test"),
        ("cargo clippy --all-targets -- -D warnings", "cargo clippy"),
        ("go test -race -run=TestA ./...", "go test"),
        ("make test -j4", "make test"),
        ("tsc --noEmit --pretty", "tsc --noEmit"),
        ("ruff check src --select=E,F", "ruff check"),
        ("mypy --strict src", "mypy"),
        ("ls -la src", "ls"),
    ],
)
def test_everyday_words_begin_what_is_listed(command, leading):
    assert ("begins", leading) in offered(shell(command))


def test_no_program_of_the_table_is_hidden_by_another():
    for program in PROGRAMS:
        assert leading_words(program.words) == program.words
        assert plain_words(" ".join(program.words)) == program.words


@pytest.mark.parametrize(
    "command",
    ["a\nb", "a\tb", " a", "a ", "a\u202eb", "a\u00a0b", "x" * 513, "", "a\r"],
)
def test_a_command_that_a_line_cannot_show_is_not_offered(command):
    assert offered(shell(command, title="Bash")) == []


def test_a_command_with_a_hidden_value_is_not_offered():
    assert offered(shell("deploy --password=" + "hunter2hunter2hunter2")) == []


@pytest.mark.parametrize(
    ("title", "agrees"),
    [
        ("", True), ("npm test -- unit", True), ("Bash", True), ("Bash: npm test -- unit", True),
        ("npm test -…", True), ("Bash: npm test...", True), ("Run the unit tests", True),
        ("npm…", False), ("npm test", False), ("rm -rf x", False), ("npm test -- unit; rm", False),
        ("Bash: rm", False), ("Rerun", False),
    ],
)  # fmt: skip
def test_a_title_says_the_command_or_what_it_is_described_as(title, agrees):
    described = {"description": "Run the unit tests"}
    action = shell("npm test -- unit", title=title, params=described)

    assert bool(offered(action)) is agrees


@pytest.mark.parametrize(
    "changes",
    [
        {"preview": "npm run build"},
        {"preview": '{"command": "npm test"}'},
        {"params": {"script": "npm test"}},
        {"params": {"input": {"command": "rm x"}}},
        {"params": {"command": ["npm", 5, "test"]}},
        {"language": "python"},
        {"action_type": "deploy"},
        {"params": {"others": ["x"] * 2000}},
        {"params": {"other": "x" * 70_000}},
    ],
)
def test_two_commands_or_another_language_offer_nothing_narrower(changes):
    assert offered(shell("npm test", title="", **changes)) == []


def test_a_list_of_words_is_the_command_that_they_make():
    action = an_action(title="", preview="", params={"command": ["npm", "test"]})
    quoted = an_action(title="", preview="", params={"command": ["npm test"]})

    assert offered(action) == [("exact", "npm test"), ("begins", "npm test")]
    assert offered(quoted) == [("exact", "'npm test'")]


def test_a_title_alone_is_the_command_where_nothing_else_is():
    action = an_action(title="npm test", preview="", params={})

    assert ("begins", "npm test") in offered(action)


def test_what_is_beside_a_command_and_changes_nothing_is_left_aside():
    plain = shell("npm test")
    beside = {
        "description": "npm test",
        "timeout": 5,
        "run_in_background": True,
        "workdir": "/srv/shop",
    }

    assert extents_of(shell("npm test", params=beside)) == extents_of(plain)


@pytest.mark.parametrize(
    "params",
    [
        {"sandbox": False}, {"env": {"PATH": "/x"}}, {"workdir": "/x"}, {"shell": "zsh"},
        {"description": {"a": "b"}}, {"timeout": [1]}, {"cwd": None},
    ],
)  # fmt: skip
def test_what_may_change_a_command_is_part_of_exactly_this_one(params):
    action, again = shell("npm test", params=params), shell("npm test", params=dict(params))

    assert [one.breadth for one in extents_of(action)] == [Breadth.EXACT, Breadth.TYPE]
    assert exact(action) == exact(again)
    assert exact(action) != exact(shell("npm test"))
    assert exact(action) != exact(shell("npm test", params={**params, "more": 1}))


@pytest.mark.parametrize("action_type", ["Read", "write_file", "Edit", "MultiEdit", "edit-file"])
def test_a_file_tool_offers_the_file_and_its_folder(action_type):
    assert offered(tool(action_type, file_path="/srv/shop/src/./a.py")) == [
        ("file", "/srv/shop/src/a.py"),
        ("folder", "/srv/shop/src"),
    ]


def test_a_relative_path_is_one_in_the_working_directory():
    assert offered(tool("read_file", path="src/a.py")) == [
        ("file", "/srv/shop/src/a.py"),
        ("folder", "/srv/shop/src"),
    ]
    assert offered(tool("Read", path="a.py"))[1] == ("folder", "/srv/shop")


def test_a_folder_outside_the_working_directory_is_not_offered():
    for path in ("/srv/shopping/a.py", "/srv/a.py", "/a", "/home/ana/x/y"):
        assert [breadth for breadth, _ in offered(tool("Read", file_path=path))] == ["file"]
    at_root = an_action(action_type="Read", title="", preview="", params={"path": "/x/y"}, cwd="/")
    assert [breadth for breadth, _ in offered(at_root)] == ["file"]


def test_a_folder_covers_what_is_below_it_by_whole_names():
    folder = Extent(breadth=Breadth.FOLDER, text="/srv/shop/src")

    assert folder in extents_of(tool("Edit", file_path="/srv/shop/src/a/b/c.py"))
    assert folder not in extents_of(tool("Edit", file_path="/srv/shop/src2/a.py"))
    assert folder not in extents_of(tool("Edit", file_path="/srv/shop/src"))


@pytest.mark.parametrize(
    "path",
    [
        "/srv/shop/../x", "../x", "~/x", "$HOME/x", "//host/x", "/srv/shop/", "C:\\x", "", ".",
        "/", "C:/x", "C:x", "file:///srv/x",
        "a\nb", " a", "a\u200bb", "x" * 600, 7, None, ["a"],
    ],
)  # fmt: skip
def test_an_odd_path_is_not_offered(path):
    assert offered(tool("Read", file_path=path)) == []


def test_a_path_without_a_place_to_start_from_is_not_offered():
    for cwd in (None, "", "shop", "/srv/../shop", "x" * 600):
        action = an_action(action_type="Read", title="", preview="", params={"path": "a"}, cwd=cwd)
        assert offered(action) == []


@pytest.mark.parametrize(
    "params",
    [
        {"path": "/srv/shop/b"}, {"destination": "/etc/x"}, {"content": ["x"]},
        {"edits": [{"file_path": "/etc/x"}]}, {"edits": ["x"]}, {"edits": "x"},
        {"edits": [{"old_string": ["x"]}]},
    ],
)  # fmt: skip
def test_a_file_tool_that_names_something_else_offers_nothing_narrower(params):
    assert offered(tool("MultiEdit", file_path="/srv/shop/a", **params)) == []


def test_a_file_tool_takes_its_own_contents_along():
    edits = [{"old_string": "a", "new_string": "b", "replace_all": True}]

    assert offered(tool("MultiEdit", file_path="/srv/shop/a", edits=edits, offset=3))


@pytest.mark.parametrize(
    ("title", "preview"),
    [
        ("Write /etc/passwd", ""),
        ("Write", "/etc/passwd\nroot::0"),
        ("Write", json.dumps({"file_path": "/etc/passwd"})),
    ],
)
def test_a_card_that_names_another_file_offers_nothing_narrower(title, preview):
    shown = {"title": title, "preview": preview, "params": {"file_path": "/srv/shop/a"}}

    assert offered(an_action(action_type="Write", cwd=HERE, **shown)) == []


def test_other_tools_offer_no_file():
    assert offered(tool("apply_patch", file_path="/srv/shop/a")) == []
    assert offered(tool("str_replace_editor", path="/srv/shop/a")) == []


def test_a_request_offers_its_method_and_its_host():
    assert offered(tool("http_request", url="https://API.example.com:443/a?b", method="get")) == [
        ("method", "https://api.example.com"),
        ("host", "https://api.example.com"),
    ]
    assert offered(tool("WebFetch", url="http://localhost:8080/x", prompt="read")) == [
        ("host", "http://localhost:8080")
    ]


def test_a_host_covers_neither_another_port_nor_another_scheme_nor_a_host_below():
    host = Extent(breadth=Breadth.HOST, text="https://example.com")

    assert host in extents_of(tool("fetch", url="https://example.com/a"))
    for url in (
        "http://example.com/", "https://example.com:8443/", "https://a.example.com/",
        "https://example.com.evil.com/", "https://example.computer/",
    ):  # fmt: skip
        assert host not in extents_of(tool("fetch", url=url))


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.com", "https://ana@a.com/", "https://ana:x@a.com/", "https://a.com\\@b.com/",
        "https:/a.com", "https:a.com", "//a.com", "https://1.2.3.4/", "https://0x7f.1/",
        "https://2130706433/", "https://[::1]/", "https://bücher.de/", "https://xn--bcher-kva.de/",
        "https://a.com./", "https://a..com/", "https://-a.com/", "https://a_b.com/",
        "https://a.com:/", "https://a.com:0/", "https://a.com:65536/", "https://a.com:080/",
        "https://a.com /", "https://a.com/ b", "https://a.com\t/", "\nhttps://a.com/",
        "https://a%2ecom/", "https://ExAmple.coſ/", "https://" + "a" * 64 + ".com/",
        "https://" + "a." * 130 + "com/", "", 5, None,
    ],
)  # fmt: skip
def test_an_odd_address_is_not_offered(url):
    assert offered(tool("WebFetch", url=url)) == []


@pytest.mark.parametrize(
    "params",
    [
        {"proxy": "x"}, {"host": "b.com"}, {"headers": {"Host": "b.com"}}, {"headers": "Host: b"},
        {"headers": {"X-HTTP-Method-Override": "DELETE"}}, {"headers": {"Accept": ["x"]}},
        {"headers": {"Accept": "x\nHost: b.com"}},
        {"method": "BREW"}, {"method": 5}, {"method": "POſT"},
    ],
)  # fmt: skip
def test_a_request_with_something_odd_offers_nothing_narrower(params):
    assert offered(tool("http", url="https://a.com/", **params)) == []


def test_a_request_may_say_what_it_accepts():
    assert offered(tool("http", url="https://a.com/", headers={"Accept": "text/html"}, body="x"))


def test_a_card_that_names_another_host_offers_nothing_narrower():
    assert offered(tool("WebFetch", title="Get https://b.com/x", url="https://a.com/")) == []
    assert offered(tool("WebFetch", title="Get https://a.com/x", url="https://a.com/"))


def test_other_tools_offer_no_host():
    for action_type in ("search", "web_search", "request", "deploy_http_server"):
        found = offered(tool(action_type, url="https://a.com/"))
        assert found == []


@pytest.mark.parametrize("breadth", Breadth)
def test_an_extent_comes_back_as_it_was_kept(breadth):
    extent = Extent(breadth=breadth, text="é “x”", more="POST")

    assert Extent.load(extent.dump()) == extent
    assert extent.dump().isascii()


@pytest.mark.parametrize(
    "kept", ["", "{}", "[]", "null", '["planet","x",""]', '["exact"]', "[" * 100_000, "[1,2,3,4]"]
)
def test_what_is_no_extent_of_this_version_is_unknown(kept):
    assert Extent.load(kept).breadth is Breadth.UNKNOWN
