"""Files appear whole or not at all, by no link, and only in place of those that we made."""

import errno
import fcntl
import hashlib
import os

import pytest

from diagramgen.errors import OutputError
from diagramgen.output.files import open_output
from diagramgen.output.handles import write_file

OURS = b'{"versions": {"diagramgen": "0.1.0"}}'
NOT_OURS = (
    "is there already, and diagramgen did not make it; move it away, or replace it with --force"
)


@pytest.fixture
def out(tmp_path):
    """An output folder as a person names it."""
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


@pytest.fixture
def opened(out):
    """The same, held open by a run."""
    with open_output(out.parent, str(out)) as folder, folder.only_here(pytest.fail):
        yield folder


def error(function, *arguments):
    with pytest.raises(OutputError) as caught:
        function(*arguments)
    return str(caught.value)


def entries(folder):
    found = [path.relative_to(folder) for path in folder.rglob("*")]
    return sorted(path.as_posix() for path in found if path.parts[0] != ".diagramgen")


def enter(folder, name, *, make=True, notice=pytest.fail):
    with open_output(folder, name, make=make) as opened, opened.only_here(notice):
        pass


# Where the folder may be.


def test_an_output_folder_is_made_with_those_above_it(tmp_path):
    enter(tmp_path, "a/b")
    enter(tmp_path, "a/b")
    enter(tmp_path, str(tmp_path / "c" / "d"))
    assert entries(tmp_path) == ["a", "a/b", "a/b/.diagramgen", "a/b/.diagramgen/lock",
                                 "c", "c/d", "c/d/.diagramgen", "c/d/.diagramgen/lock"]  # fmt: skip


@pytest.mark.parametrize("name", ["..", "../a", "a/../../b", "\0"])
def test_an_output_folder_is_in_the_suites_folder(tmp_path, name):
    assert error(enter, tmp_path, name) == f"{name}: leads out of the suite's folder"


@pytest.mark.parametrize("name", ["link", "link/below", "real/link"])
def test_an_output_folder_of_a_suite_is_reached_by_no_link(tmp_path, name):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("elsewhere")
    (tmp_path / "real" / "link").symlink_to("../elsewhere")
    message = f"cannot write to {name}: 'link' is a link where a folder should be"
    assert error(enter, tmp_path, name) == message
    assert entries(tmp_path / "elsewhere") == []


def test_an_output_folder_that_a_person_types_may_be_a_link(tmp_path, out):
    (tmp_path / "link").symlink_to(out)
    enter(tmp_path, str(tmp_path / "link"))
    assert (out / ".diagramgen").is_dir()


def test_a_file_where_the_folder_should_be(out):
    (out / "file").write_text("mine")
    message = "cannot write to file: 'file' is a file where a folder should be"
    assert error(enter, out, "file") == message
    assert error(enter, out, "file/a") == message.replace("to file", "to file/a")
    typed = str(out / "file")
    message = f"cannot write to {typed}: a file stands where a folder should be"
    assert error(enter, out, typed) == message
    assert (out / "file").read_text() == "mine"


# The hidden folder.


def link(path, target):
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(target)


HIDDEN = "cannot write to out: "
NO_FOLDER = "'{}' is a {} where a folder should be"
NO_FILE = "'{}' in it is no plain file; remove that"
WRONG = {
    "hidden-link": (link, "", NO_FOLDER.format(".diagramgen", "link")),
    "hidden-file": (lambda p, _: p.write_text("x"), "", NO_FOLDER.format(".diagramgen", "file")),
    "tmp-link": (link, "tmp", NO_FOLDER.format("tmp", "link")),
    "lock-link": (lambda p, e: link(p, e / "new"), "lock", NO_FILE.format("lock")),
    "lock-folder": (lambda p, _: p.mkdir(parents=True), "lock", NO_FILE.format("lock")),
    "journal-link": (lambda p, e: link(p, e / "new"), "journal", NO_FILE.format("journal")),
}


@pytest.mark.parametrize(("make", "name", "reason"), WRONG.values(), ids=WRONG)
def test_what_stands_in_the_place_of_the_hidden_folder_is_not_followed(
    tmp_path, out, make, name, reason
):
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "tmp").mkdir(parents=True)
    (elsewhere / "tmp" / ".diagramgen.mine").write_text("mine")
    make(out / ".diagramgen" / name, elsewhere)
    assert error(enter, tmp_path, "out") == f"{HIDDEN}{reason}"
    assert entries(elsewhere) == ["tmp", "tmp/.diagramgen.mine"]


