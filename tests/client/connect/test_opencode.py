"""opencode's plugin is a file of its own: written, renewed and removed."""

from ok2run.connect import opencode
from tests.client.connect.kit import Home

PLACE = ".config/opencode/plugins/ok2run.js"


def test_the_plugin_comes_and_goes(home: Home):
    assert home.connect("opencode") == 0
    assert (home.place / PLACE).read_text() == opencode.text()
    assert len(home.out.splitlines()) == 3

    home.connect("opencode")
    assert "nothing was changed" in home.out

    assert home.connect("opencode", "--remove") == 0
    assert home.files() == {}


def test_a_project_has_a_plugin_of_its_own(home: Home):
    home.connect("opencode", "--scope", "project")

    assert list(home.files()) == ["project/.opencode/plugins/ok2run.js"]


def test_showing_writes_nothing(home: Home):
    assert home.connect("opencode", "--print") == 0

    assert home.out == opencode.text()
    assert home.files() == {}


def test_an_older_plugin_is_renewed(home: Home):
    (home.place / PLACE).parent.mkdir(parents=True)
    (home.place / PLACE).write_text("// ok2run: an older one\n")

    home.connect("opencode")

    assert (home.place / PLACE).read_text() == opencode.text()
    assert len(home.files()) == 1


def test_another_file_in_its_place_is_left(home: Home):
    (home.place / PLACE).parent.mkdir(parents=True)
    (home.place / PLACE).write_text("// mine\n")

    for words in ((), ("--remove",)):
        assert home.connect("opencode", *words) == 1
        assert "is not the gate's plugin; move it away first" in home.err
    assert (home.place / PLACE).read_text() == "// mine\n"


def test_what_it_does_not_know_is_refused(home: Home):
    assert home.connect("opencode", "--settings", "x.js") == 2

    assert "knows only --scope, --print and --remove" in home.err