def test_a_pipe_in_the_place_of_the_lock_is_not_waited_for(tmp_path, out):
    (out / ".diagramgen").mkdir()
    os.mkfifo(out / ".diagramgen" / "lock")
    assert error(enter, tmp_path, "out") == f"{HIDDEN}'lock' in it is no plain file; remove that"


def test_what_a_killed_run_left_is_removed_and_nothing_else(out):
    folder = out / ".diagramgen" / "tmp"
    folder.mkdir(parents=True)
    (folder / ".diagramgen.0123").write_text("left")
    (folder / "mine").write_text("mine")
    enter(out.parent, "out")
    assert [path.name for path in folder.iterdir()] == ["mine"]


@pytest.mark.usefixtures("out")
def test_a_run_waits_for_another_and_says_so(tmp_path):
    """The other one is over as soon as this one has told that it waits."""
    with open_output(tmp_path, "out") as first, open_output(tmp_path, "out") as second:
        other = first.only_here(pytest.fail)
        other.__enter__()
        said = []

        def end_it(text):
            said.append(text)
            other.__exit__(None, None, None)

        with second.only_here(end_it):
            assert said == ["another run writes to out; waiting until it is done"]


def test_a_file_system_without_locks_is_warned_of(out, monkeypatch):
    def unknown(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", unknown)
    said = []
    enter(out.parent, "out", notice=said.append)
    assert said == ["warning: out: its file system knows no locks, so let no other run write there"]


def test_a_folder_that_is_replaced_in_the_meantime(tmp_path, out):
    """What is written goes to the folder that was opened, not to what has its name by then."""
    (tmp_path / "private").mkdir()

    def replace():
        with open_output(tmp_path, "out") as folder, folder.only_here(pytest.fail):
            out.rename(tmp_path / "moved")
            out.symlink_to("private")
            folder.write("a.json", OURS)

    assert error(replace) == "out: was moved or replaced while this run wrote to it; run again"
    assert entries(tmp_path / "private") == []
    assert entries(tmp_path / "moved") == ["a.json"]


# What is written.


def test_a_file_is_written_with_its_folders(out, opened):
    opened.write("a/b/c.png", b"new")
    assert entries(out) == ["a", "a/b", "a/b/c.png"]
    assert opened.read("a/b/c.png") == b"new"


@pytest.mark.parametrize("name", ["../a.png", "a/../../b.png", "/etc/passwd", "..", "a\0.png"])
def test_no_name_leads_out_of_the_folder(opened, name):
    message = f"{name}: leads out of the output folder"
    assert error(opened.write, name, b"new") == message
    assert error(opened.read, name) == message
    assert error(opened.remove, name) == message


def test_no_link_is_followed(tmp_path, out, opened):
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "b.json").write_bytes(OURS)
    (out / "tier2").symlink_to(tmp_path / "private")
    (out / "index.html").symlink_to(tmp_path / "private" / "b.json")
    message = "'tier2' is a link where a folder should be"
    assert error(opened.write, "tier2/a.json", b"new") == f"cannot write tier2/a.json: {message}"
    assert error(opened.remove, "tier2/b.json") == f"cannot remove tier2/b.json: {message}"
    assert error(opened.write, "index.html", b"new") == f"index.html: {NOT_OURS}"
    assert opened.digest("tier2/b.json") == ""
    assert not opened.is_file("index.html")
    assert (tmp_path / "private" / "b.json").read_bytes() == OURS


def test_the_permissions_are_those_of_any_new_file(out, opened):
    mask = os.umask(0o027)
    try:
        opened.write("a.png", b"new")
    finally:
        os.umask(mask)
    assert (out / "a.png").stat().st_mode & 0o777 == 0o640


def test_a_name_may_be_as_long_as_the_system_allows(out, opened):
    opened.write("x" * 251 + ".png", b"new")
    assert entries(out) == ["x" * 251 + ".png"]
    name = "x" * 300 + ".png"
    assert error(opened.write, name, b"new") == f"cannot write {name}: File name too long"


def test_a_file_where_a_folder_above_should_be(out, opened):
    (out / "a").write_text("mine")
    message = "cannot write a/b.png: 'a' is a file where a folder should be"
    assert error(opened.write, "a/b.png", b"new") == message
    assert error(opened.write, "a/c/b.png", b"new") == message.replace("a/b.png", "a/c/b.png")
    assert (out / "a").read_text() == "mine"


def test_a_write_that_goes_wrong_leaves_the_old_file_and_nothing_else(out, opened):
    (out / "a.json").write_bytes(OURS)
    with pytest.raises(TypeError):
        opened.write("a.json", "text is not bytes")
    assert entries(out) == ["a.json"]
    assert (out / "a.json").read_bytes() == OURS
    assert list((out / ".diagramgen" / "tmp").iterdir()) == []


# In whose place.


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", b"\x89PNG...iTXtdiagramgen:id\0..."),
        ("a.svg", b'<svg><metadata><diagramgen xmlns="urn:diagramgen" id="a"/></metadata></svg>'),
        ("a.pdf", b"%PDF /Keywords (diagramgen:id=a diagramgen:suite=0)"),
        ("a.html", b'<meta name="generator" content="diagramgen 0.1.0">'),
        ("manifest.json", OURS),
        ("gallery/app.js", b"/* diagramgen */ let a;"),
    ],
)
def test_a_file_that_says_it_is_ours_is_replaced(opened, out, name, content):
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_bytes(content)
    opened.write(name, b"new")
    assert (out / name).read_bytes() == b"new"


@pytest.mark.parametrize(
    "name", ["index.html", "manifest.json", "a.png", "a.csv", "gallery/app.js"]
)
def test_a_file_that_we_did_not_make_is_neither_replaced_nor_removed(opened, out, name):
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_bytes(b"mine")
    assert error(opened.write, name, b"new") == f"{name}: {NOT_OURS}"
    message = f"{name}: is not removed, since diagramgen did not make it"
    assert error(opened.remove, name) == message
    assert (out / name).read_bytes() == b"mine"
    opened.force = True
    opened.write(name, b"new")
    assert (out / name).read_bytes() == b"new"


def test_a_table_is_ours_as_long_as_it_is_what_a_manifest_says(opened, out):
    (out / "a.csv").write_bytes(b"old")
    opened.known = {"a.csv": hashlib.sha256(b"old").hexdigest()}
    opened.write("a.csv", b"new")
    (out / "a.csv").write_bytes(b"edited by hand")
    assert error(opened.write, "a.csv", b"newer") == f"a.csv: {NOT_OURS}"


def test_a_folder_in_the_place_of_a_file(opened, out):
    (out / "a.png").mkdir()
    (out / "a.png" / "mine").write_text("mine")
    assert error(opened.write, "a.png", b"new") == f"a.png: {NOT_OURS}"
    opened.force = True
    assert error(opened.write, "a.png", b"new") == "cannot write a.png: Is a directory"
    assert entries(out) == ["a.png", "a.png/mine"]


def test_what_a_killed_run_wrote_is_known_by_its_journal(tmp_path, out):
    def killed():
        with open_output(tmp_path, "out") as folder, folder.only_here(pytest.fail):
            folder.write("a.csv", b"written before the kill")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    with (out / ".diagramgen" / "journal").open("a") as journal:
        journal.write('["b.csv", "cut o')
    with open_output(tmp_path, "out") as folder, folder.only_here(pytest.fail):
        folder.write("a.csv", b"new")
    assert (out / "a.csv").read_bytes() == b"new"
    assert not (out / ".diagramgen" / "journal").exists()


# What is removed.


def test_a_file_is_removed_with_the_folders_that_it_leaves_empty(out, opened):
    opened.write("a/b/c.json", OURS)
    opened.write("a/d.json", OURS)
    opened.remove("a/b/c.json")
    assert entries(out) == ["a", "a/d.json"]
    opened.remove("a/d.json")
    assert entries(out) == []
    assert out.is_dir()


def test_a_file_that_is_gone_already(out, opened):
    opened.remove("a.json")
    opened.remove("a/b.json")
    assert entries(out) == []


# A file that a person names.


def test_a_named_file_is_written_whole_beside_others(tmp_path):
    write_file(tmp_path / "a" / "charts.yaml", b"new")
    write_file(tmp_path / "a" / "charts.yaml", b"newer")
    assert (tmp_path / "a" / "charts.yaml").read_bytes() == b"newer"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["charts.yaml"]
    (tmp_path / "b").mkdir()
    assert error(write_file, tmp_path / "b", b"new") == "cannot write b: Is a directory"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
